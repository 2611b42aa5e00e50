import { CreateKeyCommand, DisableKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import {
  BatchGetSecretValueCommand,
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  DecryptionFailure,
  GetRandomPasswordCommand,
  GetSecretValueCommand,
  InvalidParameterException,
  InvalidRequestException,
  ListSecretsCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  RemoveRegionsFromReplicationCommand,
  ReplicateSecretToRegionsCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  RestoreSecretCommand,
  SecretsManagerClient,
  StopReplicationToReplicaCommand,
  UpdateSecretCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { LocalCloud } from '../../../../../../local/cloud/local-cloud';
import { deployResources } from '../../../../../support/deploy-resources';

const ACCOUNT = '111111111111';
const HOME = 'eu-west-1';
const AWAY = 'eu-central-1';
const DAY = 86_400_000;
const [FIRST, SECOND, THIRD] = ['00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-000000000002', '00000000-0000-0000-0000-000000000003'] as const;

describe('Secrets Manager', () => {
  let cloud: LocalCloud;
  let secrets: SecretsManagerClient;
  let away: SecretsManagerClient;
  beforeAll(async () => {
    cloud = await LocalCloud.start();
    secrets = cloud.client(SecretsManagerClient, { account: ACCOUNT, region: HOME });
    away = cloud.client(SecretsManagerClient, { account: ACCOUNT, region: AWAY });
  });
  afterAll(() => cloud.stop());
  afterEach(() => expect(cloud.defects).toEqual([]));

  const create = async (Name: string, SecretString = 'first', more = {}) => (await secrets.send(new CreateSecretCommand({ Name, SecretString, ClientRequestToken: FIRST, ...more }))).ARN!;
  const read = async (SecretId: string, which = {}, client = secrets) => (await client.send(new GetSecretValueCommand({ SecretId, ...which }))).SecretString;
  const stages = async (SecretId: string) => (await secrets.send(new DescribeSecretCommand({ SecretId }))).VersionIdsToStages;
  const replication = async (SecretId: string) => (await secrets.send(new DescribeSecretCommand({ SecretId }))).ReplicationStatus;

  describe('values', () => {
    it('keeps what it is given, under a name and an ARN with a suffix', async () => {
      const arn = await create('app/orders', '{"username":"orders"}', { Description: 'for orders', Tags: [{ Key: 'team', Value: 'data' }] });

      await expect(read('app/orders')).resolves.toBe('{"username":"orders"}');
      await expect(read(arn)).resolves.toBe('{"username":"orders"}');
      await expect(read(arn.slice(0, -7))).resolves.toBe('{"username":"orders"}');
      await expect(secrets.send(new DescribeSecretCommand({ SecretId: arn }))).resolves.toMatchObject({ Name: 'app/orders', Description: 'for orders', Tags: [{ Key: 'team', Value: 'data' }], ARN: arn });
      expect(arn).toMatch(/^arn:aws:secretsmanager:eu-west-1:111111111111:secret:app\/orders-\w{6}$/);
    });

    it('keeps bytes as bytes', async () => {
      await secrets.send(new CreateSecretCommand({ Name: 'bytes', SecretBinary: Buffer.of(0, 255, 1) }));

      const { SecretBinary, SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId: 'bytes' }));

      expect([...SecretBinary!]).toEqual([0, 255, 1]);
      expect(SecretString).toBeUndefined();
    });

    it('moves the labels on with each new value', async () => {
      await create('labels');
      await secrets.send(new PutSecretValueCommand({ SecretId: 'labels', SecretString: 'second', ClientRequestToken: SECOND }));
      await secrets.send(new PutSecretValueCommand({ SecretId: 'labels', SecretString: 'third', ClientRequestToken: THIRD }));

      await expect(read('labels')).resolves.toBe('third');
      await expect(read('labels', { VersionStage: 'AWSPREVIOUS' })).resolves.toBe('second');
      await expect(read('labels', { VersionId: FIRST })).resolves.toBe('first');
      await expect(stages('labels')).resolves.toEqual({ [SECOND]: ['AWSPREVIOUS'], [THIRD]: ['AWSCURRENT'] });
    });

    it('stages a value without making it current, until its label is moved', async () => {
      await create('staged');
      await secrets.send(new PutSecretValueCommand({ SecretId: 'staged', SecretString: 'next', ClientRequestToken: SECOND, VersionStages: ['AWSPENDING'] }));
      await expect(read('staged')).resolves.toBe('first');

      await secrets.send(new UpdateSecretVersionStageCommand({ SecretId: 'staged', VersionStage: 'AWSCURRENT', MoveToVersionId: SECOND, RemoveFromVersionId: FIRST }));

      await expect(read('staged')).resolves.toBe('next');
      await expect(stages('staged')).resolves.toEqual({ [FIRST]: ['AWSPREVIOUS'], [SECOND]: ['AWSPENDING', 'AWSCURRENT'] });
    });

    it('does not move a label from a version that it does not have', async () => {
      await create('unmoved');
      await secrets.send(new PutSecretValueCommand({ SecretId: 'unmoved', SecretString: 'next', ClientRequestToken: SECOND }));

      await expect(secrets.send(new UpdateSecretVersionStageCommand({ SecretId: 'unmoved', VersionStage: 'AWSCURRENT', MoveToVersionId: FIRST }))).rejects.toBeInstanceOf(InvalidParameterException);
    });

    it('takes a repeated request for the same, and refuses another value under its token', async () => {
      await create('repeated');
      const again = { SecretId: 'repeated', ClientRequestToken: FIRST };

      await expect(secrets.send(new PutSecretValueCommand({ ...again, SecretString: 'first' }))).resolves.toMatchObject({ VersionId: FIRST });
      await expect(secrets.send(new PutSecretValueCommand({ ...again, SecretString: 'other' }))).rejects.toBeInstanceOf(ResourceExistsException);
      await expect(create('repeated', 'x', { ClientRequestToken: SECOND })).rejects.toBeInstanceOf(ResourceExistsException);
    });

    it('lists deprecated versions only when asked to', async () => {
      await create('many');
      for (const ClientRequestToken of [SECOND, THIRD]) await secrets.send(new PutSecretValueCommand({ SecretId: 'many', SecretString: ClientRequestToken, ClientRequestToken }));

      const inUse = await secrets.send(new ListSecretVersionIdsCommand({ SecretId: 'many' }));
      const all = await secrets.send(new ListSecretVersionIdsCommand({ SecretId: 'many', IncludeDeprecated: true }));

      expect(inUse.Versions).toHaveLength(2);
      expect(all.Versions).toHaveLength(3);
    });

    it('returns several at once, with an error for each that fails', async () => {
      await create('batch/one', '1');
      await create('batch/two', '2');

      const { SecretValues, Errors } = await secrets.send(new BatchGetSecretValueCommand({ SecretIdList: ['batch/one', 'batch/none', 'batch/two'] }));
      const filtered = await secrets.send(new BatchGetSecretValueCommand({ Filters: [{ Key: 'name', Values: ['batch/'] }] }));

      expect(SecretValues!.map(({ SecretString }) => SecretString)).toEqual(['1', '2']);
      expect(Errors).toMatchObject([{ SecretId: 'batch/none', ErrorCode: 'ResourceNotFoundException' }]);
      expect(filtered.SecretValues).toHaveLength(2);
    });

    it.each(['bad name', 'rds!cluster-1'])('refuses %s as a name', async (name) => {
      await expect(create(name)).rejects.toBeInstanceOf(InvalidParameterException);
    });

    it('cannot be read while the key is disabled', async () => {
      const kms = cloud.client(KMSClient, { account: ACCOUNT, region: HOME });
      const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
      await create('under-key', 'text', { KmsKeyId: KeyMetadata!.Arn });
      await expect(read('under-key')).resolves.toBe('text');
      await kms.send(new DisableKeyCommand({ KeyId: KeyMetadata!.KeyId }));

      await expect(read('under-key')).rejects.toBeInstanceOf(DecryptionFailure);
    });

    it('moves to another key with all versions that are in use', async () => {
      const kms = cloud.client(KMSClient, { account: ACCOUNT, region: HOME });
      const keys = await Promise.all([1, 2].map(async () => (await kms.send(new CreateKeyCommand({}))).KeyMetadata!.Arn!));
      await create('rekeyed', 'text', { KmsKeyId: keys[0] });
      await secrets.send(new UpdateSecretCommand({ SecretId: 'rekeyed', KmsKeyId: keys[1] }));
      await kms.send(new DisableKeyCommand({ KeyId: keys[0] }));

      const { Versions } = await secrets.send(new ListSecretVersionIdsCommand({ SecretId: 'rekeyed' }));

      await expect(read('rekeyed')).resolves.toBe('text');
      expect(Versions).toMatchObject([{ KmsKeyIds: [keys[1]] }]);
    });
  });

  describe('deletion', () => {
    it('waits for the recovery window, in which the secret cannot be read and its name not be used', async () => {
      await create('doomed');
      await secrets.send(new DeleteSecretCommand({ SecretId: 'doomed', RecoveryWindowInDays: 7 }));
      await expect(read('doomed')).rejects.toBeInstanceOf(InvalidRequestException);
      await expect(create('doomed')).rejects.toBeInstanceOf(InvalidRequestException);

      await cloud.clock.pass(6.9 * DAY);
      await expect(secrets.send(new DescribeSecretCommand({ SecretId: 'doomed' }))).resolves.toMatchObject({ Name: 'doomed' });
      await cloud.clock.pass(0.2 * DAY);
      await expect(secrets.send(new DescribeSecretCommand({ SecretId: 'doomed' }))).rejects.toBeInstanceOf(ResourceNotFoundException);
    });

    it('can be taken back', async () => {
      await create('saved');
      await secrets.send(new DeleteSecretCommand({ SecretId: 'saved' }));
      await secrets.send(new RestoreSecretCommand({ SecretId: 'saved' }));
      await cloud.clock.pass(31 * DAY);

      await expect(read('saved')).resolves.toBe('first');
    });

    it('is immediate when forced, and the next secret of the name has another ARN', async () => {
      const before = await create('forced');
      await secrets.send(new DeleteSecretCommand({ SecretId: 'forced', ForceDeleteWithoutRecovery: true }));

      const after = await create('forced');

      expect(after).not.toBe(before);
      await expect(read(before)).rejects.toBeInstanceOf(ResourceNotFoundException);
    });

    it.each([6, 31])('refuses a recovery window of %d days', async (RecoveryWindowInDays) => {
      const SecretId = await create(`window-${RecoveryWindowInDays}`);

      await expect(secrets.send(new DeleteSecretCommand({ SecretId, RecoveryWindowInDays }))).rejects.toBeInstanceOf(InvalidParameterException);
    });
  });

  describe('replication', () => {
    it('copies the secret to other regions after a while, and keeps the copy up to date', async () => {
      const arn = await create('copied', 'first', { AddReplicaRegions: [{ Region: AWAY }] });
      await expect(replication('copied')).resolves.toMatchObject([{ Region: AWAY, Status: 'InProgress' }]);
      await expect(read('copied', {}, away)).rejects.toBeInstanceOf(ResourceNotFoundException);
      await cloud.clock.pass(60_000);
      await expect(read('copied', {}, away)).resolves.toBe('first');

      await secrets.send(new PutSecretValueCommand({ SecretId: 'copied', SecretString: 'second' }));
      await expect(read('copied', {}, away)).resolves.toBe('first');
      await cloud.clock.pass(60_000);

      await expect(read(arn.replace(HOME, AWAY), {}, away)).resolves.toBe('second');
      await expect(replication('copied')).resolves.toMatchObject([{ Region: AWAY, Status: 'InSync' }]);
      await expect(away.send(new DescribeSecretCommand({ SecretId: 'copied' }))).resolves.toMatchObject({ PrimaryRegion: HOME });
    });

    it('fails where the name is taken', async () => {
      await away.send(new CreateSecretCommand({ Name: 'taken', SecretString: 'theirs' }));
      await create('taken', 'ours');
      await secrets.send(new ReplicateSecretToRegionsCommand({ SecretId: 'taken', AddReplicaRegions: [{ Region: AWAY }] }));
      await cloud.clock.pass(60_000);

      await expect(replication('taken')).resolves.toMatchObject([{ Status: 'Failed', StatusMessage: `Replication failed: Secret name taken already exists in region ${AWAY}.` }]);
      await expect(read('taken', {}, away)).resolves.toBe('theirs');
    });

    it('leaves copies alone except through their primary secret, until they are promoted', async () => {
      await create('promoted', 'first', { AddReplicaRegions: [{ Region: AWAY }] });
      await cloud.clock.pass(60_000);
      const put = () => away.send(new PutSecretValueCommand({ SecretId: 'promoted', SecretString: 'own' }));
      await expect(put()).rejects.toBeInstanceOf(InvalidRequestException);
      await expect(secrets.send(new DeleteSecretCommand({ SecretId: 'promoted' }))).rejects.toBeInstanceOf(InvalidRequestException);

      await away.send(new StopReplicationToReplicaCommand({ SecretId: 'promoted' }));
      await put();

      await expect(read('promoted', {}, away)).resolves.toBe('own');
      await expect(replication('promoted')).resolves.toBeUndefined();
    });

    it('removes copies', async () => {
      await create('removed', 'first', { AddReplicaRegions: [{ Region: AWAY }] });
      await cloud.clock.pass(60_000);
      await secrets.send(new RemoveRegionsFromReplicationCommand({ SecretId: 'removed', RemoveReplicaRegions: [AWAY] }));

      await expect(read('removed', {}, away)).rejects.toBeInstanceOf(ResourceNotFoundException);
    });
  });

  it.each([
    [{ Key: 'name', Values: ['list/a'] }, ['list/ab']],
    [{ Key: 'name', Values: ['list/', '!list/ab'] }, ['list/ab', 'list/cd']],
    [{ Key: 'tag-key', Values: ['tier'] }, ['list/cd']],
    [{ Key: 'description', Values: ['nightly'] }, ['list/ab']],
  ] as const)('lists the secrets that pass the filter %j', async (filter, expected) => {
    await create('list/ab', 'x', { Description: 'the nightly job' }).catch(() => undefined);
    await create('list/cd', 'x', { Tags: [{ Key: 'tier', Value: '2' }] }).catch(() => undefined);

    const { SecretList } = await secrets.send(new ListSecretsCommand({ Filters: [{ Key: 'name', Values: ['list/'] }, { Key: filter.Key, Values: [...filter.Values] }] }));

    expect(SecretList!.map(({ Name }) => Name).sort()).toEqual(expected);
  });

  it('makes passwords of the characters that are left', async () => {
    const { RandomPassword } = await secrets.send(new GetRandomPasswordCommand({ PasswordLength: 200, ExcludePunctuation: true, ExcludeCharacters: 'abc0' }));

    expect(RandomPassword).toMatch(/^[d-zA-Z1-9]{200}$/);
  });

  it('is created by CloudFormation with a generated password', async () => {
    const { resources } = await deployResources(cloud, { account: ACCOUNT, region: HOME }, {
      Secret: {
        Type: 'AWS::SecretsManager::Secret',
        Properties: { GenerateSecretString: { SecretStringTemplate: '{"username":"admin"}', GenerateStringKey: 'password', PasswordLength: 40, ExcludePunctuation: true }, ReplicaRegions: [{ Region: AWAY }] },
      },
      Policy: {
        Type: 'AWS::SecretsManager::ResourcePolicy',
        Properties: { SecretId: { Ref: 'Secret' }, ResourcePolicy: { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Principal: '*', Action: 'secretsmanager:DeleteSecret', Resource: '*' }] } },
      },
    });
    const arn = resources.get('Secret')!.ref;

    const value = JSON.parse((await read(arn))!) as Record<string, string>;

    expect(value).toMatchObject({ username: 'admin', password: expect.stringMatching(/^[A-Za-z0-9]{40}$/) as string });
    await expect(secrets.send(new DeleteSecretCommand({ SecretId: arn }))).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});
