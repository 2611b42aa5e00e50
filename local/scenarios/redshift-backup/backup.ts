import { DescribeClusterSnapshotsCommand, RedshiftClient, type Snapshot } from '@aws-sdk/client-redshift';
import type { BackupEvent, BackupResponse } from '../../../lambda/redshift-backup/contract';
import type { Place } from '../../cloud/gateway/service';
import type { ExecutionOutcome, Stage } from '../../rehearsal/stage';
import type { RedshiftBackupWorld } from './world';

type BackupStage = Stage<RedshiftBackupWorld>;

/** Requests a backup by hand, with the documented event, and waits for its end. */
export async function backUp(stage: BackupStage, event: BackupEvent = {}): Promise<{ readonly response: BackupResponse; readonly outcome: ExecutionOutcome }> {
  const { config, source } = stage.world;
  const response = await stage.step(
    `invoke ${config.names.backupFunction}`,
    () => stage.invoke<BackupResponse>(source, config.names.backupFunction, event),
    ({ snapshot_id, status }) => [`${status}: ${snapshot_id}`],
  );
  const outcome = await stage.step('manifest, snapshot, manifest, share, clean up', () => stage.executionEnd(source, response.execution_arn), endOf);
  return { response, outcome };
}

/** Requests the proof of a shared snapshot and waits for its end. */
export async function prove(stage: BackupStage, snapshotIdentifier?: string): Promise<ExecutionOutcome> {
  const { config, target } = stage.world;
  const { executionArn } = await stage.step('request a proof in the target account', () =>
    stage.invoke<{ executionArn: string }>(target, `redshift-backup-${config.name}-request-proof`, snapshotIdentifier ? { snapshot_identifier: snapshotIdentifier } : {}),
  );
  return stage.step('restore, compare, keep a copy, tear down', () => stage.executionEnd(target, executionArn), endOf);
}

/** Snapshots that the account has, or that the owner shares with it. */
export async function snapshotsOf(stage: BackupStage, place: Place, owner?: Place): Promise<readonly Snapshot[]> {
  const { Snapshots = [] } = await stage.client(RedshiftClient, place).send(new DescribeClusterSnapshotsCommand({ SnapshotType: 'manual', OwnerAccount: owner?.account, MaxRecords: 100 }));
  return Snapshots;
}

function endOf({ status, error, cause }: ExecutionOutcome): readonly string[] {
  return [status, ...(error ? [`${error}: ${cause ?? ''}`] : [])];
}
