import * as sdk from '@aws-sdk/client-redshift-serverless';
import type { PostgresServer } from '../../engines/postgres/postgres-server';
import type { CloudContext } from '../../gateway/cloud-context';
import { defineService, type Place, type Service } from '../../gateway/service';
import { ServiceKeys } from '../kms/service-keys';
import { Passages } from '../rds/life-cycle/passages';
import { AdminSecrets } from '../redshift/admin-secrets';
import { namespaceOperations } from './operations/namespace-operations';
import { policyOperations } from './operations/policy-operations';
import { restoreOperations } from './operations/restore-operations';
import { snapshotOperations } from './operations/snapshot-operations';
import { workgroupOperations } from './operations/workgroup-operations';
import type { ServerlessContext } from './serverless-context';
import { serverlessArn, ServerlessEstate } from './state/estate';

export type ServerlessPorts = Pick<ServerlessContext, 'cloud' | 'storage' | 'endpoints' | 'subnets' | 'provisionedSnapshot'> & { readonly cloud: CloudContext };

const SERVERLESS = 'redshift-serverless.amazonaws.com';

/** Redshift Serverless: namespaces on PostgreSQL, workgroups, snapshots and recovery points. */
export class RedshiftServerless {
  readonly service: Service;
  private readonly estate = new ServerlessEstate();

  constructor(ports: ServerlessPorts) {
    const { cloud } = ports;
    const context: ServerlessContext = {
      ...ports,
      estate: this.estate,
      passages: new Passages(cloud.clock, (error, where) => cloud.reportDefect(error, `redshift-serverless, ${where}`)),
      keys: new ServiceKeys(cloud, SERVERLESS),
      secrets: new AdminSecrets(cloud, SERVERLESS),
    };
    this.service = defineService(sdk, 'redshift-serverless', {
      ...namespaceOperations(context),
      ...workgroupOperations(context),
      ...snapshotOperations(context),
      ...restoreOperations(context),
      ...policyOperations(context),
    });
  }

  /** What the services that send SQL find under a workgroup's name; nothing where there is no such workgroup. */
  warehouse(place: Place, name: string): { readonly arn: string; readonly server: PostgresServer | undefined } | undefined {
    const state = this.estate.in(place);
    const workgroup = state.workgroups.get(name);
    if (!workgroup) return undefined;
    const server = workgroup.status === 'AVAILABLE' ? state.namespaces.get(workgroup.namespaceName)?.server : undefined;
    return { arn: serverlessArn('workgroup', workgroup), server };
  }
}
