import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { BatchGetSecretValueCommand, CreateSecretCommand, GetSecretValueCommand, PutResourcePolicyCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { LocalCloud } from '../../../../../../local/cloud/local-cloud';
import { actAs, allow, policyText, type ActingRole, type StatementJson } from '../../../../../support/role-session';

const OWNER = '111111111111';
const VISITOR = '222222222222';
const REGION = 'eu-west-1';
const DENIED = { name: 'AccessDeniedException' };
const ownerMayAll = allow('kms:*', '*', { Principal: { AWS: `arn:aws:iam::${OWNER}:root` } });

describe('permissions of Secrets Manager', () => {
  let cloud: LocalCloud;
  let admin: SecretsManagerClient;
  let names = 0;
  beforeAll(async () => {
    cloud = await LocalCloud.start();
    admin = cloud.client(SecretsManagerClient, { account: OWNER, region: REGION });
  });
  afterAll(() => cloud.stop());
  afterEach(() => expect(cloud.defects).toEqual([]));

  const nextName = (kind: string) => `${kind}-${(names += 1)}`;
  const role = (account: string, ...statements: readonly StatementJson[]): Promise<ActingRole> => actAs(cloud, account, nextName('role'), statements);
  const key = async (...statements: readonly StatementJson[]) =>
    (await cloud.client(KMSClient, { account: OWNER, region: REGION }).send(new CreateKeyCommand({ Policy: policyText(ownerMayAll, ...statements) }))).KeyMetadata!.Arn!;
  const secret = async (KmsKeyId?: string) => (await admin.send(new CreateSecretCommand({ Name: nextName('secret'), SecretString: 'text', KmsKeyId }))).ARN!;
  const read = (who: ActingRole, SecretId: string) => who.client(SecretsManagerClient, REGION).send(new GetSecretValueCommand({ SecretId }));

  it('reads a secret under the key that AWS manages with no permission on the key', async () => {
    const arn = await secret();

    await expect(read(await role(OWNER, allow('secretsmanager:GetSecretValue', arn)), arn)).resolves.toMatchObject({ SecretString: 'text' });
    await expect(read(await role(OWNER, allow('secretsmanager:DescribeSecret', arn)), arn)).rejects.toMatchObject(DENIED);
  });

  it('reads a secret under a key of its own only with kms:Decrypt', async () => {
    const KmsKeyId = await key();
    const arn = await secret(KmsKeyId);
    const without = await role(OWNER, allow('secretsmanager:GetSecretValue', arn));
    const through = { StringEquals: { 'kms:ViaService': `secretsmanager.${REGION}.amazonaws.com`, 'kms:EncryptionContext:SecretARN': arn } };
    const withKey = await role(OWNER, allow('secretsmanager:GetSecretValue', arn), allow('kms:Decrypt', KmsKeyId, { Condition: through }));

    await expect(read(without, arn)).rejects.toMatchObject({ ...DENIED, message: expect.stringContaining('Access to KMS is not allowed') as string });
    await expect(read(withKey, arn)).resolves.toMatchObject({ SecretString: 'text' });
  });

  it('writes a secret under a key of its own only with kms:GenerateDataKey', async () => {
    const KmsKeyId = await key();
    const arn = await secret(KmsKeyId);
    const put = (who: ActingRole) => who.client(SecretsManagerClient, REGION).send(new PutSecretValueCommand({ SecretId: arn, SecretString: 'next' }));

    await expect(put(await role(OWNER, allow('secretsmanager:PutSecretValue', arn)))).rejects.toMatchObject(DENIED);
    await expect(put(await role(OWNER, allow('secretsmanager:PutSecretValue', arn), allow('kms:GenerateDataKey', KmsKeyId)))).resolves.toBeDefined();
  });

  it('lets another account in by the secret\'s policy and a key of its own, never under the key that AWS manages', async () => {
    const visitor = await role(VISITOR, allow(['secretsmanager:GetSecretValue', 'kms:Decrypt']));
    const open = async (SecretId: string) => {
      const ResourcePolicy = policyText(allow('secretsmanager:GetSecretValue', '*', { Principal: { AWS: visitor.roleArn } }));
      await admin.send(new PutResourcePolicyCommand({ SecretId, ResourcePolicy }));
      return SecretId;
    };
    const sharedKey = await key(allow('kms:Decrypt', '*', { Principal: { AWS: visitor.roleArn } }));

    await expect(read(visitor, await secret(sharedKey))).rejects.toMatchObject(DENIED);
    await expect(read(visitor, await open(await secret()))).rejects.toMatchObject(DENIED);
    await expect(read(visitor, await open(await secret(sharedKey)))).resolves.toMatchObject({ SecretString: 'text' });
  });

  it('asks for tags and copies beside the creation', async () => {
    const Name = nextName('tagged');
    const place = `arn:aws:secretsmanager:${REGION}:${OWNER}:secret:${Name}-*`;
    const request = new CreateSecretCommand({ Name, SecretString: 'x', Tags: [{ Key: 'team', Value: 'data' }] });

    await expect((await role(OWNER, allow('secretsmanager:CreateSecret', place))).client(SecretsManagerClient, REGION).send(request)).rejects.toMatchObject(DENIED);
    await expect(
      (await role(OWNER, allow(['secretsmanager:CreateSecret', 'secretsmanager:TagResource'], place, { Condition: { StringEquals: { 'aws:RequestTag/team': 'data' } } })))
        .client(SecretsManagerClient, REGION)
        .send(request),
    ).resolves.toBeDefined();
  });

  it('judges each secret of a batch by itself', async () => {
    const [mine, other] = [await secret(), await secret()];
    const reader = await role(OWNER, allow('secretsmanager:BatchGetSecretValue'), allow('secretsmanager:GetSecretValue', mine));

    const { SecretValues, Errors } = await reader.client(SecretsManagerClient, REGION).send(new BatchGetSecretValueCommand({ SecretIdList: [mine, other] }));

    expect(SecretValues).toMatchObject([{ ARN: mine }]);
    expect(Errors).toMatchObject([{ SecretId: other, ErrorCode: 'AccessDeniedException' }]);
  });
});
