import { CreateSecurityGroupCommand, CreateSubnetCommand, CreateVpcCommand, CreateVpcEndpointCommand, AuthorizeSecurityGroupIngressCommand, DescribeRouteTablesCommand, EC2Client, ModifyVpcAttributeCommand, type ResourceType } from '@aws-sdk/client-ec2';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { CreateDBClusterCommand, CreateDBInstanceCommand, CreateDBSubnetGroupCommand, DescribeDBClustersCommand, DescribeDBInstancesCommand, RDSClient } from '@aws-sdk/client-rds';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { AuroraRestoreConfig } from '../../../lib/config/aurora-restore';
import { ID_TAG } from '../../cloud/gateway/requested-id';
import type { Place } from '../../cloud/gateway/service';
import { ClientMachine, type DatabaseLogin } from '../../rehearsal/client-machine';
import { Schedules } from '../../rehearsal/schedules';
import type { Stage } from '../../rehearsal/stage';
import { contentStatements, FEW_ROWS, MANY_ROWS, roleStatements, type Rows } from './source-data';

/** The administrator of production. */
export const MASTER = { user: 'dba', password: 'Master-of-production-1' } as const;
/** What the owner of the source's key lets the account that restores hand on to RDS. */
export const GRANTS_FOR_RESTORE = 'GrantsForRestore';
const READER_PASSWORD = 'reads-everything-1';
const DAY_MS = 86_400_000;

/** A source cluster and somebody at a machine beside it. */
export interface SourceWorld {
  readonly config: AuroraRestoreConfig;
  readonly place: Place;
  readonly clusterArn: string;
  readonly administrator: DatabaseLogin;
  readonly bastion: ClientMachine;
  readonly rows: Rows;
}

/** What was there before the pipelines: one source cluster each, by the pipeline's name. */
export type AuroraRestoreWorld = ReadonlyMap<string, SourceWorld>;

/** The source of a pipeline. */
export function sourceOf(world: AuroraRestoreWorld, pipeline: string): SourceWorld {
  const source = world.get(pipeline);
  if (!source) throw new Error(`there is no pipeline ${pipeline}`);
  return source;
}

/** The schedules of all pipelines, wherever they are. */
export function schedulesOf(stage: Stage<AuroraRestoreWorld>): Schedules {
  const places = [...stage.world.values()].flatMap(({ place, config: { target } }) => [place, stage.place(target.account, target.region)]);
  const distinct = new Map(places.map((place) => [`${place.account} ${place.region}`, place]));
  return new Schedules(stage, 'aurora-restore-', [...distinct.values()]);
}

/** Makes the networks, keys, secrets and filled clusters that the deployment names. */
export async function createWorld(stage: Stage<undefined>): Promise<AuroraRestoreWorld> {
  const worlds = stage.deployment.auroraRestore.map(async (config) => [config.name, await createSource(stage, config)] as const);
  return new Map(await Promise.all(worlds));
}

async function createSource(stage: Stage<undefined>, config: AuroraRestoreConfig): Promise<SourceWorld> {
  const place = stage.place(config.source.account, config.source.region);
  const keyArn = config.source.kmsKeyArn && (await createKey(stage, place, config));
  const network = await createNetwork(stage, place, config);
  const { clusterArn, endpoint } = await createCluster(stage, place, config, keyArn, network.databaseGroup);
  const bastion = new ClientMachine(stage.cloud, { name: `bastion of ${config.source.clusterIdentifier}`, place, subnetId: network.subnetIds[0] ?? '', securityGroupIds: [network.bastionGroup] });
  const [database = 'postgres'] = config.source.databases;
  const administrator = { host: endpoint, port: 5432, database, ...MASTER };
  const rows = config.name === 'orders-refresh' ? MANY_ROWS : FEW_ROWS;
  await fill(bastion, administrator, rows);
  await createReaderSecret(stage, place, config);
  return { config, place, clusterArn, administrator, bastion, rows };
}

async function createKey(stage: Stage<undefined>, place: Place, { source, target }: AuroraRestoreConfig): Promise<string> {
  const targetAccount = stage.place(target.account, target.region).account;
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Sid: 'Owner', Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${place.account}:root` }, Action: 'kms:*', Resource: '*' },
      // What docs/runbooks/aurora-restore.md asks the owner of the key to add.
      { Sid: 'UseByRestore', Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${targetAccount}:root` }, Action: ['kms:Decrypt', 'kms:DescribeKey'], Resource: '*' },
      { Sid: GRANTS_FOR_RESTORE, Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${targetAccount}:root` }, Action: 'kms:CreateGrant', Resource: '*', Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } } },
    ],
  });
  const id = source.kmsKeyArn?.split('/').pop() ?? '';
  const { KeyMetadata } = await stage.client(KMSClient, place).send(new CreateKeyCommand({ Policy, Tags: [{ TagKey: ID_TAG, TagValue: id }] }));
  return KeyMetadata?.Arn ?? '';
}

async function createNetwork(stage: Stage<undefined>, place: Place, { source }: AuroraRestoreConfig): Promise<{ subnetIds: string[]; databaseGroup: string; bastionGroup: string }> {
  const ec2 = stage.client(EC2Client, place);
  const named = (type: ResourceType, id: string | undefined) => (id === undefined ? [] : [{ ResourceType: type, Tags: [{ Key: ID_TAG, Value: id }] }]);
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.10.0.0/16', TagSpecifications: named('vpc', source.network?.vpcId) }));
  const VpcId = Vpc?.VpcId ?? '';
  const subnetIds: string[] = [];
  for (const [index, zone] of ['a', 'b'].entries()) {
    const subnet = { VpcId, CidrBlock: `10.10.${index}.0/24`, AvailabilityZone: `${place.region}${zone}`, TagSpecifications: named('subnet', source.network?.subnetIds[index]) };
    subnetIds.push((await ec2.send(new CreateSubnetCommand(subnet))).Subnet?.SubnetId ?? '');
  }
  const group = async (GroupName: string, id: string | undefined) => (await ec2.send(new CreateSecurityGroupCommand({ VpcId, GroupName, Description: GroupName, TagSpecifications: named('security-group', id) }))).GroupId ?? '';
  const databaseGroup = await group('database', source.network?.databaseSecurityGroupId);
  const bastionGroup = await group('bastion', undefined);
  const fromBastion = { IpProtocol: 'tcp', FromPort: 5432, ToPort: 5432, UserIdGroupPairs: [{ GroupId: bastionGroup }] };
  await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: databaseGroup, IpPermissions: [fromBastion] }));
  await createEndpoints(ec2, place, VpcId, subnetIds);
  return { subnetIds, databaseGroup, bastionGroup };
}

/** Docs/runbooks/aurora-restore.md says which endpoints the network of a source needs for the function that takes manifests. */
async function createEndpoints(ec2: EC2Client, { region }: Place, VpcId: string, SubnetIds: string[]): Promise<void> {
  const { RouteTables = [] } = await ec2.send(new DescribeRouteTablesCommand({ Filters: [{ Name: 'vpc-id', Values: [VpcId] }] }));
  const RouteTableIds = RouteTables.map(({ RouteTableId = '' }) => RouteTableId);
  const { GroupId = '' } = await ec2.send(new CreateSecurityGroupCommand({ VpcId, GroupName: 'endpoints', Description: 'HTTPS from the network' }));
  await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [{ IpProtocol: 'tcp', FromPort: 443, ToPort: 443, IpRanges: [{ CidrIp: '10.10.0.0/16' }] }] }));
  await ec2.send(new ModifyVpcAttributeCommand({ VpcId, EnableDnsHostnames: { Value: true } }));
  for (const name of ['rds', 'secretsmanager']) {
    await ec2.send(new CreateVpcEndpointCommand({ VpcId, ServiceName: `com.amazonaws.${region}.${name}`, VpcEndpointType: 'Interface', SubnetIds, SecurityGroupIds: [GroupId], PrivateDnsEnabled: true }));
  }
  await ec2.send(new CreateVpcEndpointCommand({ VpcId, ServiceName: `com.amazonaws.${region}.s3`, VpcEndpointType: 'Gateway', RouteTableIds }));
}

async function createCluster(stage: Stage<undefined>, place: Place, { source }: AuroraRestoreConfig, keyArn: string | undefined, securityGroup: string): Promise<{ clusterArn: string; endpoint: string }> {
  const rds = stage.client(RDSClient, place);
  const { clusterIdentifier } = source;
  const subnetIds = source.network?.subnetIds ?? [];
  await rds.send(new CreateDBSubnetGroupCommand({ DBSubnetGroupName: clusterIdentifier, DBSubnetGroupDescription: clusterIdentifier, SubnetIds: [...subnetIds] }));
  await rds.send(
    new CreateDBClusterCommand({
      DBClusterIdentifier: clusterIdentifier,
      Engine: 'aurora-postgresql',
      MasterUsername: MASTER.user,
      MasterUserPassword: MASTER.password,
      DatabaseName: source.databases[0],
      DBSubnetGroupName: clusterIdentifier,
      VpcSecurityGroupIds: [securityGroup],
      StorageEncrypted: true,
      KmsKeyId: keyArn,
    }),
  );
  const cluster = async () => (await rds.send(new DescribeDBClustersCommand({ DBClusterIdentifier: clusterIdentifier }))).DBClusters?.[0];
  await stage.until(`cluster ${clusterIdentifier} is available`, DAY_MS, async () => ((await cluster())?.Status === 'available' ? true : undefined));
  const DBInstanceIdentifier = `${clusterIdentifier}-1`;
  await rds.send(new CreateDBInstanceCommand({ DBInstanceIdentifier, DBClusterIdentifier: clusterIdentifier, DBInstanceClass: 'db.r6g.large', Engine: 'aurora-postgresql' }));
  await stage.until(`instance ${DBInstanceIdentifier} is available`, DAY_MS, async () => {
    const { DBInstances: [instance] = [] } = await rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier }));
    return instance?.DBInstanceStatus === 'available' ? true : undefined;
  });
  const { DBClusterArn = '', Endpoint = '' } = (await cluster()) ?? {};
  return { clusterArn: DBClusterArn, endpoint: Endpoint };
}

async function fill(bastion: ClientMachine, administrator: DatabaseLogin, rows: Rows): Promise<void> {
  await bastion.query(administrator, async (client) => {
    for (const statement of [...roleStatements(READER_PASSWORD), ...contentStatements(rows)]) await client.query(statement);
  });
}

/** The secret gets the ARN that the deployment names, because the local cloud derives its suffix from the name. It is under a key of its own, as organisations ask for. */
async function createReaderSecret(stage: Stage<undefined>, place: Place, { source }: AuroraRestoreConfig): Promise<void> {
  if (!source.readerSecretArn) return;
  const Name = source.readerSecretArn.split(':secret:')[1]?.replace(/-[A-Za-z0-9]{6}$/, '') ?? '';
  const { KeyMetadata } = await stage.client(KMSClient, place).send(new CreateKeyCommand({}));
  const { ARN } = await stage.client(SecretsManagerClient, place).send(new CreateSecretCommand({ Name, KmsKeyId: KeyMetadata?.Arn, SecretString: JSON.stringify({ username: 'manifest_reader', password: READER_PASSWORD }) }));
  if (ARN !== source.readerSecretArn) throw new Error(`the environment names ${source.readerSecretArn}, the secret is ${ARN ?? 'nothing'}`);
}
