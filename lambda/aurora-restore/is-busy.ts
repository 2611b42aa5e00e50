import type { Cluster } from '../common/aws/clusters';

/** https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/accessing-monitoring.html#Aurora.Status */
const BUSY = new Set(['backing-up', 'failing-over', 'maintenance', 'modifying', 'renaming', 'resetting-master-credentials', 'upgrading']);

/** Whether the cluster, once made, is in a state that passes by itself, and in which nothing else can be begun. */
export function isBusy({ status }: Pick<Cluster, 'status'>): boolean {
  return BUSY.has(status);
}
