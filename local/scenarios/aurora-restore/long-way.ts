import { CopyDBClusterSnapshotCommand, RDSClient } from '@aws-sdk/client-rds';
import type { Scenario } from '../../rehearsal/scenario';
import type { Stage } from '../../rehearsal/stage';
import { PipelineOnStage } from './pipeline-on-stage';
import { snapshotByHand } from './same-account';
import type { AuroraRestoreWorld } from './world';

/** A snapshot that may not be shared, to a region where AWS refuses the copy in one step. */
export const longWay: Scenario<AuroraRestoreWorld> = {
  name: 'long-way',
  title: 'A snapshot under AWS’s own key is copied under the customer’s, shared, copied in two steps where one is refused, and what it left on its way goes',
  async run(stage) {
    const pipeline = new PipelineOnStage(stage, 'orders-refresh');
    await snapshotByHand(stage, pipeline, 'orders-by-hand');
    await copyUnderKeyOfAws(stage, pipeline, 'orders-by-hand', 'orders-under-aws-key');
    stage.cloud.services.databases.rds.refuseSingleStepCopies();
    try {
      const request = { operationId: 'long-way', snapshotIdentifier: 'orders-under-aws-key' };
      await pipeline.restoreWithout('archive-snapshot', 'rds:AddTagsToResource', { ...request, onFailure: 'keep' }, 'restore without the permission to archive the copy');
      await pipeline.restoreProven(request, 'resume with every permission');
    } finally {
      stage.cloud.services.databases.rds.refuseSingleStepCopies(false);
    }
    const hops = (await pipeline.audit('long-way')).filter(({ event_type }) => event_type === 'HopStarted').map(({ event_details }) => (JSON.parse(event_details) as { snapshotIdentifier: string }).snapshotIdentifier);
    const way = [...new Set(hops)];
    stage.check(way.join(' ') === 'long-way-share long-way-copy long-way-via', `its copies were ${way.join(', ')}`, hops.join(', '));
    const snapshots = (await pipeline.madeBy('long-way', pipeline.target)).concat(await pipeline.madeBy('long-way', pipeline.source.place)).filter((arn) => arn.includes(':cluster-snapshot:'));
    stage.check(snapshots.length === 1 && snapshots[0]?.endsWith(':long-way-copy') === true, 'of its copies only the one is left that the configuration keeps for a day', ...snapshots);
  },
};

async function copyUnderKeyOfAws(stage: Stage<AuroraRestoreWorld>, pipeline: PipelineOnStage, from: string, to: string): Promise<void> {
  const rds = stage.client(RDSClient, pipeline.source.place);
  await stage.step(`somebody copies it to ${to} under the key that AWS manages`, async () => {
    await rds.send(new CopyDBClusterSnapshotCommand({ SourceDBClusterSnapshotIdentifier: from, TargetDBClusterSnapshotIdentifier: to, KmsKeyId: 'alias/aws/rds' }));
    await pipeline.untilSnapshotAvailable(to);
  });
}
