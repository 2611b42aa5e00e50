import { DeleteRolePolicyCommand, IAMClient, ListRolePoliciesCommand, ListRolesCommand, DeleteRoleCommand } from '@aws-sdk/client-iam';
import { DisableKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { DeleteClusterCommand, DescribeClustersCommand, DescribeClusterSubnetGroupsCommand, GetClusterCredentialsCommand, RedshiftClient, RestoreFromClusterSnapshotCommand } from '@aws-sdk/client-redshift';
import type { Scenario } from '../../rehearsal/scenario';
import type { Stage } from '../../rehearsal/stage';
import { passDaysWithoutBackups } from './days-without-backups';
import { WarehouseOnStage } from './warehouse-on-stage';
import { fillWarehouse, type RedshiftBackupWorld } from './world';

const HOUR_MS = 3_600_000;

/** The day for which all of this is made. Played last: nothing works afterwards. */
export const sourceGone: Scenario<RedshiftBackupWorld> = {
  name: 'source-gone',
  title: 'The source account is lost, with its roles, its cluster and its key: the target account restores the copy it owns, also when nobody has decided for weeks',
  async run(stage) {
    const { source, target, config } = stage.world;
    const warehouse = new WarehouseOnStage(stage);
    await fillWarehouse(stage);
    const snapshotId = await warehouse.backUpWell();
    await warehouse.proveWell(snapshotId);
    await stage.step('somebody who is administrator of the source account destroys it', () => destroy(stage));

    const shared = await restore(stage, 'from-shared', { SnapshotIdentifier: snapshotId, OwnerAccount: source.account });
    stage.check(shared !== 'begun', 'the shared snapshot is worth nothing any more', shared);
    const freshness = await warehouse.measureFreshness();
    stage.check(freshness.newestShared === null && freshness.newestOwned === `${snapshotId}-owned`, 'the target account knows what is left: its own copy');
    const { retention: { days } } = config.proof;
    await passDaysWithoutBackups(stage, [`redshift-backup-${config.name}-copy-retention`], [days + config.graceDays - 1, 2]);
    stage.check((await warehouse.measureFreshness()).newestOwned === `${snapshotId}-owned`, `it still has it when the policy's ${days} days and ${config.graceDays} of grace are over`);
    const owned = await restore(stage, 'aca-restored-cluster', { SnapshotIdentifier: `${snapshotId}-owned` });
    stage.check(owned === 'begun', 'the restore of the owned copy begins', owned);
    const arn = `arn:aws:redshift:${target.region}:${target.account}:cluster:aca-restored-cluster`;
    await stage.step('the warehouse is back in the target account', () => stage.until('aca-restored-cluster is available', 5 * HOUR_MS, async () => ((await stage.client(RedshiftClient, target).send(new DescribeClustersCommand({ ClusterIdentifier: 'aca-restored-cluster' }))).Clusters?.[0]?.ClusterStatus === 'available' ? true : undefined)));
    const rows = await stage.cloud.services.analytics.redshift.serverOf(arn).asAdmin(async (admin) => (await admin.query<{ rows: string }>('SELECT count(*) AS rows FROM sales.sale')).rows[0]?.rows, config.source.database);
    stage.check(Number(rows) === 3000, `it has its ${rows ?? 'no'} sales`);
    const { DbUser } = await stage.client(RedshiftClient, target).send(new GetClusterCredentialsCommand({ ClusterIdentifier: 'aca-restored-cluster', DbUser: config.source.readerUser, DbName: config.source.database }));
    stage.check(DbUser !== undefined, 'and people can log in', DbUser ?? '');
  },
};

/** Roles, warehouse and key. The snapshots of a closed account cannot be restored: https://docs.aws.amazon.com/redshift/latest/mgmt/working-with-snapshot-share-snapshot.html */
async function destroy(stage: Stage<RedshiftBackupWorld>): Promise<void> {
  const { source, config } = stage.world;
  const redshift = stage.client(RedshiftClient, source);
  const keyIds = [...new Set((await new WarehouseOnStage(stage).snapshots(source)).flatMap(({ KmsKeyId }) => KmsKeyId ?? []))];
  await redshift.send(new DeleteClusterCommand({ ClusterIdentifier: config.source.clusterIdentifier, SkipFinalClusterSnapshot: true }));
  for (const KeyId of keyIds) await stage.client(KMSClient, source).send(new DisableKeyCommand({ KeyId }));
  const iam = stage.client(IAMClient, source);
  const { Roles = [] } = await iam.send(new ListRolesCommand({ MaxItems: 1000 }));
  for (const { RoleName = '' } of Roles) {
    const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
    for (const PolicyName of PolicyNames) await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }));
    await iam.send(new DeleteRoleCommand({ RoleName }));
  }
}

async function restore(stage: Stage<RedshiftBackupWorld>, ClusterIdentifier: string, from: { readonly SnapshotIdentifier: string; readonly OwnerAccount?: string }): Promise<string> {
  const { target } = stage.world;
  const request = new RestoreFromClusterSnapshotCommand({ ClusterIdentifier, ClusterSubnetGroupName: await subnetGroup(stage), ManageMasterPassword: true, ...from });
  return stage
    .client(RedshiftClient, target)
    .send(request)
    .then(() => 'begun', (error: unknown) => `${(error as Error).name}: ${(error as Error).message}`);
}

/** The subnet group that the target's stack has made. */
async function subnetGroup(stage: Stage<RedshiftBackupWorld>): Promise<string> {
  const { ClusterSubnetGroups = [] } = await stage.client(RedshiftClient, stage.world.target).send(new DescribeClusterSubnetGroupsCommand({}));
  return ClusterSubnetGroups[0]?.ClusterSubnetGroupName ?? '';
}
