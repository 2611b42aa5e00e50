import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import {
  DeleteParameterCommand,
  GetParameterCommand,
  GetParameterHistoryCommand,
  GetParametersCommand,
  LabelParameterVersionCommand,
  paginateGetParametersByPath,
  ParameterAlreadyExists,
  ParameterNotFound,
  ParameterVersionNotFound,
  PutParameterCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { LocalCloud } from '../../../../../../local/cloud/local-cloud';
import { deployResources } from '../../../../../support/deploy-resources';
import { actAs, allow } from '../../../../../support/role-session';

const place = { account: '111111111111', region: 'eu-west-1' };

describe('Parameter Store', () => {
  let cloud: LocalCloud;
  let ssm: SSMClient;
  beforeAll(async () => {
    cloud = await LocalCloud.start();
    ssm = cloud.client(SSMClient, place);
  });
  afterAll(() => cloud.stop());
  afterEach(() => expect(cloud.defects).toEqual([]));

  const put = (Name: string, Value: string, more = {}) => ssm.send(new PutParameterCommand({ Name, Value, Type: 'String', ...more }));
  const read = async (Name: string, more = {}) => (await ssm.send(new GetParameterCommand({ Name, ...more }))).Parameter!.Value;

  it('keeps every version, and finds them by number and label', async () => {
    await put('/db/host', 'one');
    await put('/db/host', 'two', { Overwrite: true });
    await ssm.send(new LabelParameterVersionCommand({ Name: '/db/host', ParameterVersion: 1, Labels: ['before'] }));

    await expect(read('/db/host')).resolves.toBe('two');
    await expect(read('/db/host:1')).resolves.toBe('one');
    await expect(read('/db/host:before')).resolves.toBe('one');
    await expect(read(`arn:aws:ssm:${place.region}:${place.account}:parameter/db/host`)).resolves.toBe('two');
    await expect(read('/db/host:3')).rejects.toBeInstanceOf(ParameterVersionNotFound);
    await expect(ssm.send(new GetParameterHistoryCommand({ Name: '/db/host' }))).resolves.toMatchObject({ Parameters: [{ Value: 'one', Labels: ['before'] }, { Value: 'two' }] });
  });

  it('overwrites only when told to, and forgets what is deleted', async () => {
    await put('once', 'x');
    await expect(put('once', 'y')).rejects.toBeInstanceOf(ParameterAlreadyExists);
    await ssm.send(new DeleteParameterCommand({ Name: 'once' }));
    await expect(read('once')).rejects.toBeInstanceOf(ParameterNotFound);
  });

  it('returns what it finds of several', async () => {
    await put('found', 'x');

    const { Parameters, InvalidParameters } = await ssm.send(new GetParametersCommand({ Names: ['found', 'lost'] }));

    expect(Parameters).toMatchObject([{ Name: 'found', Value: 'x' }]);
    expect(InvalidParameters).toEqual(['lost']);
  });

  it('lists a path, page by page, with or without what is deeper', async () => {
    for (const name of ['/tree/a', '/tree/b', '/tree/deep/c', '/treetop']) await put(name, name);
    const list = async (Recursive: boolean) => {
      const names: string[] = [];
      for await (const { Parameters } of paginateGetParametersByPath({ client: ssm, pageSize: 1 }, { Path: '/tree', Recursive })) names.push(...Parameters!.map(({ Name }) => Name!));
      return names;
    };

    await expect(list(false)).resolves.toEqual(['/tree/a', '/tree/b']);
    await expect(list(true)).resolves.toEqual(['/tree/a', '/tree/b', '/tree/deep/c']);
  });

  it.each([
    ['a name that AWS keeps for itself', 'aws/mine', 'x', {}],
    ['a value over 4 KB', 'large', 'x'.repeat(4097), {}],
    ['no type', 'untyped', 'x', { Type: undefined }],
  ])('refuses %s', async (_case, name, value, more) => {
    await expect(put(name, value, more)).rejects.toMatchObject({ name: 'ValidationException' });
  });

  it('keeps secure strings from everybody who may not decrypt', async () => {
    const { KeyMetadata } = await cloud.client(KMSClient, place).send(new CreateKeyCommand({}));
    await put('/secure/x', 'plain', { Type: 'SecureString', KeyId: KeyMetadata!.Arn });
    const reader = (await actAs(cloud, place.account, 'reader', [allow('ssm:GetParameter')])).client(SSMClient, place.region);
    const opener = (await actAs(cloud, place.account, 'opener', [allow('ssm:GetParameter'), allow('kms:Decrypt', KeyMetadata!.Arn)])).client(SSMClient, place.region);
    const request = new GetParameterCommand({ Name: '/secure/x', WithDecryption: true });

    await expect(read('/secure/x')).resolves.not.toContain('plain');
    await expect(reader.send(request)).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await expect(opener.send(request)).resolves.toMatchObject({ Parameter: { Value: 'plain' } });
  });

  it('asks about each parameter by its ARN', async () => {
    await put('/mine/x', '1');
    await put('/other/x', '2');
    const client = (await actAs(cloud, place.account, 'mine', [allow(['ssm:GetParameter', 'ssm:GetParameters'], `arn:aws:ssm:*:*:parameter/mine/*`)])).client(SSMClient, place.region);

    await expect(client.send(new GetParameterCommand({ Name: '/mine/x' }))).resolves.toBeDefined();
    await expect(client.send(new GetParametersCommand({ Names: ['/mine/x', '/other/x'] }))).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  it('gives templates its values, as parameters and by dynamic reference', async () => {
    await put('/app/size', 'large');
    await cloud.client(SecretsManagerClient, place).send(new CreateSecretCommand({ Name: 'app', SecretString: '{"password":"s3cret"}' }));
    const echo = (Value: unknown) => ({ Type: 'AWS::SSM::Parameter', Properties: { Type: 'String', Value } });
    const template = {
      Parameters: { Size: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/app/size' }, BootstrapVersion: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/cdk-bootstrap/none' } },
      Resources: { FromParameter: echo({ Ref: 'Size' }), FromReference: echo('{{resolve:ssm:/app/size:1}}!'), FromSecret: echo({ 'Fn::Join': ['', ['{{resolve:secretsmanager:', 'app', ':SecretString:password::}}']] }) },
    };

    const [stack] = await cloud.deploy({ stacks: [{ ...place, name: 'Values', tags: {}, template }], assetDirectory: () => '' });

    const values = ['FromParameter', 'FromReference', 'FromSecret'].map((id) => stack!.resources.get(id)!.attributes!.Value);
    expect(values).toEqual(['large', 'large!', 's3cret']);
    await expect(read(stack!.resources.get('FromSecret')!.ref)).resolves.toBe('s3cret');
  });

  it('fails to deploy a reference to a key that the secret does not have', async () => {
    await cloud.client(SecretsManagerClient, place).send(new CreateSecretCommand({ Name: 'keyless', SecretString: '{}' }));
    const Value = '{{resolve:secretsmanager:keyless:SecretString:password}}';

    await expect(deployResources(cloud, place, { Echo: { Type: 'AWS::SSM::Parameter', Properties: { Type: 'String', Value } } })).rejects.toThrow(/has no key password/);
  });
});
