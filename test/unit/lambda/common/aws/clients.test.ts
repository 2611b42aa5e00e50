import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { CreateKeyCommand, DisableKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { CreateStateMachineCommand, SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { LambdaClient, ResourceNotReadyException } from '@aws-sdk/client-lambda';
import { RDSServiceException } from '@aws-sdk/client-rds';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { assumeRole } from '../../../../../lambda/common/aws/assume-role';
import { clientFor } from '../../../../../lambda/common/aws/client-factory';
import { Executions } from '../../../../../lambda/common/aws/executions';
import { Keys } from '../../../../../lambda/common/aws/keys';
import { Parameters } from '../../../../../lambda/common/aws/parameters';
import { present } from '../../../../../lambda/common/aws/present';
import { refusedAsParameter } from '../../../../../lambda/common/aws/refused-as-parameter';
import { RemoteFunction } from '../../../../../lambda/common/aws/remote-function';
import { Topic } from '../../../../../lambda/common/aws/topic';
import { InvalidEnvironment, RemoteFunctionFailed } from '../../../../../lambda/common/errors';
import { LocalCloud } from '../../../../../local/cloud/local-cloud';
import { createFunctionFrom } from '../../../../support/create-function';
import { createServiceRole } from '../../../../support/create-role';
import { actAs, allow } from '../../../../support/role-session';

const place = { account: '111111111111', region: 'eu-west-1' };

let cloud: LocalCloud;
beforeAll(async () => {
  cloud = await LocalCloud.start();
});
afterAll(() => cloud.stop());

describe('Executions', () => {
  let sfn: SFNClient;
  let executions: Executions;
  beforeAll(async () => {
    sfn = cloud.client(SFNClient, place);
    const roleArn = await createServiceRole(cloud, place, 'states.amazonaws.com', []);
    const definition = JSON.stringify({ StartAt: 'Wait', States: { Wait: { Type: 'Wait', Seconds: 3600, End: true } } });
    const { stateMachineArn } = await sfn.send(new CreateStateMachineCommand({ name: 'orders', definition, roleArn }));
    executions = new Executions(sfn, stateMachineArn!);
  });

  it('starts a name once, whatever its input, and finds the one that there is', async () => {
    const first = await executions.start('friday', { operationId: 'friday' });
    const again = await executions.start('friday', { operationId: 'friday', more: true });

    expect(first).toEqual({ executionArn: 'arn:aws:states:eu-west-1:111111111111:execution:orders:friday', alreadyStarted: false });
    expect(again.executionArn).toBe(first.executionArn);
    expect(again.alreadyStarted).toBe(true);
  });

  it('says how an execution is, and nothing of one that there is not', async () => {
    const { executionArn } = await executions.start('saturday', {});
    expect(await executions.statusOf('saturday')).toBe('RUNNING');

    await sfn.send(new StopExecutionCommand({ executionArn }));
    expect(await executions.statusOf('saturday')).toBe('ABORTED');
    expect(await executions.statusOf('sunday')).toBeUndefined();
  });
});

describe('Keys', () => {
  const grantee = `arn:aws:iam::${place.account}:root`;
  const createKey = async () => (await cloud.client(KMSClient, place).send(new CreateKeyCommand({}))).KeyMetadata!.Arn!;

  it('finds nothing in the way of a key that RDS may use, and makes no grant', async () => {
    const kms = cloud.client(KMSClient, place);

    expect(await new Keys(kms).obstacleToGrant(await createKey(), grantee)).toBeUndefined();
    expect(cloud.calls.all().filter(({ operation, outcome }) => operation === 'CreateGrant' && outcome === 'ok')).toEqual([]);
  });

  it('looks at a key without asking for its use, and shows its policy', async () => {
    const kms = cloud.client(KMSClient, place);
    const key = await createKey();
    const blind = await actAs(cloud, place.account, 'sees-no-keys', []);

    expect(await new Keys(kms).look(key)).toEqual({ obstacle: undefined, isManagedByAws: false });
    expect(await new Keys(kms).look('alias/aws/rds')).toEqual({ obstacle: undefined, isManagedByAws: true });
    expect(await new Keys(blind.client(KMSClient, place.region)).look(key)).toEqual({ obstacle: expect.stringMatching(/kms:DescribeKey/) as string, isManagedByAws: false });
    expect(JSON.parse(await new Keys(kms).policyOf(key))).toMatchObject({ Statement: [{ Effect: 'Allow', Action: 'kms:*' }] });
  });

  it('says that a key is disabled, is not there, or may not be used', async () => {
    const kms = cloud.client(KMSClient, place);
    const disabled = await createKey();
    await kms.send(new DisableKeyCommand({ KeyId: disabled }));
    const missing = `arn:aws:kms:eu-west-1:${place.account}:key/00000000-0000-4000-8000-000000000000`;
    const nobody = await actAs(cloud, place.account, 'describes-keys', [allow('kms:DescribeKey')]);

    expect(await new Keys(kms).obstacleToGrant(disabled, grantee)).toBe(`key ${disabled} is Disabled, not Enabled`);
    expect(await new Keys(kms).obstacleToGrant(missing, grantee)).toBe(`key ${missing} does not exist`);
    expect(await new Keys(nobody.client(KMSClient, place.region)).obstacleToGrant(await createKey(), grantee)).toMatch(/^key arn:.*kms:CreateGrant/);
  });
});

describe('Topic', () => {
  it('publishes a subject that SNS takes, and the whole message', async () => {
    const sns = cloud.client(SNSClient, place);
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'restores' }));
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'email', Endpoint: 'ops@example.com' }));

    await new Topic(sns, TopicArn!).publish(`Größe\n${'x'.repeat(200)}`, 'Größe\n'.repeat(100));

    expect(cloud.services.integration.outbox.messages({ topicArn: TopicArn! })).toContainEqual(expect.objectContaining({ subject: `Gr?e?${'x'.repeat(94)}`, body: 'Größe\n'.repeat(100) }));
  });
});

describe('Parameters', () => {
  const put = (Name: string, Value: string) => cloud.client(SSMClient, place).send(new PutParameterCommand({ Name, Value, Type: 'String' }));
  const parameters = () => new Parameters(cloud.client(SSMClient, place));

  it('reads documents, one or all below a path over several pages', async () => {
    for (let number = 1; number <= 12; number += 1) await put(`/tables/t${number}`, JSON.stringify({ number }));
    await put('/tables/deeper/t99', '{}');

    expect(await parameters().readJson('/tables/t3')).toEqual({ number: 3 });
    expect(await parameters().readJson('/tables/none')).toBeUndefined();
    expect([...(await parameters().readAllJson('/tables')).keys()].sort()).toEqual(Array.from({ length: 12 }, (_, index) => `t${index + 1}`).sort());
  });

  it('names a parameter that is no JSON', async () => {
    await put('/broken', '{');

    await expect(parameters().readJson('/broken')).rejects.toThrow(InvalidEnvironment);
    await expect(parameters().readJson('/broken')).rejects.toThrow('parameter /broken is not JSON');
  });
});

describe('RemoteFunction', () => {
  it('answers with what the function answers, and with the error that it fails with', async () => {
    const role = await createServiceRole(cloud, place, 'lambda.amazonaws.com', []);
    const source = `exports.handler = async ({ fail, value }) => { if (fail) { const error = new Error('no such table'); error.name = 'AuroraRestore.ContentUnreadable'; throw error; } return { doubled: 2 * value }; };`;
    await createFunctionFrom(cloud, place, 'take-manifest', role, source);
    const remote = new RemoteFunction(cloud.client(LambdaClient, place), 'take-manifest');

    expect(await remote.call({ value: 21 })).toEqual({ doubled: 42 });
    await expect(remote.call({ fail: true })).rejects.toThrow(RemoteFunctionFailed);
    await expect(remote.call({ fail: true })).rejects.toThrow('take-manifest failed with AuroraRestore.ContentUnreadable: no such table');
  });

  it('says of a function that is being woken that waiting helps', async () => {
    const asleep = { send: () => Promise.reject(new ResourceNotReadyException({ message: 'The function is inactive', $metadata: {} })) } as unknown as LambdaClient;

    await expect(new RemoteFunction(asleep, 'take-manifest').call({})).rejects.toMatchObject({ name: 'Common.RemoteFunctionAsleep', disposition: 'retry' });
  });
});

describe('assumeRole', () => {
  it('answers with keys of the role, only to who knows its external id', async () => {
    const trust = { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${place.account}:root` }, Action: 'sts:AssumeRole', Condition: { StringEquals: { 'sts:ExternalId': 'orders' } } };
    const { Role } = await cloud.client(IAMClient, place).send(new CreateRoleCommand({ RoleName: 'source-access', AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [trust] }) }));
    const assume = (externalId: string) => assumeRole(cloud.client(STSClient, place), { arn: Role!.Arn!, externalId, sessionName: 'copy-snapshot' });

    const { expiration, ...credentials } = await assume('orders');
    const identity = await new STSClient({ region: place.region, endpoint: cloud.endpoint, credentials }).send(new GetCallerIdentityCommand({}));

    expect(identity.Arn).toBe(`arn:aws:sts::${place.account}:assumed-role/source-access/copy-snapshot`);
    expect(expiration).toBeInstanceOf(Date);
    await expect(assume('invoices')).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('never falls back to the caller’s own keys', async () => {
    const silent = { send: () => Promise.resolve({}) } as unknown as STSClient;

    await expect(assumeRole(silent, { arn: 'arn:of:role', externalId: 'x', sessionName: 'y' })).rejects.toThrow('sts:AssumeRole of arn:of:role returned no credentials');
  });
});

describe('clientFor', () => {
  const role = { arn: 'arn:of:role', externalId: 'orders', sessionName: 'copy-snapshot' };

  it('makes one client for a class, region and role', () => {
    expect(clientFor(SNSClient, { region: 'eu-west-1' })).toBe(clientFor(SNSClient, { region: 'eu-west-1' }));
    expect(clientFor(SNSClient, { region: 'eu-west-1', role })).toBe(clientFor(SNSClient, { region: 'eu-west-1', role: { ...role } }));
  });

  test.each<[string, object]>([
    ['another region', { region: 'us-west-2', role }],
    ['no role', { region: 'eu-west-1' }],
    ['another role', { region: 'eu-west-1', role: { ...role, arn: 'arn:of:another' } }],
    ['another external id', { region: 'eu-west-1', role: { ...role, externalId: 'invoices' } }],
  ])('never hands out the client of one place for %s', (_case, other) => {
    expect(clientFor(SNSClient, other as { region: string })).not.toBe(clientFor(SNSClient, { region: 'eu-west-1', role }));
  });

  it('makes a client for the region that was asked for', async () => {
    await expect(clientFor(SNSClient, { region: 'ap-southeast-2' }).config.region()).resolves.toBe('ap-southeast-2');
  });
});

describe('refusedAsParameter', () => {
  const answered = (name: string) => new RDSServiceException({ name, $fault: 'client', message: 'x', $metadata: {} });

  test.each([
    ['InvalidParameterValue', true],
    ['InvalidParameterCombination', true],
    ['AccessDenied', false],
    ['Throttling', false],
  ])('takes %s for a refusal of the parameters: %s', (name, refused) => {
    expect(refusedAsParameter(answered(name))).toBe(refused);
  });

  it('takes no error of others for one', () => {
    expect(refusedAsParameter(Object.assign(new Error('x'), { name: 'InvalidParameterValue' }))).toBe(false);
    expect(refusedAsParameter(undefined)).toBe(false);
  });
});

describe('present', () => {
  it('passes on what is there, also nothing and zero, and names what is not', () => {
    expect([present(0, 'a'), present('', 'b'), present(null, 'c')]).toEqual([0, '', null]);
    expect(() => present(undefined, 'DBClusterArn')).toThrow('AWS answered without DBClusterArn');
  });
});
