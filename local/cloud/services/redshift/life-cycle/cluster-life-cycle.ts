import type { Passage } from '../../rds/life-cycle/passages';

export type ClusterStatus =
  | 'creating'
  | 'available'
  | 'modifying'
  | 'renaming'
  | 'rebooting'
  | 'resizing'
  | 'rotating-keys'
  | 'pausing'
  | 'paused'
  | 'resuming'
  | 'final-snapshot'
  | 'deleting'
  | 'deleted';

const USABLE = ['available', 'paused'] as const;

/**
 * The life of a provisioned cluster: https://docs.aws.amazon.com/redshift/latest/mgmt/working-with-clusters.html#rs-mgmt-cluster-status
 *
 * Minutes are what small clusters take; AWS promises none.
 */
export const CLUSTER_LIFE_CYCLE = {
  create: { from: [], during: 'creating', to: 'available', minutes: 5 },
  // The cluster answers queries before its data has been loaded:
  // https://docs.aws.amazon.com/redshift/latest/mgmt/working-with-snapshot-restore-cluster-from-snapshot.html
  restore: { from: [], during: 'creating', to: 'available', minutes: 10 },
  modify: { from: ['available'], during: 'modifying', to: 'available', minutes: 1 },
  rename: { from: ['available'], during: 'renaming', to: 'available', minutes: 3 },
  reboot: { from: ['available'], during: 'rebooting', to: 'available', minutes: 2 },
  // "10–15 minutes": https://docs.aws.amazon.com/redshift/latest/mgmt/resizing-cluster.html. A classic resize takes time for the data too.
  resize: { from: ['available'], during: 'resizing', to: 'available', minutes: 12 },
  rotateKeys: { from: ['available'], during: 'rotating-keys', to: 'available', minutes: 3 },
  // https://docs.aws.amazon.com/redshift/latest/mgmt/rs-mgmt-pause-resume-cluster.html
  pause: { from: ['available'], during: 'pausing', to: 'paused', minutes: 5 },
  resume: { from: ['paused'], during: 'resuming', to: 'available', minutes: 6 },
  // "the status of the cluster will be "final-snapshot" while the snapshot is being taken, then it's "deleting"": the SDK's type text of DeleteCluster.
  finalSnapshot: { from: ['available'], during: 'final-snapshot', to: 'deleting', minutes: 0 },
  delete: { from: [...USABLE, 'failed'], during: 'deleting', to: 'deleted', minutes: 4 },
} as const satisfies Record<string, Passage<ClusterStatus>>;

/** How a cluster's availability for queries is called. The words are in the SDK's type text of `Cluster`. */
export function availabilityOf(status: ClusterStatus | 'failed'): string {
  switch (status) {
    case 'available':
      return 'Available';
    case 'modifying':
    case 'resizing':
    case 'rotating-keys':
      return 'Modifying';
    case 'failed':
      return 'Failed';
    case 'rebooting':
      return 'Maintenance';
    default:
      return 'Unavailable';
  }
}
