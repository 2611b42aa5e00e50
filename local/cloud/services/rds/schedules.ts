import { LONGEST_STOP_DAYS } from './life-cycle/cluster-life-cycle';
import { nextOpening } from './backup-window';
import type { NoticeSource } from './notices';
import type { RdsEventName } from './rds-events';
import type { RdsContext } from './rds-context';
import type { DbCluster, DbInstance } from './state/database';
import { snapshotCluster, snapshotInstance } from './take-snapshot';
import { pruneAutomatedSnapshots } from './automated-snapshots';

const DAY_MS = 24 * 3_600_000;
const RETRY_MS = 10 * 60_000;

export function clusterSource({ place, identifier }: DbCluster): NoticeSource {
  return { type: 'db-cluster', place, identifier };
}

export function instanceSource({ place, identifier }: DbInstance): NoticeSource {
  return { type: 'db-instance', place, identifier };
}

/** What follows when a cluster is there: an event, and backups from now on. */
export function clusterOpened(rds: RdsContext, cluster: DbCluster, event: RdsEventName): void {
  rds.notices.give(clusterSource(cluster), event);
  void keepBackingUp(rds, cluster, () => snapshotCluster(rds, cluster, { identifier: automatedName(rds, cluster), type: 'automated' }), 'cluster');
}

/** What follows when an instance by itself is there: a first backup where backups are on, and one in every window. */
export function instanceOpened(rds: RdsContext, instance: DbInstance): void {
  void keepBackingUp(rds, instance, () => backUpInstance(rds, instance), 'instance');
  if (instance.backups.retentionDays > 0) backUpInstance(rds, instance);
}

/** A backup of an instance: the instance is `backing-up`, and an automated snapshot comes of it. */
export function backUpInstance(rds: RdsContext, instance: DbInstance): void {
  rds.notices.give(instanceSource(instance), 'backupStarted');
  snapshotInstance(rds, instance, { identifier: automatedName(rds, instance), type: 'automated' });
}

/** Starts something stopped again after the longest time that RDS lets it be stopped. */
export async function startAfterLongestStop(rds: RdsContext, database: DbCluster | DbInstance, start: () => void): Promise<void> {
  const { clock } = rds.cloud;
  const startsAt = new Date(clock.nowMs() + LONGEST_STOP_DAYS * DAY_MS);
  database.startsAgainAt = startsAt;
  await until(rds, startsAt, database.schedule.signal);
  if (!database.schedule.signal.aborted && database.startsAgainAt === startsAt && database.status === 'stopped') start();
}

/** Backs a database up in each of its windows; in a window in which it is busy, as soon as it no longer is. */
async function keepBackingUp(rds: RdsContext, database: DbCluster | DbInstance, backUp: () => void, kind: 'cluster' | 'instance'): Promise<void> {
  const { signal } = database.schedule;
  const { clock } = rds.cloud;
  while (!signal.aborted) {
    const { window } = database.backups;
    await until(rds, nextOpening(window, clock.now()), signal);
    while (!signal.aborted && isBusy(database)) await until(rds, new Date(clock.nowMs() + RETRY_MS), signal);
    const isDue = !signal.aborted && database.backups.window === window && database.backups.retentionDays > 0;
    if (isDue && database.status === 'available') {
      backUp();
      pruneAutomatedSnapshots(rds, kind, database);
    }
  }
}

function isBusy({ status, backups }: DbCluster | DbInstance): boolean {
  return backups.retentionDays > 0 && status !== 'available' && status !== 'stopped' && status !== 'failed';
}

/** Waits for a time; ends early without a word when the signal says so. */
async function until({ cloud: { clock } }: RdsContext, time: Date, signal: AbortSignal): Promise<void> {
  await clock.sleep(time.getTime() - clock.nowMs(), signal).catch(() => undefined);
}

/** `rds:<database>-<date>-<time>`. */
function automatedName({ cloud }: RdsContext, { identifier }: DbCluster | DbInstance): string {
  return `rds:${identifier}-${cloud.clock.now().toISOString().slice(0, 16).replace('T', '-').replace(':', '-')}`;
}
