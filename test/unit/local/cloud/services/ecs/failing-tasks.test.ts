import { DescribeServicesCommand, DescribeTasksCommand, ECSClient, ListTasksCommand, RegisterTaskDefinitionCommand, UpdateServiceCommand, DescribeTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { LocalCloud } from '../../../../../../local/cloud/local-cloud';
import { deployResources } from '../../../../../support/deploy-resources';
import { imageDirectory, loadBalancerResources, networkResources, serviceResources } from '../../../../../support/container-stack';

const place = { account: '111122223333', region: 'eu-west-1' };
const REPOSITORY = `${place.account}.dkr.ecr.${place.region}.amazonaws.com/assets`;

describe('a task that cannot start', () => {
  let cloud: LocalCloud;
  let ecs: ECSClient;

  beforeEach(async () => {
    cloud = await LocalCloud.start();
    ecs = cloud.client(ECSClient, place);
    await cloud.services.containers.ecr.images.publishAsset({ place, repositoryName: 'assets', tag: 'v1', directory: imageDirectory() });
    await deployResources(cloud, place, { ...networkResources(place.region), ...loadBalancerResources(), ...serviceResources({ region: place.region, image: `${REPOSITORY}:v1`, desiredCount: 1 }) });
  });
  afterEach(async () => {
    await cloud.stop();
    expect(cloud.defects).toEqual([]);
  });

  const service = async () => (await ecs.send(new DescribeServicesCommand({ cluster: 'web', services: ['web'] }))).services![0]!;
  const stopped = async () => {
    const { taskArns } = await ecs.send(new ListTasksCommand({ cluster: 'web', desiredStatus: 'STOPPED' }));
    return taskArns!.length === 0 ? [] : (await ecs.send(new DescribeTasksCommand({ cluster: 'web', tasks: taskArns }))).tasks!;
  };
  /** Registers the definition again with another image and rolls it out. */
  const rollOut = async (image: string, { breaks = false, environment = [] as { name: string; value: string }[] } = {}) => {
    const { taskDefinition } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: 'web' }));
    const { family, cpu, memory, networkMode, requiresCompatibilities, taskRoleArn, executionRoleArn, containerDefinitions } = taskDefinition!;
    await ecs.send(new RegisterTaskDefinitionCommand({ family, cpu, memory, networkMode, requiresCompatibilities, taskRoleArn, executionRoleArn, containerDefinitions: [{ ...containerDefinitions![0]!, image, environment }] }));
    const deploymentCircuitBreaker = { enable: breaks, rollback: breaks };
    await ecs.send(new UpdateServiceCommand({ cluster: 'web', service: 'web', taskDefinition: 'web', deploymentConfiguration: { deploymentCircuitBreaker } }));
  };

  it('because its image is not there stays failing, at growing intervals, while the old one serves', async () => {
    await rollOut(`${REPOSITORY}:v2`);
    await cloud.clock.pass(10 * 60_000);

    const failed = await stopped();
    expect(failed.length).toBeGreaterThan(2);
    expect(failed[0]).toMatchObject({ stopCode: 'TaskFailedToStart', lastStatus: 'STOPPED', stoppedReason: expect.stringContaining(`CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ${REPOSITORY}:v2`) as string });
    const { deployments, events, runningCount } = await service();
    expect(deployments).toMatchObject([{ status: 'PRIMARY', rolloutState: 'IN_PROGRESS', runningCount: 0 }, { status: 'ACTIVE', runningCount: 1 }]);
    expect(runningCount).toBe(1);
    expect(events!.map(({ message }) => message)).toContainEqual(expect.stringContaining('is unable to consistently start tasks successfully'));
    expect(failed.length).toBeLessThan(10);
  });

  it('takes its roll-out back when the circuit breaker says so', async () => {
    await rollOut(`${REPOSITORY}:v2`, { breaks: true });
    await cloud.clock.pass(10 * 60_000);

    const { deployments, events } = await service();
    expect(deployments).toMatchObject([{ rolloutState: 'COMPLETED', taskDefinition: expect.stringMatching(/web:1$/) as string }]);
    expect(events!.map(({ message }) => message)).toContainEqual(expect.stringContaining('rolling back to'));
  });

  it('well, as its load balancer finds, has its grace and is replaced then', async () => {
    await rollOut(`${REPOSITORY}:v1`, { environment: [{ name: 'SICK', value: 'yes' }] });
    await cloud.clock.pass(3 * 60_000);

    const [failed] = await stopped();
    expect(failed!.stoppedReason).toContain('Task failed ELB health checks in (target-group');
    expect(failed!.stoppingAt!.getTime() - failed!.startedAt!.getTime()).toBeGreaterThanOrEqual(30_000);
    expect((await service()).deployments).toMatchObject([{ rolloutState: 'IN_PROGRESS' }, { runningCount: 1 }]);
  });

  it('because its role may not pull says so', async () => {
    const policy = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: ['ecr:GetAuthorizationToken', 'logs:*'], Resource: '*' }] };
    await cloud.client(IAMClient, place).send(new PutRolePolicyCommand({ RoleName: 'web-execution', PolicyName: 'work', PolicyDocument: JSON.stringify(policy) }));
    await ecs.send(new UpdateServiceCommand({ cluster: 'web', service: 'web', desiredCount: 2 }));
    await cloud.clock.pass(2 * 60_000);

    expect((await stopped())[0]!.stoppedReason).toContain('not authorized to perform: ecr:BatchGetImage');
  });

  it('because its secret has no such key says so', async () => {
    const { taskDefinition } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: 'web' }));
    const { family, cpu, memory, networkMode, requiresCompatibilities, executionRoleArn, containerDefinitions } = taskDefinition!;
    const [container] = containerDefinitions!;
    const secrets = [{ name: 'PASSWORD', valueFrom: container!.secrets![0]!.valueFrom!.replace('password', 'other') }];
    await ecs.send(new RegisterTaskDefinitionCommand({ family, cpu, memory, networkMode, requiresCompatibilities, executionRoleArn, containerDefinitions: [{ ...container!, secrets }] }));
    await ecs.send(new UpdateServiceCommand({ cluster: 'web', service: 'web', taskDefinition: 'web' }));
    await cloud.clock.pass(2 * 60_000);

    expect((await stopped())[0]!.stoppedReason).toContain('did not contain json key other');
  });

  test.each([
    [{ cpu: '256', memory: '4096' }, 'No Fargate configuration exists'],
    [{ networkMode: 'bridge' as const }, 'awsvpc'],
    [{ containerDefinitions: [] }, 'Container list cannot be empty'],
    [{ containerDefinitions: [{ name: 'a', image: 'b', healthCheck: { command: ['CMD-SHELL', 'curl localhost'] } }] }, 'healthCheck'],
  ])('is refused before it begins when its definition says %j', async (change, message) => {
    const definition = { family: 'bad', cpu: '256', memory: '512', networkMode: 'awsvpc' as const, requiresCompatibilities: ['FARGATE' as const], containerDefinitions: [{ name: 'a', image: 'b' }], ...change };

    await expect(ecs.send(new RegisterTaskDefinitionCommand(definition))).rejects.toMatchObject({ name: 'ClientException', message: expect.stringContaining(message) as string });
  });
});
