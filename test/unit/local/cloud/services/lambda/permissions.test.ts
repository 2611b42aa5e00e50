import { AddPermissionCommand, CreateAliasCommand, GetPolicyCommand, InvokeCommand, LambdaClient, ListTagsCommand, PublishVersionCommand, RemovePermissionCommand, TagResourceCommand, UpdateAliasCommand, UpdateFunctionCodeCommand } from '@aws-sdk/client-lambda';
import { servicePrincipal } from '../../../../../../local/cloud/gateway/principal';
import { actAs, allow } from '../../../../../support/role-session';
import { archive, FunctionBench, place } from './fixtures';

const OTHER_ACCOUNT = '222222222222';
const WHOAMI = (answer: string) => `exports.handler = async (event, context) => ({ answer: '${answer}', version: context.functionVersion, arn: context.invokedFunctionArn });`;

describe('permissions of a function', () => {
  let bench: FunctionBench;
  beforeAll(async () => {
    bench = await FunctionBench.open();
  });
  afterAll(() => bench.cloud.stop());
  afterEach(() => expect(bench.cloud.defects).toEqual([]));

  const invokeAs = (client: LambdaClient, FunctionName: string) => client.send(new InvokeCommand({ FunctionName, InvocationType: 'DryRun' }));

  it('let a service in, for the resource that they name', async () => {
    const arn = await bench.create('scheduled', WHOAMI('x'));
    const rule = `arn:aws:events:${place.region}:${place.account}:rule/nightly`;
    const invokeFor = (source: string) => bench.cloud.as(servicePrincipal('events.amazonaws.com', place.account, source), place).send(new InvokeCommand({ FunctionName: arn, InvocationType: 'DryRun' }));
    await expect(invokeFor(rule)).rejects.toMatchObject({ code: 'AccessDeniedException' });

    await bench.lambda.send(new AddPermissionCommand({ FunctionName: 'scheduled', StatementId: 'nightly', Action: 'lambda:InvokeFunction', Principal: 'events.amazonaws.com', SourceArn: rule }));

    await expect(invokeFor(rule)).resolves.toMatchObject({ StatusCode: 204 });
    await expect(invokeFor(rule.replace('nightly', 'other'))).rejects.toMatchObject({ code: 'AccessDeniedException' });
  });

  it('let another account in, until they are taken back', async () => {
    const arn = await bench.create('shared', WHOAMI('x'));
    const guest = (await actAs(bench.cloud, OTHER_ACCOUNT, 'guest', [allow('lambda:InvokeFunction')])).client(LambdaClient, place.region);
    await expect(invokeAs(guest, arn)).rejects.toMatchObject({ name: 'AccessDeniedException' });

    await bench.lambda.send(new AddPermissionCommand({ FunctionName: 'shared', StatementId: 'guest', Action: 'lambda:InvokeFunction', Principal: OTHER_ACCOUNT }));
    await expect(invokeAs(guest, arn)).resolves.toMatchObject({ StatusCode: 204 });

    await bench.lambda.send(new RemovePermissionCommand({ FunctionName: 'shared', StatementId: 'guest' }));
    await expect(invokeAs(guest, arn)).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  it('are a policy that can be read', async () => {
    await bench.create('open', WHOAMI('x'));
    await expect(bench.lambda.send(new GetPolicyCommand({ FunctionName: 'open' }))).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    const add = () => bench.lambda.send(new AddPermissionCommand({ FunctionName: 'open', StatementId: 'one', Action: 'lambda:InvokeFunction', Principal: 'sns.amazonaws.com', SourceAccount: place.account }));

    await add();

    const { Policy } = await bench.lambda.send(new GetPolicyCommand({ FunctionName: 'open' }));
    expect(JSON.parse(Policy!)).toMatchObject({ Statement: [{ Sid: 'one', Principal: { Service: 'sns.amazonaws.com' }, Condition: { StringEquals: { 'AWS:SourceAccount': place.account } } }] });
    await expect(add()).rejects.toMatchObject({ name: 'ResourceConflictException' });
  });

  it('are asked of a role in the same account', async () => {
    const arn = await bench.create('guarded', WHOAMI('x'));
    const may = (await actAs(bench.cloud, place.account, 'operator', [allow('lambda:InvokeFunction', arn)])).client(LambdaClient, place.region);
    const mayNot = (await actAs(bench.cloud, place.account, 'visitor', [allow('lambda:GetFunction')])).client(LambdaClient, place.region);

    await expect(invokeAs(may, 'guarded')).resolves.toMatchObject({ StatusCode: 204 });
    await expect(invokeAs(mayNot, 'guarded')).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});

describe('versions of a function', () => {
  let bench: FunctionBench;
  beforeAll(async () => {
    bench = await FunctionBench.open();
  });
  afterAll(() => bench.cloud.stop());

  it('stay as they were published, and aliases lead to them', async () => {
    const arn = await bench.create('released', WHOAMI('old'));
    const { Version } = await bench.lambda.send(new PublishVersionCommand({ FunctionName: 'released' }));
    await bench.lambda.send(new CreateAliasCommand({ FunctionName: 'released', Name: 'live', FunctionVersion: Version }));
    await bench.lambda.send(new UpdateFunctionCodeCommand({ FunctionName: 'released', ZipFile: archive(WHOAMI('new')) }));
    await bench.cloud.clock.pass(5_000);

    expect((await bench.invoke('released')).answer).toMatchObject({ answer: 'new', version: '$LATEST' });
    expect((await bench.invoke('released:live')).answer).toEqual({ answer: 'old', version: '1', arn: `${arn}:live` });
    const second = await bench.lambda.send(new PublishVersionCommand({ FunctionName: 'released' }));
    await bench.lambda.send(new UpdateAliasCommand({ FunctionName: 'released', Name: 'live', FunctionVersion: second.Version }));
    expect((await bench.invoke('released', {}, { Qualifier: 'live' })).answer).toMatchObject({ answer: 'new', version: '2' });
  });

  it('are not published twice', async () => {
    await bench.create('unchanged', WHOAMI('x'));
    const [first, second] = [await bench.lambda.send(new PublishVersionCommand({ FunctionName: 'unchanged' })), await bench.lambda.send(new PublishVersionCommand({ FunctionName: 'unchanged' }))];

    expect([first.Version, second.Version]).toEqual(['1', '1']);
  });

  it('carry tags', async () => {
    const arn = await bench.create('tagged', WHOAMI('x'), { Tags: { team: 'data' } });
    await bench.lambda.send(new TagResourceCommand({ Resource: arn, Tags: { tier: 'one' } }));

    expect((await bench.lambda.send(new ListTagsCommand({ Resource: arn }))).Tags).toEqual({ team: 'data', tier: 'one' });
  });
});
