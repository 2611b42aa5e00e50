import type { Passage } from './passages';

export type InstanceStatus =
  | 'creating'
  | 'available'
  | 'backing-up'
  | 'modifying'
  | 'renaming'
  | 'rebooting'
  | 'resetting-master-credentials'
  | 'starting'
  | 'stopping'
  | 'stopped'
  | 'deleting'
  | 'deleted';

const ANY_BUT_DELETING = [
  'creating',
  'available',
  'backing-up',
  'modifying',
  'renaming',
  'rebooting',
  'resetting-master-credentials',
  'starting',
  'stopping',
  'stopped',
  'failed',
] as const;

/**
 * The life of a DB instance, member of a cluster or not:
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html#Overview.DBInstance.Status
 *
 * Minutes are what small instances take; AWS promises none.
 */
export const INSTANCE_LIFE_CYCLE = {
  create: { from: [], during: 'creating', to: 'available', minutes: 6 },
  restore: { from: [], during: 'creating', to: 'available', minutes: 10 },
  // RDS takes a snapshot of the source and starts the replica from it:
  // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReadRepl.XRgn.html#USER_ReadRepl.XRgn.Process
  createReplica: { from: [], during: 'creating', to: 'available', minutes: 12 },
  // Plus the time that the data takes.
  backUp: { from: ['available'], during: 'backing-up', to: 'available', minutes: 3 },
  modify: { from: ['available'], during: 'modifying', to: 'available', minutes: 1 },
  // A change of the instance class moves the instance to another machine.
  resize: { from: ['available'], during: 'modifying', to: 'available', minutes: 7 },
  resetMasterPassword: { from: ['available'], during: 'resetting-master-credentials', to: 'available', minutes: 1 },
  rename: { from: ['available'], during: 'renaming', to: 'available', minutes: 3 },
  reboot: { from: ['available'], during: 'rebooting', to: 'available', minutes: 1 },
  // Promotion takes minutes, reboots, and is refused while a backup is being made:
  // https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_PromoteReadReplica.html
  promote: { from: ['available'], during: 'modifying', to: 'available', minutes: 3 },
  // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_StopInstance.html
  stop: { from: ['available'], during: 'stopping', to: 'stopped', minutes: 3 },
  start: { from: ['stopped'], during: 'starting', to: 'available', minutes: 5 },
  // A backup or snapshot of the final state has to be possible, so a final snapshot asks for more than this.
  // https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBInstance.html
  delete: { from: ANY_BUT_DELETING, during: 'deleting', to: 'deleted', minutes: 3 },
} as const satisfies Record<string, Passage<InstanceStatus>>;
