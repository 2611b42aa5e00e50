import { Instances } from '../common/aws/instances';
import { defineHandler } from '../common/define-handler';
import { ENV, PromotionFailed, type StepInput } from './contract';

export interface PromoteReplicaOutput {
  readonly done: boolean;
  readonly status: string;
  readonly backupRetentionDays: number;
}

export interface PromoteReplicaPorts {
  readonly instance: string;
  readonly backupRetentionDays: number;
  readonly backupWindow: string;
  readonly instances: Pick<Instances, 'find' | 'promote'>;
}

/** Nothing brings an instance back from these: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html */
const LOST = new Set(['failed', 'deleting', 'stopped', 'stopping', 'storage-full', 'restore-error', 'inaccessible-encryption-credentials', 'incompatible-parameters', 'incompatible-network']);
/** A first backup right after the promotion does not keep anybody from working. */
const USABLE = new Set(['available', 'backing-up']);

/**
 * Promotes the replica, or says how far its promotion is; called again until it is done.
 *
 * RDS refuses to promote an instance that is backing up, so that is waited out. Done means: no replica any more, usable, and
 * with backups on, since otherwise a second disaster would find nothing.
 */
export async function promoteReplica(_input: StepInput, { instance, backupRetentionDays, backupWindow, instances }: PromoteReplicaPorts): Promise<PromoteReplicaOutput> {
  const found = await instances.find(instance);
  if (!found) throw new PromotionFailed(`instance ${instance} does not exist`, { instance });
  const { status } = found;
  if (LOST.has(status)) throw new PromotionFailed(`instance ${instance} is ${status}`, { instance, status });
  const progress = { status, backupRetentionDays: found.backupRetentionDays };
  if (found.replicatesFrom === undefined) return { ...progress, done: USABLE.has(status) && found.backupRetentionDays > 0 };
  if (status !== 'available') return { ...progress, done: false };
  await instances.promote(instance, { backupRetentionDays, backupWindow });
  return { ...progress, done: false };
}

export const handler = defineHandler('warm-standby/promote-replica', promoteReplica, (env) => ({
  instance: env.required(ENV.INSTANCE),
  backupRetentionDays: env.number(ENV.BACKUP_RETENTION_DAYS),
  backupWindow: env.required(ENV.BACKUP_WINDOW),
  instances: Instances.in({ region: env.region }),
}));
