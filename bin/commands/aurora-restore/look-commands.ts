import type { Command } from 'commander';
import { findBrokenLink } from '../../../lambda/common/audit-log';
import { InvalidInput, OperationError } from '../../../lambda/common/errors';
import type { Operator } from '../../command-line/operator';
import { table } from '../../command-line/table';
import { eventLine, follow } from './follow';
import { messageIn, outputOf } from './output-of';
import { openPipeline, type Pipeline } from './pipeline';

/** The audit is not what was written. */
class AuditBroken extends OperationError {
  override readonly name = 'AuditBroken';
  override readonly disposition = 'stop';
}

/** What the state table tells of a run. */
interface StateRow {
  readonly operation_id: string;
  readonly status: string;
  readonly state: string;
  readonly execution: string;
  readonly last_updated: string;
  readonly outcome?: { readonly subject?: string };
}

const LATEST = 20;

/** `restore list`, `status`, `watch`, `audit` and `proof`: what reads and changes nothing. */
export function addLookCommands(restore: Command, operator: Operator): void {
  restore
    .command('list')
    .description('lists the pipelines of the deployment')
    .action(() => listPipelines(operator));
  restore
    .command('status <pipeline> [operation]')
    .description('shows how far a run is, or which runs there were lately')
    .action(async (name: string, operation: string | undefined) => {
      const pipeline = await openPipeline(operator, name);
      await (operation === undefined ? listRuns(pipeline, operator) : showRun(pipeline, operation, operator));
    });
  restore
    .command('watch <pipeline> <operation>')
    .description('shows each event of a run until it ends')
    .action(async (name: string, operation: string) => watch(await openPipeline(operator, name), operation, operator));
  restore
    .command('audit <pipeline> <operation>')
    .description('shows everything that a run did, and checks that nothing was removed or changed since')
    .action(async (name: string, operation: string) => showAudit(await openPipeline(operator, name), operation, operator));
  restore
    .command('proof <pipeline> <operation>')
    .description('shows the comparison of the restored content with what the source said of it')
    .action(async (name: string, operation: string) => showProof(await openPipeline(operator, name), operation, operator));
}

function listPipelines(operator: Operator): void {
  const { auroraRestore } = operator.deployment();
  const rows = auroraRestore.map(({ name, source, target }) => [name, `${source.clusterIdentifier} (${source.account}, ${source.region})`, `${target.clusterIdentifier} (${target.account}, ${target.region})`]);
  operator.answer(auroraRestore, table(['PIPELINE', 'FROM', 'TO'], rows));
}

async function listRuns({ executions }: Pipeline, operator: Operator): Promise<void> {
  const latest = await executions.latest(LATEST);
  operator.answer(latest, table(['EXECUTION', 'STATUS', 'STARTED', 'ENDED'], latest.map(({ name, status, startedAt, stoppedAt }) => [name, status, startedAt.toISOString(), stoppedAt?.toISOString() ?? '-'])));
}

async function showRun(pipeline: Pipeline, operationId: string, operator: Operator): Promise<void> {
  const row = await findRun(pipeline, operationId);
  const execution = await pipeline.executions.find(row.execution);
  operator.answer({ ...row, execution }, [
    `${operationId}: ${row.status}, last ${row.state} at ${row.last_updated}`,
    `execution ${row.execution}: ${execution?.status ?? 'gone'}`,
    ...(execution?.error ? [`${execution.error}: ${messageIn(execution.cause ?? '')}`] : []),
    ...(row.outcome?.subject ? [row.outcome.subject] : []),
  ]);
}

async function watch(pipeline: Pipeline, operationId: string, operator: Operator): Promise<void> {
  const { execution } = await findRun(pipeline, operationId);
  const ended = await follow(pipeline, operationId, execution, operator);
  operator.answer(outputOf(ended), [`${operationId}: ${ended.status}`]);
}

async function showAudit({ audit }: Pipeline, operationId: string, operator: Operator): Promise<void> {
  const events = await audit.events(operationId);
  if (events.length === 0) throw noSuchRun(operationId);
  const broken = findBrokenLink(events);
  operator.answer({ events, brokenAt: broken ?? null }, [...events.map(eventLine), `${events.length} events, the last with hash ${events.at(-1)?.hash ?? ''}`]);
  if (broken !== undefined) throw new AuditBroken(`the chain of ${operationId} is broken at event ${Number(broken)}: something was removed or changed after it was written`);
}

async function showProof({ evidence }: Pipeline, operationId: string, operator: Operator): Promise<void> {
  const proof = (await evidence.readJson(`${operationId}/proof.json`)) as { readonly verdict: string; readonly rows: number; readonly provenRows: number; readonly mismatches: readonly string[] } | undefined;
  if (!proof) throw new InvalidInput('restore', [`operation: ${JSON.stringify(operationId)} is not allowed, its content was not compared`]);
  operator.answer(proof, [`${proof.verdict}: ${proof.provenRows} of ${proof.rows} rows proven, ${proof.mismatches.length} differences`, ...proof.mismatches.map((mismatch) => `  ${mismatch}`)]);
}

async function findRun({ states }: Pipeline, operationId: string): Promise<StateRow> {
  const row = (await states.get({ operation_id: operationId })) as unknown as StateRow | undefined;
  if (!row) throw noSuchRun(operationId);
  return row;
}

function noSuchRun(operationId: string): InvalidInput {
  return new InvalidInput('restore', [`operation: ${JSON.stringify(operationId)} is not allowed, there is no such run; \`holdfast restore status <pipeline>\` lists those that there are`]);
}
