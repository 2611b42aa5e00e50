import { CreateSecurityGroupCommand, DescribeSecurityGroupsCommand, DescribeSubnetsCommand, EC2Client, AuthorizeSecurityGroupIngressCommand } from '@aws-sdk/client-ec2';
import { CreateDBClusterCommand, CreateDBInstanceCommand, DescribeDBClustersCommand, DescribeDBInstancesCommand, RDSClient } from '@aws-sdk/client-rds';
import { Client } from 'pg';
import { ClientMachine } from '../../rehearsal/client-machine';
import type { Stage } from '../../rehearsal/stage';
import type { PipelineWorld, SourceCluster } from './pipeline-world';
import { CONTENT_STATEMENTS, READER, roleStatements, VAULT_USER } from './source-data';

const MASTER = { user: 'dba', password: 'Master-of-the-shop-1' } as const;
const VAULT_PASSWORD = 'makes-logins-1';
const POSTGRES_PORT = 5432;
const DAY_MS = 86_400_000;
const HOUR_SECONDS = 3600;

/** Makes the source in the subnets that the deployment made for it, fills it, and tells Vault how to make logins in it. */
export async function createSource(stage: Stage<PipelineWorld>, world: PipelineWorld): Promise<SourceCluster> {
  const { database } = world.config.source;
  const bastion = await createBastion(stage, world);
  const endpoint = await createCluster(stage, world);
  const administrator = { host: endpoint, port: POSTGRES_PORT, database, ...MASTER };
  await bastion.query(administrator, async (client) => {
    for (const statement of [...roleStatements(VAULT_PASSWORD), ...CONTENT_STATEMENTS]) await client.query(statement);
  });
  tellVault(stage, world, endpoint);
  return { administrator, bastion, instanceIdentifier: instanceOf(world) };
}

function prefixOf({ config }: PipelineWorld): string {
  return `snowflake-replicator-${config.name}`;
}

function instanceOf({ config }: PipelineWorld): string {
  return `${config.source.clusterIdentifier}-1`;
}

async function databaseGroupOf(stage: Stage<PipelineWorld>, world: PipelineWorld): Promise<{ readonly groupId: string; readonly vpcId: string }> {
  const { SecurityGroups: [group] = [] } = await stage.client(EC2Client, world.place).send(new DescribeSecurityGroupsCommand({ Filters: [{ Name: 'group-name', Values: [`${prefixOf(world)}-database`] }] }));
  return { groupId: group?.GroupId ?? '', vpcId: group?.VpcId ?? '' };
}

/** A machine in a subnet of the database, from which people work. */
async function createBastion(stage: Stage<PipelineWorld>, world: PipelineWorld): Promise<ClientMachine> {
  const ec2 = stage.client(EC2Client, world.place);
  const { groupId, vpcId } = await databaseGroupOf(stage, world);
  const { Subnets: [subnet] = [] } = await ec2.send(new DescribeSubnetsCommand({ Filters: [{ Name: 'vpc-id', Values: [vpcId] }, { Name: 'cidr-block', Values: ['10.0.10.0/24'] }] }));
  const { GroupId: bastionGroup = '' } = await ec2.send(new CreateSecurityGroupCommand({ VpcId: vpcId, GroupName: 'bastion', Description: 'people' }));
  const fromBastion = { IpProtocol: 'tcp', FromPort: POSTGRES_PORT, ToPort: POSTGRES_PORT, UserIdGroupPairs: [{ GroupId: bastionGroup }] };
  await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: groupId, IpPermissions: [fromBastion] }));
  return new ClientMachine(stage.cloud, { name: 'bastion of the shop', place: world.place, subnetId: subnet?.SubnetId ?? '', securityGroupIds: [bastionGroup] });
}

async function createCluster(stage: Stage<PipelineWorld>, world: PipelineWorld): Promise<string> {
  const rds = stage.client(RDSClient, world.place);
  const { clusterIdentifier: DBClusterIdentifier, database: DatabaseName } = world.config.source;
  const { groupId } = await databaseGroupOf(stage, world);
  await rds.send(
    new CreateDBClusterCommand({
      DBClusterIdentifier,
      Engine: 'aurora-postgresql',
      MasterUsername: MASTER.user,
      MasterUserPassword: MASTER.password,
      DatabaseName,
      DBSubnetGroupName: prefixOf(world),
      VpcSecurityGroupIds: [groupId],
      StorageEncrypted: true,
    }),
  );
  const cluster = async () => (await rds.send(new DescribeDBClustersCommand({ DBClusterIdentifier }))).DBClusters?.[0];
  await stage.until(`cluster ${DBClusterIdentifier} is available`, DAY_MS, async () => ((await cluster())?.Status === 'available' ? true : undefined));
  const DBInstanceIdentifier = instanceOf(world);
  await rds.send(new CreateDBInstanceCommand({ DBInstanceIdentifier, DBClusterIdentifier, DBInstanceClass: 'db.r6g.large', Engine: 'aurora-postgresql' }));
  await stage.until(`instance ${DBInstanceIdentifier} is available`, DAY_MS, async () => {
    const { DBInstances: [instance] = [] } = await rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier }));
    return instance?.DBInstanceStatus === 'available' ? true : undefined;
  });
  return (await cluster())?.Endpoint ?? '';
}

/** Vault's own way to the database is the business of whoever runs it. */
function tellVault(stage: Stage<PipelineWorld>, { config, vault }: PipelineWorld, endpoint: string): void {
  const { credentials, database } = config.source;
  if (credentials.kind !== 'dynamic') return;
  const connect = async () => {
    const port = stage.cloud.services.compute.fabric.localPortNamed(endpoint, POSTGRES_PORT);
    if (port === undefined) throw new Error(`nothing listens on ${endpoint}`);
    const client = new Client({ host: '127.0.0.1', port, user: VAULT_USER, password: VAULT_PASSWORD, database, ssl: { ca: stage.cloud.certificates.certificatePem, servername: endpoint } });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  };
  vault.configure({
    databases: { [config.source.clusterIdentifier]: { connect, allowedRoles: [credentials.role] } },
    databaseRoles: {
      [credentials.role]: {
        database: config.source.clusterIdentifier,
        creationStatements: [`CREATE ROLE "{{name}}" LOGIN PASSWORD '{{password}}' VALID UNTIL '{{expiration}}' IN ROLE ${READER}`],
        defaultTtlSeconds: HOUR_SECONDS,
        maxTtlSeconds: HOUR_SECONDS * 4,
      },
    },
  });
}
