import type { Passage } from './passages';

export type SnapshotStatus = 'creating' | 'copying' | 'available' | 'failed' | 'deleting' | 'deleted';

/**
 * The life of a DB snapshot or DB cluster snapshot. The API documents `available`, `copying` and `creating`; `failed` is met too.
 * https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBClusterSnapshot.html
 *
 * The size adds to the minutes; AWS promises neither.
 */
export const SNAPSHOT_LIFE_CYCLE = {
  create: { from: [], during: 'creating', to: 'available', minutes: 3 },
  copy: { from: [], during: 'copying', to: 'available', minutes: 5 },
  copyInVain: { from: [], during: 'copying', to: 'failed', minutes: 5 },
  // To delete the target while it is being copied cancels the copy:
  // https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CopyDBClusterSnapshot.html
  delete: { from: ['available', 'failed', 'copying'], during: 'deleting', to: 'deleted', minutes: 1 },
} as const satisfies Record<string, Passage<SnapshotStatus>>;

const MB_PER_GB = 1024;
const SNAPSHOT_MB_PER_SECOND = 400;
const COPY_MB_PER_SECOND = 100;
const COPY_ACROSS_REGIONS_MB_PER_SECOND = 50;

/** How long it takes to snapshot this much. */
export function snapshotDurationMs(sizeGb: number): number {
  return SNAPSHOT_LIFE_CYCLE.create.minutes * 60_000 + transferMs(sizeGb, SNAPSHOT_MB_PER_SECOND);
}

/** How long it takes to copy this much. */
export function copyDurationMs(sizeGb: number, acrossRegions: boolean): number {
  return SNAPSHOT_LIFE_CYCLE.copy.minutes * 60_000 + transferMs(sizeGb, acrossRegions ? COPY_ACROSS_REGIONS_MB_PER_SECOND : COPY_MB_PER_SECOND);
}

function transferMs(sizeGb: number, mbPerSecond: number): number {
  return (sizeGb * MB_PER_GB * 1000) / mbPerSecond;
}
