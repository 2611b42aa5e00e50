import type { Clusters } from '../common/aws/clusters';
import type { Hop } from './contract';

/** An account and region: where quotas are. */
interface Place {
  readonly account: string;
  readonly region: string;
}

export interface QuotaPorts {
  readonly source: Place;
  readonly target: Place;
  readonly quotasIn: (place: Place) => Pick<Clusters, 'quotaLeft'>;
}

/** What a run makes in one place, as the quota counts it. */
interface Demand {
  readonly place: Place;
  readonly quota: string;
  readonly needed: number;
}

/** Names each quota that has no room for what the run will make: a snapshot wherever a hop lands and for the last one of a source that goes, a cluster, an instance. */
export async function quotaGaps(hops: readonly Hop[], takesFinalSnapshot: boolean, { source, target, quotasIn }: QuotaPorts): Promise<string[]> {
  const landings = hops.flatMap((hop) => (hop.kind === 'share' ? [] : [{ account: (hop.kind === 'copy-at-source' ? source : target).account, region: hop.region }]));
  const demands: Demand[] = [
    ...together([...landings, ...(takesFinalSnapshot ? [source] : [])]).map(({ place, count }) => ({ place, quota: 'ManualClusterSnapshots', needed: count })),
    ...['DBClusters', 'DBInstances'].map((quota) => ({ place: target, quota, needed: 1 })),
  ];
  const gaps = demands.map(async ({ place, quota, needed }) => {
    const left = await quotasIn(place).quotaLeft(quota);
    return left !== undefined && left < needed ? [`quota ${quota} of ${nameOf(place)} has ${left} left, ${needed} needed`] : [];
  });
  return (await Promise.all(gaps)).flat();
}

/** Each place once, with how often it occurs. */
function together(places: readonly Place[]): readonly { readonly place: Place; readonly count: number }[] {
  const distinct = new Map(places.map((place) => [nameOf(place), place]));
  return [...distinct].map(([name, place]) => ({ place, count: places.filter((other) => nameOf(other) === name).length }));
}

function nameOf({ account, region }: Place): string {
  return `account ${account} in ${region}`;
}
