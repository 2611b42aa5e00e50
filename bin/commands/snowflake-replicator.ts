import { InvalidArgumentError, Option, type Command } from 'commander';
import type { ReplicationRequest, RequestedMode } from '../../lambda/snowflake-replicator/contract';
import type { Operator } from '../command-line/operator';
import { table } from '../command-line/table';
import { openPipeline, type Pipeline } from './snowflake-replicator/pipeline';

const POLL_MS = 5_000;
const LATEST = 20;

interface RunOptions {
  readonly table?: readonly string[];
  readonly mode?: RequestedMode;
  readonly operation?: string;
  readonly watch?: boolean;
}

interface Redriven {
  readonly redriven: readonly { readonly table: string | null; readonly operationId: string; readonly executionArn: string }[];
  readonly left: readonly string[];
}

/** The run did not succeed. */
class RunFailed extends Error {
  override readonly name = 'RunFailed';
}

/** `holdfast replicate ...`: the pipelines from PostgreSQL to Snowflake. */
export function addSnowflakeReplicatorCommands(program: Command, operator: Operator): void {
  const replicate = program.command('replicate').description('Replication to Snowflake: run, compare both sides, start again what failed');
  replicate
    .command('list')
    .description('lists the pipelines of the deployment with their tables')
    .action(() => listPipelines(operator));
  replicate
    .command('run <pipeline>')
    .description('brings over what changed, or all of it')
    .addOption(tables())
    .addOption(new Option('--mode <mode>', 'full loads everything again, verify compares both sides and repairs').choices(['auto', 'full', 'incremental', 'verify']))
    .option('--operation <id>', 'names the run: the same id again is the same run')
    .option('--watch', 'wait until it ends')
    .action(async (name: string, options: RunOptions) => run(await openPipeline(operator, name), options, operator));
  replicate
    .command('status <pipeline>')
    .description('shows the latest runs')
    .action(async (name: string) => showRuns(await openPipeline(operator, name), operator));
  replicate
    .command('redrive <pipeline>')
    .description('starts again what failed for good; do it once the cause is removed')
    .option('--most <number>', 'how many failures at most', wholeNumber)
    .action(async (name: string, { most }: { readonly most?: number }) => redrive(await openPipeline(operator, name), most, operator));
}

function tables(): Option {
  return new Option('--table <schema.table...>', 'only these tables');
}

function listPipelines(operator: Operator): void {
  const { snowflakeReplicator } = operator.deployment();
  const rows = snowflakeReplicator.flatMap((config) =>
    Object.entries(config.tables).map(([name, { mode, cursor }]) => [config.name, name, mode, cursor.kind === 'column' ? cursor.column : cursor.kind, `${config.snowflake.database}.${config.snowflake.schema}`]),
  );
  operator.answer(snowflakeReplicator, table(['PIPELINE', 'TABLE', 'MODE', 'CURSOR', 'TO'], rows));
}

async function run(pipeline: Pipeline, { table: asked, mode, operation, watch }: RunOptions, operator: Operator): Promise<void> {
  const request: ReplicationRequest = { ...(operation !== undefined && { operationId: operation }), ...(asked && { tables: asked }), ...(mode && { mode }) };
  const answer = await pipeline.call<{ readonly operationId: string; readonly executionArn: string; readonly status: string }>('request-replication', request);
  operator.tell(`${answer.operationId}: ${answer.status}`);
  const output = watch ? await ended(pipeline, answer.executionArn, operator) : undefined;
  operator.answer(output ?? answer, [output === undefined ? answer.executionArn : JSON.stringify(output)]);
}

/** Waits for the end of an execution; raises `RunFailed` unless it succeeded. */
async function ended({ executions }: Pipeline, executionArn: string, operator: Operator): Promise<unknown> {
  const name = executionArn.split(':').pop() ?? '';
  for (;;) {
    const execution = await executions.find(name);
    if (execution?.status === 'SUCCEEDED') return execution.output;
    if (execution && execution.status !== 'RUNNING') throw new RunFailed(`${name} ended as ${execution.status}: ${execution.error ?? 'no error'} ${execution.cause ?? ''}`.trim());
    await operator.pause(POLL_MS);
  }
}

async function showRuns({ executions }: Pipeline, operator: Operator): Promise<void> {
  const runs = await executions.latest(LATEST);
  operator.answer(runs, table(['RUN', 'STATUS', 'STARTED', 'ENDED'], runs.map(({ name, status, startedAt, stoppedAt }) => [name, status, startedAt.toISOString(), stoppedAt?.toISOString() ?? ''])));
}

async function redrive(pipeline: Pipeline, most: number | undefined, operator: Operator): Promise<void> {
  const answer = await pipeline.call<Redriven>('redrive-failures', most === undefined ? {} : { most });
  operator.answer(answer, [
    ...answer.redriven.map(({ table: name, operationId, executionArn }) => `${name ?? 'the run'} of ${operationId}: ${executionArn}`),
    ...answer.left.map((reason) => `left in the queue: ${reason}`),
    `${answer.redriven.length} started again, ${answer.left.length} left`,
  ]);
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError(`${JSON.stringify(text)} is no whole number above 0`);
  return value;
}
