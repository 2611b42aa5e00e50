import {
  AlreadyExistsException,
  CancelKeyDeletionCommand,
  CreateAliasCommand,
  CreateKeyCommand,
  DecryptCommand,
  DescribeKeyCommand,
  DisabledException,
  DisableKeyCommand,
  EnableKeyCommand,
  EnableKeyRotationCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GetKeyRotationStatusCommand,
  KMSClient,
  KMSInvalidStateException,
  ListKeyRotationsCommand,
  ListResourceTagsCommand,
  NotFoundException,
  ReplicateKeyCommand,
  ScheduleKeyDeletionCommand,
  TagResourceCommand,
  UpdatePrimaryRegionCommand,
} from '@aws-sdk/client-kms';
import { LocalCloud } from '../../../../../../local/cloud/local-cloud';

const ACCOUNT = '111111111111';
const HOME = 'eu-west-1';
const AWAY = 'eu-central-1';
const DAY = 86_400_000;

describe('the life of KMS keys', () => {
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
  const multiRegionKey = async () => {
    const id = await newKey({ MultiRegion: true });
    await kms.send(new ReplicateKeyCommand({ KeyId: id, ReplicaRegion: AWAY }));
    return id;
  };

  describe('key states', () => {
    it('does not use a disabled key until it is enabled again', async () => {
      const KeyId = await newKey();
      await kms.send(new DisableKeyCommand({ KeyId }));

      await expect(encrypt(KeyId, 'text')).rejects.toBeInstanceOf(DisabledException);
      await expect(encrypt(KeyId, 'text')).rejects.toThrow(/is disabled/);
      await kms.send(new EnableKeyCommand({ KeyId }));
      await expect(encrypt(KeyId, 'text')).resolves.toBeDefined();
    });

    it('deletes a key when its waiting period is over, and not before', async () => {
      const KeyId = await newKey();
      const CiphertextBlob = await encrypt(KeyId, 'text');
      await kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
      await expect(kms.send(new DecryptCommand({ CiphertextBlob }))).rejects.toBeInstanceOf(KMSInvalidStateException);
      await expect(kms.send(new EnableKeyCommand({ KeyId }))).rejects.toThrow(/is pending deletion/);

      await cloud.clock.pass(6.9 * DAY);
      await expect(stateOf(KeyId)).resolves.toBe('PendingDeletion');
      await cloud.clock.pass(0.2 * DAY);
      await expect(stateOf(KeyId)).rejects.toBeInstanceOf(NotFoundException);
    });

    it('leaves a key disabled whose deletion was cancelled', async () => {
      const KeyId = await newKey();
      await kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
      await kms.send(new CancelKeyDeletionCommand({ KeyId }));
      await cloud.clock.pass(8 * DAY);

      await expect(stateOf(KeyId)).resolves.toBe('Disabled');
      await expect(kms.send(new CancelKeyDeletionCommand({ KeyId }))).rejects.toBeInstanceOf(KMSInvalidStateException);
    });

    it.each([6, 31])('refuses a waiting period of %d days', async (PendingWindowInDays) => {
      const KeyId = await newKey();

      await expect(kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays }))).rejects.toMatchObject({ name: 'ValidationException' });
    });
  });

  describe('rotation', () => {
    it('changes the key material when the period is over, and still reads what is older', async () => {
      const KeyId = await newKey();
      await kms.send(new EnableKeyRotationCommand({ KeyId, RotationPeriodInDays: 90 }));
      const before = await kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from('old') }));
      await cloud.clock.pass(91 * DAY);
      const { KeyMaterialId } = await kms.send(new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256' }));

      const opened = await kms.send(new DecryptCommand({ CiphertextBlob: before.CiphertextBlob }));
      const { Rotations } = await kms.send(new ListKeyRotationsCommand({ KeyId }));

      expect(opened.KeyMaterialId).not.toBe(KeyMaterialId);
      expect(Rotations).toMatchObject([{ RotationType: 'AUTOMATIC', KeyMaterialId }]);
      await expect(kms.send(new GetKeyRotationStatusCommand({ KeyId }))).resolves.toMatchObject({ KeyRotationEnabled: true, RotationPeriodInDays: 90 });
    });
  });

  describe('multi-Region keys', () => {
    it('creates a replica in a few seconds, which decrypts what the primary encrypted', async () => {
      const id = await multiRegionKey();
      const CiphertextBlob = await encrypt(id, 'both');
      await expect(stateOf(id, away)).resolves.toBe('Creating');
      await expect(away.send(new DecryptCommand({ CiphertextBlob }))).rejects.toBeInstanceOf(KMSInvalidStateException);

      await cloud.clock.pass(60_000);
      const { Plaintext, KeyId } = await away.send(new DecryptCommand({ CiphertextBlob }));

      expect(Buffer.from(Plaintext!).toString()).toBe('both');
      expect(KeyId).toBe(`arn:aws:kms:${AWAY}:${ACCOUNT}:key/${id}`);
      expect(id).toMatch(/^mrk-[0-9a-f]{32}$/);
    });

    it('keeps policy, tags, aliases and state of each region apart', async () => {
      const id = await multiRegionKey();
      await cloud.clock.pass(60_000);
      await kms.send(new CreateAliasCommand({ AliasName: 'alias/primary-only', TargetKeyId: id }));
      await kms.send(new TagResourceCommand({ KeyId: id, Tags: [{ TagKey: 'side', TagValue: 'home' }] }));
      await kms.send(new DisableKeyCommand({ KeyId: id }));

      await expect(away.send(new DescribeKeyCommand({ KeyId: 'alias/primary-only' }))).rejects.toBeInstanceOf(NotFoundException);
      await expect(away.send(new ListResourceTagsCommand({ KeyId: id }))).resolves.toMatchObject({ Tags: [] });
      await expect(stateOf(id, away)).resolves.toBe('Enabled');
    });

    it('makes a replica the primary key', async () => {
      const id = await multiRegionKey();
      await cloud.clock.pass(60_000);
      await kms.send(new UpdatePrimaryRegionCommand({ KeyId: id, PrimaryRegion: AWAY }));
      await expect(stateOf(id)).resolves.toBe('Updating');
      await expect(kms.send(new DisableKeyCommand({ KeyId: id }))).rejects.toBeInstanceOf(KMSInvalidStateException);
      await expect(encrypt(id, 'goes on')).resolves.toBeDefined();
      await cloud.clock.pass(60_000);

      const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: id }));

      expect(KeyMetadata).toMatchObject({
        KeyState: 'Enabled',
        MultiRegionConfiguration: { MultiRegionKeyType: 'REPLICA', PrimaryKey: { Region: AWAY }, ReplicaKeys: [{ Region: HOME }] },
      });
    });

    it('deletes a primary key only after its replicas', async () => {
      const id = await multiRegionKey();
      await cloud.clock.pass(60_000);
      await kms.send(new ScheduleKeyDeletionCommand({ KeyId: id, PendingWindowInDays: 7 }));
      await expect(stateOf(id)).resolves.toBe('PendingReplicaDeletion');
      await cloud.clock.pass(30 * DAY);
      await expect(stateOf(id)).resolves.toBe('PendingReplicaDeletion');

      await away.send(new ScheduleKeyDeletionCommand({ KeyId: id, PendingWindowInDays: 7 }));
      await cloud.clock.pass(8 * DAY);
      await expect(stateOf(id)).resolves.toBe('PendingDeletion');
      await cloud.clock.pass(8 * DAY);
      await expect(stateOf(id)).rejects.toBeInstanceOf(NotFoundException);
    });

    it('replicates neither single-Region keys nor twice', async () => {
      const single = await newKey();
      const id = await multiRegionKey();

      await expect(kms.send(new ReplicateKeyCommand({ KeyId: single, ReplicaRegion: AWAY }))).rejects.toMatchObject({ name: 'UnsupportedOperationException' });
      await expect(kms.send(new ReplicateKeyCommand({ KeyId: id, ReplicaRegion: AWAY }))).rejects.toBeInstanceOf(AlreadyExistsException);
    });
  });
});
