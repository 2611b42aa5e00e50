import { Command, InvalidArgumentError, Option } from 'commander';
import { addAuroraRestoreCommands } from '../commands/aurora-restore';
import { addRedshiftBackupCommands } from '../commands/redshift-backup';
import { addSnowflakeReplicatorCommands } from '../commands/snowflake-replicator';
import { addWarmStandbyCommands } from '../commands/warm-standby';
import type { Operator } from './operator';

/** Adds the commands of one system. */
type AddCommands = (program: Command, operator: Operator) => void;

/** Every system's commands, each from `bin/commands/<system>.ts`. */
const SYSTEMS: readonly AddCommands[] = [addRedshiftBackupCommands, addAuroraRestoreCommands, addSnowflakeReplicatorCommands, addWarmStandbyCommands];

/** The operator's command line: `holdfast <system's verb> ...`. Whoever acts through it is made from its options. */
export function createProgram(operatorOf: (program: Command) => Operator): Command {
  const program = new Command('holdfast')
    .description('Operates what Holdfast protects: with the credentials of your shell, on AWS or on a local cloud (npm run cloud).')
    .addOption(new Option('--environment <name>', 'which lib/config/environments/<name>.ts describes the deployment').env('HOLDFAST_ENVIRONMENT').default('example'))
    .option('--profile <name>', 'the profile of the AWS configuration to act as')
    .option('--yes', 'confirm what cannot be undone beforehand, for scripts')
    .option('--json', 'answer with JSON')
    .option('--look-every <seconds>', 'how long a command that waits pauses between two looks', lookEvery)
    .showHelpAfterError('(--help lists what is there)')
    .hook('preAction', (command) => {
      const { profile } = command.opts<{ profile?: string }>();
      if (profile) process.env['AWS_PROFILE'] = profile;
    });
  const operator = operatorOf(program);
  for (const add of SYSTEMS) add(program, operator);
  return program;
}

function lookEvery(text: string): number {
  const seconds = Number(text);
  if (!(seconds >= 0.1 && seconds <= 3600)) throw new InvalidArgumentError(`look-every: ${JSON.stringify(text)} is not allowed, expected 0.1 to 3600 seconds`);
  return seconds;
}
