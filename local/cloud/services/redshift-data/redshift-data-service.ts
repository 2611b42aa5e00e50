import * as sdk from '@aws-sdk/client-redshift-data';
import type { CloudContext } from '../../gateway/cloud-context';
import { defineService, type Service } from '../../gateway/service';
import type { EventSink } from '../events/event-sink';
import { DataAccess } from './data-access';
import { catalogOperations } from './operations/catalog-operations';
import { resultOperations } from './operations/result-operations';
import { statementOperations } from './operations/statement-operations';
import { StatementRunner } from './statement-runner';
import { StatementStore } from './statement-store';
import { WarehouseLogins, type WarehouseLookup } from './warehouse-logins';

export interface RedshiftDataPorts {
  readonly cloud: CloudContext;
  readonly events: EventSink;
  readonly clusters: WarehouseLookup;
  readonly workgroups: WarehouseLookup;
}

/** The Redshift Data API: SQL over HTTP, with results that wait to be fetched. */
export function createRedshiftDataService({ cloud, events, clusters, workgroups }: RedshiftDataPorts): Service {
  const { clock } = cloud;
  const store = new StatementStore(clock);
  const access = new DataAccess(store, workgroups);
  const logins = new WarehouseLogins({ cloud, clusters, workgroups });
  const runner = new StatementRunner({ cloud, logins, events });
  return defineService(sdk, 'redshift-data', {
    ...statementOperations({ access, store, logins, runner, clock, clusters, workgroups }),
    ...resultOperations({ access, store, clock }),
    ...catalogOperations({ access, logins, clock }),
  });
}
