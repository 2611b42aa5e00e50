import { RedshiftClient, ResizeClusterCommand } from '@aws-sdk/client-redshift';
import type { Scenario } from '../../rehearsal/scenario';
import { WarehouseOnStage } from './warehouse-on-stage';
import { fillWarehouse, SNAPSHOT_QUOTA, type RedshiftBackupWorld } from './world';

/** What is in the way of a backup: a cluster that is being changed passes, a full quota does not. */
export const busyAndFull: Scenario<RedshiftBackupWorld> = {
  name: 'busy-and-full',
  title: 'A backup waits for a cluster that is being resized; with a full quota it says so before anything is started, and so does a proof before it restores',
  async run(stage) {
    const { source, target, config } = stage.world;
    const { redshift } = stage.cloud.services.analytics;
    const warehouse = new WarehouseOnStage(stage);
    await fillWarehouse(stage);
    await stage.step('resize the warehouse', () => stage.client(RedshiftClient, source).send(new ResizeClusterCommand({ ClusterIdentifier: config.source.clusterIdentifier, NumberOfNodes: 4 })));
    const snapshotId = await warehouse.backUpWell({}, 'back it up meanwhile');
    await stage.client(RedshiftClient, source).send(new ResizeClusterCommand({ ClusterIdentifier: config.source.clusterIdentifier, NumberOfNodes: 2 }));

    const held = (await warehouse.snapshots(source)).length;
    redshift.setQuota(source, 'snapshots', held);
    await warehouse.backUpFailing(new RegExp(`PreflightFailed.*quota of ${held} manual snapshots is used up: ${held} exist`, 's'), `with a quota of ${held} snapshots and ${held} snapshots`);
    redshift.setQuota(source, 'snapshots', SNAPSHOT_QUOTA);
    const tooMany = await stage.withFaults(['redshift:CreateClusterSnapshot#1=error:ClusterSnapshotQuotaExceeded'], () => warehouse.backUp({}, 'somebody else takes the last place between the check and the snapshot'));
    stage.check(tooMany.outcome.error === 'RedshiftBackup.PreflightFailed', 'that too is told for what it is', tooMany.outcome.error ?? '');

    const copies = (await warehouse.snapshots(target)).length;
    redshift.setQuota(target, 'snapshots', copies);
    await warehouse.proveFailing(new RegExp(`PreflightFailed.*quota of ${copies} manual snapshots is used up`, 's'), snapshotId, 'prove it where the target account has no place for the copy');
    redshift.setQuota(target, 'snapshots', SNAPSHOT_QUOTA);
    stage.check((await warehouse.clusters(target)).length === 0, 'nothing was restored and paid for');
  },
};
