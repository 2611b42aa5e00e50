import { AddTagsToResourceCommand, DescribeDBClusterSnapshotsCommand, DescribeDBInstancesCommand, RDSClient } from '@aws-sdk/client-rds';
import { TAG } from '../../../lambda/aurora-restore/contract';
import type { Scenario } from '../../rehearsal/scenario';
import type { Stage } from '../../rehearsal/stage';
import { PipelineOnStage } from './pipeline-on-stage';
import type { AuroraRestoreWorld } from './world';

/** One permission of each function that deletes. */
const REMOVED = [
  ['delete-rds', 'rds:DeleteDBInstance'],
  ['delete-rds', 'rds:DeleteDBCluster'],
  ['check-delete-status', 'rds:DescribeDBClusters'],
] as const;

/** The source goes, but only as somebody has read that it would. */
export const sourceDeletion: Scenario<AuroraRestoreWorld> = {
  name: 'source-deletion',
  title: 'The source is deleted after the proof, with the hash of the plan that somebody read, and never otherwise, though the functions that delete it are killed in mid-work',
  async run(stage) {
    const pipeline = new PipelineOnStage(stage, 'catalog-rebuild');
    const request = { deleteSource: true, onFailure: 'keep' } as const;
    await pipeline.capture();

    await pipeline.restoreFailing({ ...request, mode: 'plan', operationId: 'early-plan' }, /deletable-by/, 'plan a deletion that the owner has not allowed');
    await markDeletable(stage, pipeline);
    const planned = await pipeline.restore({ ...request, mode: 'plan', operationId: 'deletion-plan' }, 'plan the deletion');
    const { plan } = planned.output as { plan: { planHash: string; calls: readonly string[]; deletions: readonly string[] } };
    stage.note('the plan lists every call and what goes', ...plan.calls, ...plan.deletions.map((deletion) => `DELETES ${deletion}`));

    const unread = await pipeline.request({ ...request, operationId: 'unread' }).then(() => '', (error: unknown) => (error as Error).message);
    stage.check(unread.includes('planHash'), 'a run without the hash of a plan is refused at the door', unread);
    await pipeline.restoreFailing({ ...request, operationId: 'unread-plan-hash', planHash: '0'.repeat(64) }, /hash of another plan/, 'run with the hash of another plan');
    const deletion = { ...request, operationId: 'deletion', planHash: plan.planHash };
    // The first of these calls is refused, for want of a permission.
    const kills = [`rds:DeleteDBInstance~${pipeline.functionName('delete-rds')}*#2=kill`, `rds:DescribeDBClusters~${pipeline.functionName('check-delete-status')}*#2=kill`];
    await stage.withFaults(kills, async () => {
      for (const [operation, action] of REMOVED) await pipeline.restoreWithout(operation, action, deletion, `run with the hash of the plan, ${operation} without ${action}`);
      await pipeline.restoreProven(deletion, 'run with the hash of the plan');
    });

    const { place } = pipeline.source;
    stage.check((await pipeline.cluster('catalog', place)) === undefined, 'the source cluster is gone');
    const { DBClusterSnapshots: [last] = [] } = await stage.client(RDSClient, place).send(new DescribeDBClusterSnapshotsCommand({ DBClusterSnapshotIdentifier: 'deletion-final' }));
    stage.check(last?.Status === 'available', `the final snapshot is there: ${last?.DBClusterSnapshotIdentifier ?? 'none'}`);
    const events = (await pipeline.audit('deletion')).map(({ event_type }) => event_type);
    const order = ['ContentCompared', 'NetworkOpened', 'FinalSnapshotStarted', 'DeletionBegun', 'SourceDeleted'].map((type) => events.indexOf(type));
    stage.check(order.every((position, index) => position > (order[index - 1] ?? -1)), 'proof, cut-over, final snapshot, deletion: in this order', events.join(', '));
  },
};

/** What the owner of a cluster does to let a pipeline delete it. */
async function markDeletable(stage: Stage<AuroraRestoreWorld>, { source, name }: PipelineOnStage): Promise<void> {
  await stage.step(`the owner tags cluster and instances ${TAG.deletableBy}=${name}`, async () => {
    const rds = stage.client(RDSClient, source.place);
    const Filters = [{ Name: 'db-cluster-id', Values: [source.config.source.clusterIdentifier] }];
    const { DBInstances = [] } = await rds.send(new DescribeDBInstancesCommand({ Filters }));
    for (const ResourceName of [source.clusterArn, ...DBInstances.map(({ DBInstanceArn = '' }) => DBInstanceArn)]) {
      await rds.send(new AddTagsToResourceCommand({ ResourceName, Tags: [{ Key: TAG.deletableBy, Value: name }] }));
    }
  });
}
