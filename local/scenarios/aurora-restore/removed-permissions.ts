import type { Scenario } from '../../rehearsal/scenario';
import { PipelineOnStage } from './pipeline-on-stage';
import type { AuroraRestoreWorld } from './world';

type RemovedPermission = readonly [role: string, action: string];

/** One permission of each function that deals with the copy, in the order in which a run meets them; functions look at the source as a role of its account. */
const OF_THE_COPY: readonly RemovedPermission[] = [
  ['source-access', 'rds:DescribeDBClusterSnapshots'],
  ['admit-request', 'dynamodb:PutItem'],
  ['snapshot-check', 'dynamodb:UpdateItem'],
  ['preflight-restore', 'kms:DescribeKey'],
  ['copy-snapshot', 'rds:CopyDBClusterSnapshot'],
  ['check-copy-status', 'rds:DescribeDBClusterSnapshots'],
  ['archive-snapshot', 'rds:AddTagsToResource'],
];

/** The same of those that make the copy a database. */
const OF_THE_DATABASE: readonly RemovedPermission[] = [
  ['restore-snapshot', 'rds:RestoreDBClusterFromSnapshot'],
  ['check-restore-status', 'rds:DescribeDBClusters'],
  ['create-instance', 'rds:CreateDBInstance'],
  ['check-instance-status', 'rds:DescribeDBInstances'],
  ['reset-admin-credentials', 'secretsmanager:PutSecretValue'],
  ['collect-manifest', 's3:GetObject'],
  ['prove-restore', 'secretsmanager:GetSecretValue'],
  ['setup-db-users', 'dynamodb:UpdateItem'],
  ['open-network', 'rds:ModifyDBCluster'],
  ['sns-notification', 'sns:Publish'],
];

export const removedFromCopying = removed('removed-from-copying', 'orders-refresh', OF_THE_COPY);
export const removedFromRestoring = removed('removed-from-restoring', 'catalog-rebuild', OF_THE_DATABASE);

/** Each function lacks one permission in turn: the run fails, names it, and goes on from there when it is given back. */
function removed(name: string, pipelineName: string, permissions: readonly RemovedPermission[]): Scenario<AuroraRestoreWorld> {
  return {
    name,
    title: `One permission is removed from each of ${permissions.length} functions of ${pipelineName} in turn: the run names it, and is resumed when it is back`,
    async run(stage) {
      const pipeline = new PipelineOnStage(stage, pipelineName);
      await pipeline.captured();
      for (const [operation, action] of permissions) {
        const role = pipeline.functionName(operation);
        await stage.without(`${role}=${action}`, () => pipeline.restoreFailing({ operationId: name, onFailure: 'keep' }, new RegExp(`${role}.*${action}`, 's'), `run ${operation} without ${action}`));
      }
      await pipeline.restoreProven({ operationId: name }, 'resume with every permission');
      await pipeline.audit(name);
    },
  };
}
