import { Executions, isUnderWay } from '../common/aws/executions';
import { defineHandler } from '../common/define-handler';
import { parseBackupRequest, type BackupScope } from './backup-event';
import { ENV, type BackupResponse, type BackupRun } from './contract';
import { snapshotNameAt } from './snapshot-name';

export interface RequestBackupPorts {
  readonly scope: BackupScope;
  readonly snapshotPrefix: string;
  readonly executions: Pick<Executions, 'start' | 'statusOf'>;
  readonly now: () => Date;
}

/** Requests by hand within one second take the seconds that follow. */
const MOST_REQUESTS_A_MOMENT = 30;

/**
 * Starts a backup and answers at once with the snapshot's name and the execution that makes it.
 *
 * A schedule's slot always is the same run, however often it is delivered. A request by hand is always a run of its own.
 */
export async function requestBackup(event: unknown, ports: RequestBackupPorts): Promise<BackupResponse> {
  const { scope, snapshotPrefix, executions, now } = ports;
  const request = parseBackupRequest(event, scope);
  const at = now();
  const slot = request.scheduledTime ? new Date(request.scheduledTime) : at;
  for (let later = 0; later < MOST_REQUESTS_A_MOMENT; later += 1) {
    const snapshotId = snapshotNameAt(snapshotPrefix, new Date(slot.getTime() + later * 1000));
    const run: BackupRun = {
      operationId: snapshotId,
      clusterIdentifier: scope.clusterIdentifier,
      targetAccount: scope.targetAccount,
      retentionDays: request.retention_days ?? null,
      startedAt: at.toISOString(),
    };
    const { executionArn, alreadyStarted } = await executions.start(snapshotId, { run, manifestError: null, cleanUpError: null });
    if (alreadyStarted && !request.scheduledTime) continue;
    const before = alreadyStarted ? await executions.statusOf(snapshotId) : undefined;
    return {
      statusCode: 200,
      snapshot_id: snapshotId,
      cluster_identifier: scope.clusterIdentifier,
      target_account_id: scope.targetAccount,
      timestamp: at.toISOString(),
      shared: before === 'SUCCEEDED',
      cleaned_up_snapshots: 0,
      status: !alreadyStarted ? 'started' : before === 'SUCCEEDED' ? 'completed' : isUnderWay(before) ? 'running' : 'failed',
      execution_arn: executionArn,
    };
  }
  throw new Error(`${MOST_REQUESTS_A_MOMENT} backups were requested within seconds`);
}

export const handler = defineHandler('redshift-backup/request-backup', requestBackup, (env) => ({
  scope: { clusterIdentifier: env.required(ENV.CLUSTER_IDENTIFIER), sourceAccount: env.required(ENV.SOURCE_ACCOUNT), targetAccount: env.required(ENV.TARGET_ACCOUNT) },
  snapshotPrefix: env.required(ENV.SNAPSHOT_PREFIX),
  executions: Executions.in({ region: env.region }, env.required(ENV.STATE_MACHINE_ARN)),
  now: () => new Date(),
}));
