import { CreateSubnetCommand, CreateVpcCommand, EC2Client } from '@aws-sdk/client-ec2';
import { CreateClusterSubnetGroupCommand, CreateSnapshotCopyGrantCommand, DescribeClustersCommand, DisableSnapshotCopyCommand, EnableSnapshotCopyCommand, ModifySnapshotCopyRetentionPeriodCommand, RedshiftClient, RestoreFromClusterSnapshotCommand } from '@aws-sdk/client-redshift';
import type { Place } from '../../cloud/gateway/service';
import type { Scenario } from '../../rehearsal/scenario';
import type { Stage } from '../../rehearsal/stage';
import { WarehouseOnStage } from './warehouse-on-stage';
import { fillWarehouse, type RedshiftBackupWorld } from './world';

const HOUR_MS = 3_600_000;
const SOMEWHERE_ELSE = 'eu-west-1';

interface Reconciled {
  readonly mended: readonly string[];
  readonly shared: readonly string[];
}

/** The region of the warehouse may be lost, too. */
export const otherRegion: Scenario<RedshiftBackupWorld> = {
  name: 'other-region',
  title: 'Backups are copied to another region under a key of its own, where the target account sees their age and restores one; who changes the copying does not end it',
  async run(stage) {
    const { source, target, stranger, config } = stage.world;
    const { region = '', keepDays } = config.regionCopy ?? {};
    const [there, targetThere] = [{ ...source, region }, { ...target, region }];
    const warehouse = new WarehouseOnStage(stage);
    const redshift = stage.client(RedshiftClient, source);
    const reconcile = (title: string) => stage.step(title, () => stage.invoke<Reconciled>(source, warehouse.functionName('reconcile-region-copies'), {}), (result) => [JSON.stringify(result)]);
    const ClusterIdentifier = config.source.clusterIdentifier;
    await fillWarehouse(stage);
    await reconcile('the copying is made what the configuration says');
    const snapshotId = await warehouse.backUpWell();
    const copyId = `copy:${snapshotId}`;
    const copy = await stage.step(`Redshift copies it to ${region}`, () =>
      stage.until(`${copyId} is available`, 12 * HOUR_MS, async () => (await warehouse.snapshots(there)).find(({ SnapshotIdentifier, Status }) => SnapshotIdentifier === copyId && Status === 'available')),
    );
    stage.check(copy.ManualSnapshotRetentionPeriod === keepDays && copy.KmsKeyId?.includes(`:${region}:`) === true, 'it is kept as long as configured, under a key of that region', copy.KmsKeyId ?? '');
    stage.check((await warehouse.measureFreshness()).newestRegionCopy !== copyId, 'before it is shared, the target account says that it could not restore it');
    const { shared } = await reconcile('the hour after, the copy is shared');
    const freshness = await warehouse.measureFreshness();
    stage.check(shared.includes(copyId) && freshness.newestRegionCopy === copyId, `the target account could restore ${copyId}, ${Math.round((freshness.regionCopyAgeSeconds ?? 0) / 60)} minutes old`);
    stage.check((await warehouse.snapshots({ ...stranger, region }, there)).length === 0, 'a foreign account sees nothing there');

    await redshift.send(new DisableSnapshotCopyCommand({ ClusterIdentifier }));
    await stage.client(RedshiftClient, { ...source, region: SOMEWHERE_ELSE }).send(new CreateSnapshotCopyGrantCommand({ SnapshotCopyGrantName: 'elsewhere' }));
    await redshift.send(new EnableSnapshotCopyCommand({ ClusterIdentifier, DestinationRegion: SOMEWHERE_ELSE, SnapshotCopyGrantName: 'elsewhere', ManualSnapshotRetentionPeriod: -1 }));
    const sentBack = await reconcile(`somebody has sent the copies to ${SOMEWHERE_ELSE}, for ever`);
    await redshift.send(new ModifySnapshotCopyRetentionPeriodCommand({ ClusterIdentifier, RetentionPeriod: 1 }));
    const keptAgain = await reconcile('somebody lets copies go after a day');
    stage.check(sentBack.mended.length === 1 && keptAgain.mended.length === 1, 'both is mended', ...sentBack.mended, ...keptAgain.mended);

    const restore = new RestoreFromClusterSnapshotCommand({ ClusterIdentifier: config.names.restoredCluster, SnapshotIdentifier: copyId, OwnerAccount: source.account, ClusterSubnetGroupName: await subnetGroup(stage, targetThere), ManageMasterPassword: true });
    const restored = stage.client(RedshiftClient, targetThere);
    await stage.step(`the target account restores it in ${region}`, async () => {
      await restored.send(restore);
      await stage.until('the cluster has its data', 12 * HOUR_MS, async () => {
        const { Clusters: [cluster] = [] } = await restored.send(new DescribeClustersCommand({ ClusterIdentifier: config.names.restoredCluster }));
        return cluster?.ClusterStatus === 'available' && cluster.RestoreStatus?.Status === 'completed' ? true : undefined;
      });
    });
    const arn = `arn:aws:redshift:${region}:${target.account}:cluster:${config.names.restoredCluster}`;
    const rows = await stage.cloud.services.analytics.redshift.serverOf(arn).asAdmin(async (admin) => (await admin.query<{ rows: string }>('SELECT count(*) AS rows FROM sales.sale')).rows[0]?.rows, config.source.database);
    stage.check(Number(rows) === 3000, `it has its ${rows ?? 'no'} sales`);
  },
};

/** What people make when the other region is all that is left. */
async function subnetGroup(stage: Stage<RedshiftBackupWorld>, place: Place): Promise<string> {
  const ec2 = stage.client(EC2Client, place);
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.9.0.0/16' }));
  const { Subnet } = await ec2.send(new CreateSubnetCommand({ VpcId: Vpc?.VpcId, CidrBlock: '10.9.0.0/24', AvailabilityZone: `${place.region}a` }));
  const ClusterSubnetGroupName = 'emergency';
  await stage.client(RedshiftClient, place).send(new CreateClusterSubnetGroupCommand({ ClusterSubnetGroupName, Description: 'until the region is back', SubnetIds: [Subnet?.SubnetId ?? ''] }));
  return ClusterSubnetGroupName;
}
