import { AuthorizeSnapshotAccessCommand, RedshiftClient } from '@aws-sdk/client-redshift';
import { ending, messageIn } from '../../rehearsal/error-of-execution';
import type { Scenario } from '../../rehearsal/scenario';
import { WarehouseOnStage } from './warehouse-on-stage';
import { fillWarehouse, type RedshiftBackupWorld } from './world';

const HOUR_MS = 3_600_000;

/** Deletions that fail in the middle, and functions that die there. */
export const halfDone: Scenario<RedshiftBackupWorld> = {
  name: 'half-done',
  title: 'A deletion fails after its revoke, and a clean-up dies between the two: the target never loses what still exists',
  async run(stage) {
    const { source, stranger } = stage.world;
    const warehouse = new WarehouseOnStage(stage);
    await fillWarehouse(stage);
    await warehouse.backUpWell({}, 'a backup that stays: it may be the first of its week');
    const outdated = await warehouse.backUpWell({ retention_days: 1 }, 'a backup that is to be kept for a day');
    const second = await warehouse.backUpWell({ retention_days: 1 }, 'another one');
    await stage.step('a day passes', () => stage.cloud.clock.pass(26 * HOUR_MS));

    await stage.without(`${warehouse.functionName('apply-retention')}=redshift:DeleteClusterSnapshot`, async () => {
      const { outcome } = await warehouse.backUp({}, 'a backup whose clean-up may not delete');
      stage.check(outcome.status === 'SUCCEEDED', 'the backup is good all the same', ending(outcome));
      const { cleanUpError } = outcome.output as { cleanUpError: { Cause: string } };
      stage.check(cleanUpError.Cause.includes(outdated) && cleanUpError.Cause.includes(second), 'it says what is left', messageIn(cleanUpError.Cause));
      stage.check((await warehouse.isShared(outdated)) && (await warehouse.isShared(second)), 'what could not be deleted is shared again');
    });

    const cleanUp = () => stage.invoke<{ deleted: readonly string[] }>(source, warehouse.functionName('apply-retention'), {});
    await stage.withFaults([`redshift:DeleteClusterSnapshot~${warehouse.functionName('apply-retention')}*#1=kill`], async () => {
      await cleanUp().catch((error: unknown) => stage.note('the clean-up is killed after a revoke', (error as Error).message));
    });
    const sharedStill = await Promise.all([outdated, second].map((identifier) => warehouse.isShared(identifier)));
    const lost = sharedStill[0] ? second : outdated;
    stage.check(sharedStill.filter(Boolean).length === 1, 'a snapshot is there that the target cannot restore', lost);
    await stage.client(RedshiftClient, source).send(new AuthorizeSnapshotAccessCommand({ SnapshotIdentifier: lost, AccountWithRestoreAccess: stranger.account }));
    const mended = await stage.step('and somebody shares it with a stranger: the shares are reconciled', () => stage.invoke<{ shared: readonly string[]; revoked: readonly string[] }>(source, warehouse.functionName('reconcile-shares'), {}), (result) => [JSON.stringify(result)]);
    stage.check(mended.shared.includes(lost) && mended.revoked.length === 1, 'the target has its share back, and the stranger has none');
    const { deleted } = await stage.step('the next clean-up goes on where the other died', cleanUp, (result) => [`deleted ${result.deleted.join(', ')}`]);
    stage.check(deleted.includes(outdated) && deleted.includes(second), 'the outdated snapshots are gone');
  },
};
