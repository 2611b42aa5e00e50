import { CloudWatchClient, DescribeAlarmsCommand, PutMetricAlarmCommand, PutMetricDataCommand, type PutMetricAlarmCommandInput } from '@aws-sdk/client-cloudwatch';
import { environment } from '../../lib/config/environments/example';
import { LocalCloud } from '../../local/cloud/local-cloud';
import { at, exampleAssembly, SYNTHESIS_LIMIT_MS } from '../support/example-assembly';
import { warmStandbyStacks, type StackResources } from '../support/warm-standby-stacks';

const PRIMARY = 'ap-southeast-2';
const STANDBY = 'us-west-2';
const ACCOUNT = '111111111111';

let resources: StackResources;
beforeAll(async () => {
  // Builds the bundles and the image that the stacks name.
  await exampleAssembly();
  resources = warmStandbyStacks();
}, SYNTHESIS_LIMIT_MS);

const text = (value: unknown) => JSON.stringify(value);
const alarmsOf = (stack: string) => resources(stack, 'AWS::CloudWatch::Alarm').map((alarm) => ({ ...alarm, condition: String(alarm.Properties.AlarmName).split('/').at(-1)! }));

describe.each(['-primary', '-standby'])('the region %s', (stack) => {
  const one = (type: string) => {
    const found = resources(stack, type);
    expect(found).toHaveLength(1);
    return found[0]!;
  };

  it('has a network over two zones with a NAT gateway each, whose flows are recorded', () => {
    expect(resources(stack, 'AWS::EC2::NatGateway')).toHaveLength(2);
    expect(resources(stack, 'AWS::EC2::Subnet')).toHaveLength(6);
    expect(at(one('AWS::EC2::FlowLog'), 'TrafficType')).toBe('ALL');
  });

  it('reaches S3 and DynamoDB without paying for NAT', () => {
    expect(resources(stack, 'AWS::EC2::VPCEndpoint').map((endpoint) => at(endpoint, 'VpcEndpointType'))).toEqual(['Gateway', 'Gateway']);
  });

  it('has a load balancer that asks tasks for /healthz and speaks TLS', () => {
    expect(at(one('AWS::ElasticLoadBalancingV2::TargetGroup'), 'HealthCheckPath')).toBe('/healthz');
    const listeners = resources(stack, 'AWS::ElasticLoadBalancingV2::Listener').map((listener) => [at(listener, 'Port'), at(listener, 'DefaultActions.0.Type')]);
    expect(listeners).toEqual(expect.arrayContaining([[80, 'redirect'], [443, 'forward']]));
  });

  it('runs tasks on ARM, at least as many as its role needs, and no deployment brings it back to another number', () => {
    expect(at(one('AWS::ECS::Service'), 'DesiredCount')).toBeUndefined();
    const tasks = stack === '-primary' ? 2 : 1;
    expect(at(one('AWS::ApplicationAutoScaling::ScalableTarget'), 'MinCapacity')).toBe(tasks);
    expect(at(one('AWS::ECS::TaskDefinition'), 'RuntimePlatform.CpuArchitecture')).toBe('ARM64');
  });

  it('starts tasks when they may read their secret, and not before', () => {
    const { DependsOn } = one('AWS::ECS::Service');

    expect(text(DependsOn)).toMatch(/ServiceTaskExecutionRoleDefaultPolicy/);
  });

  it('has its database under the key of its own region', () => {
    const region = stack === '-primary' ? PRIMARY : STANDBY;
    expect(text(at(one('AWS::RDS::DBInstance'), 'KmsKeyId'))).toContain(`:${region}:${ACCOUNT}:key/mrk-`);
  });

  it.each(['ServiceUnreachable', 'LoadBalancerErrors', 'LoadBalancerSlow', 'TasksMissing', 'DatabaseBusy', 'ReplicaLag', 'HeartbeatOld', 'ObjectsNotReplicated', 'ObjectReplicationSlow', 'NotReady', 'FailoverFailed', 'ApprovalPending', 'RebuildFailed', 'RowsLost'])(
    'has the alarm %s',
    (condition) => {
      expect(alarmsOf(stack).map((alarm) => alarm.condition)).toContain(condition);
    },
  );

  it('takes silence for broken where somebody must be heard', () => {
    const broken = alarmsOf(stack).filter(({ Properties }) => Properties.TreatMissingData === 'breaching').map(({ condition }) => condition);

    expect(broken.sort()).toEqual(['HeartbeatOld', 'NotReady', 'TasksMissing']);
  });

  it('expects what a planned failover does, and nothing else', () => {
    const silenced = alarmsOf(stack).filter(({ Properties }) => text(Properties).includes('"HandingOver"')).map(({ condition }) => condition);

    expect(silenced.sort()).toEqual(['HeartbeatOld', 'LoadBalancerErrors', 'NotReady']);
  });

  it('hears of objects that it could not send, and of those that are late to arrive, which is what S3 publishes where', () => {
    const [own, peer] = (stack === '-primary' ? [PRIMARY, STANDBY] : [STANDBY, PRIMARY]).map((region) => `shop-app-data-${ACCOUNT}-${region}`);
    const dimensionsOf = (name: string) => {
      const { Properties } = alarmsOf(stack).find(({ condition }) => condition === name)!;
      return Object.fromEntries((Properties.Dimensions as { Name: string; Value: string }[]).map(({ Name, Value }) => [Name, Value]));
    };

    expect(dimensionsOf('ObjectsNotReplicated')).toMatchObject({ SourceBucket: own, DestinationBucket: peer });
    expect(dimensionsOf('ObjectReplicationSlow')).toMatchObject({ SourceBucket: peer, DestinationBucket: own });
  });

  it.each(['FailoverFailed', 'RebuildFailed'])('raises %s also for an execution that runs out of its time or is aborted', (condition) => {
    const { Properties } = alarmsOf(stack).find((alarm) => alarm.condition === condition)!;

    expect([...text(Properties.Metrics).matchAll(/"MetricName":"(Executions\w+)"/g)].map(([, name]) => name).sort()).toEqual(['ExecutionsAborted', 'ExecutionsFailed', 'ExecutionsTimedOut']);
  });

  it('gives the list of losses the time that a large bucket takes', () => {
    const [losses] = resources(stack, 'AWS::Lambda::Function').filter(({ Properties }) => String(Properties.FunctionName).endsWith('-reconcile-losses'));

    expect(at(losses!, 'Timeout')).toBe(900);
  });

  it('has a dashboard with readiness on it', () => {
    expect(text(at(one('AWS::CloudWatch::Dashboard'), 'DashboardBody'))).toContain('ReadinessPercent');
  });

  it('shows how many objects are on their way here, how many bytes, and for how long', () => {
    const graphs = text(at(one('AWS::CloudWatch::Dashboard'), 'DashboardBody')).split('title');
    const shown = graphs.find((graph) => graph.includes('Objects on their way here')) ?? '';

    expect(['OperationsPendingReplication', 'BytesPendingReplication', 'ReplicationLatency'].filter((name) => !shown.includes(name))).toEqual([]);
  });

  it('looks at its readiness every quarter of an hour, and at who may write every minute', () => {
    const schedules = resources(stack, 'AWS::Scheduler::Schedule').map((schedule) => [String(at(schedule, 'Name')).split('-').at(-1), at(schedule, 'ScheduleExpression')]);

    expect(Object.fromEntries(schedules)).toEqual({ lease: 'rate(1 minute)', watch: 'rate(1 minute)', readiness: 'rate(15 minutes)' });
  });

  it('lets nothing that it runs change a record, a role, or the configuration of a bucket of the failover', () => {
    const actions = resources(stack, 'AWS::IAM::Policy').flatMap(({ id, Properties }) => [...text(Properties.PolicyDocument).matchAll(/"((?:route53|iam|s3:Put(?!Object))[^"]*)"/g)].map(([, action]) => `${id.replace(/[A-F0-9]{8}$/, '')} ${action}`));
    const isPairing = (entry: string) => entry.includes('pairobjects');

    expect(actions.filter((entry) => !isPairing(entry))).toEqual([]);
    expect(actions.filter(isPairing)).toHaveLength(stack === '-standby' ? 3 : 0);
  });
});

describe('the database', () => {
  it('is backed up for seven days in the primary region, and the replica follows it', () => {
    const [[primary], [replica]] = [resources('-primary', 'AWS::RDS::DBInstance'), resources('-standby', 'AWS::RDS::DBInstance')];

    expect(primary!.Properties).toMatchObject({ BackupRetentionPeriod: 7, StorageEncrypted: true, DeletionProtection: true });
    expect(replica!.Properties).toMatchObject({ SourceDBInstanceIdentifier: `arn:aws:rds:${PRIMARY}:${ACCOUNT}:db:warm-standby-shop`, SourceRegion: PRIMARY, DeletionProtection: true });
  });
});

test('credentials are kept as long as the databases that they open', () => {
  const secrets = resources('-primary', 'AWS::SecretsManager::Secret').filter(({ Properties }) => String(Properties.Name).startsWith('warm-standby/shop/'));

  expect(secrets.map(({ Properties, DeletionPolicy }) => [Properties.Name, DeletionPolicy])).toEqual([
    ['warm-standby/shop/admin', 'Retain'],
    ['warm-standby/shop/application', 'Retain'],
  ]);
});

describe('objects', () => {
  const dataBucket = (stack: string) => resources(stack, 'AWS::S3::Bucket').find(({ Properties }) => String(Properties.BucketName).startsWith('shop-app-data'))!;

  it('are versioned in both regions, and logs go after a while', () => {
    for (const stack of ['-primary-objects', '-standby-objects']) {
      expect(at(dataBucket(stack), 'VersioningConfiguration.Status')).toBe('Enabled');
      const logs = resources(stack, 'AWS::S3::Bucket').find(({ Properties }) => String(Properties.BucketName).startsWith('shop-logs'))!;
      expect(at(logs, 'LifecycleConfiguration.Rules.0')).toMatchObject({ Status: 'Enabled', ExpirationInDays: 90 });
    }
  });

  it('are copied to the standby under its key within fifteen minutes', () => {
    expect(at(dataBucket('-primary-objects'), 'ReplicationConfiguration.Rules.0')).toMatchObject({
      Id: 'to-the-standby-region',
      Status: 'Enabled',
      SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: 'Enabled' } },
      Destination: { Bucket: `arn:aws:s3:::shop-app-data-${ACCOUNT}-${STANDBY}`, EncryptionConfiguration: { ReplicaKmsKeyID: expect.stringContaining(`:${STANDBY}:`) as string }, ReplicationTime: { Time: { Minutes: 15 } } },
    });
  });

  it.each([
    ['-primary-objects', 'primary', STANDBY],
    ['-standby-objects', 'standby', PRIMARY],
  ])('of %s may be copied by a role that writes only to the other region', (stack, role, target) => {
    const [replication] = resources(stack, 'AWS::IAM::Role').filter(({ Properties }) => Properties.RoleName === `warm-standby-shop-${role}-replication`);
    const [policy] = resources(stack, 'AWS::IAM::Policy').filter(({ Properties }) => text(Properties.Roles).includes(replication!.id));
    const statements = (policy!.Properties.PolicyDocument as { Statement: { Action: unknown; Resource: unknown }[] }).Statement;

    expect(statements.filter(({ Action }) => text(Action).includes('ReplicateObject')).map(({ Resource }) => Resource)).toEqual([`arn:aws:s3:::shop-app-data-${ACCOUNT}-${target}/*`]);
  });
});

describe('traffic', () => {
  it('is decided by one health check: the switch of the standby region, or clients that the primary has called back', () => {
    const checks = resources('-traffic', 'AWS::Route53::HealthCheck');
    const [record] = resources('-traffic', 'AWS::Route53::RecordSet');
    const namedIn = (value: unknown) => checks.filter(({ id }) => text(value).includes(`"${id}"`));
    const [decision] = namedIn(at(record!, 'HealthCheckId'));
    const voices = namedIn(at(decision!, 'HealthCheckConfig.ChildHealthChecks')).map((voice) => at(voice, 'HealthCheckConfig'));

    expect(at(decision!, 'HealthCheckConfig')).toMatchObject({ Type: 'CALCULATED', HealthThreshold: 1 });
    expect(voices).toEqual([
      { Type: 'CLOUDWATCH_METRIC', AlarmIdentifier: { Name: 'warm-standby/shop/StandbyServes', Region: STANDBY }, InsufficientDataHealthStatus: 'LastKnownStatus', Inverted: false },
      { Type: 'CLOUDWATCH_METRIC', AlarmIdentifier: { Name: 'warm-standby/shop/ClientsRecalled', Region: PRIMARY }, InsufficientDataHealthStatus: 'LastKnownStatus', Inverted: true },
    ]);
  });

  it('names the zone by its id where its name is not enough', () => {
    const [example] = environment.warmStandby!;
    const split = warmStandbyStacks({ warmStandby: [{ ...example!, domain: { ...example!.domain, zoneId: 'Z0123456789ABCDEFGHIJ' } }] });

    for (const stack of ['-traffic', '-standby']) {
      const [record] = split(stack, 'AWS::Route53::RecordSet');
      expect(record!.Properties).toMatchObject({ HostedZoneId: 'Z0123456789ABCDEFGHIJ' });
      expect(at(record!, 'HostedZoneName')).toBeUndefined();
    }
  });

  it('always finds the secondary healthy', () => {
    const [record] = resources('-standby', 'AWS::Route53::RecordSet');

    expect(record!.Properties).toMatchObject({ Failover: 'SECONDARY', Name: 'shop.example.com.', TTL: '30' });
    expect(at(record!, 'HealthCheckId')).toBeUndefined();
  });

  it('waits for nobody: alarms of standard resolution and a plain statistic, as Route 53 demands', () => {
    for (const [stack, name] of [['-standby', 'StandbyServes'], ['-primary', 'ClientsRecalled']] as const) {
      const { Properties } = alarmsOf(stack).find(({ condition }) => condition === name)!;
      expect(Properties).toMatchObject({ Statistic: 'Maximum', Period: 60, EvaluationPeriods: 1, Namespace: 'Holdfast', TreatMissingData: 'ignore' });
    }
  });
});

describe('NotReady on CloudWatch', () => {
  const HOUR_MS = 3_600_000;
  const QUARTER_MS = HOUR_MS / 4;
  const place = { account: ACCOUNT, region: STANDBY };
  let cloud: LocalCloud;
  let cloudwatch: CloudWatchClient;
  beforeAll(async () => {
    cloud = await LocalCloud.start();
    cloudwatch = cloud.client(CloudWatchClient, place);
    const { Properties } = alarmsOf('-standby').find(({ condition }) => condition === 'NotReady')!;
    // As it was synthesized; whom it tells is made by other resources.
    await cloudwatch.send(new PutMetricAlarmCommand({ ...(Properties as unknown as PutMetricAlarmCommandInput), AlarmActions: [], OKActions: [] }));
  });
  afterAll(() => cloud.stop());

  const say = (MetricName: string, Value: number) =>
    cloudwatch.send(new PutMetricDataCommand({ Namespace: 'Holdfast', MetricData: [{ MetricName, Value, Dimensions: [{ Name: 'service', Value: 'warm-standby' }, { Name: 'instance', Value: 'shop' }] }] }));
  const state = async () => (await cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: ['warm-standby/shop/NotReady'] }))).MetricAlarms?.[0]?.StateValue;
  const quarters = async (number: number, score?: number) => {
    for (let quarter = 0; quarter < number; quarter += 1) {
      if (score !== undefined) await say('ReadinessPercent', score);
      await cloud.clock.pass(QUARTER_MS);
    }
  };

  it('is quiet while the region is ready, and rings when nobody looks any more', async () => {
    await quarters(4, 100);
    const looked = await state();
    await quarters(8);
    const silent = await state();
    await quarters(4, 100);

    expect([looked, silent, await state()]).toEqual(['OK', 'ALARM', 'OK']);
  });
});

test('no two roles of the account have one name, also with a webhook', () => {
  const withWebhook = warmStandbyStacks({ notifications: { email: ['team@example.com'], webhookUrl: 'https://hooks.example.com/db' } });
  const names = withWebhook('', 'AWS::IAM::Role').flatMap(({ Properties }) => (typeof Properties.RoleName === 'string' ? [Properties.RoleName] : []));

  expect(names.filter((name) => name.endsWith('-webhook'))).toHaveLength(2);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});
