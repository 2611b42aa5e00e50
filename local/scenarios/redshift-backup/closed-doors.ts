import { RestoreFromClusterSnapshotCommand, RedshiftClient } from '@aws-sdk/client-redshift';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import type { Scenario } from '../../rehearsal/scenario';
import type { Stage } from '../../rehearsal/stage';
import { keyPolicy, withoutStatement } from './policy-statements';
import { WarehouseOnStage } from './warehouse-on-stage';
import { fillWarehouse, type RedshiftBackupWorld } from './world';

/** A key policy without the grant, and an account that has no business here. */
export const closedDoors: Scenario<RedshiftBackupWorld> = {
  name: 'closed-doors',
  title: 'A key policy without the grant is found out before a restore needs it; a foreign account gets nothing',
  async run(stage) {
    const warehouse = new WarehouseOnStage(stage);
    await fillWarehouse(stage);
    const snapshotId = await warehouse.backUpWell();
    await withoutKeyStatement(stage, async () => {
      const freshness = await warehouse.measureFreshness('the target account measures what it could restore now');
      stage.check(freshness.newestShared === null && freshness.obstacles.length > 0, 'it says that the shared snapshots are of no use, and which key', ...freshness.obstacles);
      await warehouse.proveFailing(/PreflightFailed.*kms:/s, snapshotId, 'and a proof does not start');
    });
    await warehouse.proveWell(snapshotId, 'with the statement back, the proof goes well');
    await foreignAccount(stage, snapshotId);
  },
};

async function withoutKeyStatement(stage: Stage<RedshiftBackupWorld>, work: () => Promise<void>): Promise<void> {
  const { source, config } = stage.world;
  const key = await keyPolicy(stage, source, `alias/${config.names.sourceKeyAlias}`);
  stage.note(`somebody removes the target account from the policy of ${config.names.sourceKeyAlias}`);
  stage.expectRefusals(/(choose-snapshot|measure-freshness) is not authorized to perform: kms:/);
  await withoutStatement(key, 'RestoreInTargetAccount', work);
}

async function foreignAccount(stage: Stage<RedshiftBackupWorld>, snapshotId: string): Promise<void> {
  const { source, target, stranger } = stage.world;
  const { evidenceBucket: Bucket } = new WarehouseOnStage(stage);
  const redshift = stage.client(RedshiftClient, stranger);
  const s3 = stage.client(S3Client, stranger);
  const attempts: readonly (readonly [what: string, attempt: () => Promise<unknown>])[] = [
    ['restore the shared snapshot', () => redshift.send(new RestoreFromClusterSnapshotCommand({ ClusterIdentifier: 'stolen', SnapshotIdentifier: snapshotId, OwnerAccount: source.account }))],
    ['restore the copy of the target account', () => redshift.send(new RestoreFromClusterSnapshotCommand({ ClusterIdentifier: 'stolen', SnapshotIdentifier: `${snapshotId}-owned`, OwnerAccount: target.account }))],
    ['list the evidence', () => s3.send(new ListObjectsV2Command({ Bucket }))],
    ['read a manifest', () => s3.send(new GetObjectCommand({ Bucket, Key: `manifests/${snapshotId}/before.json` }))],
  ];
  for (const [what, attempt] of attempts) {
    const answer = await attempt().then(() => 'allowed', (error: unknown) => (error as Error).name);
    stage.check(/Denied/.test(answer), `a foreign account cannot ${what}`, answer);
  }
}
