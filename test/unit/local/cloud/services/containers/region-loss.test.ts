import type { Resolver } from 'node:dns/promises';
import { DescribeServicesCommand, DescribeTasksCommand, ECSClient, ListTasksCommand } from '@aws-sdk/client-ecs';
import { DescribeTargetHealthCommand, ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { LocalCloud } from '../../../../../../local/cloud/local-cloud';
import type { DeployedStack } from '../../../../../../local/cloud/deploy/stack-deployment';
import { deployResources } from '../../../../../support/deploy-resources';
import { dnsClient } from '../../../../../support/dns-client';
import { imageDirectory, loadBalancerResources, networkResources, serviceResources } from '../../../../../support/container-stack';
import { request } from '../../../../../support/internet-user';

const account = '111122223333';
const primary = { account, region: 'eu-west-1' };
const standby = { account, region: 'us-west-2' };
const global = { account, region: 'us-east-1' };

describe('a service in two regions behind one name', () => {
  let cloud: LocalCloud;
  let dns: Resolver;
  let stacks: Record<string, DeployedStack>;

  beforeEach(async () => {
    cloud = await LocalCloud.start();
    stacks = {};
    for (const place of [primary, standby]) {
      await cloud.services.containers.ecr.images.publishAsset({ place, repositoryName: 'assets', tag: 'v1', directory: imageDirectory() });
      const image = `${account}.dkr.ecr.${place.region}.amazonaws.com/assets:v1`;
      const { TaskRole, ExecutionRole, ...service } = serviceResources({ region: place.region, image, desiredCount: 1 });
      const named = { TaskRole: rename(TaskRole!, place.region), ExecutionRole: rename(ExecutionRole!, place.region) };
      stacks[place.region] = await deployResources(cloud, place, { ...networkResources(place.region), ...loadBalancerResources(), ...named, ...service });
    }
    const alias = (region: string, SetIdentifier: string, Failover: string) => ({
      Name: 'app.example.com',
      Type: 'A',
      SetIdentifier,
      Failover,
      AliasTarget: { DNSName: balancer(region).attributes!['DNSName'], HostedZoneId: balancer(region).attributes!['CanonicalHostedZoneID'], EvaluateTargetHealth: true },
    });
    await deployResources(cloud, global, {
      Zone: { Type: 'AWS::Route53::HostedZone', Properties: { Name: 'example.com' } },
      Names: { Type: 'AWS::Route53::RecordSetGroup', Properties: { HostedZoneId: { Ref: 'Zone' }, RecordSets: [alias(primary.region, 'primary', 'PRIMARY'), alias(standby.region, 'standby', 'SECONDARY')] } },
    });
    dns = await dnsClient(cloud);
  });
  afterEach(async () => {
    await cloud.stop();
    expect(cloud.defects).toEqual([]);
  });

  const rename = (role: { Type: string; Properties?: Record<string, unknown> }, region: string) => ({ ...role, Properties: { ...role.Properties, RoleName: `${String(role.Properties!['RoleName'])}-${region}` } });
  const balancer = (region: string) => stacks[region]!.resources.get('Balancer')!;
  /** Resolves the name as clients do and asks whoever is there. */
  const servedBy = async () => {
    const [address] = await dns.resolve4('app.example.com');
    const answer = await request(cloud, `http://${address!}/`, { host: 'app.example.com' });
    return answer && (JSON.parse(answer.body) as { region?: string }).region;
  };

  it('is served by the standby soon after the primary region is lost, and by the primary when it is back', async () => {
    expect(await servedBy()).toBe('eu-west-1');

    await cloud.regions.lose('eu-west-1');
    expect(await servedBy()).toBeUndefined();
    await cloud.clock.pass(45_000);
    expect(await servedBy()).toBe('us-west-2');
    const lost = cloud.client(ECSClient, primary);
    await expect(lost.send(new ListTasksCommand({ cluster: 'web' }), { abortSignal: AbortSignal.timeout(300) })).rejects.toMatchObject({ name: 'AbortError' });

    await cloud.regions.restore('eu-west-1');
    await cloud.clock.pass(3 * 60_000);
    expect(await servedBy()).toBe('eu-west-1');
    const { services } = await cloud.client(ECSClient, primary).send(new DescribeServicesCommand({ cluster: 'web', services: ['web'] }));
    expect(services![0]).toMatchObject({ runningCount: 1, desiredCount: 1 });
  });

  it('goes on within a region that is only cut off, and its clients there notice nothing', async () => {
    await cloud.regions.lose('eu-west-1', { processes: 'keep' });
    await cloud.clock.pass(2 * 60_000);
    expect(await servedBy()).toBe('us-west-2');

    await cloud.regions.restore('eu-west-1');
    const ecs = cloud.client(ECSClient, primary);
    const { taskArns } = await ecs.send(new ListTasksCommand({ cluster: 'web' }));
    const { tasks } = await ecs.send(new DescribeTasksCommand({ cluster: 'web', tasks: taskArns }));
    expect(tasks).toMatchObject([{ lastStatus: 'RUNNING' }]);
    await cloud.clock.pass(30_000);
    expect(await servedBy()).toBe('eu-west-1');
  });

  it('reaches tasks through the load balancer alone', async () => {
    const { TargetHealthDescriptions } = await cloud.client(ElasticLoadBalancingV2Client, standby).send(new DescribeTargetHealthCommand({ TargetGroupArn: stacks[standby.region]!.resources.get('Targets')!.ref }));
    const target = TargetHealthDescriptions![0]!.Target!;

    expect(await request(cloud, `http://${target.Id!}:8080/`)).toBeUndefined();
    expect((await request(cloud, `http://${String(balancer(standby.region).attributes!['DNSName'])}/`))!.status).toBe(200);
  });
});
