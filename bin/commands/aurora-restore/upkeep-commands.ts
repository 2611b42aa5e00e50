import type { Command } from 'commander';
import { RemoteFunction } from '../../../lambda/common/aws/remote-function';
import type { Operator } from '../../command-line/operator';
import { table } from '../../command-line/table';
import { findPipeline, openPipeline } from './pipeline';

const PHASE_FILE = /^(.+)\/(before|after|live)\.json$/;

/** `restore capture`, `manifests` and `sweep`: what schedules do, by hand. */
export function addUpkeepCommands(restore: Command, operator: Operator): void {
  restore
    .command('capture <pipeline>')
    .description('takes a snapshot of the source between two manifests of its content; needs credentials of the source account')
    .action(async (name: string) => capture(name, operator));
  restore
    .command('manifests <pipeline>')
    .description('lists what the source said of its content, and when')
    .action(async (name: string) => listManifests(name, operator));
  restore
    .command('sweep <pipeline>')
    .description('deletes retired clusters past their grace and kept copies past their days')
    .action(async (name: string) => sweep(name, operator));
}

async function capture(name: string, operator: Operator): Promise<void> {
  const { config, names } = findPipeline(operator.deployment(), name);
  const source = await operator.actIn(config.source);
  const started = await RemoteFunction.in(source, names.functionName('start-capture')).call<{ captureId: string; executionArn: string }>({});
  operator.answer(started, [`${started.captureId}: started`]);
}

async function listManifests(name: string, operator: Operator): Promise<void> {
  const { manifests } = await openPipeline(operator, name);
  const captures = new Map<string, Record<string, string>>();
  for (const { key, writtenAt } of await manifests.list()) {
    const [, captureId, phase] = PHASE_FILE.exec(key) ?? [];
    if (captureId && phase) captures.set(captureId, { ...captures.get(captureId), [phase]: writtenAt.toISOString() });
  }
  const rows = [...captures].map(([captureId, phases]) => [captureId, ...['before', 'after', 'live'].map((phase) => phases[phase] ?? '-')]);
  operator.answer(Object.fromEntries(captures), table(['CAPTURE', 'BEFORE', 'AFTER', 'LIVE'], rows));
}

async function sweep(name: string, operator: Operator): Promise<void> {
  const pipeline = await openPipeline(operator, name);
  await operator.confirm(`Clusters of ${name} that were retired a day ago or longer, and copies past their days, are deleted.`, name);
  const { removed } = await pipeline.call<{ removed: readonly string[] }>('sweep-leftovers', {});
  operator.answer({ removed }, removed.length > 0 ? removed.map((identifier) => `deleted ${identifier}`) : ['nothing was due']);
}
