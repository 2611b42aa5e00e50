import { Topic } from '../common/aws/topic';
import { defineHandler } from '../common/define-handler';
import { ENV, TablesFailed, type FinishRunInput, type ReplicationSummary, type TableOutcome, type VerificationSummary } from './contract';

export interface FinishRunOutput {
  readonly operationId: string;
  readonly tables: number;
  /** Tables that were left to another run. */
  readonly leftToOthers: readonly string[];
  readonly rowsExtracted: number;
  readonly durationSeconds: number;
}

export interface FinishRunPorts {
  readonly pipeline: string;
  readonly topic: Pick<Topic, 'publish'>;
  readonly now: () => Date;
}

/**
 * Ends a run: sums up what its tables did, and tells people where something was found or failed. A run without either is silent.
 *
 * Raises `TablesFailed` when a table failed, so that the execution fails too and is seen where executions are looked at.
 */
export async function finishRun({ operationId, executionArn, startedAt, outcomes }: FinishRunInput, { pipeline, topic, now }: FinishRunPorts): Promise<FinishRunOutput> {
  const durationSeconds = (now().getTime() - Date.parse(startedAt)) / 1000;
  const failed = outcomes.filter(({ status }) => status === 'failed');
  const leftToOthers = outcomes.flatMap((outcome) => (outcome.status === 'busy' ? [outcome.table] : []));
  const remarks = outcomes.flatMap(remarksOn);
  if (remarks.length > 0) {
    const subject = failed.length > 0 ? `${pipeline}: ${failed.length} of ${outcomes.length} tables failed` : `${pipeline}: replicated, with remarks`;
    await topic.publish(subject, [`Operation: ${operationId}, ${Math.round(durationSeconds)} s`, '', ...remarks, '', `Execution: ${executionArn}`].join('\n'));
  }
  if (failed.length > 0) throw new TablesFailed(`${failed.length} of ${outcomes.length} tables failed: ${failed.map(nameOf).join(', ')}`, { failed });
  const rowsExtracted = outcomes.reduce((sum, outcome) => sum + rowsOf(outcome), 0);
  return { operationId, tables: outcomes.length, leftToOthers, rowsExtracted, durationSeconds };
}

function nameOf({ table }: Pick<TableOutcome & { status: 'failed' }, 'table'>): string {
  return table ?? 'the run';
}

function rowsOf(outcome: TableOutcome): number {
  return outcome.status === 'succeeded' && 'rowsExtracted' in outcome.summary ? outcome.summary.rowsExtracted : 0;
}

/** What people should know of a table, in words. */
function remarksOn(outcome: TableOutcome): string[] {
  if (outcome.status === 'busy') return [];
  if (outcome.status === 'failed') return [`${nameOf(outcome)} failed with ${outcome.errorName}: ${outcome.message}`];
  const { table, summary } = outcome;
  return 'rowsExtracted' in summary ? quarantineRemark(table, summary) : differenceRemark(table, summary);
}

function quarantineRemark(table: string, { rowsQuarantined }: ReplicationSummary): string[] {
  return rowsQuarantined === 0 ? [] : [`${table}: ${rowsQuarantined} rows have no place in the target and are in its quarantine`];
}

function differenceRemark(table: string, { missing, altered, extra, repaired, missedByCursor }: VerificationSummary): string[] {
  const found = missing + altered + extra;
  if (found === 0) return [];
  return [`${table}: ${found} rows differed (${missing} missing, ${altered} altered, ${extra} deleted in the source), ${repaired} were repaired; ${missedByCursor} the cursor would never have brought`];
}

export const handler = defineHandler('snowflake-replicator/finish-run', finishRun, (env) => ({
  pipeline: env.required(ENV.PIPELINE),
  topic: Topic.in({ region: env.region }, env.required(ENV.TOPIC_ARN)),
  now: () => new Date(),
}));
