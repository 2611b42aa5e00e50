import { Bucket } from '../common/aws/bucket';
import type { SnapshotStore, WarehouseSnapshot } from '../common/aws/redshift-snapshots';
import { defineHandler } from '../common/define-handler';
import { addMetric } from '../common/metric';
import { logger } from '../common/telemetry';
import { parseInput } from '../common/parse-input';
import { CleanUpIncomplete, ENV, METRIC } from './contract';
import { verdictsIn } from './evidence-keys';
import { ownedBy, retained, retentionToSet } from './kept-snapshots';
import { policySchema } from './policy-schema';
import { decideRetention, type RetentionPolicy } from './retention';
import { snapshotsOf } from './warehouse-kind';

export interface ApplyRetentionPorts {
  readonly pipeline: string;
  readonly snapshotPrefix: string;
  readonly policy: RetentionPolicy;
  readonly graceDays: number;
  readonly snapshots: Pick<SnapshotStore, 'listOwn' | 'revoke' | 'share' | 'delete' | 'keepFor'>;
  readonly evidence: Pick<Bucket, 'keysUnder'>;
  readonly now: () => Date;
}

export interface ApplyRetentionOutput {
  readonly deleted: readonly string[];
  /** Reasons why the others stay, by snapshot. */
  readonly kept: Readonly<Record<string, readonly string[]>>;
}

/**
 * Deletes the snapshots of the pipeline whose time is over, and makes sure that the others outlive a dead clean-up.
 *
 * A shared snapshot cannot be deleted: its shares are revoked first, and given back when the deletion then fails, so that
 * the target never loses a snapshot that still exists. Raises `CleanUpIncomplete` after everything else is done.
 */
export async function applyRetention(_input: unknown, ports: ApplyRetentionPorts): Promise<ApplyRetentionOutput> {
  const { pipeline, snapshots, now } = ports;
  const own = ownedBy(pipeline, await snapshots.listOwn());
  const verdicts = await verdictsIn(ports.evidence, ports.snapshotPrefix);
  const decisions = new Map(decideRetention(own.map((snapshot) => retained(snapshot, verdicts)), ports.policy, now()).map(({ identifier, reasons }) => [identifier, reasons]));
  const deleted: string[] = [];
  const left: string[] = [];
  const kept: Record<string, readonly string[]> = {};
  for (const snapshot of own) {
    const reasons = decisions.get(snapshot.identifier) ?? [];
    if (reasons.length > 0 && snapshot.status !== 'failed') {
      kept[snapshot.identifier] = reasons;
      await outliveCleaner(snapshot, ports);
    } else if (await remove(snapshot, ports)) deleted.push(snapshot.identifier);
    else left.push(snapshot.identifier);
  }
  addMetric(pipeline, METRIC.snapshotsDeleted, deleted.length);
  addMetric(pipeline, METRIC.cleanUpFailed, left.length > 0 ? 1 : 0);
  if (left.length > 0) throw new CleanUpIncomplete(`${left.join(', ')} could not be deleted and are shared again`, { deleted, left });
  return { deleted, kept };
}

async function outliveCleaner(snapshot: WarehouseSnapshot, { snapshots, graceDays, now }: ApplyRetentionPorts): Promise<void> {
  if (snapshot.status !== 'available') return;
  const days = retentionToSet(snapshot, graceDays, now());
  if (days !== undefined) await snapshots.keepFor(snapshot.identifier, days);
}

async function remove({ identifier, sharedWith }: WarehouseSnapshot, { snapshots }: ApplyRetentionPorts): Promise<boolean> {
  for (const account of sharedWith) await snapshots.revoke(identifier, account);
  try {
    if ((await snapshots.delete(identifier)) !== 'refused') return true;
  } catch (error) {
    // Whatever kept it from being deleted: the snapshot exists, so its shares have to come back before anything else.
    logger.warn('a snapshot could not be deleted', { identifier, error });
  }
  for (const account of sharedWith) await snapshots.share(identifier, account);
  return false;
}

export const handler = defineHandler('redshift-backup/apply-retention', applyRetention, (env) => {
  const target = { region: env.region };
  return {
    pipeline: env.required(ENV.PIPELINE),
    snapshotPrefix: env.required(ENV.SNAPSHOT_PREFIX),
    policy: parseInput(policySchema, env.json(ENV.RETENTION), ENV.RETENTION),
    graceDays: env.number(ENV.GRACE_DAYS),
    snapshots: snapshotsOf(env),
    evidence: Bucket.in(target, env.required(ENV.EVIDENCE_BUCKET)),
    now: () => new Date(),
  };
});
