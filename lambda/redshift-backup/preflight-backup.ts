import { RedshiftClusters } from '../common/aws/redshift-clusters';
import { RedshiftSnapshots } from '../common/aws/redshift-snapshots';
import { ServiceQuotaReader } from '../common/aws/service-quota';
import { defineHandler } from '../common/define-handler';
import { addMetric } from '../common/metric';
import { ClusterBusy, ENV, METRIC, PreflightFailed, type BackupRun } from './contract';
import { ACCOUNTS_PER_KEY, accountsUnder, SNAPSHOT_QUOTA } from './quotas';

export interface PreflightBackupInput {
  readonly operationId: string;
  readonly run: BackupRun;
}

export interface PreflightBackupPorts {
  readonly pipeline: string;
  readonly clusters: Pick<RedshiftClusters, 'find'>;
  readonly snapshots: Pick<RedshiftSnapshots, 'listOwn'>;
  readonly quotas: Pick<ServiceQuotaReader, 'valueOf'>;
}

/**
 * Finds out, before anything is started, whether a snapshot can be made and shared.
 *
 * Raises `ClusterBusy` while the cluster is being changed, and `PreflightFailed` with everything else that is in the way.
 */
export async function preflightBackup({ run }: PreflightBackupInput, ports: PreflightBackupPorts): Promise<{ readonly snapshotsLeft: number }> {
  const cluster = await ports.clusters.find(run.clusterIdentifier);
  if (!cluster) throw new PreflightFailed('the backup', [`cluster ${run.clusterIdentifier} does not exist`]);
  const own = await ports.snapshots.listOwn();
  const most = (await ports.quotas.valueOf('redshift', SNAPSHOT_QUOTA.code)) ?? SNAPSHOT_QUOTA.default;
  addMetric(ports.pipeline, METRIC.snapshotsUsed, own.length);
  const isThere = own.some(({ identifier }) => identifier === run.operationId);
  const shares = accountsUnder(cluster.kmsKeyArn, own);
  const obstacles = [
    ...(cluster.kmsKeyArn ? [] : [`cluster ${run.clusterIdentifier} is not under a customer key: its snapshots cannot be shared`]),
    ...(own.length >= most && !isThere ? [`the quota of ${most} manual snapshots is used up: ${own.length} exist`] : []),
    ...(shares >= ACCOUNTS_PER_KEY ? [`key ${cluster.kmsKeyArn ?? ''} has ${shares} of ${ACCOUNTS_PER_KEY} shares`] : []),
  ];
  if (obstacles.length > 0) throw new PreflightFailed('the backup', obstacles);
  if (cluster.status !== 'available') throw new ClusterBusy(`cluster ${run.clusterIdentifier} is ${cluster.status}`, { status: cluster.status });
  return { snapshotsLeft: most - own.length };
}

export const handler = defineHandler('redshift-backup/preflight-backup', preflightBackup, (env) => {
  const target = { region: env.region };
  return {
    pipeline: env.required(ENV.PIPELINE),
    clusters: RedshiftClusters.in(target),
    snapshots: RedshiftSnapshots.in(target),
    quotas: ServiceQuotaReader.in(target),
  };
});
