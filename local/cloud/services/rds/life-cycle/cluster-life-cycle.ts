import { AwsError } from '../../../gateway/aws-error';
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

/** https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBCluster.html#API_ModifyDBCluster_Errors */
const expected = (wanted: string) => (identifier: string, status: string) =>
  new AwsError('InvalidDBClusterStateFault', `DbCluster ${identifier} is in ${status} state but expected it to be one of ${wanted}.`);
const noSnapshot = (identifier: string) =>
  new AwsError('InvalidDBClusterStateFault', `Can't create a snapshot because the database cluster ${identifier} isn't currently in the available state.`);

/**
 * The life of an Aurora cluster: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/accessing-monitoring.html#Aurora.Status
 *
 * Minutes are what small clusters take; AWS promises none.
 */
export const CLUSTER_LIFE_CYCLE = {
  create: { from: [], during: 'creating', to: 'available', minutes: 5 },
  // A restore makes the cluster alone, without instances:
  // https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RestoreDBClusterFromSnapshot.html
  restore: { from: [], during: 'creating', to: 'available', minutes: 10 },
  // Copy-on-write takes minutes whatever the size: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Managing.Clone.html
  clone: { from: [], during: 'creating', to: 'available', minutes: 5 },
  // Plus the time that the data takes.
  backUp: { from: ['available'], during: 'backing-up', to: 'available', minutes: 3, refusal: noSnapshot },
  modify: { from: ['available'], during: 'modifying', to: 'available', minutes: 1, refusal: expected('available') },
  resetMasterPassword: { from: ['available'], during: 'resetting-master-credentials', to: 'available', minutes: 1, refusal: expected('available') },
  rename: { from: ['available'], during: 'renaming', to: 'available', minutes: 3, refusal: expected('available') },
  // Usually within 60 seconds, often less than 30: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.AuroraHighAvailability.html
  failOver: { from: ['available'], during: 'failing-over', to: 'available', minutes: 0.5 },
  // https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-cluster-stop-start.html
  stop: { from: ['available'], during: 'stopping', to: 'stopped', minutes: 5, refusal: expected('available') },
  start: { from: ['stopped'], during: 'starting', to: 'available', minutes: 5, refusal: expected('stopped') },
  // https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_DeleteCluster.html
  delete: { from: ['available', 'stopped', 'failed'], during: 'deleting', to: 'deleted', minutes: 3, refusal: expected('available, stopped') },
} as const satisfies Record<string, Passage<ClusterStatus>>;

/** A stopped cluster or instance starts by itself when it has been stopped this long. */
export const LONGEST_STOP_DAYS = 7;
