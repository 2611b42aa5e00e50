import { setImmediate } from 'node:timers/promises';
import { CloudWatchLogsClient, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeServicesCommand, DescribeTasksCommand, ECSClient, ListTasksCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { DescribeTargetHealthCommand, ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { LocalCloud } from '../../../../../../local/cloud/local-cloud';
import { deployResources } from '../../../../../support/deploy-resources';
import { imageDirectory, loadBalancerResources, networkResources, serviceResources } from '../../../../../support/container-stack';
import { request } from '../../../../../support/internet-user';
import { actAs, allow } from '../../../../../support/role-session';

const place = { account: '111122223333', region: 'eu-west-1' };
const IMAGE = `${place.account}.dkr.ecr.${place.region}.amazonaws.com/assets:v1`;

describe('a service behind a load balancer', () => {
  let cloud: LocalCloud;
  let ecs: ECSClient;
  let elb: ElasticLoadBalancingV2Client;
  let url: string;
  let targetGroupArn: string;

  beforeAll(async () => {
    cloud = await LocalCloud.start();
    await cloud.services.containers.ecr.images.publishAsset({ place, repositoryName: 'assets', tag: 'v1', directory: imageDirectory() });
    const stack = await deployResources(cloud, place, { ...networkResources(place.region), ...loadBalancerResources(), ...serviceResources({ region: place.region, image: IMAGE, desiredCount: 2 }) });
    ecs = cloud.client(ECSClient, place);
    elb = cloud.client(ElasticLoadBalancingV2Client, place);
    url = `http://${String(stack.resources.get('Balancer')!.attributes!['DNSName'])}`;
    targetGroupArn = stack.resources.get('Targets')!.ref;
  });
  afterAll(() => cloud.stop());
  afterEach(() => expect(cloud.defects).toEqual([]));

  const service = async () => (await ecs.send(new DescribeServicesCommand({ cluster: 'web', services: ['web'] }))).services![0]!;
  const tasks = async () => {
    const { taskArns } = await ecs.send(new ListTasksCommand({ cluster: 'web' }));
    return taskArns!.length === 0 ? [] : (await ecs.send(new DescribeTasksCommand({ cluster: 'web', tasks: taskArns }))).tasks!;
  };
  const health = async () => (await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: targetGroupArn }))).TargetHealthDescriptions!.map(({ TargetHealth }) => TargetHealth!.State);
  const answers = async (count: number) => Promise.all(Array.from({ length: count }, async () => JSON.parse((await request(cloud, `${url}/`))!.body) as Record<string, string>));
  const until = async (what: string, holds: () => Promise<boolean>) => {
    for (let minute = 0; minute < 30; minute += 0.25) {
      if (await holds()) return;
      await cloud.clock.pass(15_000);
    }
    throw new Error(`in vain: ${what}`);
  };
  const steady = () => until('steady', async () => ((s) => s.deployments!.length === 1 && s.runningCount === s.desiredCount && s.pendingCount === 0)(await service()));

  it('answers requests from the internet with all of its tasks', async () => {
    const seen = await answers(6);

    expect(seen[0]).toMatchObject({ greeting: 'hello', secret: 'open sesame', region: 'eu-west-1', path: '/' });
    expect(new Set(seen.map(({ host }) => host)).size).toBe(2);
    expect(await health()).toEqual(['healthy', 'healthy']);
    expect((await tasks()).map(({ availabilityZone }) => availabilityZone).sort()).toEqual(['eu-west-1a', 'eu-west-1b']);
  });

  it('scales up after the delay of real tasks, and down after its targets have drained', async () => {
    const startedMs = cloud.clock.nowMs();
    await ecs.send(new UpdateServiceCommand({ cluster: 'web', service: 'web', desiredCount: 3 }));
    expect((await service()).runningCount).toBe(2);
    await until('three healthy targets', async () => (await health()).filter((state) => state === 'healthy').length === 3);
    expect(cloud.clock.nowMs() - startedMs).toBeGreaterThan(20_000);

    await ecs.send(new UpdateServiceCommand({ cluster: 'web', service: 'web', desiredCount: 2 }));
    await cloud.clock.pass(1_000);
    expect((await health()).sort()).toEqual(['draining', 'healthy', 'healthy']);
    await until('steady', async () => (await service()).events![0]!.message === '(service web) has reached a steady state.');
    expect(await health()).toEqual(['healthy', 'healthy']);
  });

  it('replaces a task whose program ends', async () => {
    const before = new Set((await tasks()).map(({ taskArn }) => taskArn));
    expect((await request(cloud, `${url}/exit`))!.status).toBe(502);
    // The machine may take a while to tell of the end of a program, and health checks of later would be faster.
    while ((await service()).runningCount === 2) await setImmediate();
    await until('a new task', async () => (await tasks()).some(({ taskArn, lastStatus }) => !before.has(taskArn) && lastStatus === 'RUNNING'));
    await steady();

    const { taskArns } = await ecs.send(new ListTasksCommand({ cluster: 'web', desiredStatus: 'STOPPED' }));
    const stopped = (await ecs.send(new DescribeTasksCommand({ cluster: 'web', tasks: taskArns }))).tasks!.find(({ stopCode }) => stopCode === 'EssentialContainerExited')!;
    expect(stopped).toMatchObject({ stoppedReason: 'Essential container in task exited', containers: [{ exitCode: 3 }] });
  });

  it('replaces a task that its load balancer finds unhealthy', async () => {
    const before = new Set((await tasks()).map(({ taskArn }) => taskArn));
    await cloud.clock.pass(60_000);
    await request(cloud, `${url}/sicken`);
    await until('a new task', async () => (await tasks()).some(({ taskArn, lastStatus }) => !before.has(taskArn) && lastStatus === 'RUNNING'));
    await steady();

    expect((await service()).events!.map(({ message }) => message).join('\n')).toContain('is unhealthy in (target-group');
  });

  it('logs what its tasks print', async () => {
    const [task] = await tasks();
    await cloud.clock.pass(5_000);
    const { events } = await cloud.client(CloudWatchLogsClient, place).send(new GetLogEventsCommand({ logGroupName: 'web', logStreamName: `web/web/${task!.taskArn!.split('/').at(-1)!}` }));

    expect(events!.map(({ message }) => message)).toEqual(['listening']);
  });

  it('has its tasks listed by whoever may look at its cluster, not at container instances', async () => {
    const cluster = { ArnEquals: { 'ecs:cluster': `arn:aws:ecs:${place.region}:${place.account}:cluster/web` } };
    const looking = await actAs(cloud, place.account, 'looking', [allow('ecs:ListTasks', '*', { Condition: cluster })]);
    const guessing = await actAs(cloud, place.account, 'guessing', [allow('ecs:ListTasks', `arn:aws:ecs:${place.region}:${place.account}:container-instance/web/*`)]);
    const list = new ListTasksCommand({ cluster: 'web', serviceName: 'web' });

    await expect(looking.client(ECSClient, place.region).send(list)).resolves.toMatchObject({ taskArns: expect.anything() as unknown });
    await expect(guessing.client(ECSClient, place.region).send(list)).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});
