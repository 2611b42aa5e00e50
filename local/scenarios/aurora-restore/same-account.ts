import { CreateDBClusterSnapshotCommand, DescribeDBClusterSnapshotsCommand, RDSClient } from '@aws-sdk/client-rds';
import type { Scenario } from '../../rehearsal/scenario';
import type { Stage } from '../../rehearsal/stage';
import { PipelineOnStage } from './pipeline-on-stage';
import { showUsers } from './restored-users';
import type { AuroraRestoreWorld } from './world';

/** Snapshot that scenarios of this pipeline restore. */
export const BEFORE_RELEASE = 'catalog-before-release';

/** One account and region; a snapshot that somebody took by hand, of which no manifest says what it holds. */
export const sameAccount: Scenario<AuroraRestoreWorld> = {
  name: 'same-account',
  title: 'A snapshot taken by hand is restored beside its source and compared with the live database',
  async run(stage) {
    const pipeline = new PipelineOnStage(stage, 'catalog-rebuild');
    await snapshotByHand(stage, pipeline, BEFORE_RELEASE);
    await pipeline.restoreProven({ operationId: 'same-account-1', snapshotIdentifier: BEFORE_RELEASE });
    await showUsers(stage, pipeline);
    await pipeline.audit('same-account-1');
  },
};

/** Takes a snapshot of the source as a DBA would, outside the pipeline, unless it is there. */
export async function snapshotByHand(stage: Stage<AuroraRestoreWorld>, pipeline: PipelineOnStage, identifier: string): Promise<void> {
  const { source } = pipeline;
  const rds = stage.client(RDSClient, source.place);
  const { DBClusterSnapshots = [] } = await rds.send(new DescribeDBClusterSnapshotsCommand({ SnapshotType: 'manual' }));
  if (DBClusterSnapshots.some(({ DBClusterSnapshotIdentifier }) => DBClusterSnapshotIdentifier === identifier)) return;
  await stage.step(`somebody takes snapshot ${identifier} by hand`, async () => {
    await rds.send(new CreateDBClusterSnapshotCommand({ DBClusterIdentifier: source.config.source.clusterIdentifier, DBClusterSnapshotIdentifier: identifier }));
    await pipeline.untilSnapshotAvailable(identifier);
  });
}
