import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { DescribeDBParametersCommand } from '@aws-sdk/client-rds';
import type { DeployedStack } from '../../../../../../local/cloud/deploy/stack-deployment';
import { deployResources } from '../../../../../support/deploy-resources';
import { AWAY, clusterArn, DatabaseCloud, instanceArn, ORDERS } from './rds-fixture';

type Resources = Parameters<typeof deployResources>[2];

describe('the RDS resources of CloudFormation', () => {
  let database: DatabaseCloud;
  beforeAll(async () => {
    database = await DatabaseCloud.start(ORDERS, AWAY);
  });
  afterAll(() => database.stop());

  const attributesOf = (stack: DeployedStack, id: string) => stack.resources.get(id)!.attributes!;

  it('make a cluster with its groups and instances', async () => {
    const resources: Resources = {
      Subnets: { Type: 'AWS::RDS::DBSubnetGroup', Properties: { DBSubnetGroupDescription: 'private', SubnetIds: [...database.subnetIds.get('111111111111/eu-west-1')!] } },
      Tuning: { Type: 'AWS::RDS::DBClusterParameterGroup', Properties: { Family: 'aurora-postgresql17', Description: 'tuning', Parameters: { 'rds.logical_replication': '1', statement_timeout: 60000 } } },
      Cluster: {
        Type: 'AWS::RDS::DBCluster',
        Properties: {
          Engine: 'aurora-postgresql',
          EngineVersion: '17.7',
          DatabaseName: 'shop',
          MasterUsername: 'owner',
          ManageMasterUserPassword: true,
          DBSubnetGroupName: { Ref: 'Subnets' },
          DBClusterParameterGroupName: { Ref: 'Tuning' },
          StorageEncrypted: true,
          BackupRetentionPeriod: 7,
          CopyTagsToSnapshot: true,
          ServerlessV2ScalingConfiguration: { MinCapacity: 0.5, MaxCapacity: 2 },
          Tags: [{ Key: 'system', Value: 'orders' }],
        },
      },
      Writer: { Type: 'AWS::RDS::DBInstance', Properties: { Engine: 'aurora-postgresql', DBClusterIdentifier: { Ref: 'Cluster' }, DBInstanceClass: 'db.serverless', PubliclyAccessible: false } },
    };

    const stack = await deployResources(database.cloud, ORDERS, resources, 'Orders');

    const { ref } = stack.resources.get('Cluster')!;
    expect(ref).toMatch(/^orders-cluster-[a-z0-9]+$/);
    expect(attributesOf(stack, 'Cluster')).toMatchObject({
      DBClusterArn: clusterArn(ORDERS, ref),
      'Endpoint.Address': expect.stringMatching(new RegExp(`^${ref}\\.cluster-`)) as string,
      'Endpoint.Port': '5432',
      'ReadEndpoint.Address': expect.stringMatching(new RegExp(`^${ref}\\.cluster-ro-`)) as string,
      DBClusterResourceId: expect.stringMatching(/^cluster-/) as string,
      'MasterUserSecret.SecretArn': expect.stringContaining(':secret:rds!cluster-') as string,
    });
    expect(await database.sql(clusterArn(ORDERS, ref), "select current_setting('wal_level') as level, current_setting('statement_timeout') as timeout")).toEqual([{ level: 'logical', timeout: '1min' }]);
  });

  it('make a replica of an instance in another region', async () => {
    const source = await deployResources(database.cloud, ORDERS, {
      Tuning: { Type: 'AWS::RDS::DBParameterGroup', Properties: { Family: 'postgres17', Description: 'tuning', Parameters: { 'rds.force_ssl': '1' } } },
      Primary: {
        Type: 'AWS::RDS::DBInstance',
        Properties: {
          DBInstanceIdentifier: 'Ledger',
          Engine: 'postgres',
          EngineVersion: '17.7',
          DBInstanceClass: 'db.t4g.medium',
          AllocatedStorage: '20',
          MasterUsername: 'owner',
          MasterUserPassword: 'first-of-all-passwords',
          BackupRetentionPeriod: 7,
          DBSubnetGroupName: 'private',
          DBParameterGroupName: { Ref: 'Tuning' },
          MultiAZ: true,
          DeletionProtection: true,
        },
      },
    }, 'Primary');

    const standby = await deployResources(database.cloud, AWAY, {
      Replica: {
        Type: 'AWS::RDS::DBInstance',
        Properties: {
          DBInstanceIdentifier: 'ledger-standby',
          SourceDBInstanceIdentifier: attributesOf(source, 'Primary')['DBInstanceArn'],
          SourceRegion: ORDERS.region,
          DBInstanceClass: 'db.t4g.medium',
          DBSubnetGroupName: 'private',
          BackupRetentionPeriod: 1,
        },
      },
    }, 'Standby');

    expect(attributesOf(source, 'Primary')).toMatchObject({ 'Endpoint.Port': '5432', DbiResourceId: expect.stringMatching(/^db-/) as string });
    expect(standby.resources.get('Replica')!.ref).toBe('ledger-standby');
    expect(await database.instance(AWAY, 'ledger-standby')).toMatchObject({ ReadReplicaSourceDBInstanceIdentifier: instanceArn(ORDERS, 'ledger'), BackupRetentionPeriod: 1 });
    const { Parameters } = await database.client(ORDERS).send(new DescribeDBParametersCommand({ DBParameterGroupName: source.resources.get('Tuning')!.ref, Source: 'user' }));
    expect(Parameters).toMatchObject([{ ParameterName: 'rds.force_ssl', ParameterValue: '1' }]);
  });

  it('sign for the region of an encrypted source when they are told it, and are refused otherwise', async () => {
    const source = await database.createInstance(ORDERS, 'sealed', { BackupRetentionPeriod: 7, StorageEncrypted: true });
    const { KeyMetadata } = await database.cloud.client(KMSClient, AWAY).send(new CreateKeyCommand({}));
    const properties = { DBInstanceIdentifier: 'sealed-standby', SourceDBInstanceIdentifier: source.DBInstanceArn, KmsKeyId: KeyMetadata!.Arn, DBInstanceClass: 'db.t4g.medium', DBSubnetGroupName: 'private' };
    const deploy = (more: object) => deployResources(database.cloud, AWAY, { Replica: { Type: 'AWS::RDS::DBInstance', Properties: { ...properties, ...more } } }, 'Sealed');

    await expect(deploy({})).rejects.toThrow(/pre-signed URL has to be specified/);
    await expect(deploy({ SourceRegion: ORDERS.region })).resolves.toMatchObject({ resources: expect.anything() as unknown });
  });

  it('fail for a property that they do not understand', async () => {
    const cluster = { Type: 'AWS::RDS::DBCluster', Properties: { Engine: 'aurora-postgresql', MasterUsername: 'owner', MasterUserPassword: 'first-of-all-passwords', DBSubnetGroupName: 'private', BacktrackWindow: 3600 } };

    await expect(deployResources(database.cloud, ORDERS, { Cluster: cluster }, 'Odd')).rejects.toThrow(/does not understand Odd.Cluster.BacktrackWindow/);
  });
});
