import type { RegionChange } from '../../gateway/region-outages';
import { closeEndpoints, openEndpoints } from './endpoints';
import { instanceSource } from './schedules';
import type { RdsContext } from './rds-context';
import type { DbInstance } from './state/database';
import { startServer } from './storage/instance-storage';

/**
 * Lets databases share the fate of their regions: a lost region replicates nothing, and its servers are killed unless they are
 * kept. When it is back they start again as RDS starts them, each as what it was: an old primary is a primary.
 *
 * The servers of Aurora clusters go on, cut off from everything: nothing here plays with the loss of a cluster's region.
 */
export function followRegions(rds: RdsContext): void {
  const killed = new Map<string, readonly DbInstance[]>();
  rds.cloud.regions.onChange(async ({ region, kind, processes }: RegionChange) => {
    if (kind === 'lost') {
      for (const { replication } of acrossBorder(rds, region)) replication?.link?.cut();
      if (processes === 'kill') killed.set(region, await kill(rds, region));
      return;
    }
    for (const { replication } of acrossBorder(rds, region)) replication?.link?.heal();
    const victims = killed.get(region) ?? [];
    killed.delete(region);
    for (const instance of victims) await revive(rds, instance);
  });
}

/** Replicas whose source is on the other side of the region's border. */
function acrossBorder(rds: RdsContext, region: string): readonly DbInstance[] {
  return instancesOf(rds).filter(({ place, replication }) => {
    const source = replication?.source?.place.region;
    return source !== undefined && (source === region) !== (place.region === region);
  });
}

async function kill(rds: RdsContext, region: string): Promise<readonly DbInstance[]> {
  const running = instancesOf(rds).filter(({ place, cluster, server }) => place.region === region && !cluster && server?.isRunning);
  for (const instance of running) {
    closeEndpoints(rds, instance);
    await instance.server?.kill();
  }
  return running;
}

async function revive(rds: RdsContext, instance: DbInstance): Promise<void> {
  if (instance.schedule.signal.aborted) return;
  await rds.cloud.clock.whileWorking(() => startServer(rds, instance));
  openEndpoints(rds, instance);
  rds.notices.give(instanceSource(instance), 'recoveryCompleted');
}

function instancesOf({ estate }: RdsContext): readonly DbInstance[] {
  return estate.all().flatMap(({ instances }) => [...instances.values()]);
}
