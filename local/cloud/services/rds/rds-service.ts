import * as sdk from '@aws-sdk/client-rds';
import { defineService, type Service } from '../../gateway/service';
import { clusterOperations } from './operations/cluster-operations';
import { clusterSnapshotOperations } from './operations/cluster-snapshot-operations';
import { createClusterOperations } from './operations/create-cluster';
import { createInstanceOperations } from './operations/create-instance';
import { dbSnapshotOperations } from './operations/db-snapshot-operations';
import { deleteInstanceOperations } from './operations/delete-instance';
import { eventSubscriptionOperations } from './operations/event-subscription-operations';
import { informationOperations } from './operations/information-operations';
import { instanceOperations } from './operations/instance-operations';
import { modifyClusterOperations } from './operations/modify-cluster';
import { modifyInstanceOperations } from './operations/modify-instance';
import { parameterGroupOperations } from './operations/parameter-group-operations';
import { replicaOperations } from './operations/replica-operations';
import { restoreClusterOperations } from './operations/restore-cluster';
import { restoreInstanceOperations } from './operations/restore-instance';
import { subnetGroupOperations } from './operations/subnet-group-operations';
import { tagOperations } from './operations/tag-operations';
import type { RdsContext } from './rds-context';

/** Amazon RDS: Aurora PostgreSQL clusters and PostgreSQL instances. */
export function createRdsService(rds: RdsContext): Service {
  return defineService(sdk, 'rds', {
    ...createClusterOperations(rds),
    ...restoreClusterOperations(rds),
    ...modifyClusterOperations(rds),
    ...clusterOperations(rds),
    ...clusterSnapshotOperations(rds),
    ...createInstanceOperations(rds),
    ...restoreInstanceOperations(rds),
    ...replicaOperations(rds),
    ...modifyInstanceOperations(rds),
    ...instanceOperations(rds),
    ...deleteInstanceOperations(rds),
    ...dbSnapshotOperations(rds),
    ...subnetGroupOperations(rds),
    ...parameterGroupOperations(rds),
    ...eventSubscriptionOperations(rds),
    ...tagOperations(rds),
    ...informationOperations(rds),
  });
}
