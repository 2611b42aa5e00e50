import { ModifyDBClusterCommand } from '@aws-sdk/client-rds';
import { ClusterSnapshots } from '../../../../../lambda/common/aws/cluster-snapshots';
import { Clusters } from '../../../../../lambda/common/aws/clusters';
import { parseFaultRule } from '../../../../../local/cloud/gateway/faults';
import { clusterSnapshotArn, DatabaseCloud, ORDERS, VAULT } from '../../../local/cloud/services/rds/rds-fixture';

const TAGS = { 'holdfast:operation': 'run-1', 'holdfast:pipeline': 'orders-refresh' };

let database: DatabaseCloud;
let clusters: Clusters;
let snapshots: ClusterSnapshots;
beforeAll(async () => {
  database = await DatabaseCloud.start(ORDERS, VAULT);
  clusters = new Clusters(database.client(ORDERS));
  snapshots = new ClusterSnapshots(database.client(ORDERS));
  await database.createCluster(ORDERS, 'orders');
  await database.addMember(ORDERS, 'orders', 'orders-1');
  await snapshots.create('nightly', 'orders', TAGS);
  await database.untilSnapshot(ORDERS, 'nightly');
});
afterAll(() => database.stop());
afterEach(() => database.cloud.faults.clear());

const settled = (identifier: string) => database.until(() => clusters.find(identifier), (cluster) => cluster?.status === 'available');

describe('ClusterSnapshots', () => {
  it('finds a snapshot by identifier or ARN, in our words, and nothing for one that is not there', async () => {
    const found = await snapshots.find('nightly');

    expect(found).toMatchObject({ arn: clusterSnapshotArn(ORDERS, 'nightly'), clusterIdentifier: 'orders', type: 'manual', status: 'available', percent: 100, tags: TAGS });
    expect(found!.createdAt).toBeInstanceOf(Date);
    expect(await snapshots.find(found!.arn)).toEqual(found);
    expect(await snapshots.find('gone')).toBeUndefined();
    expect((await snapshots.listOf('orders')).map(({ identifier }) => identifier)).toContain('nightly');
  });

  it('takes a name once', async () => {
    expect(await snapshots.create('nightly', 'orders', {})).toBe(false);
  });

  it('copies, answers when the name is taken, and when the region takes no more', async () => {
    const request = { source: 'nightly', targetIdentifier: 'run-1-copy', kmsKeyArn: undefined, tags: TAGS };

    expect(await snapshots.copy(request)).toBe('started');
    expect(await snapshots.copy(request)).toBe('taken');
    database.cloud.faults.add(parseFaultRule('rds:CopyDBClusterSnapshot#1x*=error:SnapshotQuotaExceeded'));
    expect(await snapshots.copy({ ...request, targetIdentifier: 'run-2-copy' })).toBe('full');
    expect(await snapshots.find('run-1-copy')).toMatchObject({ tags: TAGS });
  });

  it('shares with an account, which then sees the snapshot by its ARN, and takes the share back', async () => {
    const theirs = new ClusterSnapshots(database.client(VAULT));
    const arn = clusterSnapshotArn(ORDERS, 'nightly');
    await snapshots.share('nightly', VAULT.account);
    expect(await snapshots.sharedWith('nightly')).toEqual([VAULT.account]);
    expect(await theirs.find(arn)).toMatchObject({ arn });

    await snapshots.unshare('nightly', VAULT.account);
    expect(await snapshots.sharedWith('nightly')).toEqual([]);
    expect(await theirs.find(arn)).toBeUndefined();
  });

  it('deletes once', async () => {
    await snapshots.create('passing', 'orders', {});
    await database.untilSnapshot(ORDERS, 'passing');

    expect(await snapshots.delete('passing')).toBe(true);
    expect(await snapshots.delete('passing')).toBe(false);
  });
});

describe('Clusters', () => {
  it('finds a cluster and its instance, in our words, and nothing for those that are not there', async () => {
    expect(await clusters.find('orders')).toMatchObject({ identifier: 'orders', status: 'available', masterUsername: 'owner', port: 5432, deletionProtection: false, isGlobalMember: false, instanceIdentifiers: ['orders-1'] });
    expect((await clusters.find('orders'))!.resourceId).toMatch(/^cluster-/);
    expect(await clusters.findInstance('orders-1')).toMatchObject({ identifier: 'orders-1', status: 'available', deletionProtection: false });
    expect(await clusters.find('gone')).toBeUndefined();
    expect(await clusters.findInstance('gone')).toBeUndefined();
    expect(await clusters.hasSubnetGroup('private')).toBe(true);
    expect(await clusters.hasSubnetGroup('gone')).toBe(false);
  });

  it('tells how much of a quota is left, and nothing of one that AWS does not tell', async () => {
    expect(await clusters.quotaLeft('DBClusters')).toBeGreaterThan(0);
    expect(await clusters.quotaLeft('NoSuchQuota')).toBeUndefined();
  });

  it('answers that a cluster is busy, instead of failing', async () => {
    await database.createCluster(ORDERS, 'busy');

    expect(await clusters.setMasterPassword('busy', 'another-password-1')).toBe(true);
    expect(await clusters.rename('busy', 'renamed')).toBe(false);
    expect(await clusters.find('busy')).toMatchObject({ isPasswordPending: true });
    await settled('busy');
    expect(await clusters.find('busy')).toMatchObject({ isPasswordPending: false });
    expect(await clusters.rename('busy', 'renamed')).toBe(true);
    await settled('renamed');
    expect(await clusters.find('busy')).toBeUndefined();
  });

  it('takes a rename whose reply was lost for one that did not start: the new name tells', async () => {
    await database.createCluster(ORDERS, 'before');
    database.cloud.faults.add(parseFaultRule('rds:ModifyDBCluster=lost-reply'));

    expect(await clusters.rename('before', 'after')).toBe(false);
    await settled('after');
  });

  it('restores a cluster inside the network, and answers when the name is taken', async () => {
    const { engineVersion, securityGroupIds } = (await clusters.find('orders'))!;
    const request = { identifier: 'restored', snapshotArn: clusterSnapshotArn(ORDERS, 'nightly'), engineVersion, subnetGroup: 'private', securityGroupId: securityGroupIds[0]!, kmsKeyArn: 'alias/aws/rds', parameterGroup: undefined, tags: TAGS };

    expect(await clusters.restore(request)).toBe(true);
    expect(await clusters.restore(request)).toBe(false);
    expect(await database.cluster(ORDERS, 'restored')).toMatchObject({ VPCNetworkingEnabled: true, InternetAccessGatewayEnabled: false });
    expect(await clusters.find('restored')).toMatchObject({ securityGroupIds, tags: TAGS });
  });

  it('tags and untags', async () => {
    const { arn } = (await clusters.find('orders'))!;
    await clusters.tag(arn, { 'holdfast:retired-at': 'now' });
    expect((await clusters.find('orders'))!.tags).toMatchObject({ 'holdfast:retired-at': 'now' });

    await clusters.untag(arn, 'holdfast:retired-at');
    expect((await clusters.find('orders'))!.tags).not.toHaveProperty('holdfast:retired-at');
  });

  it('deletes instances before their cluster, each once, and neither under protection', async () => {
    await database.createCluster(ORDERS, 'leaving');
    expect(await clusters.createInstance('leaving-1', 'leaving', 'db.r6g.large', TAGS)).toBe(true);
    expect(await clusters.createInstance('leaving-1', 'leaving', 'db.r6g.large', TAGS)).toBe(false);
    await database.untilInstance(ORDERS, 'leaving-1');
    const client = database.client(ORDERS);
    await client.send(new ModifyDBClusterCommand({ DBClusterIdentifier: 'leaving', DeletionProtection: true }));
    await settled('leaving');

    expect(await clusters.deleteCluster('leaving', { keepAutomatedBackups: false }).catch((error: Error) => error.name)).toMatch(/InvalidParameterCombination/);
    await client.send(new ModifyDBClusterCommand({ DBClusterIdentifier: 'leaving', DeletionProtection: false }));
    await settled('leaving');
    expect(await clusters.deleteCluster('leaving', { keepAutomatedBackups: false })).toBe(false);
    expect(await clusters.deleteInstance('leaving-1')).toBe(true);
    expect(await clusters.deleteInstance('leaving-1')).toBe(false);
    await database.until(() => clusters.findInstance('leaving-1'), (instance) => instance === undefined);
    expect(await clusters.deleteCluster('leaving', { keepAutomatedBackups: false })).toBe(true);
    expect(await clusters.deleteCluster('leaving', { keepAutomatedBackups: false })).toBe(false);
    await database.until(() => clusters.find('leaving'), (cluster) => cluster === undefined);
    expect(await clusters.deleteInstance('leaving-1')).toBe(false);
  });
});
