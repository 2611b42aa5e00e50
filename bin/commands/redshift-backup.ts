import type { Command } from 'commander';
import type { Operator } from '../command-line/operator';
import { addAutomationCommands } from './redshift-backup/automation-commands';
import { addCostCommand } from './redshift-backup/cost-command';
import { addDemoCommand } from './redshift-backup/demo-command';
import { addHoldCommands } from './redshift-backup/hold-commands';
import { addPromoteCommands } from './redshift-backup/promote-commands';
import { addReleaseCommands } from './redshift-backup/release-commands';
import { addRestoreCommand } from './redshift-backup/restore-command';
import { addSnapshotCommands } from './redshift-backup/snapshot-commands';

/** `holdfast warehouse ...`: backups of Redshift, by hand and through the automation. */
export function addRedshiftBackupCommands(program: Command, operator: Operator): void {
  const warehouse = program.command('warehouse').description('Redshift backups: snapshots by hand, shares, restores, proofs, holds and costs');
  addSnapshotCommands(warehouse, operator);
  addRestoreCommand(warehouse, operator);
  addDemoCommand(warehouse, operator);
  addAutomationCommands(warehouse, operator);
  addPromoteCommands(warehouse, operator);
  addHoldCommands(warehouse, operator);
  addReleaseCommands(warehouse, operator);
  addCostCommand(warehouse, operator);
}
