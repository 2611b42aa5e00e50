import type { Command } from 'commander';
import type { Operator } from '../command-line/operator';
import { addFailoverCommands } from './warm-standby/failover-commands';
import { addReturnCommands } from './warm-standby/return-commands';
import { addSetUpCommands } from './warm-standby/set-up-commands';
import { openRegion, type OpenRegion } from './warm-standby/system';

/** `holdfast standby ...`: making a region the active one, and what comes before and after. */
export function addWarmStandbyCommands(program: Command, operator: Operator, open: OpenRegion = openRegion): void {
  const standby = program.command('standby').description('Warm standbys: prepare, fail over, approve, go back');
  addSetUpCommands(standby, operator, open);
  addFailoverCommands(standby, operator, open);
  addReturnCommands(standby, operator, open);
}
