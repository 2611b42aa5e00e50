import { PostgresEngine } from '../engines/postgres/postgres-engine';
import type { ResourceProviders } from '../deploy/resource-provider';
import type { CloudContext } from '../gateway/cloud-context';
import type { Service } from '../gateway/service';
import type { Fabric } from '../network/fabric';
import type { MetricSink } from './cloudwatch/metric-sink';
import type { EventSink } from './events/event-sink';
import { FabricEndpoints } from './rds/fabric-endpoints';
import { Rds } from './rds/rds';
import { rdsResources } from './rds/rds-resources';
import { VpcDirectory } from './rds/vpc-directory';

/** The services with PostgreSQL underneath. */
export interface DatabaseServices {
  readonly services: readonly Service[];
  readonly resources: ResourceProviders;
  readonly rds: Rds;
  /** PostgreSQL itself, for who has databases of another kind. */
  readonly engine: () => Promise<PostgresEngine>;
  /** Ends every server and deletes its files. */
  stop(): Promise<void>;
}

export interface DatabasePorts {
  readonly context: CloudContext;
  readonly fabric: Fabric;
  readonly metrics: MetricSink;
  readonly events: EventSink;
}

/** Creates them. PostgreSQL itself is looked for when the first database is created. */
export function createDatabaseServices({ context, fabric, metrics, events }: DatabasePorts): DatabaseServices {
  let opening: Promise<PostgresEngine> | undefined;
  const engine = () => (opening ??= PostgresEngine.open({ clock: context.clock, authority: context.certificates }));
  const rds = new Rds({ cloud: context, engine, endpoints: new FabricEndpoints(fabric), subnets: new VpcDirectory(context, 'rds.amazonaws.com'), metrics, events });
  return {
    rds,
    engine,
    services: [rds.service],
    resources: { ...rdsResources },
    stop: async () => {
      const opened = await opening?.catch(() => undefined);
      await opened?.close();
    },
  };
}
