import {
  AlreadyExistsException,
  CreateAliasCommand,
  CreateGrantCommand,
  CreateKeyCommand,
  DecryptCommand,
  DescribeKeyCommand,
  DisabledException,
  DisableKeyCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GenerateDataKeyWithoutPlaintextCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  IncorrectKeyException,
  InvalidCiphertextException,
  KMSClient,
  ListAliasesCommand,
  ListGrantsCommand,
  ListResourceTagsCommand,
  MalformedPolicyDocumentException,
  NotFoundException,
  paginateListKeys,
  PutKeyPolicyCommand,
  ReEncryptCommand,
  RetireGrantCommand,
  UpdateAliasCommand,
} from '@aws-sdk/client-kms';
import { LocalCloud } from '../../../../../../local/cloud/local-cloud';
import { deployResources } from '../../../../../support/deploy-resources';
import { allow, policyText } from '../../../../../support/role-session';

const ACCOUNT = '111111111111';
const HOME = 'eu-west-1';
const AWAY = 'eu-central-1';
const GRANTEE = '222222222222';

describe('KMS', () => {
  let cloud: LocalCloud;
  let kms: KMSClient;
  let away: KMSClient;
  beforeAll(async () => {
    cloud = await LocalCloud.start();
    kms = cloud.client(KMSClient, { account: ACCOUNT, region: HOME });
    away = cloud.client(KMSClient, { account: ACCOUNT, region: AWAY });
  });
  afterAll(() => cloud.stop());
  afterEach(() => expect(cloud.defects).toEqual([]));

  const newKey = async (options: ConstructorParameters<typeof CreateKeyCommand>[0] = {}) => (await kms.send(new CreateKeyCommand(options))).KeyMetadata!.KeyId!;
  const encrypt = async (KeyId: string, text: string, EncryptionContext?: Record<string, string>) =>
    (await kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from(text), EncryptionContext }))).CiphertextBlob!;
  const stateOf = async (KeyId: string, client = kms) => (await client.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata!.KeyState;

  describe('encryption', () => {
    it('returns what was encrypted, for the same encryption context', async () => {
      const id = await newKey();
      const CiphertextBlob = await encrypt(id, 'attack at dawn', { table: 'orders', run: '7' });

      const { Plaintext, KeyId } = await kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext: { run: '7', table: 'orders' } }));

      expect(Buffer.from(Plaintext!).toString()).toBe('attack at dawn');
      expect(KeyId).toBe(`arn:aws:kms:${HOME}:${ACCOUNT}:key/${id}`);
      expect(Buffer.from(CiphertextBlob).includes('attack')).toBe(false);
    });

    it('refuses another encryption context, and bytes that were changed', async () => {
      const CiphertextBlob = Buffer.from(await encrypt(await newKey(), 'text', { table: 'orders' }));
      const changed = Buffer.from(CiphertextBlob);
      changed[changed.length - 1]! ^= 1;

      await expect(kms.send(new DecryptCommand({ CiphertextBlob }))).rejects.toBeInstanceOf(InvalidCiphertextException);
      await expect(kms.send(new DecryptCommand({ CiphertextBlob: changed, EncryptionContext: { table: 'orders' } }))).rejects.toBeInstanceOf(InvalidCiphertextException);
      await expect(kms.send(new DecryptCommand({ CiphertextBlob: Buffer.from('no ciphertext') }))).rejects.toBeInstanceOf(InvalidCiphertextException);
    });

    it('refuses a key that is not the one that encrypted', async () => {
      const CiphertextBlob = await encrypt(await newKey(), 'text');

      await expect(kms.send(new DecryptCommand({ CiphertextBlob, KeyId: await newKey() }))).rejects.toBeInstanceOf(IncorrectKeyException);
    });

    it('hands out data keys that only the key can decrypt', async () => {
      const KeyId = await newKey();
      const { Plaintext, CiphertextBlob } = await kms.send(new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256' }));
      const sealed = await kms.send(new GenerateDataKeyWithoutPlaintextCommand({ KeyId, NumberOfBytes: 64 }));

      const opened = await kms.send(new DecryptCommand({ CiphertextBlob }));
      const unsealed = await kms.send(new DecryptCommand({ CiphertextBlob: sealed.CiphertextBlob }));

      expect(Buffer.from(opened.Plaintext!)).toEqual(Buffer.from(Plaintext!));
      expect(Plaintext).toHaveLength(32);
      expect(unsealed.Plaintext).toHaveLength(64);
    });

    it('moves a ciphertext from one key to another', async () => {
      const [from, to] = [await newKey(), await newKey()];
      const { CiphertextBlob } = await kms.send(
        new ReEncryptCommand({ CiphertextBlob: await encrypt(from, 'text', { a: '1' }), SourceEncryptionContext: { a: '1' }, DestinationKeyId: to, DestinationEncryptionContext: { b: '2' } }),
      );

      const { KeyId, Plaintext } = await kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext: { b: '2' } }));

      expect(KeyId).toContain(to);
      expect(Buffer.from(Plaintext!).toString()).toBe('text');
    });

    it.each([0, 4097])('refuses a plaintext of %d bytes', async (length) => {
      const KeyId = await newKey();

      await expect(kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.alloc(length) }))).rejects.toMatchObject({ name: 'ValidationException' });
    });

    it('is a matter of the region', async () => {
      const CiphertextBlob = await encrypt(await newKey(), 'text');

      await expect(away.send(new DecryptCommand({ CiphertextBlob }))).rejects.toMatchObject({ name: 'AccessDeniedException' });
    });
  });

  describe('naming keys', () => {
    it('finds a key by id, ARN, alias and alias ARN', async () => {
      const id = await newKey();
      await kms.send(new CreateAliasCommand({ AliasName: 'alias/orders', TargetKeyId: id }));
      const arn = `arn:aws:kms:${HOME}:${ACCOUNT}:key/${id}`;

      for (const KeyId of [id, arn, 'alias/orders', `arn:aws:kms:${HOME}:${ACCOUNT}:alias/orders`]) {
        await expect(kms.send(new DescribeKeyCommand({ KeyId }))).resolves.toMatchObject({ KeyMetadata: { Arn: arn } });
      }
      await expect(kms.send(new ListAliasesCommand({ KeyId: id }))).resolves.toMatchObject({ Aliases: [{ AliasName: 'alias/orders', TargetKeyId: id }] });
    });

    it('points an alias at another key', async () => {
      const [before, after] = [await newKey(), await newKey()];
      await kms.send(new CreateAliasCommand({ AliasName: 'alias/moving', TargetKeyId: before }));
      await kms.send(new UpdateAliasCommand({ AliasName: 'alias/moving', TargetKeyId: after }));

      await expect(kms.send(new DescribeKeyCommand({ KeyId: 'alias/moving' }))).resolves.toMatchObject({ KeyMetadata: { KeyId: after } });
      await expect(kms.send(new CreateAliasCommand({ AliasName: 'alias/moving', TargetKeyId: before }))).rejects.toBeInstanceOf(AlreadyExistsException);
    });

    it.each(['00000000-0000-0000-0000-000000000000', 'alias/nobody', `arn:aws:kms:us-east-1:${ACCOUNT}:key/00000000-0000-0000-0000-000000000000`])('does not find %s', async (KeyId) => {
      await expect(kms.send(new DescribeKeyCommand({ KeyId }))).rejects.toBeInstanceOf(NotFoundException);
    });

    it('takes aliases only where a key is used or described', async () => {
      await kms.send(new CreateAliasCommand({ AliasName: 'alias/used', TargetKeyId: await newKey() }));

      await expect(encrypt('alias/used', 'text')).resolves.toBeDefined();
      await expect(kms.send(new DisableKeyCommand({ KeyId: 'alias/used' }))).rejects.toBeInstanceOf(NotFoundException);
      await expect(kms.send(new GetKeyRotationStatusCommand({ KeyId: 'alias/used' }))).rejects.toBeInstanceOf(NotFoundException);
    });

    it('lists every key once, page by page', async () => {
      const made = [await newKey(), await newKey(), await newKey()];
      const listed: string[] = [];
      for await (const page of paginateListKeys({ client: kms, pageSize: 2 }, {})) listed.push(...page.Keys!.map(({ KeyId }) => KeyId!));

      expect(listed).toEqual(expect.arrayContaining(made));
      expect(new Set(listed).size).toBe(listed.length);
    });
  });

  describe('key policies', () => {
    it('lets the account decide unless told otherwise', async () => {
      const { Policy } = await kms.send(new GetKeyPolicyCommand({ KeyId: await newKey() }));

      expect(JSON.parse(Policy!)).toMatchObject({ Statement: [{ Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'kms:*' }] });
    });

    it.each([
      ['is not JSON', '{', /JSON/],
      ['names a role that does not exist', policyText(allow('kms:*', '*', { Principal: { AWS: [`arn:aws:iam::${ACCOUNT}:role/ghost`, `arn:aws:iam::${ACCOUNT}:root`] } })), /invalid principals/],
      ['would lock its author out', policyText(allow('kms:*', '*', { Principal: { AWS: GRANTEE } })), /will not allow you to update the key policy/],
    ])('refuses a policy that %s', async (_case, Policy, message) => {
      const KeyId = await newKey();

      await expect(kms.send(new PutKeyPolicyCommand({ KeyId, Policy }))).rejects.toBeInstanceOf(MalformedPolicyDocumentException);
      await expect(kms.send(new PutKeyPolicyCommand({ KeyId, Policy }))).rejects.toThrow(message);
    });
  });

  describe('grants', () => {
    const grantee = `arn:aws:iam::${GRANTEE}:root`;

    it('lists grants, makes a named one once, and retires it by its token', async () => {
      const KeyId = await newKey();
      const request = { KeyId, GranteePrincipal: grantee, Operations: ['Decrypt' as const], Name: 'restore' };
      const first = await kms.send(new CreateGrantCommand(request));
      const again = await kms.send(new CreateGrantCommand(request));
      const listed = await kms.send(new ListGrantsCommand({ KeyId }));
      await kms.send(new RetireGrantCommand({ GrantToken: first.GrantToken }));

      expect(again.GrantId).toBe(first.GrantId);
      expect(listed.Grants).toMatchObject([{ GrantId: first.GrantId, GranteePrincipal: grantee, Operations: ['Decrypt'], IssuingAccount: `arn:aws:iam::${ACCOUNT}:root` }]);
      await expect(kms.send(new ListGrantsCommand({ KeyId }))).resolves.toMatchObject({ Grants: [] });
    });

    it.each([
      ['an operation that symmetric keys do not have', { Operations: ['Sign' as const] }, 'ValidationException'],
      ['no operation', { Operations: [] }, 'ValidationException'],
      ['a role that does not exist', { GranteePrincipal: `arn:aws:iam::${GRANTEE}:role/ghost` }, 'InvalidArnException'],
      ['a service without source', { GranteePrincipal: undefined, GranteeServicePrincipal: 'rds.amazonaws.com' }, 'ValidationException'],
    ])('refuses a grant for %s', async (_case, differences, name) => {
      const request = { KeyId: await newKey(), GranteePrincipal: grantee, Operations: ['Decrypt' as const], ...differences };

      await expect(kms.send(new CreateGrantCommand(request))).rejects.toMatchObject({ name });
    });

    it('makes no grant on a disabled key', async () => {
      const KeyId = await newKey();
      await kms.send(new DisableKeyCommand({ KeyId }));

      await expect(kms.send(new CreateGrantCommand({ KeyId, GranteePrincipal: grantee, Operations: ['Decrypt'] }))).rejects.toBeInstanceOf(DisabledException);
    });
  });

  describe('keys that AWS manages', () => {
    it('come into being when they are first named', async () => {
      const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: 'alias/aws/rds' }));
      const again = await kms.send(new DescribeKeyCommand({ KeyId: 'alias/aws/rds' }));

      expect(KeyMetadata).toMatchObject({ KeyManager: 'AWS', KeyState: 'Enabled' });
      expect(again.KeyMetadata!.KeyId).toBe(KeyMetadata!.KeyId);
      await expect(kms.send(new DescribeKeyCommand({ KeyId: 'alias/aws/nothing' }))).rejects.toBeInstanceOf(NotFoundException);
    });

    it('leave their names to AWS', async () => {
      const TargetKeyId = await newKey();

      await expect(kms.send(new CreateAliasCommand({ AliasName: 'alias/aws/mine', TargetKeyId }))).rejects.toMatchObject({ name: 'NotAuthorizedException' });
    });
  });

  it('is created by CloudFormation, with replicas and aliases', async () => {
    const KeyPolicy = { Version: '2012-10-17', Statement: [allow('kms:*', '*', { Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` } })] };
    const primary = await deployResources(cloud, { account: ACCOUNT, region: HOME }, {
      Key: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy, MultiRegion: true, EnableKeyRotation: true, PendingWindowInDays: 7, Tags: [{ Key: 'system', Value: 'backup' }] } },
      Alias: { Type: 'AWS::KMS::Alias', Properties: { AliasName: 'alias/backup', TargetKeyId: { 'Fn::GetAtt': ['Key', 'Arn'] } } },
    });
    const PrimaryKeyArn = primary.resources.get('Key')!.attributes!.Arn;
    await deployResources(cloud, { account: ACCOUNT, region: AWAY }, { Replica: { Type: 'AWS::KMS::ReplicaKey', Properties: { KeyPolicy, PrimaryKeyArn } } }, 'Away');

    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: 'alias/backup' }));

    expect(KeyMetadata!.Arn).toBe(PrimaryKeyArn);
    expect(KeyMetadata!.MultiRegionConfiguration!.ReplicaKeys).toMatchObject([{ Region: AWAY }]);
    await expect(stateOf(KeyMetadata!.KeyId!, away)).resolves.toBe('Enabled');
    await expect(kms.send(new GetKeyRotationStatusCommand({ KeyId: KeyMetadata!.KeyId }))).resolves.toMatchObject({ KeyRotationEnabled: true });
    await expect(kms.send(new ListResourceTagsCommand({ KeyId: KeyMetadata!.KeyId }))).resolves.toMatchObject({ Tags: [{ TagKey: 'system', TagValue: 'backup' }] });
  });
});
