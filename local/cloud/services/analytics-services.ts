import type { PostgresEngine } from '../engines/postgres/postgres-engine';
import type { ResourceProviders } from '../deploy/resource-provider';
import type { CloudContext } from '../gateway/cloud-context';
import type { Service } from '../gateway/service';
import type { Fabric } from '../network/fabric';
import { Backup } from './backup/backup';
import { backupResources } from './backup/resources/backup-resources';
import type { MetricSink } from './cloudwatch/metric-sink';
import type { EventSink } from './events/event-sink';
import { FabricEndpoints } from './rds/fabric-endpoints';
import { VpcDirectory } from './rds/vpc-directory';
import { Redshift } from './redshift/redshift';
import { redshiftResources } from './redshift/redshift-resources';
import type { WarehouseLookup } from './redshift-data/warehouse-logins';
import { RedshiftServerless } from './redshift-serverless/redshift-serverless';
import { serverlessResources } from './redshift-serverless/serverless-resources';
import { createRedshiftDataService } from './redshift-data/redshift-data-service';
import { createServiceQuotasService } from './service-quotas/service-quotas-service';

/** The data warehouses and what protects them. */
export interface AnalyticsServices {
  readonly services: readonly Service[];
  readonly resources: ResourceProviders;
  readonly redshift: Redshift;
  readonly backup: Backup;
}

export interface AnalyticsPorts {
  readonly context: CloudContext;
  readonly fabric: Fabric;
  /** PostgreSQL, which stands behind the warehouses and ends with the databases. */
  readonly engine: () => Promise<PostgresEngine>;
  readonly events: EventSink;
  readonly metrics: MetricSink;
}

/** Creates them. */
export function createAnalyticsServices({ context, fabric, engine, events, metrics }: AnalyticsPorts): AnalyticsServices {
  const endpoints = new FabricEndpoints(fabric);
  const subnets = new VpcDirectory(context, 'redshift.amazonaws.com');
  const redshift = new Redshift({ cloud: context, engine, endpoints, subnets });
  const clusters: WarehouseLookup = (place, identifier) => redshift.warehouse(place, identifier);
  const serverless = new RedshiftServerless({ cloud: context, storage: redshift.storage, endpoints, subnets, provisionedSnapshot: (arn) => redshift.findSnapshot(arn) });
  const workgroups: WarehouseLookup = (place, name) => serverless.warehouse(place, name);
  const data = createRedshiftDataService({ cloud: context, events, clusters, workgroups });
  const backup = new Backup({ cloud: context, events, metrics });
  return {
    redshift,
    backup,
    services: [redshift.service, serverless.service, data, backup.service, createServiceQuotasService(context, [redshift.quotas])],
    resources: { ...redshiftResources, ...serverlessResources, ...backupResources },
  };
}
