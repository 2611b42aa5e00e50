import { DescribeStatementCommand, ExecuteStatementCommand, GetStatementResultCommand, RedshiftDataClient } from '@aws-sdk/client-redshift-data';
import {
  ConvertRecoveryPointToSnapshotCommand,
  CreateNamespaceCommand,
  CreateSnapshotCommand,
  CreateWorkgroupCommand,
  DeleteNamespaceCommand,
  DeleteWorkgroupCommand,
  GetNamespaceCommand,
  GetSnapshotCommand,
  GetWorkgroupCommand,
  ListRecoveryPointsCommand,
  ListSnapshotsCommand,
  ListTagsForResourceCommand,
  paginateListSnapshots,
  PutResourcePolicyCommand,
  RedshiftServerlessClient,
  RestoreFromRecoveryPointCommand,
  RestoreFromSnapshotCommand,
  UpdateSnapshotCommand,
} from '@aws-sdk/client-redshift-serverless';
import type { Place } from '../../../../../../local/cloud/gateway/service';
import { deployResources } from '../../../../../support/deploy-resources';
import { actAs, allow, policyText } from '../../../../../support/role-session';
import { PASSWORD, snapshotArn, SOURCE, STRANGER, TARGET, WarehouseCloud } from '../redshift/redshift-fixture';

const NAMES = { namespaceName: 'lake', workgroupName: 'readers' };

describe('Redshift Serverless', () => {
  let warehouse: WarehouseCloud;
  let serverless: RedshiftServerlessClient;
  beforeAll(async () => {
    warehouse = await WarehouseCloud.start(SOURCE, TARGET, STRANGER);
    serverless = client(SOURCE);
    await createLake(SOURCE);
    await sql(SOURCE, 'create table sale as select n from generate_series(1, 7) as n');
    await sql(SOURCE, 'grant select on sale to public');
  });
  afterAll(() => warehouse.stop());

  function client(place: Place): RedshiftServerlessClient {
    return warehouse.cloud.client(RedshiftServerlessClient, place);
  }

  async function createLake(place: Place): Promise<void> {
    await client(place).send(new CreateNamespaceCommand({ namespaceName: NAMES.namespaceName, adminUsername: 'awsuser', adminUserPassword: PASSWORD, tags: [{ key: 'team', value: 'data' }] }));
    await client(place).send(new CreateWorkgroupCommand({ ...NAMES, subnetIds: await warehouse.subnetsOfThreeZones(place) }));
    await untilReady(place);
  }

  async function untilReady(place: Place): Promise<void> {
    await warehouse.until(() => client(place).send(new GetNamespaceCommand(NAMES)), ({ namespace }) => namespace?.status === 'AVAILABLE');
    await warehouse.until(() => client(place).send(new GetWorkgroupCommand(NAMES)), ({ workgroup }) => workgroup?.status === 'AVAILABLE');
  }

  /** Runs a statement through the Data API. */
  async function sql(place: Place, Sql: string): Promise<unknown> {
    const data = warehouse.cloud.client(RedshiftDataClient, place);
    const { Id, HasResultSet, Status } = await data.send(new ExecuteStatementCommand({ WorkgroupName: NAMES.workgroupName, Database: 'dev', Sql, WaitTimeSeconds: 10 }));
    if (Status !== 'FINISHED') throw new Error((await data.send(new DescribeStatementCommand({ Id }))).Error);
    if (!HasResultSet) return undefined;
    return Object.values((await data.send(new GetStatementResultCommand({ Id }))).Records![0]![0]!)[0];
  }

  async function snapshot(snapshotName: string, retentionPeriod?: number): Promise<string> {
    await serverless.send(new CreateSnapshotCommand({ namespaceName: NAMES.namespaceName, snapshotName, retentionPeriod }));
    const ready = await warehouse.until(() => serverless.send(new GetSnapshotCommand({ snapshotName })), (seen) => seen.snapshot?.status === 'AVAILABLE');
    return ready.snapshot!.snapshotArn!;
  }

  it('has a namespace with data and a workgroup that answers, each in its time', async () => {
    const { namespace } = await serverless.send(new GetNamespaceCommand(NAMES));
    const { workgroup } = await serverless.send(new GetWorkgroupCommand(NAMES));

    expect(namespace).toMatchObject({ adminUsername: 'awsuser', dbName: 'dev', kmsKeyId: 'AWS_OWNED_KMS_KEY' });
    expect(workgroup!.endpoint).toMatchObject({ address: 'readers.111111111111.eu-west-1.redshift-serverless.amazonaws.com', port: 5439 });
    expect((await serverless.send(new ListTagsForResourceCommand({ resourceArn: namespace!.namespaceArn }))).tags).toEqual([{ key: 'team', value: 'data' }]);
    await expect(serverless.send(new DeleteNamespaceCommand(NAMES))).rejects.toMatchObject({ name: 'ConflictException' });
    expect(await sql(SOURCE, 'select count(*) from sale')).toBe(7);
  });

  it('takes subnets in three zones, no fewer', async () => {
    const place = TARGET;
    await client(place).send(new CreateNamespaceCommand({ namespaceName: 'narrow' }));

    const create = new CreateWorkgroupCommand({ namespaceName: 'narrow', workgroupName: 'narrow', subnetIds: [...warehouse.subnetIds.get(`${place.account}/${place.region}`)!] });

    await expect(client(place).send(create)).rejects.toThrow('at least 3 Availability Zones, these are in 2');
  });

  it('keeps snapshots as long as they are to be kept', async () => {
    await snapshot('brief', 1);
    await snapshot('longer', 1);
    await serverless.send(new UpdateSnapshotCommand({ snapshotName: 'longer', retentionPeriod: 5 }));
    await warehouse.passMinutes(1.1 * 24 * 60);
    const names = [];
    for await (const { snapshots } of paginateListSnapshots({ client: serverless, pageSize: 1 }, {})) names.push(...snapshots!.map(({ snapshotName }) => snapshotName));

    expect(names).toContain('longer');
    expect(names).not.toContain('brief');
  });

  it('makes a recovery point every half hour, keeps it a day, and turns it into a snapshot', async () => {
    await warehouse.passMinutes(25 * 60);
    const { recoveryPoints } = await serverless.send(new ListRecoveryPointsCommand({ namespaceName: NAMES.namespaceName }));
    const [newest] = recoveryPoints!;
    await serverless.send(new ConvertRecoveryPointToSnapshotCommand({ recoveryPointId: newest!.recoveryPointId, snapshotName: 'kept' }));
    await warehouse.passMinutes(25 * 60);

    expect(recoveryPoints!.length).toBeGreaterThanOrEqual(47);
    expect(recoveryPoints!.length).toBeLessThanOrEqual(49);
    await expect(serverless.send(new GetSnapshotCommand({ snapshotName: 'kept' }))).resolves.toMatchObject({ snapshot: { status: 'AVAILABLE' } });
    await expect(serverless.send(new RestoreFromRecoveryPointCommand({ ...NAMES, recoveryPointId: newest!.recoveryPointId }))).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('shares a snapshot by its policy, with the account that the policy names', async () => {
    const resourceArn = await snapshot('shared');
    await createLake(TARGET);
    const restore = new RestoreFromSnapshotCommand({ ...NAMES, snapshotArn: resourceArn, ownerAccount: SOURCE.account, manageAdminPassword: true });

    await expect(client(TARGET).send(restore)).rejects.toMatchObject({ name: 'AccessDeniedException' });
    // The form that AWS documents: without a resource.
    const Policy = policyText({ Effect: 'Allow', Action: ['redshift-serverless:RestoreFromSnapshot'], Principal: { AWS: [TARGET.account] } });
    await serverless.send(new PutResourcePolicyCommand({ resourceArn, policy: Policy }));
    const seen = await client(TARGET).send(new ListSnapshotsCommand({ ownerAccount: SOURCE.account }));
    await client(TARGET).send(restore);
    await untilReady(TARGET);

    expect(seen.snapshots!.map(({ snapshotName }) => snapshotName)).toEqual(['shared']);
    expect(await sql(TARGET, 'select count(*) from sale')).toBe(7);
    const { namespace } = await client(TARGET).send(new GetNamespaceCommand(NAMES));
    expect(namespace!.adminPasswordSecretArn).toContain('secret:redshift!lake-awsuser-');
    expect((await client(STRANGER).send(new ListSnapshotsCommand({ ownerAccount: SOURCE.account }))).snapshots).toEqual([]);
    expect((await serverless.send(new GetSnapshotCommand({ snapshotName: 'shared' }))).snapshot!.accountsWithRestoreAccess).toEqual([TARGET.account]);
  });

  it('replaces all that a namespace holds, also with the snapshot of a cluster', async () => {
    await warehouse.createCluster(SOURCE, 'provisioned');
    await warehouse.sql(SOURCE, 'provisioned', 'create table only_here as select 42 as n; grant select on only_here to public');
    await warehouse.snapshot(SOURCE, 'provisioned', 'moving');
    const saved = await snapshot('saved');

    await serverless.send(new RestoreFromSnapshotCommand({ ...NAMES, snapshotArn: snapshotArn(SOURCE, 'provisioned', 'moving') }));
    await expect(serverless.send(new RestoreFromSnapshotCommand({ ...NAMES, snapshotName: 'saved' }))).rejects.toMatchObject({ name: 'ConflictException' });
    await untilReady(SOURCE);
    const moved = await sql(SOURCE, 'select n from only_here');
    await serverless.send(new RestoreFromSnapshotCommand({ ...NAMES, snapshotArn: saved }));
    await untilReady(SOURCE);

    expect(moved).toBe(42);
    await expect(sql(SOURCE, "select count(*) from pg_tables where tablename = 'only_here'")).resolves.toBe(0);
  });

  it('gives credentials and data to who may use the workgroup', async () => {
    const { workgroup } = await serverless.send(new GetWorkgroupCommand(NAMES));
    const acting = async (name: string, ...actions: string[]) => (await actAs(warehouse.cloud, SOURCE.account, name, [allow(actions, workgroup!.workgroupArn)])).client(RedshiftDataClient, SOURCE.region);
    const statement = new ExecuteStatementCommand({ WorkgroupName: NAMES.workgroupName, Database: 'dev', Sql: 'select 1' });

    await expect((await acting('with-both', 'redshift-data:ExecuteStatement', 'redshift-serverless:GetCredentials')).send(statement)).resolves.toMatchObject({ DbUser: 'IAMR:with-both' });
    await expect((await acting('without-login', 'redshift-data:ExecuteStatement')).send(statement)).rejects.toThrow(/redshift-serverless:GetCredentials/);
  });

  it('is made by a template, and goes when it is deleted', async () => {
    const stack = await deployResources(warehouse.cloud, STRANGER, {
      Namespace: { Type: 'AWS::RedshiftServerless::Namespace', Properties: { NamespaceName: 'templated', AdminUsername: 'awsuser', ManageAdminPassword: true } },
      Workgroup: { Type: 'AWS::RedshiftServerless::Workgroup', Properties: { WorkgroupName: 'templated', NamespaceName: { Ref: 'Namespace' }, BaseCapacity: 8, SubnetIds: await warehouse.subnetsOfThreeZones(STRANGER) } },
    });
    const far = client(STRANGER);

    expect(stack.resources.get('Workgroup')!.attributes).toMatchObject({ 'Workgroup.Endpoint.Port': 5439, 'Workgroup.Status': 'AVAILABLE' });
    expect(stack.resources.get('Namespace')!.attributes!['Namespace.AdminPasswordSecretArn']).toMatch(/^arn:aws:secretsmanager/);
    await far.send(new DeleteWorkgroupCommand({ workgroupName: 'templated' }));
    await warehouse.passMinutes(3);
    await far.send(new DeleteNamespaceCommand({ namespaceName: 'templated', finalSnapshotName: 'last' }));
    await warehouse.passMinutes(3);
    await expect(far.send(new GetNamespaceCommand({ namespaceName: 'templated' }))).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await expect(far.send(new GetSnapshotCommand({ snapshotName: 'last' }))).resolves.toMatchObject({ snapshot: { status: 'AVAILABLE' } });
  });
});
