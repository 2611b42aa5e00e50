import { parseDeployment } from '../../../../lib/config/deployment';
import { environment } from '../../../../lib/config/environments/example';
import { InvalidInput } from '../../../../lambda/common/errors';

type Change = Readonly<Record<string, unknown>>;

const [EXAMPLE] = environment.auroraRestore ?? [];
const KEY = EXAMPLE!.source.kmsKeyArn!;

/** A deployment of the one pipeline, with what differs from the example; undefined takes a field away. */
function describeWith({ source = {}, target = {}, users = {}, ...rest }: { source?: Change; target?: Change; users?: Change; [field: string]: unknown } = {}, deployment: Change = {}) {
  const pipeline = { ...EXAMPLE!, ...rest, source: { ...EXAMPLE!.source, ...source }, target: { ...EXAMPLE!.target, ...target }, users: { ...EXAMPLE!.users, ...users } };
  return { name: environment.name, accounts: environment.accounts, notifications: environment.notifications, auroraRestore: [pipeline], ...deployment };
}

function problemsOf(description: unknown): readonly string[] {
  try {
    parseDeployment(description);
  } catch (error) {
    if (error instanceof InvalidInput) return error.problems;
    throw error;
  }
  return [];
}

describe('the description of a restore pipeline', () => {
  it('is complete without what has a default', () => {
    const description = describeWith({ masking: undefined, onFailure: undefined, snapshotMaxAgeHours: undefined, source: { deletable: undefined }, target: { keepCopiesDays: undefined }, users: { keep: undefined } });
    const [pipeline] = parseDeployment(description).auroraRestore;

    expect(pipeline).toMatchObject({ snapshotMaxAgeHours: 26, onFailure: 'remove', masking: [], source: { deletable: false }, target: { keepCopiesDays: 0 }, users: { keep: [] } });
  });

  test.each<[string, Parameters<typeof describeWith>[0], string]>([
    ['an unknown field', { retries: 3 }, 'auroraRestore.0.retries: unknown field'],
    ['an unknown field of the source', { source: { deleteable: true } }, 'auroraRestore.0.source.deleteable: unknown field'],
    ['a missing field', { objectives: undefined }, 'auroraRestore.0.objectives: is missing, expected object'],
    ['a name with capitals', { name: 'Orders' }, 'auroraRestore.0.name: "Orders" is not allowed, expected 3 to 24 lower-case letters, digits and single hyphens, starting with a letter'],
    ['a name that would make ids which RDS refuses', { name: 'orders--refresh' }, 'auroraRestore.0.name: "orders--refresh" is not allowed'],
    ['a name that is too long', { name: 'a'.repeat(25) }, 'auroraRestore.0.name:'],
    ['a region that is none', { source: { region: 'Ireland' } }, 'auroraRestore.0.source.region: "Ireland" is not allowed, expected an AWS region such as eu-west-1'],
    ['an account that the deployment does not have', { source: { account: 'prod' } }, 'auroraRestore.0.source.account: "prod" is not allowed, expected one of production, recovery, staging'],
    ['a cluster name that RDS refuses', { source: { clusterIdentifier: 'orders_prod' } }, 'auroraRestore.0.source.clusterIdentifier: "orders_prod" is not allowed'],
    ['a cluster name with SQL in it', { target: { clusterIdentifier: `orders'; DROP TABLE x; --` } }, 'auroraRestore.0.target.clusterIdentifier:'],
    ['a target whose instance RDS would refuse', { target: { clusterIdentifier: 'a'.repeat(62) } }, 'expected 61 or fewer characters'],
    ['a key that is only an alias', { source: { kmsKeyArn: 'alias/orders' } }, 'auroraRestore.0.source.kmsKeyArn: "alias/orders" is not allowed, expected the ARN of a KMS key'],
    ['a key of another region', { source: { kmsKeyArn: KEY.replace('ap-southeast-2', 'us-west-2') } }, 'expected a key of ap-southeast-2 in account 111111111111'],
    ['a key of another account', { source: { kmsKeyArn: KEY.replace('111111111111', '333333333333') } }, 'auroraRestore.0.source.kmsKeyArn:'],
    ['a secret of another account', { source: { readerSecretArn: 'arn:aws:secretsmanager:ap-southeast-2:333333333333:secret:orders/reader-Lwxhkj' } }, 'auroraRestore.0.source.readerSecretArn:'],
    ['no databases', { source: { databases: [] } }, 'auroraRestore.0.source.databases: [] is not allowed, expected 1 or more entries'],
    ['a database with SQL in its name', { source: { databases: ['orders"; DROP'] } }, 'auroraRestore.0.source.databases.0:'],
    ['the database of the control plane', { source: { databases: ['rdsadmin'] } }, 'neither rdsadmin nor a template'],
    ['a template', { source: { databases: ['template1'] } }, 'neither rdsadmin nor a template'],
    ['an instance class that is none', { target: { instanceClass: 'large' } }, 'auroraRestore.0.target.instanceClass: "large" is not allowed, expected an instance class such as db.r6g.large'],
    ['a network that is neither new nor there', { target: { network: { vpc: 'vpc-1' } } }, 'either { cidr } to create a network or { vpcId, subnetIds, availabilityZones } to use one'],
    ['a network in one zone', { target: { network: { vpcId: 'vpc-0a1b2c3d', subnetIds: ['subnet-0a1b2c3d'], availabilityZones: ['us-west-2a'] } } }, 'auroraRestore.0.target.network.availabilityZones: ["us-west-2a"] is not allowed, expected two or more'],
    ['a network that has no room for three subnets', { target: { network: { cidr: '10.30.0.0/27' } } }, 'auroraRestore.0.target.network.cidr: "10.30.0.0/27" is not allowed, expected a CIDR block of /16 to /26, which has room'],
    ['clients from a range that is none', { target: { clientCidrs: ['10.30.0.1/16'] } }, 'auroraRestore.0.target.clientCidrs.0: "10.30.0.1/16" is not allowed, expected a CIDR block whose address is the first of its range'],
    ['clients from everywhere', { target: { clientCidrs: ['0.0.0.0/0'] } }, 'auroraRestore.0.target.clientCidrs.0:'],
    ['no clients', { target: { clientCidrs: [] } }, 'expected 1 or more entries'],
    ['days that are no number', { target: { keepCopiesDays: '7' } }, 'auroraRestore.0.target.keepCopiesDays: "7" is not allowed, expected a whole number from 0 to 365'],
    ['half a day', { target: { keepCopiesDays: 0.5 } }, 'auroraRestore.0.target.keepCopiesDays: 0.5 is not allowed'],
    ['captures that go at once', { source: { keepCapturesDays: 0 } }, 'auroraRestore.0.source.keepCapturesDays: 0 is not allowed, expected at least 1'],
    ['captures that go while they are restored', { source: { keepCapturesDays: 1 } }, 'auroraRestore.0.source.keepCapturesDays: 1 is not allowed, expected at least 2: a restore may begin with a snapshot of 26 h and copy it for 240 min'],
    ['a schedule that EventBridge refuses', { schedule: 'rate(1 days)' }, 'auroraRestore.0.schedule: "rate(1 days)" is not allowed, expected a schedule such as'],
    ['an objective that no restore can reach', { objectives: { rtoMinutes: 5, provenEveryHours: 48 } }, 'auroraRestore.0.objectives.rtoMinutes: 5 is not allowed, expected at least 30'],
    ['an objective that no alarm can watch', { objectives: { rtoMinutes: 60, provenEveryHours: 169 } }, 'expected at most 168'],
    ['a user with a reserved name', { users: { application: 'pg_app' } }, 'auroraRestore.0.users.application: "pg_app" is not allowed, expected a PostgreSQL role name in lower case, not starting with pg_ or rds'],
    ['a user with SQL in its name', { users: { readOnly: 'x"; DROP ROLE y' } }, 'auroraRestore.0.users.readOnly:'],
    ['one user for both', { users: { readOnly: 'orders_app' } }, 'auroraRestore.0.users.readOnly: "orders_app" is not allowed, expected another role than users.application'],
    ['a user that is kept and made', { users: { keep: ['reporting', 'orders_app'] } }, 'auroraRestore.0.users.keep.1: "orders_app" is not allowed, expected no role that the restore makes'],
    ['a masking of a database that is not restored', { masking: [{ ...EXAMPLE!.masking![0]!, database: 'invoices' }] }, 'auroraRestore.0.masking.0.database: "invoices" is not allowed, expected one of orders: it would not be masked'],
    ['a masking without a statement', { masking: [{ ...EXAMPLE!.masking![0]!, statement: '' }] }, 'auroraRestore.0.masking.0.statement: "" is not allowed'],
    ['a masking that is not proven by a query', { masking: [{ ...EXAMPLE!.masking![0]!, countsUnmasked: 'DELETE FROM sales.customers' }] }, 'expected a SELECT that counts what is left unmasked'],
    ['an answer to failure that is none', { onFailure: 'ignore' }, 'auroraRestore.0.onFailure: "ignore" is not allowed, expected one of "remove", "keep"'],
    ['a truth that is a text', { source: { deletable: 'true' } }, 'auroraRestore.0.source.deletable: "true" is not allowed, expected boolean'],
    ['another account without a key to share under', { source: { kmsKeyArn: undefined } }, 'auroraRestore.0.source.kmsKeyArn: is missing, expected the customer key of the source'],
    ['a capture that has no place to run', { source: { network: undefined } }, 'auroraRestore.0.source.network: is missing, expected where the capture function may run'],
    ['a reader without a secret', { source: { readerSecretArn: undefined } }, 'auroraRestore.0.source.readerSecretArn: is missing'],
  ])('is refused for %s, with the path and what is allowed', (_case, change, problem) => {
    expect(problemsOf(describeWith(change))).toEqual([expect.stringContaining(problem)]);
  });

  it('is refused when the target is the source itself', () => {
    const place = { account: 'production', region: 'ap-southeast-2', clusterIdentifier: 'orders' };

    expect(problemsOf(describeWith({ source: place, target: place }))).toEqual(['auroraRestore.0.target.clusterIdentifier: "orders" is the source cluster itself']);
  });

  it('may be of the same name in another place', () => {
    expect(problemsOf(describeWith({ target: { clusterIdentifier: 'orders' } }))).toEqual([]);
  });

  it('is refused when another has its name', () => {
    const description = describeWith();

    expect(problemsOf({ ...description, auroraRestore: [...description.auroraRestore, ...description.auroraRestore] })).toEqual(['auroraRestore.1.name: "orders-refresh" is taken by auroraRestore.0']);
  });
});

describe('the description of a deployment', () => {
  it('is the example’s', () => {
    expect(problemsOf(environment)).toEqual([]);
  });

  test.each<[string, Change, string]>([
    ['an unknown field', { region: 'eu-west-1' }, 'region: unknown field'],
    ['an account id with letters', { accounts: { ...environment.accounts, recovery: '22222222222a' } }, 'accounts.recovery: "22222222222a" is not allowed, expected an AWS account id of 12 digits'],
    ['an account id that is a number', { accounts: { ...environment.accounts, recovery: 222222222222 } }, 'accounts.recovery: 222222222222 is not allowed'],
    ['nobody to tell', { notifications: { email: [] } }, 'notifications.email: [] is not allowed, expected 1 or more entries'],
    ['an address that is none', { notifications: { email: ['team'] } }, 'notifications.email.0: "team" is not allowed, expected an e-mail address'],
    ['a webhook without TLS', { notifications: { ...environment.notifications, webhookUrl: 'http://example.com' } }, 'expected an https URL'],
    ['a name that is none', { name: '' }, 'name: "" is not allowed'],
  ])('is refused for %s', (_case, change, problem) => {
    expect(problemsOf(describeWith({}, change))).toEqual([expect.stringContaining(problem)]);
  });

  test.each([[null], ['example'], [[]], [undefined]])('is refused when it is %j', (description) => {
    expect(() => parseDeployment(description)).toThrow(InvalidInput);
  });
});
