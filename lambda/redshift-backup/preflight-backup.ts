import type { SnapshotStore } from '../common/aws/redshift-snapshots';
import { defineHandler } from '../common/define-handler';
import { addMetric } from '../common/metric';
import { ClusterBusy, ENV, LONGEST_RETENTION_DAYS, METRIC, PreflightFailed, TAG, type BackupRun } from './contract';
import { ACCOUNTS_PER_KEY, accountsUnder, snapshotQuotaOf } from './quotas';
import { snapshotsOf, warehousesOf, type WarehouseStore } from './warehouse-kind';

export interface PreflightBackupInput {
  readonly operationId: string;
  readonly run: BackupRun;
}

export interface PreflightBackupPorts {
  readonly pipeline: string;
  readonly clusters: Pick<WarehouseStore, 'find'>;
  readonly snapshots: Pick<SnapshotStore, 'listOwn'>;
  /** How many manual snapshots the account may have. */
  readonly snapshotQuota: () => Promise<number>;
}

const DAYS = /^[1-9]\d{0,3}$/;

/**
 * Finds out, before anything is started, whether a snapshot can be made and shared.
 *
 * Answers with the run, completed by what the tags of the cluster say: how long its owner wants its backups kept. Raises `ClusterBusy` while the cluster is being changed, and `PreflightFailed` with everything else that is in the way.
 */
export async function preflightBackup({ run }: PreflightBackupInput, ports: PreflightBackupPorts): Promise<BackupRun> {
  const cluster = await ports.clusters.find(run.clusterIdentifier);
  if (!cluster) throw new PreflightFailed('the backup', [`cluster ${run.clusterIdentifier} does not exist`]);
  const own = await ports.snapshots.listOwn();
  const most = await ports.snapshotQuota();
  addMetric(ports.pipeline, METRIC.snapshotsUsed, own.length);
  const isThere = own.some(({ identifier }) => identifier === run.operationId);
  const wish = cluster.tags[TAG.retentionDays];
  const isDays = wish === undefined || (DAYS.test(wish) && Number(wish) <= LONGEST_RETENTION_DAYS);
  const shares = accountsUnder(cluster.kmsKeyArn, own);
  const obstacles = [
    ...(cluster.kmsKeyArn ? [] : [`cluster ${run.clusterIdentifier} is not under a customer key: its snapshots cannot be shared`]),
    ...(own.length >= most && !isThere ? [`the quota of ${most} manual snapshots is used up: ${own.length} exist`] : []),
    ...(isDays ? [] : [`tag ${TAG.retentionDays} of ${run.clusterIdentifier}: ${JSON.stringify(wish)} is not allowed, expected a whole number from 1 to ${LONGEST_RETENTION_DAYS}`]),
    ...(shares >= ACCOUNTS_PER_KEY ? [`key ${cluster.kmsKeyArn ?? ''} has ${shares} of ${ACCOUNTS_PER_KEY} shares`] : []),
  ];
  if (obstacles.length > 0) throw new PreflightFailed('the backup', obstacles);
  if (cluster.status !== 'available') throw new ClusterBusy(`cluster ${run.clusterIdentifier} is ${cluster.status}`, { status: cluster.status });
  return { ...run, retentionDays: run.retentionDays ?? (wish === undefined ? null : Number(wish)) };
}

export const handler = defineHandler('redshift-backup/preflight-backup', preflightBackup, (env) => ({
  pipeline: env.required(ENV.PIPELINE),
  clusters: warehousesOf(env),
  snapshots: snapshotsOf(env),
  snapshotQuota: () => snapshotQuotaOf(env),
}));
