import { deleteSnapshot } from './delete-snapshot';
import type { RedshiftContext } from './redshift-context';
import { scheduleExpiry } from './snapshot-expiry';
import { nextSnapshotMs } from './snapshot-schedules';
import type { RedshiftCluster } from './state/cluster';
import { takeSnapshot } from './take-snapshot';

const DAY_MS = 24 * 3_600_000;
const RETRY_MS = 5 * 60_000;
/** "about every eight hours or following every 5 GB per node of data changes, or whichever comes first". */
const CHANGED_MB_PER_NODE = 5 * 1024;

/** Takes automated snapshots of a cluster on its schedule for as long as it exists; one that falls into a busy time follows it. */
export async function keepTakingSnapshots(redshift: RedshiftContext, cluster: RedshiftCluster): Promise<void> {
  const { clock } = redshift.cloud;
  const { signal } = cluster.schedule;
  while (!signal.aborted) {
    cluster.nextAutomatedAt = cluster.traits.automatedRetentionDays > 0 ? new Date(nextDueMs(redshift, cluster)) : undefined;
    const due = await untilDue(redshift, cluster);
    if (!due) continue;
    while (!signal.aborted && isBusy(cluster)) await clock.sleep(RETRY_MS, signal).catch(() => undefined);
    if (!signal.aborted && cluster.status === 'available') takeAutomated(redshift, cluster);
  }
}

/** Takes an automated snapshot before its time when much has changed since the last one. */
export function followChange(redshift: RedshiftContext, cluster: RedshiftCluster): void {
  const { traits, lastSnapshotMb, status } = cluster;
  const changedMb = Math.abs(traits.sizeMb - (lastSnapshotMb ?? 0));
  if (status === 'available' && traits.automatedRetentionDays > 0 && changedMb >= CHANGED_MB_PER_NODE * traits.numberOfNodes) takeAutomated(redshift, cluster);
}

/** Gives automated snapshots a changed retention: those outside it are deleted, and all when they are switched off. */
export function applyAutomatedRetention(redshift: RedshiftContext, cluster: RedshiftCluster): void {
  const days = cluster.traits.automatedRetentionDays;
  const oldestMs = redshift.cloud.clock.nowMs() - days * DAY_MS;
  for (const snapshot of redshift.estate.in(cluster.place).snapshotsOf(cluster, 'automated')) {
    if (days === 0 || snapshot.createdAt.getTime() < oldestMs) {
      deleteSnapshot(redshift, snapshot);
    } else {
      snapshot.retentionDays = days;
      if (snapshot.status === 'available') scheduleExpiry(redshift, snapshot);
    }
  }
  cluster.reschedule();
}

function takeAutomated(redshift: RedshiftContext, cluster: RedshiftCluster): void {
  const stamp = redshift.cloud.clock.now().toISOString().slice(0, 19).replaceAll(/[T:]/g, '-');
  const identifier = `rs:${cluster.identifier}-${stamp}`;
  if (redshift.estate.in(cluster.place).snapshots.has(identifier)) return;
  takeSnapshot(redshift, cluster, { identifier, type: 'automated', retentionDays: cluster.traits.automatedRetentionDays });
}

function nextDueMs({ estate, cloud }: RedshiftContext, { place, scheduleIdentifier, createdAt }: RedshiftCluster): number {
  const schedule = scheduleIdentifier === undefined ? undefined : estate.in(place).schedules.get(scheduleIdentifier);
  return nextSnapshotMs(schedule?.definitions, cloud.clock.nowMs(), (schedule?.createdAt ?? createdAt).getTime());
}

/** Whether a snapshot has become due; not when the schedule has changed or the cluster is gone meanwhile. */
async function untilDue({ cloud }: RedshiftContext, cluster: RedshiftCluster): Promise<boolean> {
  const changed = new AbortController();
  cluster.reschedule = () => changed.abort();
  const delayMs = cluster.nextAutomatedAt ? cluster.nextAutomatedAt.getTime() - cloud.clock.nowMs() : Infinity;
  const signal = AbortSignal.any([cluster.schedule.signal, changed.signal]);
  if (!Number.isFinite(delayMs)) {
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    return false;
  }
  return cloud.clock.sleep(delayMs, signal).then(
    () => true,
    () => false,
  );
}

function isBusy({ status }: RedshiftCluster): boolean {
  return status !== 'available' && status !== 'paused' && status !== 'failed';
}
