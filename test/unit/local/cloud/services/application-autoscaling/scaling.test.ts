import {
  ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
  DescribeScalingActivitiesCommand,
  DescribeScalingPoliciesCommand,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling';
import { DescribeServicesCommand, ECSClient, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { LocalCloud } from '../../../../../../local/cloud/local-cloud';
import { deployResources } from '../../../../../support/deploy-resources';
import { imageDirectory, loadBalancerResources, networkResources, serviceResources } from '../../../../../support/container-stack';
import { allow, actAs } from '../../../../../support/role-session';

const place = { account: '111122223333', region: 'eu-west-1' };
const IMAGE = `${place.account}.dkr.ecr.${place.region}.amazonaws.com/assets:v1`;
const which = { ServiceNamespace: 'ecs', ResourceId: 'service/web/web', ScalableDimension: 'ecs:service:DesiredCount' } as const;
const SCALING = {
  Scaling: {
    Type: 'AWS::ApplicationAutoScaling::ScalableTarget',
    Properties: { MinCapacity: 1, MaxCapacity: 4, ResourceId: { 'Fn::Join': ['', ['service/', { Ref: 'Cluster' }, '/', { 'Fn::GetAtt': ['Service', 'Name'] }]] }, RoleARN: `arn:aws:iam::${place.account}:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService`, ScalableDimension: 'ecs:service:DesiredCount', ServiceNamespace: 'ecs' },
  },
  Cpu: {
    Type: 'AWS::ApplicationAutoScaling::ScalingPolicy',
    Properties: { PolicyName: 'cpu', PolicyType: 'TargetTrackingScaling', ScalingTargetId: { Ref: 'Scaling' }, TargetTrackingScalingPolicyConfiguration: { PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageCPUUtilization' }, ScaleInCooldown: 60, ScaleOutCooldown: 60, TargetValue: 50 } },
  },
};

describe('a service that scales by itself', () => {
  let cloud: LocalCloud;
  let scaling: ApplicationAutoScalingClient;
  let ecs: ECSClient;

  beforeEach(async () => {
    cloud = await LocalCloud.start();
    await cloud.services.containers.ecr.images.publishAsset({ place, repositoryName: 'assets', tag: 'v1', directory: imageDirectory() });
    await deployResources(cloud, place, { ...networkResources(place.region), ...loadBalancerResources(), ...serviceResources({ region: place.region, image: IMAGE, desiredCount: 1 }), ...SCALING });
    scaling = cloud.client(ApplicationAutoScalingClient, place);
    ecs = cloud.client(ECSClient, place);
  });
  afterEach(async () => {
    await cloud.stop();
    expect(cloud.defects).toEqual([]);
  });

  const desired = async () => (await ecs.send(new DescribeServicesCommand({ cluster: 'web', services: ['web'] }))).services![0]!.desiredCount;
  const use = (CPUUtilization: number) => cloud.services.containers.ecs.setUtilization(place, 'web', 'web', { CPUUtilization });

  it('adds tasks in proportion to what is too much, and takes them away one by one', async () => {
    const { ScalingPolicies } = await scaling.send(new DescribeScalingPoliciesCommand({ ServiceNamespace: 'ecs' }));
    expect(ScalingPolicies![0]!.Alarms!.map(({ AlarmName }) => AlarmName!.split('-').slice(0, 3).join('-'))).toEqual(['TargetTracking-service/web/web-AlarmHigh', 'TargetTracking-service/web/web-AlarmLow']);

    use(140);
    const startedMs = cloud.clock.nowMs();
    while ((await desired()) === 1 && cloud.clock.nowMs() - startedMs < 6 * 60_000) await cloud.clock.pass(20_000);
    expect(await desired()).toBe(3);
    expect(cloud.clock.nowMs() - startedMs).toBeGreaterThan(2 * 60_000);
    use(49);
    await cloud.clock.pass(20 * 60_000);
    expect(await desired()).toBe(3);

    use(5);
    await cloud.clock.pass(25 * 60_000);
    expect(await desired()).toBe(1);
    const { ScalingActivities } = await scaling.send(new DescribeScalingActivitiesCommand({ ServiceNamespace: 'ecs' }));
    expect(ScalingActivities!.map(({ Description }) => Description)).toEqual(['Setting desired count to 1.', 'Setting desired count to 2.', 'Setting desired count to 3.']);
  });

  it('comes into its new bounds at once when they are registered, and stays where somebody sets it until then', async () => {
    await scaling.send(new RegisterScalableTargetCommand({ ...which, MinCapacity: 2 }));
    expect(await desired()).toBe(2);
    await ecs.send(new UpdateServiceCommand({ cluster: 'web', service: 'web', desiredCount: 1 }));
    await cloud.clock.pass(2 * 60_000);
    expect(await desired()).toBe(1);

    const { ScalableTargets } = await scaling.send(new DescribeScalableTargetsCommand({ ServiceNamespace: 'ecs' }));
    expect(ScalableTargets).toMatchObject([{ MinCapacity: 2, MaxCapacity: 4 }]);
    await expect(scaling.send(new RegisterScalableTargetCommand({ ...which, MinCapacity: 9 }))).rejects.toMatchObject({ name: 'ValidationException' });
  });

  it('leaves the number of tasks alone while its policies are suspended, and asks IAM about the target, the service and alarms', async () => {
    await scaling.send(new RegisterScalableTargetCommand({ ...which, SuspendedState: { DynamicScalingOutSuspended: true } }));
    use(90);
    await cloud.clock.pass(5 * 60_000);
    expect(await desired()).toBe(1);

    const { ScalableTargets } = await scaling.send(new DescribeScalableTargetsCommand({ ServiceNamespace: 'ecs' }));
    const register = allow('application-autoscaling:RegisterScalableTarget', ScalableTargets![0]!.ScalableTargetARN);
    const validated = [allow(['ecs:DescribeServices', 'ecs:UpdateService'], `arn:aws:ecs:${place.region}:${place.account}:service/web/*`), allow(['cloudwatch:PutMetricAlarm', 'cloudwatch:DescribeAlarms', 'cloudwatch:DeleteAlarms'])];
    const blind = (await actAs(cloud, place.account, 'blind-scaler', [register])).client(ApplicationAutoScalingClient, place.region);
    await expect(blind.send(new RegisterScalableTargetCommand({ ...which, MinCapacity: 2 }))).rejects.toMatchObject({ name: 'AccessDeniedException' });
    const role = await actAs(cloud, place.account, 'scaler', [register, ...validated]);
    const own = role.client(ApplicationAutoScalingClient, place.region);
    await expect(own.send(new RegisterScalableTargetCommand({ ...which, MinCapacity: 2 }))).resolves.toMatchObject({ ScalableTargetARN: ScalableTargets![0]!.ScalableTargetARN });
    await expect(own.send(new RegisterScalableTargetCommand({ ...which, ResourceId: 'service/web/other', MinCapacity: 2, MaxCapacity: 3 }))).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});
