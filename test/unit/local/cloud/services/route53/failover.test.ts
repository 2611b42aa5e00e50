import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Resolver } from 'node:dns/promises';
import { CloudWatchClient, PutMetricAlarmCommand, PutMetricDataCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import {
  ChangeResourceRecordSetsCommand,
  CreateHealthCheckCommand,
  CreateHostedZoneCommand,
  GetChangeCommand,
  GetHealthCheckStatusCommand,
  Route53Client,
  UpdateHealthCheckCommand,
  type HealthCheckConfig,
  type ResourceRecordSet,
} from '@aws-sdk/client-route-53';
import { LocalCloud } from '../../../../../../local/cloud/local-cloud';
import { dnsClient } from '../../../../../support/dns-client';

const place = { account: '111122223333', region: 'us-east-1' };
const standby = { ...place, region: 'us-west-2' };

describe('Route 53', () => {
  let cloud: LocalCloud;
  let route53: Route53Client;
  let dns: Resolver;
  let zoneId: string;
  let serial = 0;
  const servers: Server[] = [];

  beforeAll(async () => {
    cloud = await LocalCloud.start();
    route53 = cloud.client(Route53Client, place);
    dns = await dnsClient(cloud);
    const { HostedZone } = await route53.send(new CreateHostedZoneCommand({ Name: 'example.com', CallerReference: 'zone' }));
    zoneId = HostedZone!.Id!;
  });
  afterAll(async () => {
    await cloud.stop();
    await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  });
  afterEach(() => expect(cloud.defects).toEqual([]));

  const change = async (...records: readonly ResourceRecordSet[]) => {
    const { ChangeInfo } = await route53.send(new ChangeResourceRecordSetsCommand({ HostedZoneId: zoneId, ChangeBatch: { Changes: records.map((ResourceRecordSet) => ({ Action: 'UPSERT' as const, ResourceRecordSet })) } }));
    return ChangeInfo!;
  };
  const healthCheck = async (config: HealthCheckConfig) => (await route53.send(new CreateHealthCheckCommand({ CallerReference: `check-${(serial += 1)}`, HealthCheckConfig: config }))).HealthCheck!.Id!;
  const record = (Name: string, value: string, more: Partial<ResourceRecordSet> = {}): ResourceRecordSet => ({ Name, Type: 'A', TTL: 30, ResourceRecords: [{ Value: value }], ...more });
  const failover = (name: string, primaryCheck: string | undefined, secondaryCheck?: string) => [
    record(name, '192.0.2.1', { SetIdentifier: 'primary', Failover: 'PRIMARY', HealthCheckId: primaryCheck }),
    record(name, '192.0.2.2', { SetIdentifier: 'secondary', Failover: 'SECONDARY', HealthCheckId: secondaryCheck }),
  ];
  /** A server on the internet whose health can be changed. */
  const endpoint = async (name: string) => {
    const state = { status: 200, requests: 0, userAgent: '' };
    const server = createServer((request, answer) => {
      state.requests += 1;
      state.userAgent = request.headers['user-agent'] ?? '';
      answer.writeHead(state.status).end('all is well');
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    cloud.services.compute.fabric.registerHost({ name, port: 80, localPort: (server.address() as AddressInfo).port, placement: 'internet' });
    return state;
  };
  const http = (FullyQualifiedDomainName: string, more: Partial<HealthCheckConfig> = {}): HealthCheckConfig => ({ Type: 'HTTP', FullyQualifiedDomainName, ResourcePath: '/healthz', RequestInterval: 10, FailureThreshold: 3, ...more });

  it('answers with a record once its change has reached the name servers, and its time to live', async () => {
    const info = await change(record('www.example.com', '192.0.2.10'));
    expect(info.Status).toBe('PENDING');
    await expect(dns.resolve4('www.example.com')).rejects.toMatchObject({ code: 'ENOTFOUND' });

    await cloud.clock.pass(60_000);
    expect((await route53.send(new GetChangeCommand({ Id: info.Id }))).ChangeInfo!.Status).toBe('INSYNC');
    expect(await dns.resolve4('www.example.com', { ttl: true })).toEqual([{ address: '192.0.2.10', ttl: 30 }]);
  });

  it('follows an alias within the zone, a CNAME and a wildcard', async () => {
    await change(
      record('target.example.com', '192.0.2.20'),
      { Name: 'alias.example.com', Type: 'A', AliasTarget: { HostedZoneId: zoneId, DNSName: 'target.example.com', EvaluateTargetHealth: false } },
      { Name: 'cname.example.com', Type: 'CNAME', TTL: 5, ResourceRecords: [{ Value: 'target.example.com' }] },
      record('*.wild.example.com', '192.0.2.21'),
      { Name: 'text.example.com', Type: 'TXT', TTL: 5, ResourceRecords: [{ Value: '"one" "two"' }] },
    );
    await cloud.clock.pass(60_000);

    expect(await dns.resolve4('alias.example.com')).toEqual(['192.0.2.20']);
    expect(await dns.resolve4('cname.example.com')).toEqual(['192.0.2.20']);
    expect(await dns.resolveCname('cname.example.com')).toEqual(['target.example.com']);
    expect(await dns.resolve4('any.wild.example.com')).toEqual(['192.0.2.21']);
    expect(await dns.resolveTxt('text.example.com')).toEqual([['one', 'two']]);
    await expect(dns.resolveMx('text.example.com')).rejects.toMatchObject({ code: 'ENODATA' });
  });

  it('fails over when the threshold is reached, and back by itself', async () => {
    const server = await endpoint('primary.example.net');
    const check = await healthCheck(http('primary.example.net'));
    await change(...failover('app.example.com', check));
    await cloud.clock.pass(60_000);
    expect(await dns.resolve4('app.example.com')).toEqual(['192.0.2.1']);
    expect(server.userAgent).toContain('Amazon-Route53-Health-Check-Service');

    server.status = 503;
    await cloud.clock.pass(15_000);
    expect(await dns.resolve4('app.example.com')).toEqual(['192.0.2.1']);
    await cloud.clock.pass(25_000);
    expect(await dns.resolve4('app.example.com')).toEqual(['192.0.2.2']);
    const { HealthCheckObservations } = await route53.send(new GetHealthCheckStatusCommand({ HealthCheckId: check }));
    expect(HealthCheckObservations![0]!.StatusReport!.Status).toBe('Failure: HTTP Status Code 503');

    server.status = 200;
    await cloud.clock.pass(40_000);
    expect(await dns.resolve4('app.example.com')).toEqual(['192.0.2.1']);
  });

  it('answers the primary when neither is healthy', async () => {
    const check = await healthCheck(http('nowhere.example.net'));
    await change(...failover('both.example.com', check, check));
    await cloud.clock.pass(60_000);

    expect(await dns.resolve4('both.example.com')).toEqual(['192.0.2.1']);
  });

  it('turns an answer round that is inverted, and calculates over others', async () => {
    await endpoint('fine.example.net');
    const [fine, inverted] = [await healthCheck(http('fine.example.net')), await healthCheck(http('fine.example.net', { Inverted: true }))];
    const both = await healthCheck({ Type: 'CALCULATED', ChildHealthChecks: [fine, inverted], HealthThreshold: 2 });
    const { isHealthy } = cloud.services.containers.route53;
    await cloud.clock.pass(40_000);
    expect([isHealthy(fine), isHealthy(inverted), isHealthy(both)]).toEqual([true, false, false]);

    await route53.send(new UpdateHealthCheckCommand({ HealthCheckId: inverted, Inverted: false }));
    expect(isHealthy(both)).toBe(true);
  });

  it('looks for a string, and only connects when asked for no more', async () => {
    await endpoint('text.example.net');
    const search = (SearchString: string) => healthCheck({ ...http('text.example.net'), Type: 'HTTP_STR_MATCH', SearchString });
    const checks = [await search('well'), await search('ill'), await healthCheck({ Type: 'TCP', FullyQualifiedDomainName: 'text.example.net', Port: 80, RequestInterval: 10 })];
    await cloud.clock.pass(45_000);

    expect(checks.map((id) => cloud.services.containers.route53.isHealthy(id))).toEqual([true, false, true]);
  });

  it('follows the data of an alarm, and not a state that was set by hand', async () => {
    const cloudWatch = cloud.client(CloudWatchClient, standby);
    const metric = { Namespace: 'Test', MetricName: 'Serves' };
    await cloudWatch.send(new PutMetricAlarmCommand({ AlarmName: 'serves', ...metric, Statistic: 'Maximum', Period: 60, EvaluationPeriods: 1, Threshold: 1, ComparisonOperator: 'LessThanThreshold', TreatMissingData: 'missing' }));
    const check = await healthCheck({ Type: 'CLOUDWATCH_METRIC', AlarmIdentifier: { Region: 'us-west-2', Name: 'serves' }, InsufficientDataHealthStatus: 'Unhealthy' });
    const { isHealthy } = cloud.services.containers.route53;
    expect(isHealthy(check)).toBe(false);

    await cloudWatch.send(new PutMetricDataCommand({ Namespace: 'Test', MetricData: [{ MetricName: 'Serves', Value: 1 }] }));
    await cloud.clock.pass(61_000);
    expect(isHealthy(check)).toBe(true);
    await cloudWatch.send(new SetAlarmStateCommand({ AlarmName: 'serves', StateValue: 'ALARM', StateReason: 'by hand' }));
    expect(isHealthy(check)).toBe(true);

    await cloud.regions.lose('us-west-2');
    expect(isHealthy(check)).toBe(false);
    await cloud.regions.restore('us-west-2');
  });

  it('goes on answering while the region of its control plane is lost', async () => {
    await change(record('steady.example.com', '192.0.2.30'));
    await cloud.clock.pass(60_000);
    await cloud.regions.lose('us-east-1');

    expect(await dns.resolve4('steady.example.com')).toEqual(['192.0.2.30']);
    await cloud.regions.restore('us-east-1');
  });

  test.each<[string, ResourceRecordSet, string]>([
    ['a name of another zone', record('www.example.org', '192.0.2.1'), 'not permitted in zone example.com.'],
    ['a policy without an identifier', record('x.example.com', '192.0.2.1', { Failover: 'PRIMARY' }), 'SetIdentifier'],
    ['a health check that does not exist', record('x.example.com', '192.0.2.1', { HealthCheckId: '0f0f0f0f' }), 'health check 0f0f0f0f does not exist'],
    ['a CNAME at the apex', { Name: 'example.com', Type: 'CNAME', TTL: 5, ResourceRecords: [{ Value: 'x.y' }] }, 'not permitted at apex'],
    ['an alias with values', record('x.example.com', '192.0.2.1', { AliasTarget: { HostedZoneId: 'Z1', DNSName: 'a.b', EvaluateTargetHealth: false } }), 'Expected exactly one of'],
  ])('refuses %s', async (_, refused, message) => {
    await expect(change(refused)).rejects.toMatchObject({ name: 'InvalidChangeBatch', message: expect.stringContaining(message) as string });
  });
});
