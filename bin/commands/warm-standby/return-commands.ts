import type { Command } from 'commander';
import { InvalidInput } from '../../../lambda/common/errors';
import type { FailoverRun, FailoverStep, TablePosition } from '../../../lambda/warm-standby/contract';
import type { Operator } from '../../command-line/operator';
import { table } from '../../command-line/table';
import { openSystem, type OpenRegion, type Region } from './system';

/** What `conclude-failover` writes, as far as it is shown. */
interface ReportView {
  readonly run: FailoverRun;
  readonly region: string;
  readonly outcome: string;
  readonly error?: { readonly Error?: string; readonly Cause?: string };
  readonly steps: Readonly<Partial<Record<FailoverStep, { readonly seconds: number; readonly budgetSeconds: number }>>>;
  readonly recoveryTimeSeconds: number | null;
  readonly recoveryTimeObjectiveSeconds: number;
  readonly recoveryPointSeconds: number | null;
  readonly recoveryPointObjectiveSeconds: number;
  readonly positions: readonly TablePosition[];
}

/** What `reconcile-losses` answers. */
interface LossesView {
  readonly reportKey: string;
  readonly lost: readonly { readonly table: string; readonly numbers: readonly number[]; readonly isComplete: boolean }[];
  readonly objectCount: number;
  readonly objectsSince: string | null;
  readonly objectsComplete: boolean;
}

/** What comes after a failover: its report, what was lost, and the way back. */
export function addReturnCommands(standby: Command, operator: Operator, open: OpenRegion): void {
  standby
    .command('report <system> <operation>')
    .description('shows how long a failover took, step by step, and what it lost')
    .option('--region <region>', 'region that was to become active (default: the standby)')
    .action(async (name: string, operationId: string, options: { region?: string }) => {
      const { config } = openSystem(operator, name);
      const report = await readReport(await open(operator, name, options.region ?? config.standby.region), operationId);
      operator.answer(report, reportInWords(report));
    });
  standby
    .command('losses <system> <operation>')
    .description('lists what only the region that was lost holds, once it is back')
    .option('--lost <region>', 'region that was lost (default: the primary)')
    .option('--since <moment>', 'look only at objects written since then, ISO 8601 (default: at all in the bucket)')
    .action(async (name: string, operationId: string, options: { lost?: string; since?: string }) => {
      const since = options.since === undefined ? {} : { since: parseMoment(options.since) };
      const { config } = openSystem(operator, name);
      const lostRegion = options.lost ?? config.primary.region;
      const lost = await open(operator, name, lostRegion);
      const survivor = await open(operator, name, lostRegion === config.primary.region ? config.standby.region : config.primary.region);
      const { run, outcome, positions } = await readReport(survivor, operationId);
      // Without them every row that the lost region has would seem lost.
      if (outcome === 'failed' && positions.length === 0) throw new InvalidInput('operation', [`${operationId}: it failed before the database was opened, expected the attempt that opened the database, such as epoch-${run.epoch}_2`]);
      const found = await lost.call<LossesView>('reconcile-losses', { operationId, epoch: run.epoch, positions, ...since });
      operator.answer(found, [...found.lost.map(rowsInWords), objectsInWords(found), `whole: ${found.reportKey}`]);
    });
  standby
    .command('rebuild <system> <region>')
    .description('makes the region a standby again; its old database is renamed and kept')
    .option('--undo', 'give the old database its name back; a new replica makes room')
    .action(async (name: string, regionName: string, { undo }: { undo?: boolean }) => {
      const region = await open(operator, name, regionName);
      const { executionArn } = await region.rebuilds.start(`rebuild-${Date.now()}`, { mode: undo ? 'undo' : 'rebuild' });
      operator.answer({ executionArn }, [`${executionArn}: started`]);
    });
}

/** Raises `InvalidInput` when there is no report of that name. */
async function readReport({ reports }: Pick<Region, 'reports'>, operationId: string): Promise<ReportView> {
  const report = await reports.readJson(`failovers/${operationId}.json`);
  if (!report) throw new InvalidInput('operation', [`${operationId}: there is no report of it`]);
  return report as ReportView;
}

function reportInWords({ run, region, outcome, error, steps, recoveryTimeSeconds, recoveryTimeObjectiveSeconds, recoveryPointSeconds, recoveryPointObjectiveSeconds }: ReportView): readonly string[] {
  return [
    `${run.kind} failover ${run.operationId} to ${region}: ${outcome}${error ? ` by ${error.Error ?? 'an unknown error'}, ${error.Cause ?? ''}` : ''}`,
    ...table(['STEP', 'SECONDS', 'BUDGET'], Object.entries(steps).map(([step, { seconds, budgetSeconds }]) => [step, String(seconds), String(budgetSeconds)])),
    `out of service: ${recoveryTimeSeconds ?? 'unknown'} s, objective ${recoveryTimeObjectiveSeconds} s`,
    `work lost: at most ${recoveryPointSeconds ?? 'unknown'} s, objective ${recoveryPointObjectiveSeconds} s`,
  ];
}

function rowsInWords({ table: name, numbers, isComplete }: LossesView['lost'][number]): string {
  return `${name}: ${isComplete ? '' : 'more than '}${numbers.length} rows lost${numbers.length > 0 ? `: ${numbers.join(', ')}` : ''}`;
}

function objectsInWords({ objectCount, objectsSince, objectsComplete }: LossesView): string {
  const looked = objectsSince === null ? 'all in the bucket' : `those written since ${objectsSince}`;
  return `${objectsComplete ? '' : 'at least '}${objectCount} objects did not arrive, of ${looked}${objectsComplete ? '' : ': there was no time for all of them, look at fewer with --since'}`;
}

/** With a time and a zone: a day begins at another moment wherever somebody reads it. */
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;

function parseMoment(text: string): string {
  const moment = new Date(text);
  if (!MOMENT.test(text) || Number.isNaN(moment.getTime())) throw new InvalidInput('--since', [`${JSON.stringify(text)} is not allowed, expected a moment such as 2027-01-31T12:00:00Z`]);
  return moment.toISOString();
}
