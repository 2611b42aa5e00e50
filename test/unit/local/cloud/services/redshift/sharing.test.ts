import { CreateServiceLinkedRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { PutKeyPolicyCommand, KMSClient } from '@aws-sdk/client-kms';
import {
  AccessToSnapshotDeniedFault,
  AuthorizationAlreadyExistsFault,
  AuthorizationNotFoundFault,
  AuthorizeSnapshotAccessCommand,
  BatchDeleteClusterSnapshotsCommand,
  ClusterSnapshotNotFoundFault,
  CreateClusterSnapshotCommand,
  DeleteClusterCommand,
  DeleteClusterSnapshotCommand,
  DescribeClusterSnapshotsCommand,
  InvalidClusterSnapshotStateFault,
  LimitExceededFault,
  ModifyClusterSnapshotCommand,
  RedshiftClient,
  RestoreFromClusterSnapshotCommand,
  RevokeSnapshotAccessCommand,
} from '@aws-sdk/client-redshift';
import { actAs, allow, policyText, type StatementJson } from '../../../../../support/role-session';
import { clusterArn, NETWORK_LOOKS, snapshotArn, SOURCE, STRANGER, TARGET, WarehouseCloud } from './redshift-fixture';

const TARGET_ROOT = { AWS: `arn:aws:iam::${TARGET.account}:root` };
const KEY_USE = ['kms:DescribeKey', 'kms:Decrypt', 'kms:CreateGrant'];

describe('sharing a snapshot', () => {
  let warehouse: WarehouseCloud;
  let key: string;
  beforeAll(async () => {
    warehouse = await WarehouseCloud.start(SOURCE, TARGET, STRANGER);
    await warehouse.cloud.client(IAMClient, TARGET).send(new CreateServiceLinkedRoleCommand({ AWSServiceName: 'redshift.amazonaws.com' }));
    key = await warehouse.createKey(SOURCE, allow(KEY_USE, '*', { Principal: TARGET_ROOT }));
    await warehouse.createCluster(SOURCE, 'sales', { KmsKeyId: key });
    await warehouse.sql(SOURCE, 'sales', 'create table sale as select n, n * 2 as amount from generate_series(1, 500) as n');
    await warehouse.snapshot(SOURCE, 'sales', 'shared');
    await authorize('shared');
  });
  afterAll(() => warehouse.stop());

  function authorize(SnapshotIdentifier: string, AccountWithRestoreAccess = TARGET.account) {
    return warehouse.client(SOURCE).send(new AuthorizeSnapshotAccessCommand({ SnapshotIdentifier, AccountWithRestoreAccess }));
  }

  it('is refused before the snapshot is available', async () => {
    await warehouse.client(SOURCE).send(new CreateClusterSnapshotCommand({ ClusterIdentifier: 'sales', SnapshotIdentifier: 'in-the-making' }));

    const early = authorize('in-the-making');

    await expect(early).rejects.toBeInstanceOf(InvalidClusterSnapshotStateFault);
    await expect(early).rejects.toMatchObject({ Code: 'InvalidClusterSnapshotState' });
    await warehouse.untilSnapshot(SOURCE, 'in-the-making');
    await expect(authorize('in-the-making')).resolves.toMatchObject({ Snapshot: { AccountsWithRestoreAccess: [{ AccountId: TARGET.account }] } });
  });

  it('is refused twice for the same account, for the owner, and for what is no account', async () => {
    await expect(authorize('shared')).rejects.toBeInstanceOf(AuthorizationAlreadyExistsFault);
    await expect(authorize('shared', SOURCE.account)).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    await expect(authorize('shared', '1234')).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  });

  it('shows it to that account alone, by owner, and says nothing of the others', async () => {
    const list = (place: typeof SOURCE) => warehouse.client(place).send(new DescribeClusterSnapshotsCommand({ OwnerAccount: SOURCE.account, SnapshotIdentifier: 'shared' }));

    const { Snapshots } = await list(TARGET);
    const byArn = await warehouse.client(TARGET).send(new DescribeClusterSnapshotsCommand({ SnapshotArn: snapshotArn(SOURCE, 'sales', 'shared') }));

    expect(Snapshots).toMatchObject([{ SnapshotIdentifier: 'shared', OwnerAccount: SOURCE.account, KmsKeyId: key, Tags: [] }]);
    expect(Snapshots![0]!.AccountsWithRestoreAccess).toBeUndefined();
    expect(byArn.Snapshots).toHaveLength(1);
    await expect(list(STRANGER)).rejects.toBeInstanceOf(ClusterSnapshotNotFoundFault);
    expect(await warehouse.snapshots(TARGET)).not.toContain('shared');
  });

  it('lets the other account neither copy nor delete it', async () => {
    await expect(warehouse.client(TARGET).send(new DeleteClusterSnapshotCommand({ SnapshotIdentifier: 'shared' }))).rejects.toBeInstanceOf(ClusterSnapshotNotFoundFault);
  });

  it('keeps the snapshot from being deleted until it is revoked', async () => {
    await warehouse.snapshot(SOURCE, 'sales', 'outdated');
    await authorize('outdated');
    const redshift = warehouse.client(SOURCE);
    const deletion = new DeleteClusterSnapshotCommand({ SnapshotIdentifier: 'outdated' });

    await expect(redshift.send(deletion)).rejects.toBeInstanceOf(InvalidClusterSnapshotStateFault);
    const batch = await redshift.send(new BatchDeleteClusterSnapshotsCommand({ Identifiers: [{ SnapshotIdentifier: 'outdated' }, { SnapshotIdentifier: 'never-was' }] }));
    await redshift.send(new RevokeSnapshotAccessCommand({ SnapshotIdentifier: 'outdated', AccountWithRestoreAccess: TARGET.account }));
    const again = redshift.send(new RevokeSnapshotAccessCommand({ SnapshotIdentifier: 'outdated', AccountWithRestoreAccess: TARGET.account }));

    expect(batch.Errors).toMatchObject([
      { SnapshotIdentifier: 'outdated', FailureCode: 'InvalidClusterSnapshotState' },
      { SnapshotIdentifier: 'never-was', FailureCode: 'ClusterSnapshotNotFound' },
    ]);
    await expect(again).rejects.toBeInstanceOf(AuthorizationNotFoundFault);
    await expect(redshift.send(deletion)).resolves.toMatchObject({ Snapshot: { Status: 'deleted' } });
    await expect(warehouse.describeSnapshot(SOURCE, 'outdated')).rejects.toBeInstanceOf(ClusterSnapshotNotFoundFault);
  });

  it('ends at 20 accounts a snapshot, and at the accounts that a key takes', async () => {
    await warehouse.snapshot(SOURCE, 'sales', 'popular');
    for (let account = 0; account < 20; account += 1) await authorize('popular', String(400_000_000_000 + account));

    await expect(authorize('popular', '499999999999')).rejects.toMatchObject({ name: 'AuthorizationQuotaExceededFault' });
    warehouse.redshift.setQuota(SOURCE, 'accountsPerKey', 21);
    const beyondKey = authorize('shared', '499999999999');
    await expect(beyondKey).rejects.toBeInstanceOf(LimitExceededFault);
    await expect(beyondKey).rejects.toThrow('The encryption key has exceeded its grant limit');
    warehouse.redshift.setQuota(SOURCE, 'accountsPerKey', 100);
    await expect(authorize('shared', '499999999999')).resolves.toBeDefined();
  });

  it('demands that the caller may describe the key', async () => {
    const redshift = 'redshift:AuthorizeSnapshotAccess';
    const withoutKey = await actAs(warehouse.cloud, SOURCE.account, 'sharer', [allow(redshift)]);
    const withKey = await actAs(warehouse.cloud, SOURCE.account, 'sharer-with-key', [allow(redshift, `${snapshotArn(SOURCE, 'sales', '')}*`), allow('kms:DescribeKey', key)]);
    const send = (role: typeof withKey) => role.client(RedshiftClient, SOURCE.region).send(new AuthorizeSnapshotAccessCommand({ SnapshotIdentifier: 'shared', AccountWithRestoreAccess: '488888888888' }));

    await expect(send(withoutKey)).rejects.toThrow(/kms:DescribeKey/);
    await expect(send(withKey)).resolves.toBeDefined();
  });

  describe('and restoring it', () => {
    const request = { SnapshotIdentifier: 'shared', OwnerAccount: SOURCE.account };

    it('gives the other account a cluster under its own key, with all the data', async () => {
      const own = await warehouse.createKey(TARGET);

      const { Cluster } = await warehouse.restore(TARGET, 'rescued', { ...request, KmsKeyId: own });
      const available = await warehouse.untilCluster(TARGET, 'rescued');

      expect(Cluster).toMatchObject({ ClusterStatus: 'creating', RestoreStatus: { Status: 'starting' }, KmsKeyId: own });
      expect(available).toMatchObject({ Encrypted: true, MasterUsername: 'awsuser', NodeType: 'ra3.large' });
      expect(await warehouse.sql(TARGET, 'rescued', 'select sum(amount)::int as total from sale')).toEqual([{ total: 250_500 }]);
    });

    it('answers queries before all the data has been loaded', async () => {
      warehouse.redshift.declareSize(clusterArn(SOURCE, 'sales'), 500);
      await warehouse.snapshot(SOURCE, 'sales', 'large');
      warehouse.redshift.declareSize(clusterArn(SOURCE, 'sales'), 1);
      await authorize('large');

      await warehouse.restore(TARGET, 'eager', { ...request, SnapshotIdentifier: 'large' });
      const available = await warehouse.untilCluster(TARGET, 'eager');
      await warehouse.passMinutes(60);

      expect(available.RestoreStatus).toMatchObject({ Status: 'restoring', SnapshotSizeInMegaBytes: 512_000 });
      expect((await warehouse.cluster(TARGET, 'eager')).RestoreStatus).toMatchObject({ Status: 'completed', EstimatedTimeToCompletionInSeconds: 0 });
    });

    it('is refused to an account that it is not shared with, and without naming the owner', async () => {
      await expect(warehouse.restore(STRANGER, 'stolen', request)).rejects.toBeInstanceOf(AccessToSnapshotDeniedFault);
      await expect(warehouse.restore(TARGET, 'nameless', { SnapshotIdentifier: 'shared' })).rejects.toBeInstanceOf(ClusterSnapshotNotFoundFault);
      await expect(warehouse.restore(TARGET, 'both', { ...request, SnapshotArn: snapshotArn(SOURCE, 'sales', 'shared') })).rejects.toMatchObject({ name: 'InvalidParameterCombination' });
    });

    it('runs to completion when access is revoked meanwhile', async () => {
      await warehouse.snapshot(SOURCE, 'sales', 'fleeting');
      await authorize('fleeting');

      await warehouse.restore(TARGET, 'in-time', { ...request, SnapshotIdentifier: 'fleeting' });
      await warehouse.client(SOURCE).send(new RevokeSnapshotAccessCommand({ SnapshotIdentifier: 'fleeting', AccountWithRestoreAccess: TARGET.account }));
      await warehouse.client(SOURCE).send(new DeleteClusterSnapshotCommand({ SnapshotIdentifier: 'fleeting' }));
      await warehouse.untilCluster(TARGET, 'in-time');

      expect(await warehouse.sql(TARGET, 'in-time', 'select count(*)::int as lines from sale')).toEqual([{ lines: 500 }]);
      await expect(warehouse.restore(TARGET, 'too-late', { ...request, SnapshotIdentifier: 'fleeting' })).rejects.toBeInstanceOf(AccessToSnapshotDeniedFault);
    });

    const ownKeyUse = allow(['kms:DescribeKey', 'kms:CreateGrant']);
    it.each<[string, (own: string) => StatementJson[]]>([
      ['the snapshot of the source account', (own) => [allow('redshift:RestoreFromClusterSnapshot', clusterArn(TARGET, 'mine')), allow(KEY_USE, [key, own]), allow(NETWORK_LOOKS)]],
      ['the cluster in its own account', (own) => [allow('redshift:RestoreFromClusterSnapshot', `${snapshotArn(SOURCE, 'sales', '')}*`), allow(KEY_USE, [key, own]), allow(NETWORK_LOOKS)]],
      ['the key of the source account', (own) => [allow('redshift:RestoreFromClusterSnapshot'), { ...ownKeyUse, Resource: own }, allow(NETWORK_LOOKS)]],
      ['the key of its own account', () => [allow('redshift:RestoreFromClusterSnapshot'), allow(KEY_USE, key), allow(NETWORK_LOOKS)]],
      ['the network', (own) => [allow('redshift:RestoreFromClusterSnapshot'), allow(KEY_USE, [key, own]), allow(NETWORK_LOOKS.slice(1))]],
    ])('needs the caller\'s permission for %s', async (what, statementsFor) => {
      const own = await warehouse.createKey(TARGET);
      const role = await actAs(warehouse.cloud, TARGET.account, `lacks-${what.replaceAll(/\W/g, '-')}`, statementsFor(own));
      const restore = new RestoreFromClusterSnapshotCommand({ ...request, ClusterIdentifier: 'mine', ClusterSubnetGroupName: 'private', KmsKeyId: own });

      await expect(role.client(RedshiftClient, TARGET.region).send(restore)).rejects.toThrow(/not authorized|Access Denied/);
    });

    it('works with exactly those permissions', async () => {
      const own = await warehouse.createKey(TARGET);
      const role = await actAs(warehouse.cloud, TARGET.account, 'restorer', [
        allow('redshift:RestoreFromClusterSnapshot', [`${snapshotArn(SOURCE, 'sales', '')}*`, clusterArn(TARGET, 'permitted')]),
        allow(KEY_USE, key),
        allow(['kms:DescribeKey', 'kms:CreateGrant'], own),
        allow(NETWORK_LOOKS),
      ]);

      await role.client(RedshiftClient, TARGET.region).send(new RestoreFromClusterSnapshotCommand({ ...request, ClusterIdentifier: 'permitted', ClusterSubnetGroupName: 'private', KmsKeyId: own }));

      await expect(warehouse.untilCluster(TARGET, 'permitted')).resolves.toMatchObject({ KmsKeyId: own });
    });

    it.each(KEY_USE)('fails when the policy of the source key does not allow %s', async (action) => {
      const policyAllowing = (actions: readonly string[]) => policyText(allow('kms:*', '*', { Principal: { AWS: `arn:aws:iam::${SOURCE.account}:root` } }), allow(actions, '*', { Principal: TARGET_ROOT }));
      const kms = warehouse.cloud.client(KMSClient, SOURCE);
      await kms.send(new PutKeyPolicyCommand({ KeyId: key, Policy: policyAllowing(KEY_USE.filter((each) => each !== action)) }));

      const restore = warehouse.restore(TARGET, 'unkeyed', request);

      await expect(restore).rejects.toMatchObject({ name: 'UnauthorizedOperation', message: expect.stringContaining(action) as string });
      await kms.send(new PutKeyPolicyCommand({ KeyId: key, Policy: policyAllowing(KEY_USE) }));
    });

    it('leaves the owned copy alive when everything in the source is gone', async () => {
      const own = await warehouse.createKey(TARGET);
      await warehouse.createCluster(SOURCE, 'doomed');
      await warehouse.sql(SOURCE, 'doomed', 'create table survivor as select 42 as n');
      await warehouse.snapshot(SOURCE, 'doomed', 'last');
      await authorize('last');
      await warehouse.restore(TARGET, 'owned', { ...request, SnapshotIdentifier: 'last', KmsKeyId: own });
      await warehouse.untilCluster(TARGET, 'owned');
      await warehouse.snapshot(TARGET, 'owned', 'owned-copy');
      await warehouse.client(TARGET).send(new DeleteClusterCommand({ ClusterIdentifier: 'owned', SkipFinalClusterSnapshot: true }));
      await warehouse.client(SOURCE).send(new RevokeSnapshotAccessCommand({ SnapshotIdentifier: 'last', AccountWithRestoreAccess: TARGET.account }));
      await warehouse.client(SOURCE).send(new DeleteClusterSnapshotCommand({ SnapshotIdentifier: 'last' }));
      await warehouse.client(SOURCE).send(new DeleteClusterCommand({ ClusterIdentifier: 'doomed', SkipFinalClusterSnapshot: true }));
      await warehouse.passMinutes(10);

      await warehouse.restore(TARGET, 'again', { SnapshotIdentifier: 'owned-copy' });
      await warehouse.untilCluster(TARGET, 'again');

      expect(await warehouse.sql(TARGET, 'again', 'select n from survivor')).toEqual([{ n: 42 }]);
    });
  });

  it('does not hinder a retention that ends', async () => {
    await warehouse.snapshot(SOURCE, 'sales', 'expiring', { ManualSnapshotRetentionPeriod: 1 });
    await authorize('expiring');
    const forEver = await warehouse.client(SOURCE).send(new ModifyClusterSnapshotCommand({ SnapshotIdentifier: 'expiring', ManualSnapshotRetentionPeriod: 3 }));

    await warehouse.passMinutes(2.9 * 24 * 60);
    const late = await warehouse.describeSnapshot(SOURCE, 'expiring');
    await warehouse.passMinutes(0.2 * 24 * 60);

    expect([forEver.Snapshot?.ManualSnapshotRemainingDays, late.ManualSnapshotRemainingDays]).toEqual([3, 1]);
    await expect(warehouse.describeSnapshot(SOURCE, 'expiring')).rejects.toBeInstanceOf(ClusterSnapshotNotFoundFault);
  });
});
