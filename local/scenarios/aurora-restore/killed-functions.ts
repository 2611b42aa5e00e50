import type { Scenario } from '../../rehearsal/scenario';
import { PipelineOnStage } from './pipeline-on-stage';
import type { AuroraRestoreWorld } from './world';

/** The functions of a run that call AWS, but for those that delete or compensate, which stories of their own kill, in the order in which it meets them, each with a call during which it dies. */
const DEADLY_CALLS = [
  ['admit-request', 'dynamodb:PutItem'],
  ['snapshot-check', 'rds:DescribeDBClusterSnapshots'],
  ['preflight-restore', 'kms:CreateGrant'],
  ['copy-snapshot', 'rds:CopyDBClusterSnapshot'],
  ['check-copy-status', 'rds:DescribeDBClusterSnapshots'],
  ['restore-snapshot', 'rds:RestoreDBClusterFromSnapshot'],
  ['check-restore-status', 'rds:DescribeDBClusters'],
  ['create-instance', 'rds:CreateDBInstance'],
  ['check-instance-status', 'rds:DescribeDBInstances'],
  ['reset-admin-credentials', 'rds:ModifyDBCluster'],
  ['collect-manifest', 's3:PutObject'],
  ['prove-restore', 's3:PutObject'],
  ['setup-db-users', 'dynamodb:PutItem'],
  ['open-network', 'rds:ModifyDBCluster'],
  ['archive-snapshot', 'rds:AddTagsToResource'],
  ['sns-notification', 'sns:Publish'],
] as const;

/** Every function of a run dies once before a call, and once after one whose answer is lost. */
export const killedFunctions: Scenario<AuroraRestoreWorld> = {
  name: 'killed-functions',
  title: 'Each function of a run is killed once in mid-work, calls are throttled and answers are lost: the run still succeeds',
  async run(stage) {
    const pipeline = new PipelineOnStage(stage, 'orders-refresh');
    await pipeline.captured();
    const kills = DEADLY_CALLS.map(([operation, call]) => `${call}~${pipeline.functionName(operation)}*#1=kill`);
    const others = ['rds:DescribeDBClusters#3x2=throttle', `rds:RestoreDBClusterFromSnapshot#2=lost-reply`, `rds:CreateDBInstance#2=lost-reply`];
    await stage.withFaults([...kills, ...others], () => pipeline.restoreProven({ operationId: 'killed' }, `restore while ${DEADLY_CALLS.length} functions die once`));
    await pipeline.audit('killed');
  },
};
