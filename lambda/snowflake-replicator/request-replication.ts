import { Executions, isUnderWay } from '../common/aws/executions';
import { Parameters } from '../common/aws/parameters';
import { defineHandler } from '../common/define-handler';
import { ENV, type ReplicationRequest } from './contract';
import { completeRequest } from './replication-request';

export interface RequestOutput {
  readonly operationId: string;
  readonly executionArn: string;
  /** `started`, `running` when it was under way already, or `done` when it has succeeded before. */
  readonly status: 'started' | 'running' | 'done';
}

export interface RequestReplicationPorts {
  readonly pipeline: string;
  readonly settingsPath: string;
  readonly parameters: Pick<Parameters, 'readJson' | 'readAllJson'>;
  readonly executions: Pick<Executions, 'start' | 'statusOf'>;
  readonly now: () => Date;
}

const MOST_ATTEMPTS = 20;

/**
 * Starts a run, or finds the one that the same id has started.
 *
 * An execution's name can be used once, so repeating a run that failed starts `<operationId>-2`, `-3`, and so on.
 */
export async function requestReplication(input: ReplicationRequest, { pipeline, settingsPath, parameters, executions, now }: RequestReplicationPorts): Promise<RequestOutput> {
  const { operationId, mode, tables } = await completeRequest(input, pipeline, parameters, settingsPath, now());
  const request: ReplicationRequest = { operationId, mode, tables: tables.map(({ table }) => table) };
  for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt += 1) {
    const name = attempt === 1 ? operationId : `${operationId}-${attempt}`;
    const { executionArn, alreadyStarted } = await executions.start(name, request);
    if (!alreadyStarted) return { operationId, executionArn, status: 'started' };
    const status = await executions.statusOf(name);
    if (isUnderWay(status)) return { operationId, executionArn, status: 'running' };
    if (status === 'SUCCEEDED') return { operationId, executionArn, status: 'done' };
  }
  throw new Error(`operation ${operationId} has failed ${MOST_ATTEMPTS} times; choose another operationId`);
}

export const handler = defineHandler('snowflake-replicator/request-replication', requestReplication, (env) => {
  const target = { region: env.region };
  return {
    pipeline: env.required(ENV.PIPELINE),
    settingsPath: env.required(ENV.SETTINGS_PATH),
    parameters: Parameters.in(target),
    executions: Executions.in(target, env.required(ENV.STATE_MACHINE_ARN)),
    now: () => new Date(),
  };
});
