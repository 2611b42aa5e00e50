import { text } from 'node:stream/consumers';
import { loadDeployment } from '../../lib/config/load-deployment';
import { CATALOGUE } from './catalogue';
import type { RehearsalEvent } from './events';

/** What the rehearsal hands to the process of one cloud. */
export interface ScenariosProcessInput {
  readonly system: string;
  readonly scenarios: readonly string[];
  readonly environment: string;
  readonly faults: readonly string[];
  readonly denials: readonly string[];
}

/** Plays scenarios of one system in a process of its own: reads from standard input where the assembly is, and tells what happens on standard output, one JSON object a line. */
async function main(): Promise<void> {
  const input = JSON.parse(process.argv[2] ?? '') as ScenariosProcessInput;
  const tell = (event: RehearsalEvent) => process.stdout.write(`${JSON.stringify(event)}\n`);
  const rehearsal = CATALOGUE.find(({ system }) => system === input.system);
  await rehearsal?.play({ ...input, assemblyDirectory: text(process.stdin), deployment: loadDeployment(input.environment), tell });
}

void main();
