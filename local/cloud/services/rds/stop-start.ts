import { closeEndpoints, openEndpoints } from './endpoints';
import { CLUSTER_LIFE_CYCLE } from './life-cycle/cluster-life-cycle';
import { INSTANCE_LIFE_CYCLE } from './life-cycle/instance-life-cycle';
import type { RdsContext } from './rds-context';
import { clusterSource, instanceSource, startAfterLongestStop } from './schedules';
import type { DbCluster, DbInstance } from './state/database';
import { startServer, stopServer } from './storage/instance-storage';

/** Begins to stop an instance by itself. */
export function stopInstance(rds: RdsContext, instance: DbInstance): void {
  beginStop(rds, instance);
  void startAfterLongestStop(rds, instance, () => {
    rds.notices.give(instanceSource(instance), 'instanceStartsAgain');
    startInstance(rds, instance);
  });
}

/** Begins to start a stopped instance by itself. */
export function startInstance(rds: RdsContext, instance: DbInstance): void {
  instance.startsAgainAt = undefined;
  beginStart(rds, instance);
}

/** Begins to stop a cluster with all its instances. */
export function stopCluster(rds: RdsContext, cluster: DbCluster): void {
  const members = rds.estate.in(cluster.place).membersOf(cluster);
  rds.passages.begin(cluster, CLUSTER_LIFE_CYCLE.stop, { then: () => rds.notices.give(clusterSource(cluster), 'clusterStopped') });
  for (const member of members) beginStop(rds, member);
  void startAfterLongestStop(rds, cluster, () => {
    rds.notices.give(clusterSource(cluster), 'clusterStartsAgain');
    startCluster(rds, cluster);
  });
}

/** Begins to start a stopped cluster with all its instances. */
export function startCluster(rds: RdsContext, cluster: DbCluster): void {
  cluster.startsAgainAt = undefined;
  const members = rds.estate.in(cluster.place).membersOf(cluster);
  rds.passages.begin(cluster, CLUSTER_LIFE_CYCLE.start, { then: () => rds.notices.give(clusterSource(cluster), 'clusterStarted') });
  // A standby has to find its primary.
  const writerFirst = [...members].sort((one) => (one === cluster.writer ? -1 : 1));
  for (const member of writerFirst) beginStart(rds, member);
}

function beginStop(rds: RdsContext, instance: DbInstance): void {
  closeEndpoints(rds, instance);
  rds.passages.begin(instance, INSTANCE_LIFE_CYCLE.stop, {
    work: () => stopServer(rds, instance),
    then: () => rds.notices.give(instanceSource(instance), 'instanceStopped'),
  });
}

function beginStart(rds: RdsContext, instance: DbInstance): void {
  rds.passages.begin(instance, INSTANCE_LIFE_CYCLE.start, {
    arrive: async () => {
      await startServer(rds, instance);
      openEndpoints(rds, instance);
    },
    then: () => rds.notices.give(instanceSource(instance), 'instanceStarted'),
  });
}
