import { createServer, type Server } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { AuthorizeSecurityGroupIngressCommand, EC2Client, RevokeSecurityGroupIngressCommand } from '@aws-sdk/client-ec2';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateRuleCommand,
  CreateTargetGroupCommand,
  DeregisterTargetsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  ModifyLoadBalancerAttributesCommand,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { LocalCloud } from '../../../../../../local/cloud/local-cloud';
import type { DeployedStack } from '../../../../../../local/cloud/deploy/stack-deployment';
import { deployResources } from '../../../../../support/deploy-resources';
import { loadBalancerResources, networkResources } from '../../../../../support/container-stack';
import { request } from '../../../../../support/internet-user';

const place = { account: '111122223333', region: 'eu-west-1' };

describe('an application load balancer', () => {
  let cloud: LocalCloud;
  let elb: ElasticLoadBalancingV2Client;
  let stack: DeployedStack;
  let url: string;
  const servers: Server[] = [];

  beforeEach(async () => {
    cloud = await LocalCloud.start();
    elb = cloud.client(ElasticLoadBalancingV2Client, place);
    stack = await deployResources(cloud, place, { ...networkResources(place.region), ...loadBalancerResources() });
    url = `http://${String(stack.resources.get('Balancer')!.attributes!['DNSName'])}`;
  });
  afterEach(async () => {
    await cloud.stop();
    await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
    expect(cloud.defects).toEqual([]);
  });

  const ref = (logicalId: string) => stack.resources.get(logicalId)!.ref;
  const groupId = (logicalId: string) => stack.resources.get(logicalId)!.attributes!['GroupId'] as string;
  /** A server in a private subnet, with a health of its own; returns its address. */
  const server = async (name: string, health: { status: number }) => {
    const created = createServer((asked, answer) => {
      if (asked.url === '/healthz') answer.writeHead(health.status).end();
      else answer.end(`${name} ${String(asked.headers['x-forwarded-proto'])}`);
    });
    servers.push(created);
    await new Promise<void>((resolve) => created.listen(0, '127.0.0.1', resolve));
    const { address } = cloud.services.compute.fabric.registerHost({ port: 8080, localPort: (created.address() as AddressInfo).port, placement: { subnetId: ref('Privatea'), securityGroupIds: [groupId('TaskGroup')] } });
    await elb.send(new RegisterTargetsCommand({ TargetGroupArn: ref('Targets'), Targets: [{ Id: address, Port: 8080 }] }));
    return address!;
  };
  const health = async () => (await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: ref('Targets') }))).TargetHealthDescriptions!.map(({ TargetHealth }) => [TargetHealth!.State, TargetHealth!.Reason]);

  it('says 503 without targets, and sends requests to those that are healthy', async () => {
    expect((await request(cloud, url))!.status).toBe(503);
    const [one, two] = [{ status: 200 }, { status: 500 }];
    await server('one', one);
    await server('two', two);
    expect(await health()).toEqual([['initial', 'Elb.RegistrationInProgress'], ['initial', 'Elb.RegistrationInProgress']]);

    await cloud.clock.pass(25_000);
    expect(await health()).toEqual([['healthy', undefined], ['unhealthy', 'Target.ResponseCodeMismatch']]);
    const answers = await Promise.all([1, 2, 3].map(async () => (await request(cloud, url))!.body));
    expect(new Set(answers)).toEqual(new Set(['one http']));

    two.status = 200;
    await cloud.clock.pass(15_000);
    expect(await health()).toEqual([['healthy', undefined], ['unhealthy', 'Target.ResponseCodeMismatch']]);
    await cloud.clock.pass(10_000);
    expect(await health()).toEqual([['healthy', undefined], ['healthy', undefined]]);
  });

  it('sends requests to all targets when none is healthy', async () => {
    await server('only', { status: 500 });
    await cloud.clock.pass(25_000);

    expect((await request(cloud, url))!.body).toBe('only http');
  });

  it('lets a target go after its delay', async () => {
    const address = await server('leaving', { status: 200 });
    await cloud.clock.pass(5_000);
    await elb.send(new DeregisterTargetsCommand({ TargetGroupArn: ref('Targets'), Targets: [{ Id: address }] }));

    expect(await health()).toEqual([['draining', 'Target.DeregistrationInProgress']]);
    expect((await request(cloud, url))!.status).toBe(503);
    await cloud.clock.pass(11_000);
    expect(await health()).toEqual([]);
  });

  it('is fenced when its group lets nobody in, and its targets are when theirs does not', async () => {
    await server('fenced', { status: 200 });
    await cloud.clock.pass(5_000);
    const ec2 = cloud.client(EC2Client, place);
    const rule = { IpProtocol: 'tcp', FromPort: 8080, ToPort: 8080, UserIdGroupPairs: [{ GroupId: groupId('BalancerGroup') }] };
    await ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId: groupId('TaskGroup'), IpPermissions: [rule] }));
    await cloud.clock.pass(40_000);
    expect(await health()).toEqual([['unhealthy', 'Target.Timeout']]);

    await ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId: groupId('BalancerGroup'), IpPermissions: [{ IpProtocol: 'tcp', FromPort: 80, ToPort: 80, IpRanges: [{ CidrIp: '0.0.0.0/0' }] }] }));
    expect(await request(cloud, url)).toBeUndefined();
  });

  it('follows its rules by priority: fixed answers, redirects, hosts and paths', async () => {
    const ListenerArn = ref('Listener');
    const rule = (Priority: number, Conditions: object[], Actions: object[]) => elb.send(new CreateRuleCommand({ ListenerArn, Priority, Conditions, Actions: Actions as never }));
    await rule(20, [{ Field: 'path-pattern', Values: ['/admin/*'] }], [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '403', ContentType: 'text/plain', MessageBody: 'no' } }]);
    await rule(10, [{ Field: 'path-pattern', Values: ['/admin/open'] }, { Field: 'host-header', HostHeaderConfig: { Values: ['*.example.com'] } }], [{ Type: 'redirect', RedirectConfig: { Protocol: 'HTTPS', Port: '443', StatusCode: 'HTTP_301' } }]);

    expect(await request(cloud, `${url}/admin/open`)).toMatchObject({ status: 403, body: 'no' });
    expect(await request(cloud, `${url}/admin/open?a=1`, { host: 'www.example.com' })).toMatchObject({ status: 301, headers: { location: 'https://www.example.com:443/admin/open?a=1', server: 'awselb/2.0' } });
    await expect(rule(10, [{ Field: 'path-pattern', Values: ['/'] }], [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '200' } }])).rejects.toMatchObject({ name: 'PriorityInUseException' });
  });

  it('speaks TLS with a certificate for the name that is asked for', async () => {
    await server('secure', { status: 200 });
    await cloud.clock.pass(5_000);
    const tls = { LoadBalancerArn: ref('Balancer'), Port: 443, Protocol: 'HTTPS' as const, DefaultActions: [{ Type: 'forward' as const, TargetGroupArn: ref('Targets') }] };
    await expect(elb.send(new CreateListenerCommand(tls))).rejects.toMatchObject({ name: 'CertificateNotFoundException' });
    await elb.send(new CreateListenerCommand({ ...tls, Certificates: [{ CertificateArn: 'arn:aws:acm:eu-west-1:111122223333:certificate/1' }] }));
    const ingress = { GroupId: groupId('BalancerGroup'), IpPermissions: [{ IpProtocol: 'tcp', FromPort: 443, ToPort: 443, IpRanges: [{ CidrIp: '0.0.0.0/0' }] }] };
    await cloud.client(EC2Client, place).send(new AuthorizeSecurityGroupIngressCommand(ingress));
    const { verdict } = await cloud.services.compute.fabric.connect({ kind: 'internet', name: 'user', region: 'elsewhere' }, new URL(url).hostname, 443);
    const localPort = verdict.kind === 'open' ? verdict.localPort : 0;
    const body = await new Promise<string>((resolve, reject) => {
      https.get({ host: '127.0.0.1', port: localPort, servername: 'app.example.com', ca: cloud.certificates.certificatePem, headers: { host: 'app.example.com' } }, (answer) => {
        answer.setEncoding('utf8').once('data', resolve);
      }).on('error', reject);
    });
    expect(body).toBe('secure https');
  });

  it('needs two zones, a bucket that lets its logs in, and groups that one load balancer alone uses', async () => {
    const base = { Name: 'second', Scheme: 'internal' as const, SecurityGroups: [groupId('BalancerGroup')] };
    await expect(elb.send(new CreateLoadBalancerCommand({ ...base, Subnets: [ref('Privatea')] }))).rejects.toMatchObject({ message: expect.stringContaining('At least two subnets') as string });
    const { LoadBalancers } = await elb.send(new CreateLoadBalancerCommand({ ...base, Subnets: [ref('Privatea'), ref('Privateb')] }));
    const LoadBalancerArn = LoadBalancers![0]!.LoadBalancerArn;
    expect(LoadBalancers![0]!.DNSName).toMatch(/^internal-second-\d+\.eu-west-1\.elb\.amazonaws\.com$/);

    await expect(elb.send(new CreateListenerCommand({ LoadBalancerArn, Port: 80, Protocol: 'HTTP', DefaultActions: [{ Type: 'forward', TargetGroupArn: ref('Targets') }] }))).rejects.toMatchObject({ name: 'TargetGroupAssociationLimitException' });
    await expect(elb.send(new ModifyLoadBalancerAttributesCommand({ LoadBalancerArn, Attributes: [{ Key: 'access_logs.s3.enabled', Value: 'true' }, { Key: 'access_logs.s3.bucket', Value: 'nobodys' }] }))).rejects.toMatchObject({
      name: 'InvalidConfigurationRequestException',
    });
    await expect(elb.send(new CreateTargetGroupCommand({ Name: 'bad', Protocol: 'HTTP', Port: 80, VpcId: ref('Vpc'), TargetType: 'ip', HealthCheckIntervalSeconds: 5, HealthCheckTimeoutSeconds: 5 }))).rejects.toMatchObject({
      message: 'Health check timeout must be smaller than the interval',
    });
  });
});
