import { AuditLog } from '../common/audit-log';
import { DynamoTable } from '../common/aws/dynamo-table';
import { defineHandler } from '../common/define-handler';
import { ENV, OperationNotResumable, type RestoreRun } from './contract';
import { parseRestoreRequest, type RequestSettings } from './restore-request';
import { RestoreStates } from './restore-state';
import { settingsOf } from './settings';

export interface AdmitRequestInput {
  /** What the execution was started with. */
  readonly request: unknown;
  readonly executionName: string;
}

export interface AdmitRequestPorts {
  readonly settings: RequestSettings;
  readonly states: Pick<RestoreStates, 'claim' | 'find'>;
  readonly audit: Pick<AuditLog, 'append'>;
  readonly now: () => Date;
}

/**
 * Checks the request and makes this execution the one that works on it.
 *
 * A run that failed may be admitted again: that resumes it, since every step finds what the earlier attempt made.
 */
export async function admitRequest({ request, executionName }: AdmitRequestInput, { settings, states, audit, now }: AdmitRequestPorts): Promise<RestoreRun> {
  const run = parseRestoreRequest(request, settings, now());
  if (!(await states.claim(run, executionName))) {
    const state = await states.find(run.operationId);
    throw new OperationNotResumable(`operation ${run.operationId} is ${state?.status ?? 'unknown'} in execution ${state?.execution ?? 'unknown'}; choose another operationId`);
  }
  await audit.append(run.operationId, { type: 'RequestAdmitted', status: 'started', details: { run, execution: executionName } });
  return run;
}

export const handler = defineHandler('aurora-restore/admit-request', admitRequest, (env) => {
  const target = { region: env.region };
  const now = () => new Date();
  return {
    settings: settingsOf(env),
    states: new RestoreStates({ table: DynamoTable.in(target, env.required(ENV.STATE_TABLE)), now }),
    audit: new AuditLog({ table: DynamoTable.in(target, env.required(ENV.AUDIT_TABLE)), now }),
    now,
  };
});
