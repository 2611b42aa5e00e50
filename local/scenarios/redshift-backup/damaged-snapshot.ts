import type { Scenario } from '../../rehearsal/scenario';
import { WarehouseOnStage } from './warehouse-on-stage';
import { fillWarehouse, runInWarehouse, type RedshiftBackupWorld } from './world';

/** A snapshot that restores well and holds other rows. */
export const damagedSnapshot: Scenario<RedshiftBackupWorld> = {
  name: 'damaged-snapshot',
  title: 'A snapshot that lost something is caught by the proof, table by table; no copy is kept of it',
  async run(stage) {
    const { source, target, config } = stage.world;
    const { redshift } = stage.cloud.services.analytics;
    const warehouse = new WarehouseOnStage(stage);
    await fillWarehouse(stage);
    const snapshotId = await warehouse.backUpWell();
    const arn = `arn:aws:redshift:${source.region}:${source.account}:snapshot:${config.source.clusterIdentifier}/${snapshotId}`;
    await stage.step('one amount in the snapshot changes by a cent, unnoticed by everybody', async () => redshift.corrupt(arn, { statement: 'UPDATE sales.sale SET amount = amount + 0.01 WHERE id = 77' }));
    await warehouse.proveFailing(/ContentMismatch.*sale\\?" has other content in its 3000 rows/s, snapshotId);
    stage.check((await warehouse.snapshot(target, `${snapshotId}-owned`)) === undefined, 'no copy is kept of it');
    stage.check((await warehouse.clusters(target)).length === 0, 'no restored cluster is left');
    stage.check((await warehouse.evidence(`proofs/${snapshotId}/MISMATCH`)).length === 1, 'the verdict is written down');

    await stage.step('rows are written while the next snapshot is made', () => runInWarehouse(stage, [`INSERT INTO sales.customer VALUES (9001, 'early', true, date '2026-01-01')`]));
    await warehouse.proveWell(await warehouse.backUpWell());
  },
};
