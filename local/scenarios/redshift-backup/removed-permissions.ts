import { ending } from '../../rehearsal/error-of-execution';
import type { Scenario } from '../../rehearsal/scenario';
import { WarehouseOnStage } from './warehouse-on-stage';
import { fillWarehouse, type RedshiftBackupWorld } from './world';

/** One permission of each function that a run cannot do without. */
const IN_BACKUPS = [
  ['preflight-backup', 'servicequotas:GetServiceQuota'],
  ['create-snapshot', 'redshift:CreateTags'],
  ['check-snapshot', 'redshift:DescribeClusterSnapshots'],
  ['share-snapshot', 'kms:DescribeKey'],
] as const;
const IN_PROOFS = [
  ['choose-snapshot', 's3:ListBucket'],
  ['restore-cluster', 'kms:Decrypt'],
  ['take-manifest', 'redshift:GetClusterCredentials'],
  ['keep-copy', 'redshift:CreateClusterSnapshot'],
] as const;

/** Each function lacks one permission in turn: the run fails and names it, and leaves nothing behind. */
export const removedPermissions: Scenario<RedshiftBackupWorld> = {
  name: 'removed-permissions',
  title: 'One permission is removed from each function in turn: the run names it and leaves nothing behind',
  async run(stage) {
    const { target } = stage.world;
    const warehouse = new WarehouseOnStage(stage);
    await fillWarehouse(stage);
    for (const [operation, action] of IN_BACKUPS) {
      const role = warehouse.functionName(operation);
      await stage.without(`${role}=${action}`, () => warehouse.backUpFailing(new RegExp(`${role}.*${action}`, 's'), `back up while ${operation} lacks ${action}`));
    }
    const role = warehouse.functionName('take-manifest');
    const unread = await stage.without(`${role}=redshift:GetClusterCredentials`, () => warehouse.backUp({}, 'back up while take-manifest lacks redshift:GetClusterCredentials'));
    const { manifestError } = unread.outcome.output as { manifestError: { Cause: string } | null };
    stage.check(unread.outcome.status === 'SUCCEEDED' && (manifestError?.Cause.includes('redshift:GetClusterCredentials') ?? false), 'the backup is made without a manifest, and says why', ending(unread.outcome));
    await warehouse.proveFailing(/PreflightFailed.*has no manifest before it/s, unread.snapshotId, 'such a backup cannot be proven');

    const snapshotId = await warehouse.backUpWell();
    for (const [operation, action] of IN_PROOFS) {
      const holder = warehouse.functionName(operation);
      await stage.without(`${holder}=${action}`, () => warehouse.proveFailing(new RegExp(`${holder}.*${action}`, 's'), snapshotId, `prove while ${operation} lacks ${action}`));
      stage.check((await warehouse.clusters(target)).length === 0, 'no restored cluster is left');
    }
    await warehouse.proveWell(snapshotId, 'with every permission, the proof goes well');
  },
};
