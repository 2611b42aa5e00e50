import { spawnSync } from 'node:child_process';
import type { Command } from 'commander';
import type { Operator } from '../../command-line/operator';
import type { GlobalOptions } from '../../command-line/terminal-operator';
import { snapshotIdentifier } from './arguments';

interface DemoOptions {
  readonly sourceProfile: string;
  readonly targetProfile: string;
  readonly snapshot?: string;
}

/** `warehouse demo`: the approach by hand from end to end, each step the command that a person would give. */
export function addDemoCommand(warehouse: Command, operator: Operator): void {
  warehouse
    .command('demo <warehouse>')
    .description('makes a snapshot, shares it, lists it in the target account and restores it there; says each command before it gives it')
    .requiredOption('--source-profile <name>', 'profile of the source account')
    .requiredOption('--target-profile <name>', 'profile of the target account')
    .option('--snapshot <identifier>', 'its name, by default demo-snapshot-<time>; with that of a demonstration that stopped, it goes on from there', snapshotIdentifier)
    .action((name: string, { sourceProfile, targetProfile, snapshot }: DemoOptions, command: Command) => {
      const id = snapshot ?? `demo-snapshot-${new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-')}`;
      const options = command.optsWithGlobals<GlobalOptions>();
      const steps = [
        [sourceProfile, 'snapshot', name, '--snapshot', id],
        [sourceProfile, 'share', name, id],
        [targetProfile, 'snapshots', name],
        [targetProfile, 'restore', name, id],
      ] as const;
      for (const [profile, ...step] of steps) {
        if (!succeeds(profile, step, options)) throw new Error(`the demonstration stopped at: ${inWords(profile, step)}; the same with --snapshot ${id} goes on from there`);
      }
      operator.answer({ snapshot: id }, [`${id} of the source account is a warehouse of the target account now.`]);
    });
}

/** Gives one command in a process of its own, which has the profile of its account. With `--json` its answer is told, as the demonstration has one itself. */
function succeeds(profile: string, command: readonly string[], { environment, json, lookEvery }: GlobalOptions): boolean {
  process.stderr.write(`\n$ holdfast ${inWords(profile, command)}\n`);
  const [node, ...script] = [process.execPath, ...process.execArgv, process.argv[1] ?? ''];
  const global = ['--environment', environment, '--profile', profile, ...(lookEvery === undefined ? [] : ['--look-every', String(lookEvery)])];
  return spawnSync(node, [...script, ...global, 'warehouse', ...command], { stdio: ['inherit', json ? process.stderr.fd : 'inherit', 'inherit'] }).status === 0;
}

function inWords(profile: string, command: readonly string[]): string {
  return ['warehouse', ...command, '--profile', profile].join(' ');
}
