import { ClusterSnapshots } from '../common/aws/cluster-snapshots';
import { Clusters } from '../common/aws/clusters';
import { defineHandler } from '../common/define-handler';
import { addMetric } from '../common/metric';
import { ENV, METRIC, TAG } from './contract';

const DAY_MS = 24 * 3_600_000;
/** How long the database of the run before stays, closed, as the way back. */
const RETIRED_GRACE_MS = DAY_MS;

export interface SweepLeftoversPorts {
  readonly pipeline: string;
  readonly clientGroup: string;
  readonly clusters: Pick<Clusters, 'list' | 'deleteInstance' | 'deleteCluster'>;
  readonly snapshots: Pick<ClusterSnapshots, 'listManual' | 'delete'>;
  readonly now: () => Date;
}

/**
 * Deletes what earlier runs of the pipeline left for a while: retired clusters past their grace, and kept copies past
 * their days. A retired cluster that was opened to its clients again is in use and stays.
 */
export async function sweepLeftovers(_event: unknown, { pipeline, clientGroup, clusters, snapshots, now }: SweepLeftoversPorts): Promise<{ removed: readonly string[] }> {
  const removed: string[] = [];
  const retired = (await clusters.list()).filter(
    ({ tags, securityGroupIds, deletionProtection }) =>
      tags[TAG.pipeline] === pipeline && isPast(tags[TAG.retiredAt], RETIRED_GRACE_MS, now()) && !securityGroupIds.includes(clientGroup) && !deletionProtection,
  );
  for (const { identifier, instanceIdentifiers } of retired) {
    for (const instance of instanceIdentifiers) await clusters.deleteInstance(instance);
    if (instanceIdentifiers.length === 0 && (await clusters.deleteCluster(identifier, { keepAutomatedBackups: false }))) removed.push(identifier);
  }
  const copies = (await snapshots.listManual()).filter(({ tags }) => tags[TAG.pipeline] === pipeline && isPast(tags[TAG.deleteAfter], 0, now()));
  for (const { identifier } of copies.filter(({ status }) => status === 'available')) {
    if (await snapshots.delete(identifier)) removed.push(identifier);
  }
  addMetric(pipeline, METRIC.leftoversRemoved, removed.length);
  return { removed };
}

function isPast(since: string | undefined, graceMs: number, now: Date): boolean {
  return since !== undefined && now.getTime() - new Date(since).getTime() > graceMs;
}

export const handler = defineHandler('aurora-restore/sweep-leftovers', sweepLeftovers, (env) => {
  const target = { region: env.region };
  return {
    pipeline: env.required(ENV.PIPELINE),
    clientGroup: env.required(ENV.CLIENT_SECURITY_GROUP),
    clusters: Clusters.in(target),
    snapshots: ClusterSnapshots.in(target),
    now: () => new Date(),
  };
});
