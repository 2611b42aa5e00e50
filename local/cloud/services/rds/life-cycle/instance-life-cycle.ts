import { AwsError } from '../../../gateway/aws-error';
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

/** https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBInstance.html#API_ModifyDBInstance_Errors */
const refuse = (text: (identifier: string, status: string) => string) => (identifier: string, status: string) => new AwsError('InvalidDBInstanceStateFault', text(identifier, status));
const notAvailable = refuse((identifier) => `Instance ${identifier} is not in available state.`);
const notStopped = refuse((identifier) => `Instance ${identifier} is not stopped, it cannot be started.`);
const noChange = refuse(() => 'Database instance is not in available state.');
const noSnapshot = refuse((identifier) => `Cannot create a snapshot because the database instance ${identifier} is not currently in the available state.`);
const noPromotion = refuse((identifier, status) => `DB Instance ${identifier} is not in the available state: ${status}`);
const alreadyDeleting = refuse((identifier) => `Instance ${identifier} is already being deleted.`);

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
  backUp: { from: ['available'], during: 'backing-up', to: 'available', minutes: 3, refusal: noSnapshot },
  modify: { from: ['available'], during: 'modifying', to: 'available', minutes: 1, refusal: noChange },
  // A change of the instance class moves the instance to another machine.
  resize: { from: ['available'], during: 'modifying', to: 'available', minutes: 7, refusal: noChange },
  resetMasterPassword: { from: ['available'], during: 'resetting-master-credentials', to: 'available', minutes: 1, refusal: noChange },
  rename: { from: ['available'], during: 'renaming', to: 'available', minutes: 3, refusal: noChange },
  reboot: { from: ['available'], during: 'rebooting', to: 'available', minutes: 1, refusal: notAvailable },
  // Promotion takes minutes, reboots, and is refused while a backup is being made:
  // https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_PromoteReadReplica.html
  promote: { from: ['available'], during: 'modifying', to: 'available', minutes: 3, refusal: noPromotion },
  // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_StopInstance.html
  stop: { from: ['available'], during: 'stopping', to: 'stopped', minutes: 3, refusal: notAvailable },
  start: { from: ['stopped'], during: 'starting', to: 'available', minutes: 5, refusal: notStopped },
  // A backup or snapshot of the final state has to be possible, so a final snapshot asks for more than this.
  // https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBInstance.html
  delete: { from: ANY_BUT_DELETING, during: 'deleting', to: 'deleted', minutes: 3, refusal: alreadyDeleting },
} as const satisfies Record<string, Passage<InstanceStatus>>;
