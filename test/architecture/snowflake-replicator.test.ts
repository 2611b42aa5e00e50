import { App } from 'aws-cdk-lib';
import { parseDeployment } from '../../lib/config/deployment';
import { environment } from '../../lib/config/environments/example';
import { addSnowflakeReplicator } from '../../lib/snowflake-replicator/add-snowflake-replicator';
import { WORKER_ENVIRONMENT } from '../../lambda/snowflake-replicator/contract';
import { at, exampleAssembly, readDocument, SYNTHESIS_LIMIT_MS } from '../support/example-assembly';

interface Declared {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

type Description = (typeof environment.snowflakeReplicator & object)[number];

const EXISTING_NETWORK = {
  vpcId: 'vpc-0a1b2c3d4e5f60001',
  subnetIds: ['subnet-0a1b2c3d4e5f60001', 'subnet-0a1b2c3d4e5f60002'],
  availabilityZones: ['ap-southeast-2a', 'ap-southeast-2b'],
  endpointSubnetIds: ['subnet-0a1b2c3d4e5f60003', 'subnet-0a1b2c3d4e5f60004'],
  databaseSecurityGroupId: 'sg-0a1b2c3d4e5f60001',
};
const WORKERS = ['plan-replication', 'extract-partition', 'commit-load', 'replicate-table', 'verify-table'];

/** What the template of the example's pipeline declares, or of one that differs from it. */
function declare(changes: Partial<Description> = {}): (type: string) => readonly Declared[] {
  const [pipeline] = environment.snowflakeReplicator ?? [];
  const { context } = JSON.parse(readDocument('cdk.json')) as { context: Record<string, unknown> };
  const app = new App({ context });
  addSnowflakeReplicator(app, parseDeployment({ ...environment, snowflakeReplicator: [{ ...pipeline!, ...changes }] }));
  const { Resources } = app.synth().stacks[0]!.template as { Resources: Record<string, { Type: string; Properties?: Record<string, unknown> }> };
  return (type) => Object.values(Resources).filter(({ Type }) => Type === type).map(({ Type, Properties = {} }) => ({ Type, Properties }));
}

const text = (value: unknown) => JSON.stringify(value);
const names = (resources: readonly Declared[], path: string) => resources.map((resource) => String(at(resource as never, path)));

let drawn: ReturnType<typeof declare>;
beforeAll(async () => {
  // Builds the bundles that the stack names.
  await exampleAssembly();
  drawn = declare();
}, SYNTHESIS_LIMIT_MS);

describe('a network of its own', () => {
  it('has the drawn blocks for functions, endpoints and the database, in two zones', () => {
    const blocks = names(drawn('AWS::EC2::Subnet'), 'CidrBlock');

    expect(blocks.sort()).toEqual(['10.0.0.0/25', '10.0.0.128/25', '10.0.1.0/24', '10.0.10.0/24', '10.0.11.0/24', '10.0.2.0/24', '10.0.3.0/24', '10.0.4.0/24']);
  });

  it('has NAT gateways whose only destination is Vault', () => {
    const throughNat = drawn('AWS::EC2::Route').filter(({ Properties }) => 'NatGatewayId' in Properties);

    expect(drawn('AWS::EC2::NatGateway')).toHaveLength(2);
    expect([...new Set(names(throughNat, 'DestinationCidrBlock'))]).toEqual(['198.18.0.0/16']);
  });

  it('has a private name for the Snowflake account that leads to its endpoint', () => {
    const endpoints = drawn('AWS::EC2::VPCEndpoint').filter((endpoint) => text(endpoint).includes('vpce-svc-0a1b2c3d4e5f60001'));

    expect(endpoints).toHaveLength(1);
    expect(names(drawn('AWS::Route53::RecordSet'), 'Name')).toEqual(['xy12345.ap-southeast-2.privatelink.snowflakecomputing.com.']);
  });

  it('lets nothing pass to buckets other than the stage', () => {
    const policies = drawn('AWS::EC2::VPCEndpoint').filter((endpoint) => text(endpoint.Properties.ServiceName).includes('s3')).map(({ Properties }) => text(Properties.PolicyDocument));

    expect(policies.length).toBeGreaterThan(0);
    for (const policy of policies) expect(policy).toContain('sfc-au-ds1-customer-stage');
  });
});

describe('a network that is there', () => {
  let adopted: ReturnType<typeof declare>;
  beforeAll(() => {
    adopted = declare({ network: EXISTING_NETWORK });
  });

  it('gets no subnet, no gateway and no route, only the endpoint of Snowflake', () => {
    for (const type of ['AWS::EC2::VPC', 'AWS::EC2::Subnet', 'AWS::EC2::NatGateway', 'AWS::EC2::InternetGateway', 'AWS::EC2::Route']) expect(adopted(type)).toEqual([]);
    const [endpoint, ...others] = adopted('AWS::EC2::VPCEndpoint');
    expect(others).toEqual([]);
    expect(at(endpoint as never, 'SubnetIds')).toEqual(EXISTING_NETWORK.endpointSubnetIds);
    expect(at(endpoint as never, 'VpcId')).toBe(EXISTING_NETWORK.vpcId);
  });

  it('gets no endpoint and no zone where Snowflake has its own there', () => {
    const { endpointSubnetIds: _, ...network } = EXISTING_NETWORK;
    const { endpointService: __, ...snowflake } = environment.snowflakeReplicator![0]!.snowflake;

    const served = declare({ network, snowflake });

    for (const type of ['AWS::EC2::VPCEndpoint', 'AWS::Route53::HostedZone', 'AWS::Route53::RecordSet']) expect(served(type)).toEqual([]);
  });

  it('has the functions that reach both sides in its subnets', () => {
    const inside = adopted('AWS::Lambda::Function').filter(({ Properties }) => 'VpcConfig' in Properties);

    expect(inside).toHaveLength(WORKERS.length);
    for (const each of inside) expect(at(each as never, 'VpcConfig.SubnetIds')).toEqual(EXISTING_NETWORK.subnetIds);
  });

  it("lets them in at the database's own group, at PostgreSQL's port alone", () => {
    const rules = adopted('AWS::EC2::SecurityGroupIngress').filter(({ Properties }) => Properties.GroupId === EXISTING_NETWORK.databaseSecurityGroupId);

    expect(rules.map(({ Properties }) => [Properties.FromPort, Properties.ToPort])).toEqual([[5432, 5432]]);
  });
});

describe('the functions', () => {
  const functionNamed = (operation: string) => drawn('AWS::Lambda::Function').filter(({ Properties }) => String(Properties.FunctionName).endsWith(`-${operation}`));

  it.each(WORKERS)('%s may take a quarter of an hour and has what the driver reads', (operation) => {
    const [found] = functionNamed(operation);

    expect(at(found as never, 'Timeout')).toBe(900);
    expect(at(found as never, 'Environment.Variables')).toMatchObject(WORKER_ENVIRONMENT);
  });

  it('have room on their disk for the parts on their way', () => {
    for (const operation of ['replicate-table', 'extract-partition']) expect(Number(at(functionNamed(operation)[0] as never, 'EphemeralStorage.Size'))).toBeGreaterThanOrEqual(1024);
  });

  it('of which only those that reach both sides know Vault', () => {
    const knowing = drawn('AWS::Lambda::Function').filter((each) => text(each.Properties.Environment).includes('VAULT_ADDRESS'));

    expect(knowing).toHaveLength(WORKERS.length);
  });

  it('read their token where Vault knows the pipeline by one', () => {
    const secretArn = 'arn:aws:secretsmanager:ap-southeast-2:111111111111:secret:vault-token-AbCdEf';
    const [pipeline] = environment.snowflakeReplicator ?? [];
    const withToken = declare({ vault: { ...pipeline!.vault, login: { kind: 'token', secretArn } } });

    expect(withToken('AWS::IAM::Policy').filter((policy) => text(policy).includes(secretArn))).toHaveLength(WORKERS.length);
    expect(drawn('AWS::IAM::Policy').filter((policy) => text(policy).includes('secretsmanager:'))).toEqual([]);
  });
});

describe('what a run leaves behind', () => {
  it('is kept encrypted under its own key', () => {
    for (const type of ['AWS::SQS::Queue', 'AWS::SNS::Topic']) {
      for (const each of drawn(type)) expect(text(each.Properties)).toContain('KmsMasterKeyId');
    }
    for (const table of drawn('AWS::DynamoDB::Table')) expect(text(table.Properties)).toContain('KMSMasterKeyId');
  });

  it('has an alarm for failures that wait, and for each table one for silence', () => {
    const alarms = names(drawn('AWS::CloudWatch::Alarm'), 'AlarmName').map((name) => name.split('/').at(-1));

    expect(alarms.filter((name) => name === 'FailuresWaiting')).toHaveLength(1);
    expect(alarms.filter((name) => name === 'ReplicationSilent')).toHaveLength(4);
  });

  it('is missed as soon as a period has none of it, however much there was before', () => {
    const silent = drawn('AWS::CloudWatch::Alarm').filter(({ Properties }) => String(Properties['AlarmName']).endsWith('/ReplicationSilent'));

    for (const { Properties } of silent) {
      expect(Properties).toMatchObject({ EvaluationPeriods: 1, Threshold: 1, ComparisonOperator: 'LessThanThreshold', TreatMissingData: 'breaching' });
      expect(text(Properties['Metrics'])).toContain('"Expression":"FILL(succeeded, 0)"');
    }
    expect(silent).not.toEqual([]);
  });

  it('has no alarm for silence where nothing runs by itself', () => {
    const alarms = names(declare({ schedule: undefined, verifySchedule: undefined })('AWS::CloudWatch::Alarm'), 'AlarmName');

    expect(alarms.filter((name) => name.endsWith('/ReplicationSilent'))).toEqual([]);
  });
});
