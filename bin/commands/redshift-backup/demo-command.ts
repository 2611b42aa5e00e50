import { spawnSync } from 'node:child_process';
import type { Command } from 'commander';

interface DemoOptions {
  readonly sourceProfile: string;
  readonly targetProfile: string;
}

/** `warehouse demo`: the approach by hand from end to end, each step the command that a person would give. */
export function addDemoCommand(warehouse: Command): void {
  warehouse
    .command('demo <warehouse>')
    .description('makes a snapshot, shares it, lists it in the target account and restores it there; says each command before it gives it')
    .requiredOption('--source-profile <name>', 'profile of the source account')
    .requiredOption('--target-profile <name>', 'profile of the target account')
    .action((name: string, { sourceProfile, targetProfile }: DemoOptions) => {
      const id = `demo-snapshot-${new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-')}`;
      const steps = [
        [sourceProfile, 'snapshot', name, '--snapshot', id],
        [sourceProfile, 'share', name, id],
        [targetProfile, 'snapshots', name],
        [targetProfile, 'restore', name, id],
      ] as const;
      for (const [profile, ...command] of steps) step(profile, command);
    });
}

function step(profile: string, command: readonly string[]): void {
  const shown = ['warehouse', ...command, '--profile', profile].join(' ');
  process.stderr.write(`\n$ holdfast ${shown}\n`);
  const [node, ...script] = [process.execPath, ...process.execArgv, process.argv[1] ?? ''];
  const { status } = spawnSync(node, [...script, '--profile', profile, 'warehouse', ...command], { stdio: 'inherit' });
  if (status !== 0) throw new Error(`the demonstration stopped at: ${shown}; the same command again goes on from there`);
}
