import type { Scenario } from '../../rehearsal/scenario';
import { manifestCannotBeReplaced } from './forged-manifest';
import { PipelineOnStage } from './pipeline-on-stage';
import { showUsers } from './restored-users';
import type { AuroraRestoreWorld } from './world';

/** Another account, another region, another key. */
export const crossAccount: Scenario<AuroraRestoreWorld> = {
  name: 'cross-account',
  title: 'A snapshot becomes a proven database in another account and region, under that account’s key',
  async run(stage) {
    const pipeline = new PipelineOnStage(stage, 'orders-refresh');
    const operationId = 'cross-account-1';
    await pipeline.capture();
    await pipeline.restoreProven({ operationId });
    const cluster = await pipeline.cluster('orders-staging');
    stage.check(cluster?.KmsKeyId?.includes(pipeline.target.account) === true && cluster.KmsKeyId !== pipeline.source.config.source.kmsKeyArn, 'it is encrypted under the key of the target account');
    await showUsers(stage, pipeline);
    await pipeline.audit(operationId);
    const { status } = await stage.invoke<{ status: string }>(pipeline.target, pipeline.functionName('request-restore'), { operationId });
    stage.check(status === 'done', 'the same request again finds it done and starts nothing');
    const told = stage.cloud.services.integration.outbox.messages().filter(({ body }) => body.includes(operationId));
    stage.check(told.length > 0, `people were told: ${told[0]?.subject ?? ''}`);
    await manifestCannotBeReplaced(stage, pipeline);
  },
};
