import { CreateAliasCommand, CreateKeyCommand, DescribeKeyCommand, DisableKeyCommand, KMSClient, ListGrantsCommand, PutKeyPolicyCommand } from '@aws-sdk/client-kms';
import {
  CopyDBClusterSnapshotCommand,
  CreateDBClusterSnapshotCommand,
  DescribeDBClusterSnapshotAttributesCommand,
  DescribeDBClusterSnapshotsCommand,
  KMSKeyNotAccessibleFault,
  ModifyDBClusterSnapshotAttributeCommand,
  RDSClient,
  RestoreDBClusterFromSnapshotCommand,
} from '@aws-sdk/client-rds';
import { actAs, allow, policyText } from '../../../../../support/role-session';
import type { Place } from '../../../../../../local/cloud/gateway/service';
import { clusterArn, clusterSnapshotArn, DatabaseCloud, ORDERS, VAULT } from './rds-fixture';

const VAULT_AWAY: Place = { account: VAULT.account, region: 'eu-central-1' };
const USE = ['kms:DescribeKey', 'kms:CreateGrant', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*'];

describe('a snapshot for another account', () => {
  let database: DatabaseCloud;
  let keyArn: string;
  let vaultKeyArn: string;
  beforeAll(async () => {
    database = await DatabaseCloud.start(ORDERS, VAULT, VAULT_AWAY);
    keyArn = await createKey(ORDERS, VAULT.account);
    vaultKeyArn = await createKey(VAULT);
    await snapshotOf('sealed', { StorageEncrypted: true, KmsKeyId: keyArn });
    await snapshotOf('default-key', { StorageEncrypted: true });
    await snapshotOf('plain', {});
  });
  afterAll(() => database.stop());

  async function createKey(place: Place, ...others: readonly string[]): Promise<string> {
    const root = (account: string) => `arn:aws:iam::${account}:root`;
    const statements = [allow('kms:*', '*', { Principal: { AWS: root(place.account) } }), ...others.map((account) => allow(USE, '*', { Principal: { AWS: root(account) } }))];
    const { KeyMetadata } = await database.cloud.client(KMSClient, place).send(new CreateKeyCommand({ Policy: policyText(...statements) }));
    return KeyMetadata!.Arn!;
  }

  async function snapshotOf(name: string, encryption: { StorageEncrypted?: boolean; KmsKeyId?: string }): Promise<void> {
    await database.createCluster(ORDERS, name, encryption);
    await database.sql(clusterArn(ORDERS, name), 'create table line as select generate_series(1, 500) as n');
    await database.client(ORDERS).send(new CreateDBClusterSnapshotCommand({ DBClusterIdentifier: name, DBClusterSnapshotIdentifier: name }));
    await database.untilSnapshot(ORDERS, name);
  }

  async function share(identifier: string, ...accounts: readonly string[]) {
    return database
      .client(ORDERS)
      .send(new ModifyDBClusterSnapshotAttributeCommand({ DBClusterSnapshotIdentifier: identifier, AttributeName: 'restore', ValuesToAdd: [...accounts] }));
  }

  async function unshare(identifier: string): Promise<void> {
    await database.client(ORDERS).send(new ModifyDBClusterSnapshotAttributeCommand({ DBClusterSnapshotIdentifier: identifier, AttributeName: 'restore', ValuesToRemove: [VAULT.account, 'all'] }));
  }

  function copyCommand(source: string, target: string, KmsKeyId?: string) {
    return new CopyDBClusterSnapshotCommand({ SourceDBClusterSnapshotIdentifier: clusterSnapshotArn(ORDERS, source), TargetDBClusterSnapshotIdentifier: target, KmsKeyId });
  }

  it('is not there for the other account until it is shared, and then by ARN and in the list of shared ones', async () => {
    const vault = database.client(VAULT);
    const listShared = async (more: object) => (await vault.send(new DescribeDBClusterSnapshotsCommand(more))).DBClusterSnapshots!.map(({ DBClusterSnapshotArn }) => DBClusterSnapshotArn);
    await unshare('plain');

    await expect(database.snapshot(VAULT, clusterSnapshotArn(ORDERS, 'plain'))).rejects.toMatchObject({ name: 'DBClusterSnapshotNotFoundFault' });
    await expect(vault.send(copyCommand('plain', 'never'))).rejects.toMatchObject({ name: 'DBClusterSnapshotNotFoundFault' });
    await share('plain', VAULT.account);

    expect(await listShared({})).not.toContain(clusterSnapshotArn(ORDERS, 'plain'));
    expect(await listShared({ SnapshotType: 'shared' })).toContain(clusterSnapshotArn(ORDERS, 'plain'));
    expect(await listShared({ IncludeShared: true })).toContain(clusterSnapshotArn(ORDERS, 'plain'));
    await expect(database.snapshot(VAULT, clusterSnapshotArn(ORDERS, 'plain'))).resolves.toMatchObject({ Status: 'available' });
    await expect(database.snapshot(VAULT, 'plain')).rejects.toMatchObject({ name: 'DBClusterSnapshotNotFoundFault' });
  });

  it('shows its owner whom it is shared with', async () => {
    await unshare('plain');
    await share('plain', VAULT.account);

    const { DBClusterSnapshotAttributesResult } = await database.client(ORDERS).send(new DescribeDBClusterSnapshotAttributesCommand({ DBClusterSnapshotIdentifier: 'plain' }));

    expect(DBClusterSnapshotAttributesResult!.DBClusterSnapshotAttributes).toEqual([{ AttributeName: 'restore', AttributeValues: [VAULT.account] }]);
  });

  it('cannot be public when it is encrypted, nor shared at all under the default key', async () => {
    await expect(share('sealed', 'all')).rejects.toMatchObject({ name: 'InvalidParameterCombination' });
    await expect(share('default-key', VAULT.account)).rejects.toMatchObject({ name: 'InvalidParameterCombination', message: /default service key/ });
    await expect(share('plain', 'all')).resolves.toBeDefined();
  });

  it('has to be copied under a key of the copier, and cannot be restored as it is', async () => {
    const vault = database.client(VAULT);
    await share('sealed', VAULT.account);

    await expect(vault.send(copyCommand('sealed', 'keyless'))).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    await expect(
      vault.send(new RestoreDBClusterFromSnapshotCommand({ SnapshotIdentifier: clusterSnapshotArn(ORDERS, 'sealed'), DBClusterIdentifier: 'never', Engine: 'aurora-postgresql', DBSubnetGroupName: 'private', KmsKeyId: vaultKeyArn })),
    ).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    await vault.send(copyCommand('sealed', 'own', vaultKeyArn));
    const own = await database.untilSnapshot(VAULT, 'own');
    await vault.send(new RestoreDBClusterFromSnapshotCommand({ SnapshotIdentifier: 'own', DBClusterIdentifier: 'from-own', Engine: 'aurora-postgresql', DBSubnetGroupName: 'private' }));
    const restored = await database.until(() => database.cluster(VAULT, 'from-own'), ({ Status }) => Status === 'available');

    expect(own).toMatchObject({ StorageEncrypted: true, StorageEncryptionType: 'sse-kms', KmsKeyId: vaultKeyArn });
    expect(restored).toMatchObject({ KmsKeyId: vaultKeyArn });
    expect(await database.sql(clusterArn(VAULT, 'from-own'), 'select count(*)::int as lines from line')).toEqual([{ lines: 500 }]);
  });

  it('goes to another account and region in one step, unless the cloud is told to refuse that', async () => {
    const away = database.client(VAULT_AWAY);
    const awayKeyArn = await createKey(VAULT_AWAY);
    await share('sealed', VAULT.account);
    database.rds.refuseSingleStepCopies();

    await expect(away.send(copyCommand('sealed', 'single-step', awayKeyArn))).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    database.rds.refuseSingleStepCopies(false);
    await expect(away.send(copyCommand('sealed', 'foreign-key', vaultKeyArn))).rejects.toBeInstanceOf(KMSKeyNotAccessibleFault);
    await away.send(copyCommand('sealed', 'single-step', awayKeyArn));

    await expect(database.untilSnapshot(VAULT_AWAY, 'single-step')).resolves.toMatchObject({ KmsKeyId: awayKeyArn });
  });

  it('fails to be copied as long as the key policy does not let the copier create grants', async () => {
    const kms = database.cloud.client(KMSClient, ORDERS);
    const withoutGrants = await createKey(ORDERS);
    await kms.send(new CreateAliasCommand({ AliasName: 'alias/strict', TargetKeyId: withoutGrants }));
    await snapshotOf('strict', { StorageEncrypted: true, KmsKeyId: 'alias/strict' });
    await share('strict', VAULT.account);
    const own = allow('kms:*', '*', { Principal: { AWS: `arn:aws:iam::${ORDERS.account}:root` } });
    const others = (actions: readonly string[]) => allow(actions, '*', { Principal: { AWS: `arn:aws:iam::${VAULT.account}:root` } });
    const admit = async (actions: readonly string[]) => kms.send(new PutKeyPolicyCommand({ KeyId: withoutGrants, Policy: policyText(own, others(actions)) }));
    const vault = database.client(VAULT);

    await admit(['kms:DescribeKey', 'kms:Decrypt']);
    const refused = vault.send(copyCommand('strict', 'first-attempt', vaultKeyArn));
    await expect(refused).rejects.toBeInstanceOf(KMSKeyNotAccessibleFault);
    await expect(refused).rejects.toThrow(`The source snapshot KMS key [${withoutGrants}] does not exist, is not enabled or you do not have permissions to access it.`);
    await admit(USE);

    await expect(vault.send(copyCommand('strict', 'second-attempt', vaultKeyArn))).resolves.toMatchObject({ DBClusterSnapshot: { Status: 'copying' } });
    await database.untilSnapshot(VAULT, 'second-attempt');
  });

  it('cannot be opened with a key that has been disabled', async () => {
    const kms = database.cloud.client(KMSClient, ORDERS);
    const doomedKey = await createKey(ORDERS, VAULT.account);
    await snapshotOf('locked', { StorageEncrypted: true, KmsKeyId: doomedKey });
    await share('locked', VAULT.account);

    await kms.send(new DisableKeyCommand({ KeyId: doomedKey }));

    await expect(database.client(VAULT).send(copyCommand('locked', 'never', vaultKeyArn))).rejects.toBeInstanceOf(KMSKeyNotAccessibleFault);
  });

  it('is encrypted under aws/rds when encryption is asked for without a key', async () => {
    const { KeyMetadata } = await database.cloud.client(KMSClient, ORDERS).send(new DescribeKeyCommand({ KeyId: 'alias/aws/rds' }));

    expect(await database.snapshot(ORDERS, 'default-key')).toMatchObject({ StorageEncrypted: true, KmsKeyId: KeyMetadata!.Arn });
    expect(await database.snapshot(ORDERS, 'plain')).toMatchObject({ StorageEncrypted: false, StorageEncryptionType: 'sse-rds' });
  });

  it('leaves a grant to RDS on each key, made with the permissions of a copier who needs no others', async () => {
    await share('sealed', VAULT.account);
    const snapshots = ['arn:aws:rds:eu-west-1:111111111111:cluster-snapshot:sealed', 'arn:aws:rds:eu-west-1:222222222222:cluster-snapshot:by-role'];
    const viaRds = { Condition: { StringEquals: { 'kms:ViaService': 'rds.eu-west-1.amazonaws.com' }, Bool: { 'kms:GrantIsForAWSResource': 'true' } } };
    const copier = await actAs(database.cloud, VAULT.account, 'copier', [
      allow('rds:CopyDBClusterSnapshot', snapshots),
      allow('kms:DescribeKey', [keyArn, vaultKeyArn]),
      allow('kms:CreateGrant', [keyArn, vaultKeyArn], viaRds),
    ]);

    await copier.client(RDSClient, VAULT.region).send(copyCommand('sealed', 'by-role', vaultKeyArn));
    const { Grants } = await database.cloud.client(KMSClient, VAULT).send(new ListGrantsCommand({ KeyId: vaultKeyArn }));

    expect(new Set(Grants!.map(({ GranteePrincipal }) => GranteePrincipal))).toEqual(new Set(['rds.amazonaws.com']));
    await expect(copier.client(RDSClient, VAULT.region).send(copyCommand('sealed', 'another-name', vaultKeyArn))).rejects.toMatchObject({ name: 'AccessDenied' });
    await database.untilSnapshot(VAULT, 'by-role');
  });
});
