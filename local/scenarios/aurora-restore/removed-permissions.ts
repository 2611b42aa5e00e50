import type { Scenario } from '../../rehearsal/scenario';
import { PipelineOnStage } from './pipeline-on-stage';
import type { AuroraRestoreWorld } from './world';

type RemovedPermission = readonly [role: string, action: string];

/** One permission of each function until there is a copy, in the order in which a run meets them; functions look at the source as a role of its account. */
const OF_THE_COPY: readonly RemovedPermission[] = [
  ['source-access', 'rds:DescribeDBClusterSnapshots'],
  ['admit-request', 'dynamodb:PutItem'],
  ['snapshot-check', 'dynamodb:UpdateItem'],
  ['preflight-restore', 'kms:DescribeKey'],
  ['copy-snapshot', 'rds:CopyDBClusterSnapshot'],
  ['check-copy-status', 'rds:DescribeDBClusterSnapshots'],
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

/** The same of those that people and schedules call. */
const CALLED: readonly RemovedPermission[] = [
  ['start-capture', 'states:StartExecution'],
  ['sweep-captures', 'rds:DescribeDBClusterSnapshots'],
  ['request-restore', 'states:StartExecution'],
  ['sweep-leftovers', 'rds:DescribeDBClusters'],
];

/** What is called fails at once, and so does a capture; each names what it lacks. */
export const removedFromCallers: Scenario<AuroraRestoreWorld> = {
  name: 'removed-from-callers',
  title: 'One permission is removed from each function that people and schedules call, and from the one that takes manifests: each names it',
  async run(stage) {
    // Its source is beside its target.
    const pipeline = new PipelineOnStage(stage, 'catalog-rebuild');
    for (const [operation, action] of CALLED) {
      const role = pipeline.functionName(operation);
      const refusal = await stage.without(`${role}=${action}`, () => stage.step(`call ${operation} without ${action}`, () => stage.invoke(pipeline.target, role, {}).then(() => '', (error: unknown) => (error as Error).message)));
      stage.check(refusal.includes(role) && refusal.includes(action), 'the call failed and says why', refusal);
    }
    const role = pipeline.functionName('take-manifest');
    const { status, cause = '' } = await stage.without(`${role}=secretsmanager:GetSecretValue`, () => pipeline.captureEnd('capture without secretsmanager:GetSecretValue'));
    stage.check(status === 'FAILED' && cause.includes(role) && cause.includes('secretsmanager:GetSecretValue'), 'the capture failed and says why', cause);
  },
};

export const removedFromCopying = removed('removed-from-copying', 'orders-refresh', OF_THE_COPY, 'abandon');
export const removedFromRestoring = removed('removed-from-restoring', 'catalog-rebuild', OF_THE_DATABASE, 'restore');

/** A run that fails and cannot clean up leaves what it made, tells people so, and cleans up when the same request is made again. */
export const removedFromCompensation: Scenario<AuroraRestoreWorld> = {
  name: 'removed-from-compensation',
  title: 'A run fails and may not delete what it made: people are told what is left and why, and the same request cleans up later',
  async run(stage) {
    const pipeline = new PipelineOnStage(stage, 'catalog-rebuild');
    await pipeline.captured();
    const operationId = 'removed-from-compensation';
    const [proof, compensation] = ['prove-restore', 'compensate-restore'].map((operation) => pipeline.functionName(operation));
    const unproven = new RegExp(`${proof}.*secretsmanager:GetSecretValue`, 's');
    await stage.without(`${proof}=secretsmanager:GetSecretValue`, async () => {
      await stage.without(`${compensation}=rds:DeleteDBCluster`, () => pipeline.restoreFailing({ operationId }, unproven, 'restore without the permissions to prove and to delete'));
      const told = stage.cloud.services.integration.outbox.messages().some(({ body }) => body.includes(operationId) && new RegExp(`could not all be removed.*${compensation}.*rds:DeleteDBCluster`, 's').test(body));
      stage.check(told && (await pipeline.madeBy(operationId, pipeline.target)).length > 0, 'the cluster is left, and people were told what was missing');
      await pipeline.restoreFailing({ operationId }, unproven, 'request it again, without the permission to prove');
    });
    await pipeline.checkNothingLeft(operationId);
    await pipeline.audit(operationId);
  },
};

/** Each function lacks one permission in turn: the run fails, names it, and goes on from there when it is given back. */
function removed(name: string, pipelineName: string, permissions: readonly RemovedPermission[], end: 'abandon' | 'restore'): Scenario<AuroraRestoreWorld> {
  return {
    name,
    title: `One permission is removed from each of ${permissions.length} functions of ${pipelineName} in turn: the run names it, and goes on when it is back`,
    async run(stage) {
      const pipeline = new PipelineOnStage(stage, pipelineName);
      await pipeline.captured();
      for (const [operation, action] of permissions) await pipeline.restoreWithout(operation, action, { operationId: name, onFailure: 'keep' });
      if (end === 'restore') await pipeline.restoreProven({ operationId: name }, 'resume with every permission');
      else await pipeline.abandoned(name);
      await pipeline.audit(name);
    },
  };
}
