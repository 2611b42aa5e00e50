import { CreateGrantCommand, CreateKeyCommand, DecryptCommand, DescribeKeyCommand, EncryptCommand, GenerateDataKeyCommand, KMSClient, PutKeyPolicyCommand, ReEncryptCommand, RetireGrantCommand, RevokeGrantCommand } from '@aws-sdk/client-kms';
import { LocalCloud } from '../../../../../../local/cloud/local-cloud';
import { accountRoot } from '../../../../../../local/cloud/gateway/principal';
import { actAs, allow, policyText, type ActingRole, type StatementJson } from '../../../../../support/role-session';

const OWNER = '111111111111';
const VISITOR = '222222222222';
const REGION = 'eu-west-1';
const DENIED = { name: 'AccessDeniedException' };
const ownerMayAll = allow('kms:*', '*', { Principal: { AWS: `arn:aws:iam::${OWNER}:root` } });

describe('permissions of KMS', () => {
  let cloud: LocalCloud;
  let admin: KMSClient;
  let roles = 0;
  beforeAll(async () => {
    cloud = await LocalCloud.start();
    admin = cloud.client(KMSClient, { account: OWNER, region: REGION });
  });
  afterAll(() => cloud.stop());
  afterEach(() => expect(cloud.defects).toEqual([]));

  const role = (account: string, ...statements: readonly StatementJson[]): Promise<ActingRole> => actAs(cloud, account, `role-${(roles += 1)}`, statements);
  const key = async (...statements: readonly StatementJson[]) =>
    (await admin.send(new CreateKeyCommand({ Policy: policyText(ownerMayAll, ...statements) }))).KeyMetadata!.Arn!;
  const encrypt = async (KeyId: string, EncryptionContext = {}) => (await admin.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from('text'), EncryptionContext }))).CiphertextBlob!;

  it('needs each action by itself', async () => {
    const KeyId = await key();
    const reader = (await role(OWNER, allow('kms:Decrypt', KeyId))).client(KMSClient, REGION);
    const CiphertextBlob = await encrypt(KeyId);

    await expect(reader.send(new DecryptCommand({ CiphertextBlob }))).resolves.toBeDefined();
    await expect(reader.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from('x') }))).rejects.toMatchObject(DENIED);
    await expect(reader.send(new DescribeKeyCommand({ KeyId }))).rejects.toMatchObject(DENIED);
  });

  it('needs a permission on each of the two keys to re-encrypt', async () => {
    const [from, to] = [await key(), await key()];
    const CiphertextBlob = await encrypt(from);
    const half = (await role(OWNER, allow('kms:ReEncryptFrom', from))).client(KMSClient, REGION);
    const whole = (await role(OWNER, allow('kms:ReEncryptFrom', from), allow('kms:ReEncryptTo', to))).client(KMSClient, REGION);

    await expect(half.send(new ReEncryptCommand({ CiphertextBlob, DestinationKeyId: to }))).rejects.toMatchObject(DENIED);
    await expect(whole.send(new ReEncryptCommand({ CiphertextBlob, DestinationKeyId: to }))).resolves.toBeDefined();
  });

  it('works across accounts when both sides allow, by the ARN', async () => {
    const visitor = await role(VISITOR, allow(['kms:Decrypt', 'kms:DescribeKey']));
    const closed = await key();
    const open = await key(allow(['kms:Decrypt', 'kms:DescribeKey'], '*', { Principal: { AWS: visitor.roleArn } }));
    const kms = visitor.client(KMSClient, REGION);

    await expect(kms.send(new DecryptCommand({ CiphertextBlob: await encrypt(closed) }))).rejects.toMatchObject(DENIED);
    await expect(kms.send(new DecryptCommand({ CiphertextBlob: await encrypt(open) }))).resolves.toMatchObject({ KeyId: open });
    await expect(kms.send(new DescribeKeyCommand({ KeyId: `arn:aws:kms:${REGION}:${OWNER}:key/none` }))).rejects.toMatchObject(DENIED);
  });

  it('tells policies the encryption context', async () => {
    const KeyId = await key();
    const condition = { StringEquals: { 'kms:EncryptionContext:table': 'orders' } };
    const kms = (await role(OWNER, allow('kms:Decrypt', KeyId, { Condition: condition }))).client(KMSClient, REGION);
    const decrypt = async (EncryptionContext: Record<string, string>) => kms.send(new DecryptCommand({ CiphertextBlob: await encrypt(KeyId, EncryptionContext), EncryptionContext }));

    await expect(decrypt({ table: 'orders' })).resolves.toBeDefined();
    await expect(decrypt({ table: 'people' })).rejects.toMatchObject(DENIED);
  });

  it('tells policies through which service a key is used', async () => {
    const role_ = await role(OWNER, allow('kms:GenerateDataKey', '*', { Condition: { StringEquals: { 'kms:ViaService': `rds.${REGION}.amazonaws.com` } } }));
    const KeyId = await key();
    const principal = sessionOf(role_);
    const place = { account: OWNER, region: REGION };
    const request = new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256' });

    await expect(cloud.as(principal, place, 'rds.amazonaws.com').send(request)).resolves.toBeDefined();
    await expect(cloud.as(principal, place, 'sns.amazonaws.com').send(request)).rejects.toMatchObject({ code: 'AccessDeniedException' });
    await expect(role_.client(KMSClient, REGION).send(request)).rejects.toMatchObject(DENIED);
  });

  it('lets the keys that AWS manages be used through their service, by the account alone, and be changed by nobody', async () => {
    const { KeyMetadata } = await admin.send(new DescribeKeyCommand({ KeyId: 'alias/aws/rds' }));
    const KeyId = KeyMetadata!.Arn!;
    const request = new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256' });
    const place = { account: OWNER, region: REGION };

    await expect(cloud.as(sessionOf(await role(OWNER)), place, 'rds.amazonaws.com').send(request)).resolves.toBeDefined();
    await expect(cloud.as(accountRoot(VISITOR), { account: VISITOR, region: REGION }, 'rds.amazonaws.com').send(request)).rejects.toMatchObject({ code: 'AccessDeniedException' });
    await expect(admin.send(request)).rejects.toMatchObject(DENIED);
    await expect(admin.send(new PutKeyPolicyCommand({ KeyId, Policy: policyText(ownerMayAll) }))).rejects.toMatchObject(DENIED);
    await expect(admin.send(new CreateGrantCommand({ KeyId, GranteePrincipal: `arn:aws:iam::${VISITOR}:root`, Operations: ['Decrypt'] }))).rejects.toMatchObject(DENIED);
  });

  describe('of grants', () => {
    it('allow the grantee what they list, as long as they last', async () => {
      const KeyId = await key();
      const grantee = await role(VISITOR);
      const kms = grantee.client(KMSClient, REGION);
      const CiphertextBlob = await encrypt(KeyId);
      const { GrantId } = await admin.send(new CreateGrantCommand({ KeyId, GranteePrincipal: grantee.roleArn, Operations: ['Decrypt'] }));

      await expect(kms.send(new DecryptCommand({ CiphertextBlob }))).resolves.toBeDefined();
      await expect(kms.send(new DescribeKeyCommand({ KeyId }))).rejects.toMatchObject(DENIED);
      await admin.send(new RevokeGrantCommand({ KeyId, GrantId }));
      await expect(kms.send(new DecryptCommand({ CiphertextBlob }))).rejects.toMatchObject(DENIED);
    });

    it('hold to their constraints', async () => {
      const KeyId = await key();
      const grantee = await role(VISITOR);
      const Constraints = { EncryptionContextSubset: { table: 'orders' } };
      await admin.send(new CreateGrantCommand({ KeyId, GranteePrincipal: grantee.roleArn, Operations: ['Decrypt'], Constraints }));
      const decrypt = async (EncryptionContext: Record<string, string>) =>
        grantee.client(KMSClient, REGION).send(new DecryptCommand({ CiphertextBlob: await encrypt(KeyId, EncryptionContext), EncryptionContext }));

      await expect(decrypt({ table: 'orders', run: '7' })).resolves.toBeDefined();
      await expect(decrypt({ run: '7' })).rejects.toMatchObject(DENIED);
    });

    it('hand on no more than they give', async () => {
      const KeyId = await key();
      const [parent, child] = [await role(OWNER), await role(OWNER)];
      await admin.send(new CreateGrantCommand({ KeyId, GranteePrincipal: parent.roleArn, Operations: ['CreateGrant', 'Decrypt'] }));
      const grant = (Operations: ('Decrypt' | 'Encrypt')[]) => parent.client(KMSClient, REGION).send(new CreateGrantCommand({ KeyId, GranteePrincipal: child.roleArn, Operations }));

      await expect(grant(['Decrypt'])).resolves.toBeDefined();
      await expect(grant(['Decrypt', 'Encrypt'])).rejects.toMatchObject(DENIED);
    });

    it('are retired by whom they name', async () => {
      const KeyId = await key();
      const [retirer, stranger] = [await role(VISITOR), await role(VISITOR)];
      const { GrantId } = await admin.send(new CreateGrantCommand({ KeyId, GranteePrincipal: stranger.roleArn, RetiringPrincipal: retirer.roleArn, Operations: ['Decrypt'] }));
      await admin.send(new CreateGrantCommand({ KeyId, GranteePrincipal: retirer.roleArn, RetiringPrincipal: stranger.roleArn, Operations: ['Decrypt'] }));
      const retire = (who: ActingRole) => who.client(KMSClient, REGION).send(new RetireGrantCommand({ KeyId, GrantId }));

      await expect(retire(stranger)).rejects.toMatchObject(DENIED);
      await expect(retire(retirer)).resolves.toBeDefined();
    });

    it('can be left to services', async () => {
      const KeyId = await key();
      const creator = await role(OWNER, allow('kms:CreateGrant', KeyId, { Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } } }));
      const request = { KeyId, Operations: ['Decrypt' as const] };

      await expect(creator.client(KMSClient, REGION).send(new CreateGrantCommand({ ...request, GranteePrincipal: creator.roleArn }))).rejects.toMatchObject(DENIED);
      await expect(
        cloud.as(sessionOf(creator), { account: OWNER, region: REGION }, 'rds.amazonaws.com').send(new CreateGrantCommand({ ...request, GranteePrincipal: 'rds.amazonaws.com' })),
      ).resolves.toBeDefined();
    });

    it('can be limited to some operations', async () => {
      const KeyId = await key();
      const condition = { 'ForAllValues:StringEquals': { 'kms:GrantOperations': ['Decrypt', 'DescribeKey'] } };
      const creator = await role(OWNER, allow('kms:CreateGrant', KeyId, { Condition: condition }));
      const grant = (Operations: ('Decrypt' | 'Encrypt')[]) =>
        creator.client(KMSClient, REGION).send(new CreateGrantCommand({ KeyId, GranteePrincipal: `arn:aws:iam::${VISITOR}:root`, Operations }));

      await expect(grant(['Decrypt'])).resolves.toBeDefined();
      await expect(grant(['Decrypt', 'Encrypt'])).rejects.toMatchObject(DENIED);
    });
  });
});

function sessionOf({ roleArn }: ActingRole) {
  const name = roleArn.split('/').pop()!;
  const account = roleArn.split(':')[4]!;
  return {
    kind: 'role-session' as const,
    account,
    arn: `arn:aws:sts::${account}:assumed-role/${name}/${name}`,
    roleArn,
    roleId: 'AROAEXAMPLE',
    sessionName: name,
    sessionPolicies: [],
    tags: {},
  };
}
