import type { Scenario } from '../../rehearsal/scenario';
import { WarehouseOnStage } from './warehouse-on-stage';
import { fillWarehouse, type RedshiftBackupWorld } from './world';

/** The promise, once: a backup of one account is restored, proven and owned by another. */
export const ownedCopy: Scenario<RedshiftBackupWorld> = {
  name: 'owned-copy',
  title: 'A backup of the source account is restored and proven in the target account, and owned by it',
  async run(stage) {
    const { source, target, stranger } = stage.world;
    const warehouse = new WarehouseOnStage(stage);
    await fillWarehouse(stage);
    const snapshotId = await warehouse.backUpWell();
    stage.check(await warehouse.isShared(snapshotId), 'the target account sees the snapshot');
    stage.check((await warehouse.snapshots(stranger, source)).length === 0, 'a foreign account sees nothing');

    await warehouse.proveWell(snapshotId);
    const owned = await warehouse.snapshot(target, `${snapshotId}-owned`);
    stage.check(owned?.Status === 'available', 'the target account owns a copy', owned?.SnapshotIdentifier ?? 'none');
    stage.check(owned?.KmsKeyId?.includes(`:${target.account}:`) === true, 'the copy is under a key of the target account', owned?.KmsKeyId ?? 'no key');
    stage.check((await warehouse.clusters(target)).length === 0, 'no restored cluster is left');
    const [record] = await warehouse.evidence(`proofs/${snapshotId}/PROVEN`);
    const { restoreMinutes, estimatedUsd } = record as { restoreMinutes: number; estimatedUsd: number };
    stage.check(restoreMinutes > 0, `the record of the proof lies in the locked bucket: restored in ${restoreMinutes} minutes, for at most ${estimatedUsd} USD`);

    const freshness = await warehouse.measureFreshness();
    stage.check(freshness.newestShared === snapshotId && freshness.newestOwned === owned?.SnapshotIdentifier, 'it could restore both, the shared one and its own');
    const again = await warehouse.prove(snapshotId, 'prove it once more');
    stage.check(again.status === 'SUCCEEDED' && (await warehouse.clusters(target)).length === 0, 'what is proven is not restored again');
  },
};
