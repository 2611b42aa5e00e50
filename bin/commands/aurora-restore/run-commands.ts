import { Option, type Command } from 'commander';
import type { RestorePlan, RestoreRequest } from '../../../lambda/aurora-restore/contract';
import type { Operator } from '../../command-line/operator';
import { follow } from './follow';
import { outputOf } from './output-of';
import { openPipeline, type Pipeline } from './pipeline';

/** What a request is answered with. */
interface StartedRun {
  readonly operationId: string;
  readonly executionArn: string;
  readonly status: 'started' | 'running' | 'done';
}

interface RequestOptions {
  readonly operation?: string;
  readonly snapshot?: string;
  readonly target?: string;
  readonly deleteSource?: boolean;
  readonly planHash?: string;
  readonly onFailure?: 'remove' | 'keep';
  readonly watch?: boolean;
}

/** `restore plan`, `start` and `abandon`: what makes a pipeline run. */
export function addRunCommands(restore: Command, operator: Operator): void {
  withRequestOptions(restore.command('plan <pipeline>'))
    .description('says what a restore would call and delete, and changes nothing')
    .action(async (name: string, options: RequestOptions) => plan(await openPipeline(operator, name), options, operator));
  withRequestOptions(restore.command('start <pipeline>'))
    .description('starts a restore, or resumes the operation of that name')
    .option('--plan-hash <hash>', 'the hash of the plan that somebody read, for --delete-source')
    .addOption(new Option('--on-failure <what>', 'what happens to what a failed run made').choices(['remove', 'keep']))
    .option('--watch', 'show each event until the run ends')
    .action(async (name: string, options: RequestOptions) => start(await openPipeline(operator, name), options, operator));
  restore
    .command('abandon <pipeline> <operation>')
    .description('removes what a failed run made, because nobody wants to resume it')
    .action(async (name: string, operation: string) => abandon(await openPipeline(operator, name), operation, operator));
}

function withRequestOptions(command: Command): Command {
  return command
    .option('--operation <id>', 'names the run: the same id twice is the same run, resumed')
    .option('--snapshot <identifier>', 'a certain snapshot, by identifier or ARN, instead of the newest')
    .option('--target <cluster>', 'a name for the restored cluster other than the configured one')
    .option('--delete-source', 'delete the source cluster once everything is proven');
}

async function plan(pipeline: Pipeline, options: RequestOptions, operator: Operator): Promise<void> {
  const { executionArn, operationId } = await request(pipeline, { mode: 'plan', ...requestOf(options) });
  const ended = await follow(pipeline, operationId, nameIn(executionArn), operator);
  const { plan: made } = outputOf(ended) as { plan: RestorePlan };
  operator.answer(made, [
    'It would call:',
    ...made.calls.map((call) => `  ${call}`),
    'It would delete:',
    ...(made.deletions.length > 0 ? made.deletions.map((deletion) => `  ${deletion}`) : ['  nothing but its own copies']),
    `Plan hash: ${made.planHash}`,
  ]);
}

async function start(pipeline: Pipeline, options: RequestOptions, operator: Operator): Promise<void> {
  const { source, name } = pipeline.config;
  if (options.deleteSource && options.planHash) {
    await operator.confirm(`Once the restore is proven, cluster ${source.clusterIdentifier} of account ${source.account} is deleted, as the plan with hash ${options.planHash} says.`, source.clusterIdentifier);
  }
  const started = await request(pipeline, requestOf(options));
  const { operationId, executionArn, status } = started;
  if (!options.watch) {
    operator.answer(started, [`${operationId}: ${status}`, `Follow it with: holdfast restore watch ${name} ${operationId}`]);
    return;
  }
  const ended = await follow(pipeline, operationId, nameIn(executionArn), operator);
  operator.answer(outputOf(ended), [`${operationId}: ${ended.status}`]);
}

async function abandon(pipeline: Pipeline, operationId: string, operator: Operator): Promise<void> {
  await operator.confirm(`Everything that operation ${operationId} of ${pipeline.config.name} made is deleted.`, operationId);
  const { executionArn } = await request(pipeline, { mode: 'abandon', operationId });
  const ended = await follow(pipeline, operationId, nameIn(executionArn), operator);
  operator.answer(outputOf(ended), [`${operationId}: abandoned`]);
}

/** The function checks the request field by field before anything is touched; its answer to a wrong one is shown as it is. */
function request(pipeline: Pipeline, body: RestoreRequest): Promise<StartedRun> {
  return pipeline.call<StartedRun>('request-restore', body);
}

function requestOf({ operation, snapshot, target, deleteSource, planHash, onFailure }: RequestOptions): RestoreRequest {
  return {
    ...(operation !== undefined && { operationId: operation }),
    ...(snapshot !== undefined && { snapshotIdentifier: snapshot }),
    ...(target !== undefined && { targetClusterIdentifier: target }),
    ...(deleteSource && { deleteSource }),
    ...(planHash !== undefined && { planHash }),
    ...(onFailure !== undefined && { onFailure }),
  };
}

function nameIn(executionArn: string): string {
  return executionArn.slice(executionArn.lastIndexOf(':') + 1);
}
