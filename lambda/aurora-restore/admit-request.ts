import { AuditLog } from '../common/audit-log';
import { DynamoTable } from '../common/aws/dynamo-table';
import { Executions, isUnderWay } from '../common/aws/executions';
import { defineHandler } from '../common/define-handler';
import { ENV, OperationNotResumable, TargetBusy, type RestoreRun } from './contract';
import { parseRestoreRequest, resumeRun, type RequestSettings } from './restore-request';
import { RestoreStates, type RestoreState } from './restore-state';
import { settingsOf } from './settings';

export interface AdmitRequestInput {
  /** What the execution was started with. */
  readonly request: unknown;
  readonly executionName: string;
}

export interface AdmitRequestPorts {
  readonly settings: RequestSettings;
  readonly states: Pick<RestoreStates, 'claim' | 'find' | 'turnOf' | 'takeTurn'>;
  readonly executions: Pick<Executions, 'statusOf'>;
  readonly audit: Pick<AuditLog, 'append'>;
  readonly now: () => Date;
}

/**
 * Checks the request and makes this execution the one that works on it.
 *
 * A run that failed, or whose execution was stopped, may be admitted again: that resumes it as it was asked for at first,
 * since every step finds what the earlier attempt made. Operations with the same target take turns: two that hand its name
 * over at a time would undo each other's work. Throws `TargetBusy` while it is another's turn.
 */
export async function admitRequest({ request, executionName }: AdmitRequestInput, ports: AdmitRequestPorts): Promise<RestoreRun> {
  const { settings, states, executions, audit, now } = ports;
  const asked = parseRestoreRequest(request, settings, now());
  const earlier = await states.find(asked.operationId);
  const run = earlier ? resumeRun(request, earlier.parameters, settings, now()) : asked;
  if (run.mode === 'abandon' && !earlier) throw new OperationNotResumable(`there is no operation ${run.operationId} to abandon`);
  const admitted = (await states.claim(run, executionName)) || (await claimFromDead(run, executionName, states, executions));
  if (!admitted) throw notResumable(run.operationId, await states.find(run.operationId));
  if (run.mode !== 'plan') await waitForTurn(run, ports);
  await audit.append(run.operationId, { type: 'RequestAdmitted', status: 'started', details: { run, execution: executionName } });
  return run;
}

/** An execution that was stopped or timed out could not note that it had ended. */
async function claimFromDead(run: RestoreRun, executionName: string, states: AdmitRequestPorts['states'], executions: AdmitRequestPorts['executions']): Promise<boolean> {
  const holder = await states.find(run.operationId);
  if (holder?.status !== 'RUNNING') return false;
  return !isUnderWay(await executions.statusOf(holder.execution)) && (await states.claim(run, executionName, holder.execution));
}

/** Nobody gives a turn back: it is over when its holder's run is. */
async function waitForTurn({ operationId, targetClusterIdentifier: target }: RestoreRun, { states, executions }: AdmitRequestPorts): Promise<void> {
  const before = await states.turnOf(target);
  const holder = before === undefined || before === operationId ? undefined : await states.find(before);
  const isOver = holder?.status !== 'RUNNING' || !isUnderWay(await executions.statusOf(holder.execution));
  if (isOver && (await states.takeTurn(target, operationId, before))) return;
  throw new TargetBusy(`operation ${before ?? 'unknown'} is about to take the name ${target}; ${operationId} waits for its end`, { target, holder: before });
}

function notResumable(operationId: string, holder: RestoreState | undefined): OperationNotResumable {
  return new OperationNotResumable(`operation ${operationId} is ${holder?.status ?? 'unknown'} in execution ${holder?.execution ?? 'unknown'}; choose another operationId`);
}

export const handler = defineHandler('aurora-restore/admit-request', admitRequest, (env) => {
  const target = { region: env.region };
  const now = () => new Date();
  return {
    settings: settingsOf(env),
    states: new RestoreStates({ table: DynamoTable.in(target, env.required(ENV.STATE_TABLE)), now }),
    executions: Executions.in(target, env.required(ENV.STATE_MACHINE_ARN)),
    audit: new AuditLog({ table: DynamoTable.in(target, env.required(ENV.AUDIT_TABLE)), now }),
    now,
  };
});
