import { GetRoleCommand, CreateRoleCommand, IAMClient, NoSuchEntityException } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { LocalCloud } from '../../../../../local/cloud/local-cloud';

const place = { account: '111111111111', region: 'eu-west-1' };

describe('a cloud behind its HTTP door', () => {
  let cloud: LocalCloud;
  beforeAll(async () => {
    cloud = await LocalCloud.start();
  });
  afterAll(() => cloud.stop());

  it('answers the SDK who is calling', async () => {
    const identity = await cloud.client(STSClient, place).send(new GetCallerIdentityCommand({}));

    expect(identity).toMatchObject({ Account: place.account, Arn: `arn:aws:iam::${place.account}:root` });
  });

  it('takes the parameters of a POST from its address too, as the driver of Snowflake sends them', async () => {
    const client = cloud.client(STSClient, place);
    client.middlewareStack.add(
      (next) => (args) => {
        const request = args.request as { body: string; query: Record<string, string>; headers: Record<string, string> };
        Object.assign(request, { query: Object.fromEntries(new URLSearchParams(request.body)), body: '', headers: { ...request.headers, 'content-length': '0' } });
        return next(args);
      },
      { step: 'build' },
    );

    await expect(client.send(new GetCallerIdentityCommand({}))).resolves.toMatchObject({ Account: place.account });
  });

  it('refuses a signature made with another secret key', async () => {
    const { accessKeyId } = cloud.credentials.administratorOf(place.account);
    const stranger = new STSClient({ region: place.region, endpoint: cloud.endpoint, credentials: { accessKeyId, secretAccessKey: 'guessed' } });

    await expect(stranger.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' });
  });

  it('raises the typed exceptions of the SDK', async () => {
    await expect(cloud.client(IAMClient, place).send(new GetRoleCommand({ RoleName: 'nobody' }))).rejects.toBeInstanceOf(NoSuchEntityException);
  });

  it('hands out credentials of a role, which then are that role', async () => {
    const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${place.account}:root` }, Action: 'sts:AssumeRole' }] };
    const { Role } = await cloud
      .client(IAMClient, place)
      .send(new CreateRoleCommand({ RoleName: 'operator', AssumeRolePolicyDocument: JSON.stringify(trust), Tags: [{ Key: 'team', Value: 'a<&>b' }] }));
    const { Credentials } = await cloud.client(STSClient, place).send(new AssumeRoleCommand({ RoleArn: Role!.Arn, RoleSessionName: 'night-shift' }));

    const session = new STSClient({
      region: place.region,
      endpoint: cloud.endpoint,
      credentials: { accessKeyId: Credentials!.AccessKeyId!, secretAccessKey: Credentials!.SecretAccessKey!, sessionToken: Credentials!.SessionToken! },
    });

    await expect(session.send(new GetCallerIdentityCommand({}))).resolves.toMatchObject({
      Arn: `arn:aws:sts::${place.account}:assumed-role/operator/night-shift`,
    });
    expect(Role!.Tags).toEqual([{ Key: 'team', Value: 'a<&>b' }]);
  });

  it('gives nobody a longer session than the role allows', async () => {
    const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${place.account}:root` }, Action: 'sts:AssumeRole' }] };
    const { Role } = await cloud.client(IAMClient, place).send(new CreateRoleCommand({ RoleName: 'auditor', AssumeRolePolicyDocument: JSON.stringify(trust), MaxSessionDuration: 7200 }));
    const assumeFor = (DurationSeconds: number) => cloud.client(STSClient, place).send(new AssumeRoleCommand({ RoleArn: Role!.Arn, RoleSessionName: 'audit', DurationSeconds }));

    await expect(assumeFor(7201)).rejects.toMatchObject({ name: 'ValidationError' });
    await expect(assumeFor(7200)).resolves.toHaveProperty('Credentials');
  });

  it('lets the SDK correct its clock, and then make no more of an error than it is', async () => {
    const iam = cloud.client(IAMClient, place);
    await cloud.clock.pass(3_600_000);
    await expect(iam.send(new GetRoleCommand({ RoleName: 'nobody' }))).rejects.toBeInstanceOf(NoSuchEntityException);
    const before = cloud.calls.all().length;

    await expect(iam.send(new GetRoleCommand({ RoleName: 'nobody' }))).rejects.toBeInstanceOf(NoSuchEntityException);

    expect(cloud.calls.all().length - before).toBe(1);
  });
});
