import { defineHandler } from '../common/define-handler';
import { addMetric } from '../common/metric';
import { ENV, METRIC } from './contract';
import { warehousesOf, type WarehouseStore } from './warehouse-kind';

export interface SweepClustersPorts {
  readonly pipeline: string;
  readonly proofClusterPrefix: string;
  readonly lifetimeHours: number;
  readonly clusters: Pick<WarehouseStore, 'list' | 'delete'>;
  readonly now: () => Date;
}

const HOUR_MS = 3_600_000;

/** Deletes clusters of proofs that live longer than any proof may take: what a run left that died before it could tear down. */
export async function sweepClusters(_input: unknown, ports: SweepClustersPorts): Promise<{ readonly swept: readonly string[] }> {
  const { pipeline, proofClusterPrefix, lifetimeHours, clusters, now } = ports;
  const overdue = (await clusters.list()).filter(
    ({ identifier, createdAt, status }) => identifier.startsWith(proofClusterPrefix) && status !== 'deleting' && createdAt !== undefined && now().getTime() - createdAt.getTime() > lifetimeHours * HOUR_MS,
  );
  const swept: string[] = [];
  for (const { identifier } of overdue) {
    if ((await clusters.delete(identifier)) === 'deleting') swept.push(identifier);
  }
  addMetric(pipeline, METRIC.clustersSwept, swept.length);
  return { swept };
}

export const handler = defineHandler('redshift-backup/sweep-clusters', sweepClusters, (env) => ({
  pipeline: env.required(ENV.PIPELINE),
  proofClusterPrefix: env.required(ENV.PROOF_CLUSTER_PREFIX),
  lifetimeHours: env.number(ENV.LIFETIME_HOURS),
  clusters: warehousesOf(env),
  now: () => new Date(),
}));
