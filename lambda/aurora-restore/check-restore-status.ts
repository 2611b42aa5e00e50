import { Clusters } from '../common/aws/clusters';
import { defineHandler } from '../common/define-handler';
import { RestoreFailed, type ClusterStepInput } from './contract';

/** States from which a cluster gets to `available` by itself: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/accessing-monitoring.html */
const ON_ITS_WAY = new Set([
  'creating',
  // A snapshot is being restored.
  'migrating',
  'modifying',
  'backing-up',
  'failing-over',
  'maintenance',
  'renaming',
  'resetting-master-credentials',
  'starting',
  'storage-optimization',
  'update-iam-db-auth',
  'upgrading',
]);

export interface CheckRestoreStatusPorts {
  readonly clusters: Pick<Clusters, 'find'>;
}

/** Says whether the restored cluster is available, with the password that it was given; raises `RestoreFailed` for a state that waiting does not change. */
export async function checkRestoreStatus({ clusterIdentifier }: ClusterStepInput, { clusters }: CheckRestoreStatusPorts): Promise<{ done: boolean; status: string }> {
  const cluster = await clusters.find(clusterIdentifier);
  const status = cluster?.status ?? 'gone';
  if (status !== 'available' && !ON_ITS_WAY.has(status)) throw new RestoreFailed(`cluster ${clusterIdentifier} is ${status}`, { status });
  return { done: status === 'available' && !cluster?.isPasswordPending, status };
}

export const handler = defineHandler('aurora-restore/check-restore-status', checkRestoreStatus, (env) => ({ clusters: Clusters.in({ region: env.region }) }));
