import * as z from 'zod/mini';
import { Executions, isUnderWay } from '../common/aws/executions';
import { defineHandler } from '../common/define-handler';
import { parseInput } from '../common/parse-input';
import { ENV, type RestoreRequest } from './contract';
import { operationIdAt, parseRestoreRequest, type RequestSettings } from './restore-request';
import { settingsOf } from './settings';

/** A request as people, schedules and the command line send it. */
export interface RequestRestoreInput extends RestoreRequest {
  /** When a schedule meant to start the run, ISO 8601: gives the run its id, so that a late or repeated start is the same run. */
  readonly scheduledTime?: string;
}

export interface RequestRestoreOutput {
  readonly operationId: string;
  readonly executionArn: string;
  /** `started`, `running` when it was under way already, or `done` when it has succeeded before. */
  readonly status: 'started' | 'running' | 'done';
}

export interface RequestRestorePorts {
  readonly settings: RequestSettings;
  readonly executions: Pick<Executions, 'start' | 'statusOf'>;
  readonly now: () => Date;
}

const timeSchema = z.looseObject({ scheduledTime: z.optional(z.iso.datetime('an ISO 8601 time in UTC')) });
const MOST_ATTEMPTS = 20;

/**
 * Starts a restore, or finds the one that the same id has started.
 *
 * An execution's name can be used once, so resuming a run that failed starts `<operationId>_2`, `_3`, and so on: no id
 * of another operation looks like that.
 */
export async function requestRestore(input: RequestRestoreInput, { settings, executions, now }: RequestRestorePorts): Promise<RequestRestoreOutput> {
  const { scheduledTime, ...request } = parseInput(timeSchema, input, `restore request for ${settings.pipeline}`);
  const named = scheduledTime && !request['operationId'] ? { ...request, operationId: operationIdAt(settings.pipeline, new Date(scheduledTime)) } : request;
  const { operationId } = parseRestoreRequest(named, settings, now());
  for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt += 1) {
    const name = attempt === 1 ? operationId : `${operationId}_${attempt}`;
    const { executionArn, alreadyStarted } = await executions.start(name, { ...named, operationId });
    if (!alreadyStarted) return { operationId, executionArn, status: 'started' };
    const status = await executions.statusOf(name);
    if (isUnderWay(status)) return { operationId, executionArn, status: 'running' };
    if (status === 'SUCCEEDED') return { operationId, executionArn, status: 'done' };
  }
  throw new Error(`operation ${operationId} has failed ${MOST_ATTEMPTS} times; choose another operationId`);
}

export const handler = defineHandler('aurora-restore/request-restore', requestRestore, (env) => ({
  settings: settingsOf(env),
  executions: Executions.in({ region: env.region }, env.required(ENV.STATE_MACHINE_ARN)),
  now: () => new Date(),
}));
