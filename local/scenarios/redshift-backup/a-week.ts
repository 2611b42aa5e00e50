import { CreateTagsCommand, RedshiftClient } from '@aws-sdk/client-redshift';
import { TAG } from '../../../lambda/redshift-backup/contract';
import type { Scenario } from '../../rehearsal/scenario';
import { WarehouseOnStage } from './warehouse-on-stage';
import { fillWarehouse, type RedshiftBackupWorld } from './world';

/** Nobody does anything for ten days. */
export const aWeek: Scenario<RedshiftBackupWorld> = {
  name: 'a-week',
  title: 'Days pass: schedules back up and prove, the retention deletes what is old and keeps what is held; then the clean-up dies',
  async run(stage) {
    const { source, target, config } = stage.world;
    const prefix = `redshift-backup-${config.name}`;
    const warehouse = new WarehouseOnStage(stage);
    await fillWarehouse(stage);
    const held = await warehouse.backUpWell({ retention_days: 1 }, 'a backup that the lawyers ask to keep');
    const heldArn = (await warehouse.snapshot(source, held))?.SnapshotArn;
    await stage.step('it is put on hold', () => stage.client(RedshiftClient, source).send(new CreateTagsCommand({ ResourceName: heldArn, Tags: [{ Key: TAG.legalHold, Value: 'case 4711' }] })));
    const startedAt = stage.cloud.clock.now();
    await warehouse.passDays(8, 'eight days pass');

    const mine = (await warehouse.snapshots(source)).filter(({ SnapshotCreateTime, SnapshotIdentifier }) => (SnapshotCreateTime ?? startedAt) > startedAt && SnapshotIdentifier?.startsWith(config.names.snapshotPrefix));
    const runs = (await warehouse.evidenceKeys('manifests/')).filter((key) => key.endsWith('-020000/before.json'));
    stage.check(runs.length >= 8, 'each night had its backup, with a manifest', ...runs);
    // The ladder may keep the first: when it is the first of its week or month.
    stage.check(mine.length >= 7 && mine.length <= 8, `the retention has left ${mine.length} of them`, ...mine.map(({ SnapshotIdentifier = '' }) => SnapshotIdentifier));
    stage.check(mine.every(({ SnapshotIdentifier = '' }) => SnapshotIdentifier.endsWith('-020000')), 'each of them after the moment it was meant for');
    const shared = new Set((await warehouse.snapshots(target, source)).map(({ SnapshotIdentifier }) => SnapshotIdentifier));
    stage.check(mine.every(({ SnapshotIdentifier }) => shared.has(SnapshotIdentifier)), 'all of them are shared');
    stage.check((await warehouse.snapshot(source, held))?.ManualSnapshotRetentionPeriod === -1, 'what is on hold is still there, for ever');
    const owned = (await warehouse.snapshots(target)).filter(({ SnapshotCreateTime }) => (SnapshotCreateTime ?? startedAt) > startedAt);
    stage.check(owned.length >= 2, `${owned.length} of them were proven by schedule and are owned by the target account`, ...owned.map(({ SnapshotIdentifier = '' }) => SnapshotIdentifier));
    stage.check((await warehouse.clusters(target)).length === 0, 'no restored cluster is left');

    const doomed = await warehouse.backUpWell({ retention_days: 1 }, 'a backup for a day, and then the clean-up dies');
    await stage.without(`${warehouse.functionName('apply-retention')}=redshift:*`, () => warehouse.passDays(10, 'ten days pass without it', [prefix, `${prefix}-proof`]));
    stage.check((await warehouse.snapshot(source, doomed)) === undefined, 'Redshift itself has deleted what nobody cleaned up');
    stage.check((await warehouse.snapshot(source, held)) !== undefined, 'and nothing that is on hold');
  },
};
