import type { Passage } from '../../rds/life-cycle/passages';

export type SnapshotStatus = 'creating' | 'final snapshot' | 'available' | 'failed' | 'deleted';

/**
 * The life of a snapshot: "creating", "available", "final snapshot" and "failed" are what DescribeClusterSnapshots returns, and
 * DeleteClusterSnapshot answers "deleted", by the SDK's type text of `Snapshot`.
 *
 * The data adds to the minutes; AWS promises neither.
 */
export const SNAPSHOT_LIFE_CYCLE = {
  create: { from: [], during: 'creating', to: 'available', minutes: 2 },
  final: { from: [], during: 'final snapshot', to: 'available', minutes: 2 },
  createInVain: { from: [], during: 'creating', to: 'failed', minutes: 2 },
  finalInVain: { from: [], during: 'final snapshot', to: 'failed', minutes: 2 },
  // CopyClusterSnapshot "returns status as creating".
  keep: { from: [], during: 'creating', to: 'available', minutes: 1 },
  copyToRegion: { from: [], during: 'creating', to: 'available', minutes: 5 },
} as const satisfies Record<string, Passage<SnapshotStatus>>;

const BACKUP_MB_PER_SECOND = 200;
const COPY_ACROSS_REGIONS_MB_PER_SECOND = 50;
const LOAD_MB_PER_SECOND = 300;
const CLASSIC_RESIZE_MB_PER_SECOND = 100;

/** How long it takes to back this much up. */
export function backupDurationMs(incrementalMb: number): number {
  return SNAPSHOT_LIFE_CYCLE.create.minutes * 60_000 + transferMs(incrementalMb, BACKUP_MB_PER_SECOND);
}

/** How long it takes to copy this much to another region. */
export function copyDurationMs(sizeMb: number): number {
  return SNAPSHOT_LIFE_CYCLE.copyToRegion.minutes * 60_000 + transferMs(sizeMb, COPY_ACROSS_REGIONS_MB_PER_SECOND);
}

/** How long a restored warehouse goes on loading after it has become available. */
export function loadDurationMs(sizeMb: number): number {
  return transferMs(sizeMb, LOAD_MB_PER_SECOND);
}

/** How long a classic resize spends on moving the data. */
export function classicResizeMs(sizeMb: number): number {
  return transferMs(sizeMb, CLASSIC_RESIZE_MB_PER_SECOND);
}

function transferMs(sizeMb: number, mbPerSecond: number): number {
  return (sizeMb * 1000) / mbPerSecond;
}
