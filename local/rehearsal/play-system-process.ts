import { loadDeployment } from '../../lib/config/load-deployment';
import { select } from './catalogue';
import type { RehearsalEvent } from './events';

/** What the rehearsal hands to the process that plays one system. */
export interface SystemProcessInput {
  readonly only: string;
  readonly environment: string;
  readonly assemblyDirectory: string;
  readonly faults: readonly string[];
  readonly denials: readonly string[];
}

/** Plays one system in a process of its own, and tells what happens on standard output, one JSON object a line. */
async function main(): Promise<void> {
  const input = JSON.parse(process.argv[2] ?? '') as SystemProcessInput;
  const tell = (event: RehearsalEvent) => process.stdout.write(`${JSON.stringify(event)}\n`);
  for (const { rehearsal, scenario } of select(input.only)) {
    await rehearsal.play({ ...input, only: scenario, deployment: loadDeployment(input.environment), tell });
  }
}

void main();
