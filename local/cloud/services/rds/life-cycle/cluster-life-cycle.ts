import type { Passage } from './passages';

export type ClusterStatus =
  | 'creating'
  | 'available'
  | 'backing-up'
  | 'modifying'
  | 'renaming'
  | 'resetting-master-credentials'
  | 'failing-over'
  | 'starting'
  | 'stopping'
  | 'stopped'
  | 'deleting'
  | 'deleted';

/**
 * The life of an Aurora cluster: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/accessing-monitoring.html#Aurora.Status
 *
 * Minutes are what small clusters take; AWS promises none.
 */
export const CLUSTER_LIFE_CYCLE = {
  create: { from: [], during: 'creating', to: 'available', minutes: 5 },
  // "DB cluster is created from the source DB cluster snapshot with the same configuration", without instances:
  // https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RestoreDBClusterFromSnapshot.html
  restore: { from: [], during: 'creating', to: 'available', minutes: 10 },
  // Copy-on-write takes minutes whatever the size: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Managing.Clone.html
  clone: { from: [], during: 'creating', to: 'available', minutes: 5 },
  // Plus the time that the data takes.
  backUp: { from: ['available'], during: 'backing-up', to: 'available', minutes: 3 },
  modify: { from: ['available'], during: 'modifying', to: 'available', minutes: 1 },
  resetMasterPassword: { from: ['available'], during: 'resetting-master-credentials', to: 'available', minutes: 1 },
  rename: { from: ['available'], during: 'renaming', to: 'available', minutes: 3 },
  // Usually within 60 seconds, often less than 30: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.AuroraHighAvailability.html
  failOver: { from: ['available'], during: 'failing-over', to: 'available', minutes: 0.5 },
  // https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-cluster-stop-start.html
  stop: { from: ['available'], during: 'stopping', to: 'stopped', minutes: 5 },
  start: { from: ['stopped'], during: 'starting', to: 'available', minutes: 5 },
  // https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_DeleteCluster.html
  delete: { from: ['available', 'stopped', 'failed'], during: 'deleting', to: 'deleted', minutes: 3 },
} as const satisfies Record<string, Passage<ClusterStatus>>;

/** A stopped cluster or instance starts by itself when it has been stopped this long. */
export const LONGEST_STOP_DAYS = 7;
