import { regionalArn } from '../../cloud/gateway/arn';
import type { Scenario } from '../../rehearsal/scenario';
import { PipelineOnStage } from './pipeline-on-stage';
import type { AuroraRestoreWorld } from './world';

/** A copy that fails when it is nearly done: the run removes what it made, and the same request then succeeds. */
export const copyFailsLate: Scenario<AuroraRestoreWorld> = {
  name: 'copy-fails-late',
  title: 'A copy fails at 90 %: what the run made is removed, and the same request restores later',
  async run(stage) {
    const pipeline = new PipelineOnStage(stage, 'orders-refresh');
    const operationId = 'copy-fails';
    stage.cloud.services.databases.rds.failCopy(regionalArn('rds', pipeline.target, `cluster-snapshot:${operationId}-copy`), 90);
    await pipeline.restoreFailing({ operationId }, /copy-fails-copy/, 'restore while the copy is doomed');
    await pipeline.checkNothingLeft(operationId);
    await pipeline.restoreProven({ operationId }, 'request the same operation again');
    await pipeline.audit(operationId);
  },
};

/** User set-up that breaks off in the middle: nobody gets in until it has been completed. */
export const usersHalfway: Scenario<AuroraRestoreWorld> = {
  name: 'users-halfway',
  title: 'User set-up fails halfway: the database stays closed, and a resumed run completes it',
  async run(stage) {
    const pipeline = new PipelineOnStage(stage, 'catalog-rebuild');
    const operationId = 'users-halfway';
    const faults = [`secretsmanager:PutSecretValue~${pipeline.functionName('setup-db-users')}#1x*=error:InternalServiceError`];
    await pipeline.withFaults(faults, () => pipeline.restoreFailing({ operationId, snapshotIdentifier: 'catalog-before-release', onFailure: 'keep' }, /InternalServiceError/, 'restore while the secret cannot be written'));
    const [arn = ''] = await pipeline.madeBy(operationId, pipeline.target);
    const cluster = await pipeline.cluster(arn.split(':').at(-1) ?? '');
    const groups = (cluster?.VpcSecurityGroups ?? []).map(({ VpcSecurityGroupId = '' }) => VpcSecurityGroupId);
    stage.check(cluster?.Status === 'available' && groups.length === 1, `${cluster?.DBClusterIdentifier ?? 'no cluster'} is kept in quarantine, reachable by nobody but the pipeline`, ...groups);
    await pipeline.restoreProven({ operationId }, 'resume the operation');
    await pipeline.audit(operationId);
  },
};
