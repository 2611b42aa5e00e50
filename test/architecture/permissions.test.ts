import { at, exampleAssembly, placeOf, SYNTHESIS_LIMIT_MS, type DeclaredResource, type ExampleAssembly } from '../support/example-assembly';

interface Statement {
  readonly Effect: string;
  readonly Action?: string | readonly string[];
  readonly NotAction?: unknown;
  readonly Resource?: unknown;
  readonly NotResource?: unknown;
  readonly Principal?: unknown;
  readonly Condition?: unknown;
}

/**
 * Actions that some role may use on every resource, because AWS knows no narrower one for them or because what they are
 * used on has no name yet. Each is one more thing that a stolen role could do: a longer list needs a reason in review.
 */
const UNCONFINED = [
  'backup:ListCopyJobs',
  'cloudwatch:DeleteAlarms',
  'cloudwatch:DescribeAlarms',
  'cloudwatch:PutMetricAlarm',
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeAccountAttributes',
  'ec2:DescribeAddresses',
  'ec2:DescribeAvailabilityZones',
  'ec2:DescribeInternetGateways',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSecurityGroupRules',
  'ec2:DescribeSecurityGroups',
  'ec2:DescribeSubnets',
  'ec2:DescribeVpcs',
  'ecr:GetAuthorizationToken',
  'ecs:DescribeTaskDefinition',
  'ecs:ListTasks',
  'logs:CreateLogDelivery',
  'logs:DeleteLogDelivery',
  'logs:DescribeLogGroups',
  'logs:DescribeResourcePolicies',
  'logs:GetLogDelivery',
  'logs:ListLogDeliveries',
  'logs:PutResourcePolicy',
  'logs:UpdateLogDelivery',
  'rds:DescribeAccountAttributes',
  'redshift-data:DescribeStatement',
  'redshift-data:GetStatementResult',
  'redshift-serverless:DeleteResourcePolicy',
  'redshift-serverless:ListNamespaces',
  'redshift-serverless:ListTagsForResource',
  'redshift-serverless:PutResourcePolicy',
  'redshift:DescribeClusterSnapshots',
  'redshift:DescribeSnapshotCopyGrants',
  'secretsmanager:GetRandomPassword',
  'states:SendTaskFailure',
  'states:SendTaskSuccess',
  'xray:GetSamplingRules',
  'xray:GetSamplingTargets',
  'xray:PutTelemetryRecords',
  'xray:PutTraceSegments',
];

/** PostgreSQL, Redshift, Vault. */
const DATABASE_PORTS = [5432, 5439, 8200];

let app: ExampleAssembly;
beforeAll(async () => {
  app = await exampleAssembly();
}, SYNTHESIS_LIMIT_MS);

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as unknown[]) : value === undefined ? [] : [value]);
const statementsOf = (document: unknown): readonly Statement[] => list((document as { Statement?: unknown } | undefined)?.Statement) as readonly Statement[];

/** Statements of what roles may do, with where they stand. */
function identityStatements(): readonly { readonly place: string; readonly statement: Statement }[] {
  return app.resources('AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy', 'AWS::IAM::Role').flatMap((resource) => {
    const inline = list(resource.Properties.Policies) as { PolicyDocument: unknown }[];
    return [resource.Properties.PolicyDocument, ...inline.map(({ PolicyDocument }) => PolicyDocument)].flatMap((document) => statementsOf(document).map((statement) => ({ place: placeOf(resource), statement })));
  });
}

describe('what roles may do', () => {
  test('is said action by action, without wildcards', () => {
    const wild = identityStatements().filter(({ statement }) => statement.NotAction !== undefined || list(statement.Action).some((action) => String(action).includes('*')));
    expect(wild).toEqual([]);
  });

  test('is confined to named resources, but for a known list of actions', () => {
    const unconfined = identityStatements().filter(({ statement }) => statement.Effect === 'Allow' && (statement.NotResource !== undefined || list(statement.Resource).includes('*')));
    expect([...new Set(unconfined.flatMap(({ statement }) => list(statement.Action).map(String)))].sort()).toEqual(UNCONFINED);
  });
});

test('no role is trusted to just anybody, and none by a whole account without a condition', () => {
  const open = app.resources('AWS::IAM::Role').filter(({ Properties }) =>
    statementsOf(Properties.AssumeRolePolicyDocument).some(({ Principal, Condition }) => {
      const text = JSON.stringify(Principal);
      return Principal === '*' || text.includes('"*"') || (text.includes(':root') && Condition === undefined);
    }),
  );
  expect(open.map(placeOf)).toEqual([]);
});

test('schedules and state machines of no other account can act as a role', () => {
  const open = app.resources('AWS::IAM::Role').filter(({ Properties }) =>
    statementsOf(Properties.AssumeRolePolicyDocument).some(({ Principal, Condition }) => /scheduler|states/.test(JSON.stringify(Principal)) && !JSON.stringify(Condition ?? null).includes('"aws:SourceAccount"')),
  );
  expect(open.map(placeOf)).toEqual([]);
});

test('no policy of a resource allows everybody without a condition', () => {
  const open = app.resources('AWS::S3::BucketPolicy', 'AWS::SQS::QueuePolicy', 'AWS::SNS::TopicPolicy', 'AWS::KMS::Key').filter(({ Properties }) =>
    statementsOf(Properties.PolicyDocument ?? Properties.KeyPolicy).some(({ Effect, Principal, Condition }) => Effect === 'Allow' && Condition === undefined && (Principal === '*' || JSON.stringify(Principal).includes('"*"'))),
  );
  expect(open.map(placeOf)).toEqual([]);
});

/** Rules that organisations enforce by service control policies: a template that breaks one could not be deployed there. */
describe('what an organisation would refuse is not there:', () => {
  const breaking = (types: readonly string[], isRight: (resource: DeclaredResource) => boolean) => app.resources(...types).filter((resource) => !isRight(resource)).map(placeOf);

  test('queues, topics, tables, logs and buckets without a customer key', () => {
    expect(breaking(['AWS::SQS::Queue', 'AWS::SNS::Topic'], ({ Properties }) => Boolean(Properties.KmsMasterKeyId))).toEqual([]);
    // Slots hold the names of runs, which every log has as well; two accounts' pipelines share the table, and would have to share its key.
    const holdsOnlyNames = ({ stack }: DeclaredResource) => stack.includes('-copy-slots-');
    expect(breaking(['AWS::DynamoDB::GlobalTable'], (table) => at(table, 'SSESpecification.SSEType') === 'KMS' || holdsOnlyNames(table))).toEqual([]);
    expect(breaking(['AWS::Logs::LogGroup'], ({ Properties }) => Boolean(Properties.KmsKeyId) && Number(Properties.RetentionInDays) > 0)).toEqual([]);
    expect(breaking(['AWS::S3::Bucket'], ({ Properties }) => Boolean(Properties.BucketEncryption))).toEqual([]);
  });

  test('databases that are open to the internet or not encrypted', () => {
    expect(breaking(['AWS::RDS::DBInstance', 'AWS::RDS::DBCluster'], ({ Properties }) => Properties.PubliclyAccessible !== true && (Properties.StorageEncrypted === true || Properties.SourceDBInstanceIdentifier !== undefined))).toEqual([]);
    expect(breaking(['AWS::Redshift::Cluster'], ({ Properties }) => Properties.PubliclyAccessible === false && Properties.Encrypted === true)).toEqual([]);
  });

  test('buckets that could become public', () => {
    expect(breaking(['AWS::S3::Bucket'], ({ Properties }) => Object.values((Properties.PublicAccessBlockConfiguration ?? { none: false }) as Record<string, unknown>).every((value) => value === true))).toEqual([]);
  });

  test('database ports that the whole internet reaches', () => {
    const rules = app.resources('AWS::EC2::SecurityGroup', 'AWS::EC2::SecurityGroupIngress').flatMap((resource) => (list(resource.Properties.SecurityGroupIngress ?? (resource.Type.endsWith('Ingress') ? resource.Properties : [])) as Record<string, unknown>[]).map((rule) => ({ place: placeOf(resource), rule })));
    const covers = ({ IpProtocol, FromPort, ToPort }: Record<string, unknown>, port: number) => IpProtocol === '-1' || (Number(FromPort) <= port && port <= Number(ToPort));
    const isOpen = (rule: Record<string, unknown>) => (rule.CidrIp === '0.0.0.0/0' || rule.CidrIpv6 === '::/0') && DATABASE_PORTS.some((port) => covers(rule, port));
    expect(rules.filter(({ rule }) => isOpen(rule)).map(({ place }) => place)).toEqual([]);
  });

  test('keys that are not rotated', () => {
    expect(breaking(['AWS::KMS::Key'], ({ Properties }) => Properties.EnableKeyRotation === true)).toEqual([]);
  });

  test('users and access keys', () => {
    expect(app.resources('AWS::IAM::User', 'AWS::IAM::AccessKey').map(placeOf)).toEqual([]);
  });
});
