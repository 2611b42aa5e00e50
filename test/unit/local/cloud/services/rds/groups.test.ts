import { CreateSubnetCommand, CreateVpcCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  AddTagsToResourceCommand,
  CreateDBParameterGroupCommand,
  CreateDBSubnetGroupCommand,
  DBSubnetGroupDoesNotCoverEnoughAZs,
  DeleteDBParameterGroupCommand,
  DeleteDBSubnetGroupCommand,
  DescribeAccountAttributesCommand,
  DescribeDBEngineVersionsCommand,
  DescribeDBParametersCommand,
  DescribeDBSubnetGroupsCommand,
  DescribeGlobalClustersCommand,
  DescribeOrderableDBInstanceOptionsCommand,
  DescribePendingMaintenanceActionsCommand,
  InvalidDBSubnetGroupStateFault,
  InvalidSubnet,
  ListTagsForResourceCommand,
  ModifyDBParameterGroupCommand,
  RDSClient,
  RebootDBInstanceCommand,
  RemoveTagsFromResourceCommand,
  type Parameter,
} from '@aws-sdk/client-rds';
import { actAs, allow } from '../../../../../support/role-session';
import { DatabaseCloud, instanceArn, ORDERS } from './rds-fixture';

describe('parameter groups', () => {
  let database: DatabaseCloud;
  beforeAll(async () => {
    database = await DatabaseCloud.start(ORDERS);
  });
  afterAll(() => database.stop());

  async function createGroup(DBParameterGroupName: string): Promise<void> {
    await database.client(ORDERS).send(new CreateDBParameterGroupCommand({ DBParameterGroupName, DBParameterGroupFamily: 'postgres17', Description: 'for a test' }));
  }

  async function modify(DBParameterGroupName: string, ...Parameters: Parameter[]): Promise<void> {
    await database.client(ORDERS).send(new ModifyDBParameterGroupCommand({ DBParameterGroupName, Parameters }));
  }

  const show = async (arn: string, name: string) => (await database.sql(arn, `select current_setting('${name}') as value`))[0]!['value'];

  it('reach the server: dynamic parameters at once, static ones with a reboot', async () => {
    await createGroup('tuned');
    await modify('tuned', { ParameterName: 'statement_timeout', ParameterValue: '90000', ApplyMethod: 'immediate' });
    await database.createInstance(ORDERS, 'tuned', { DBParameterGroupName: 'tuned', BackupRetentionPeriod: 0 });
    const arn = instanceArn(ORDERS, 'tuned');
    const atFirst = await show(arn, 'statement_timeout');

    await modify('tuned', { ParameterName: 'statement_timeout', ParameterValue: '45000', ApplyMethod: 'immediate' });
    await modify('tuned', { ParameterName: 'rds.logical_replication', ParameterValue: '1', ApplyMethod: 'pending-reboot' });
    const beforeReboot = [await show(arn, 'statement_timeout'), await show(arn, 'wal_level'), (await database.instance(ORDERS, 'tuned')).DBParameterGroups];
    await database.client(ORDERS).send(new RebootDBInstanceCommand({ DBInstanceIdentifier: 'tuned' }));
    await database.untilInstance(ORDERS, 'tuned');

    expect(atFirst).toBe('90s');
    expect(beforeReboot).toEqual(['45s', 'replica', [{ DBParameterGroupName: 'tuned', ParameterApplyStatus: 'pending-reboot' }]]);
    expect([await show(arn, 'statement_timeout'), await show(arn, 'wal_level')]).toEqual(['45s', 'logical']);
    expect((await database.instance(ORDERS, 'tuned')).DBParameterGroups).toEqual([{ DBParameterGroupName: 'tuned', ParameterApplyStatus: 'in-sync' }]);
    await expect(database.client(ORDERS).send(new DeleteDBParameterGroupCommand({ DBParameterGroupName: 'tuned' }))).rejects.toMatchObject({ name: 'InvalidDBParameterGroupStateFault' });
  });

  it('list what was set as such', async () => {
    await createGroup('listed');
    await modify('listed', { ParameterName: 'log_statement', ParameterValue: 'ddl', ApplyMethod: 'immediate' });

    const { Parameters } = await database.client(ORDERS).send(new DescribeDBParametersCommand({ DBParameterGroupName: 'listed', Source: 'user' }));

    expect(Parameters).toMatchObject([{ ParameterName: 'log_statement', ParameterValue: 'ddl', Source: 'user', ApplyType: 'dynamic' }]);
  });

  it.each([
    ['a parameter that does not exist', { ParameterName: 'make_fast', ParameterValue: '1', ApplyMethod: 'immediate' }, /Could not find parameter with name: make_fast/],
    ['a value out of bounds', { ParameterName: 'log_statement', ParameterValue: 'most', ApplyMethod: 'immediate' }, /Invalid parameter value: most/],
    ['a static parameter at once', { ParameterName: 'track_commit_timestamp', ParameterValue: '1', ApplyMethod: 'immediate' }, /static parameter/],
  ] as const)('refuse %s', async (_case, parameter, message) => {
    await createGroup('strict').catch(() => undefined);

    await expect(modify('strict', { ...parameter })).rejects.toThrow(message);
  });

  it('are of a family that has to fit the version', async () => {
    await createGroup('for-postgres');

    await expect(database.createInstance(ORDERS, 'misfit', { DBParameterGroupName: 'for-postgres', EngineVersion: '16.9' })).rejects.toMatchObject({ name: 'InvalidParameterCombination' });
    await expect(modify('default.postgres17', { ParameterName: 'log_statement', ParameterValue: 'ddl', ApplyMethod: 'immediate' })).rejects.toMatchObject({ name: 'InvalidDBParameterGroupStateFault' });
  });
});

describe('subnet groups, tags and what RDS says about itself', () => {
  let database: DatabaseCloud;
  beforeAll(async () => {
    database = await DatabaseCloud.start(ORDERS);
  });
  afterAll(() => database.stop());

  async function createGroup(DBSubnetGroupName: string, ...SubnetIds: string[]): Promise<void> {
    await database.client(ORDERS).send(new CreateDBSubnetGroupCommand({ DBSubnetGroupName, DBSubnetGroupDescription: 'for a test', SubnetIds }));
  }

  it('need subnets of one VPC in two zones', async () => {
    const [first = ''] = [...database.subnetIds.values()][0]!;
    const ec2 = database.cloud.client(EC2Client, ORDERS);
    const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.9.0.0/16' }));
    const { Subnet } = await ec2.send(new CreateSubnetCommand({ VpcId: Vpc!.VpcId, CidrBlock: '10.9.1.0/24', AvailabilityZone: 'eu-west-1b' }));

    await expect(createGroup('one-zone', first)).rejects.toBeInstanceOf(DBSubnetGroupDoesNotCoverEnoughAZs);
    await expect(createGroup('two-vpcs', first, Subnet!.SubnetId!)).rejects.toBeInstanceOf(InvalidSubnet);
    await expect(createGroup('nowhere', first, 'subnet-00000000000000000')).rejects.toBeInstanceOf(InvalidSubnet);
  });

  it('stay as long as a database is in them', async () => {
    const rds = database.client(ORDERS);
    await createGroup('spare', ...[...database.subnetIds.values()][0]!);
    await database.createCluster(ORDERS, 'resident');

    await rds.send(new DeleteDBSubnetGroupCommand({ DBSubnetGroupName: 'spare' }));

    await expect(rds.send(new DescribeDBSubnetGroupsCommand({ DBSubnetGroupName: 'spare' }))).rejects.toMatchObject({ name: 'DBSubnetGroupNotFoundFault' });
    await expect(rds.send(new DeleteDBSubnetGroupCommand({ DBSubnetGroupName: 'private' }))).rejects.toBeInstanceOf(InvalidDBSubnetGroupStateFault);
  });

  it('carry tags that decide who may touch what', async () => {
    const rds = database.client(ORDERS);
    const { DBClusterArn } = await database.createCluster(ORDERS, 'tagged', { Tags: [{ Key: 'operation', Value: '42' }] });
    await rds.send(new AddTagsToResourceCommand({ ResourceName: DBClusterArn, Tags: [{ Key: 'team', Value: 'orders' }] }));
    await rds.send(new RemoveTagsFromResourceCommand({ ResourceName: DBClusterArn, TagKeys: ['operation'] }));
    const owner = await actAs(database.cloud, ORDERS.account, 'owner', [allow('rds:AddTagsToResource', '*', { Condition: { StringEquals: { 'aws:ResourceTag/team': 'orders' } } })]);
    const tag = (ResourceName: string) => owner.client(RDSClient, ORDERS.region).send(new AddTagsToResourceCommand({ ResourceName, Tags: [{ Key: 'seen', Value: 'yes' }] }));

    await expect(tag(DBClusterArn!)).resolves.toBeDefined();
    await expect(tag('arn:aws:rds:eu-west-1:111111111111:subgrp:private')).rejects.toMatchObject({ name: 'AccessDenied' });
    expect((await rds.send(new ListTagsForResourceCommand({ ResourceName: DBClusterArn }))).TagList).toEqual([
      { Key: 'team', Value: 'orders' },
      { Key: 'seen', Value: 'yes' },
    ]);
    await expect(database.createCluster(ORDERS, 'reserved', { Tags: [{ Key: 'aws:own', Value: 'x' }] })).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  });

  it('answers what there is, and what there is not', async () => {
    const rds = database.client(ORDERS);
    const { AccountQuotas } = await rds.send(new DescribeAccountAttributesCommand({}));
    const { DBEngineVersions } = await rds.send(new DescribeDBEngineVersionsCommand({ Engine: 'aurora-postgresql', EngineVersion: '17' }));
    const { OrderableDBInstanceOptions } = await rds.send(new DescribeOrderableDBInstanceOptionsCommand({ Engine: 'aurora-postgresql', DBInstanceClass: 'db.r6g.large' }));

    expect(AccountQuotas).toContainEqual({ AccountQuotaName: 'ManualClusterSnapshots', Used: 0, Max: 100 });
    expect(DBEngineVersions!.map(({ DBParameterGroupFamily }) => DBParameterGroupFamily)).toContain('aurora-postgresql17');
    expect(OrderableDBInstanceOptions).toHaveLength(1);
    expect((await rds.send(new DescribeGlobalClustersCommand({}))).GlobalClusters).toEqual([]);
    expect((await rds.send(new DescribePendingMaintenanceActionsCommand({}))).PendingMaintenanceActions).toEqual([]);
  });
});
