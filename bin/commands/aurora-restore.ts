import type { Command } from 'commander';
import type { Operator } from '../command-line/operator';
import { addLoginCommands } from './aurora-restore/login-commands';
import { addLookCommands } from './aurora-restore/look-commands';
import { addRunCommands } from './aurora-restore/run-commands';
import { addUpkeepCommands } from './aurora-restore/upkeep-commands';

/** `holdfast restore ...`: the restore pipelines of Aurora clusters. */
export function addAuroraRestoreCommands(program: Command, operator: Operator): void {
  const restore = program.command('restore').description('Aurora restores: plan, start, follow and audit them');
  addRunCommands(restore, operator);
  addLookCommands(restore, operator);
  addUpkeepCommands(restore, operator);
  addLoginCommands(restore, operator);
}
