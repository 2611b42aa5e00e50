import type { Scenario } from '../../rehearsal/scenario';
import { PipelineOnStage } from './pipeline-on-stage';
import type { AuroraRestoreWorld } from './world';

/** One permission of each function, in the order in which a run meets them. */
const REMOVED = [
  ['admit-request', 'dynamodb:PutItem'],
  ['snapshot-check', 'dynamodb:UpdateItem'],
  ['preflight-restore', 'kms:DescribeKey'],
  ['copy-snapshot', 'rds:CopyDBClusterSnapshot'],
  ['check-copy-status', 'rds:DescribeDBClusterSnapshots'],
  ['restore-snapshot', 'rds:RestoreDBClusterFromSnapshot'],
  ['check-restore-status', 'rds:DescribeDBClusters'],
  ['create-instance', 'rds:CreateDBInstance'],
  ['check-instance-status', 'rds:DescribeDBInstances'],
  ['reset-admin-credentials', 'secretsmanager:PutSecretValue'],
  ['collect-manifest', 's3:GetObject'],
  ['prove-restore', 'secretsmanager:GetSecretValue'],
  ['setup-db-users', 'dynamodb:UpdateItem'],
  ['open-network', 'rds:ModifyDBCluster'],
  ['archive-snapshot', 'rds:AddTagsToResource'],
  ['sns-notification', 'sns:Publish'],
] as const;

/** Each function lacks one permission in turn: the run fails, names it, and goes on from there when it is given back. */
export const removedPermissions: Scenario<AuroraRestoreWorld> = {
  name: 'removed-permissions',
  title: 'One permission is removed from each function in turn: the run names it, and is resumed when it is back',
  async run(stage) {
    const pipeline = new PipelineOnStage(stage, 'orders-refresh');
    await pipeline.captured();
    const operationId = 'removed-permissions';
    // The functions look at the source as a role of its account.
    const roles = [['source-access', 'rds:DescribeDBClusterSnapshots'], ...REMOVED] as const;
    for (const [operation, action] of roles) {
      const role = pipeline.functionName(operation);
      await stage.without(`${role}=${action}`, () => pipeline.restoreFailing({ operationId, onFailure: 'keep' }, new RegExp(`${role}.*${action}`, 's'), `run ${operation} without ${action}`));
    }
    await pipeline.restoreProven({ operationId }, 'resume with every permission');
    await pipeline.audit(operationId);
  },
};
