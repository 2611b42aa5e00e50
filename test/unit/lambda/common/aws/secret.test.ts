import { CreateSecretCommand, DeleteSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { Secret } from '../../../../../lambda/common/aws/secret';
import { LocalCloud } from '../../../../../local/cloud/local-cloud';

const place = { account: '111111111111', region: 'eu-west-1' };

describe('Secret', () => {
  let cloud: LocalCloud;
  let client: SecretsManagerClient;
  let secrets = 0;
  beforeAll(async () => {
    cloud = await LocalCloud.start();
    client = cloud.client(SecretsManagerClient, place);
  });
  afterAll(() => cloud.stop());

  async function create(SecretString?: string): Promise<Secret> {
    const { ARN } = await client.send(new CreateSecretCommand({ Name: `secret-${(secrets += 1)}`, SecretString }));
    return new Secret(client, ARN!);
  }

  it('reads what was written', async () => {
    const secret = await create('{}');
    await secret.write({ username: 'master', port: 5432 });

    expect(await secret.read()).toEqual({ username: 'master', port: 5432 });
  });

  test.each(['hunter2', '["hunter2"]', 'null', '"hunter2"', '{"password": "hunter2"'])('refuses to read %j, and does not show it', async (content) => {
    const secret = await create(content);

    await expect(secret.read()).rejects.toThrow('does not hold a JSON object');
    await expect(secret.read()).rejects.not.toThrow('hunter2');
  });

  it('tells whether it exists, and takes one that is scheduled for deletion for gone', async () => {
    const secret = await create('{}');
    expect(await secret.exists()).toBe(true);
    expect(await new Secret(client, 'never-made').exists()).toBe(false);

    await client.send(new DeleteSecretCommand({ SecretId: `secret-${secrets}` }));
    expect(await secret.exists()).toBe(false);
  });

  it('tells which version is current, and none of a secret that nobody can read', async () => {
    const secret = await create('{}');
    const first = await secret.currentVersion();
    await secret.write({ changed: true });

    expect(await secret.currentVersion()).toMatch(/^[0-9a-f-]{36}$/);
    expect(await secret.currentVersion()).not.toBe(first);
    expect(await new Secret(client, 'never-made').currentVersion()).toBeUndefined();
    await client.send(new DeleteSecretCommand({ SecretId: `secret-${secrets}` }));
    expect(await secret.currentVersion()).toBeUndefined();
  });

  it('makes passwords that RDS and a connection URL take as they are, each another', async () => {
    const secret = await create('{}');
    const passwords = await Promise.all(Array.from({ length: 20 }, () => secret.newPassword()));

    expect(new Set(passwords).size).toBe(20);
    for (const password of passwords) {
      expect(password).toMatch(/^[\x21-\x7e]{32}$/);
      expect(password).not.toMatch(/[/@"' \\%:?#&]/);
    }
  });
});
