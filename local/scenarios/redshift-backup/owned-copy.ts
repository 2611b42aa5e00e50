import { DescribeClustersCommand, RedshiftClient } from '@aws-sdk/client-redshift';
import type { Scenario } from '../../rehearsal/scenario';
import { backUp, prove, snapshotsOf } from './backup';
import { fillWarehouse, type RedshiftBackupWorld } from './world';

/** The promise, once: a backup of one account is restored, proven and owned by another. */
export const ownedCopy: Scenario<RedshiftBackupWorld> = {
  name: 'owned-copy',
  title: 'A backup of the source account is restored and proven in the target account, and owned by it',
  async run(stage) {
    const { source, target, stranger } = stage.world;
    await fillWarehouse(stage);
    const { response, outcome } = await backUp(stage);
    stage.check(outcome.status === 'SUCCEEDED', 'the backup succeeded');
    const visible = await snapshotsOf(stage, target, source);
    stage.check(visible.some(({ SnapshotIdentifier }) => SnapshotIdentifier === response.snapshot_id), 'the target account sees the snapshot');
    stage.check((await snapshotsOf(stage, stranger, source)).length === 0, 'a foreign account sees nothing');
    const proof = await prove(stage, response.snapshot_id);
    stage.check(proof.status === 'SUCCEEDED', 'the proof succeeded', JSON.stringify((proof.output as { recorded?: unknown } | undefined)?.recorded ?? proof.cause));
    const owned = (await snapshotsOf(stage, target)).find(({ SnapshotIdentifier }) => SnapshotIdentifier === `${response.snapshot_id}-owned`);
    stage.check(owned?.Status === 'available', 'the target account owns a copy', owned?.SnapshotIdentifier ?? 'none', owned?.KmsKeyId ?? 'no key');
    stage.check(owned?.KmsKeyId?.includes(`:${target.account}:`) === true, 'the copy is under a key of the target account');
    const { Clusters = [] } = await stage.client(RedshiftClient, target).send(new DescribeClustersCommand({}));
    stage.check(Clusters.length === 0, 'no restored cluster is left');
    const freshness = await stage.step(
      'the target account measures what it could restore now',
      () => stage.invoke<{ restorableAgeSeconds: number | null; provenAgeSeconds: number | null }>(target, `redshift-backup-${stage.world.config.name}-measure-freshness`, {}),
      (result) => [JSON.stringify(result)],
    );
    stage.check(freshness.restorableAgeSeconds !== null && freshness.provenAgeSeconds !== null, 'something can be restored, and something is proven');
  },
};
