import * as sdk from '@aws-sdk/client-redshift';
import { defineService, type Service } from '../../gateway/service';
import { clusterOperations } from './operations/cluster-operations';
import { createClusterOperations } from './operations/create-cluster';
import { credentialOperations } from './operations/credential-operations';
import { eventSubscriptionOperations } from './operations/event-subscription-operations';
import { informationOperations } from './operations/information-operations';
import { modifyClusterOperations } from './operations/modify-cluster';
import { parameterGroupOperations } from './operations/parameter-group-operations';
import { resizeOperations } from './operations/resize-operations';
import { resourcePolicyOperations } from './operations/resource-policy-operations';
import { restoreClusterOperations } from './operations/restore-cluster';
import { snapshotCopyOperations } from './operations/snapshot-copy-operations';
import { snapshotOperations } from './operations/snapshot-operations';
import { snapshotScheduleOperations } from './operations/snapshot-schedule-operations';
import { subnetGroupOperations } from './operations/subnet-group-operations';
import { tagOperations } from './operations/tag-operations';
import type { RedshiftContext } from './redshift-context';

/** Amazon Redshift: provisioned clusters and their snapshots. */
export function createRedshiftService(redshift: RedshiftContext): Service {
  return defineService(sdk, 'redshift', {
    ...createClusterOperations(redshift),
    ...restoreClusterOperations(redshift),
    ...modifyClusterOperations(redshift),
    ...clusterOperations(redshift),
    ...resizeOperations(redshift),
    ...snapshotOperations(redshift),
    ...snapshotCopyOperations(redshift),
    ...snapshotScheduleOperations(redshift),
    ...subnetGroupOperations(redshift),
    ...parameterGroupOperations(redshift),
    ...eventSubscriptionOperations(redshift),
    ...credentialOperations(redshift),
    ...resourcePolicyOperations(redshift),
    ...tagOperations(redshift),
    ...informationOperations(redshift),
  });
}
