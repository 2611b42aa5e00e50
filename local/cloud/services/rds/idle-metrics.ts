import type { RdsContext } from './rds-context';
import type { DbInstance } from './state/database';

const IDLE_CPU_PERCENT = 5;
const BYTES_PER_GB = 1024 ** 3;

/** Begins the metrics that a database without much to do reports. https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-metrics.html */
export function publishIdleMetrics({ metrics }: Pick<RdsContext, 'metrics'>, { place, identifier, traits, cluster }: DbInstance): void {
  const common = { place, namespace: 'AWS/RDS', dimensions: { DBInstanceIdentifier: identifier } };
  metrics.level({ ...common, name: 'CPUUtilization', value: IDLE_CPU_PERCENT, unit: 'Percent' });
  if (!cluster) metrics.level({ ...common, name: 'FreeStorageSpace', value: traits.sizeGb * BYTES_PER_GB, unit: 'Bytes' });
}

/** Ends them: what does not run reports nothing. */
export function endMetrics({ metrics }: Pick<RdsContext, 'metrics'>, { place, identifier }: DbInstance): void {
  for (const name of ['CPUUtilization', 'FreeStorageSpace']) {
    metrics.level({ place, namespace: 'AWS/RDS', name, dimensions: { DBInstanceIdentifier: identifier }, value: 0, lastsMs: 0 });
  }
}
