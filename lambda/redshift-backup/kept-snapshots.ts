import type { WarehouseSnapshot } from '../common/aws/redshift-snapshots';
import { LONGEST_RETENTION_DAYS, TAG, type Verdict } from './contract';
import type { RetainedSnapshot } from './retention';

const DAY_MS = 86_400_000;
export const FOR_EVER = -1;

/** Snapshots that runs of the pipeline made. AWS Backup's and other people's are none of its business. */
export function ownedBy(pipeline: string, snapshots: readonly WarehouseSnapshot[]): readonly WarehouseSnapshot[] {
  return snapshots.filter(({ type, tags }) => type === 'manual' && tags[TAG.pipeline] === pipeline);
}

/** What the retention has to know about a snapshot. A copy that the target owns was proven before it was made. */
export function retained({ identifier, createdAt, status, tags }: WarehouseSnapshot, verdicts: ReadonlyMap<string, Verdict>): RetainedSnapshot {
  return {
    identifier,
    createdAt,
    available: status === 'available',
    proven: verdicts.get(identifier) === 'PROVEN' || tags[TAG.copyOf] !== undefined,
    mismatched: verdicts.get(identifier) === 'MISMATCH',
    legalHold: tags[TAG.legalHold] !== undefined,
    days: tags[TAG.retentionDays] === undefined ? undefined : Number(tags[TAG.retentionDays]),
  };
}

/**
 * The retention that a snapshot which stays should have at Redshift; nothing when it is right already.
 *
 * Only a legal hold is for ever. Everything else outlives a dead clean-up by the days of grace and no longer.
 */
export function retentionToSet(snapshot: WarehouseSnapshot, graceDays: number, now: Date): number | undefined {
  const held = snapshot.tags[TAG.legalHold] !== undefined;
  if (held) return snapshot.retentionDays === FOR_EVER ? undefined : FOR_EVER;
  const ageDays = (now.getTime() - snapshot.createdAt.getTime()) / DAY_MS;
  const isEndless = snapshot.retentionDays === undefined || snapshot.retentionDays === FOR_EVER;
  if (!isEndless && (snapshot.retentionDays ?? 0) - ageDays >= graceDays) return undefined;
  // One day more than needed, so that a daily clean-up does not set it anew each time it runs.
  return Math.min(LONGEST_RETENTION_DAYS, Math.ceil(ageDays) + graceDays + 1);
}
