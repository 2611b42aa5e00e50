import {
  CreateDBClusterCommand,
  CreateDBInstanceCommand,
  CreateDBSubnetGroupCommand,
  DescribeDBClusterSnapshotsCommand,
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  RDSClient,
  type CreateDBClusterMessage,
  type CreateDBInstanceMessage,
  type DBCluster,
  type DBClusterSnapshot,
  type DBInstance,
} from '@aws-sdk/client-rds';
import type { Rds } from '../../../../../../local/cloud/services/rds/rds';
import type { Place } from '../../../../../../local/cloud/gateway/service';
import { NetworkedCloud, startNetworked } from '../../../../../support/networked-cloud';

export const ORDERS: Place = { account: '111111111111', region: 'eu-west-1' };
export const VAULT: Place = { account: '222222222222', region: 'eu-west-1' };
export const AWAY: Place = { account: '111111111111', region: 'eu-central-1' };

export const PASSWORD = 'first-of-all-passwords';

const SUBNET_GROUP = 'private';

// Real servers start behind these tests, on a machine that may be busy.

/** A cloud with a network for databases in each of the places. */
export class DatabaseCloud extends NetworkedCloud {
  static async start(...places: readonly Place[]): Promise<DatabaseCloud> {
    const { cloud, subnetIds } = await startNetworked(places, (made, place, SubnetIds) =>
      made.client(RDSClient, place).send(new CreateDBSubnetGroupCommand({ DBSubnetGroupName: SUBNET_GROUP, DBSubnetGroupDescription: 'private subnets', SubnetIds })),
    );
    return new DatabaseCloud(cloud, subnetIds, 2);
  }

  get rds(): Rds {
    return this.cloud.services.databases.rds;
  }

  client(place: Place): RDSClient {
    return this.cloud.client(RDSClient, place);
  }

  /** Creates an Aurora cluster without instances and waits until it is available. */
  async createCluster(place: Place, identifier: string, more: Partial<CreateDBClusterMessage> = {}): Promise<DBCluster> {
    await this.client(place).send(
      new CreateDBClusterCommand({
        DBClusterIdentifier: identifier,
        Engine: 'aurora-postgresql',
        MasterUsername: 'owner',
        DBSubnetGroupName: SUBNET_GROUP,
        ...(!more.ManageMasterUserPassword && { MasterUserPassword: PASSWORD }),
        ...more,
      }),
    );
    return this.until(() => this.cluster(place, identifier), ({ Status }) => Status === 'available');
  }

  /** Adds an instance to a cluster and waits until it is available. */
  async addMember(place: Place, cluster: string, identifier: string): Promise<DBInstance> {
    await this.client(place).send(
      new CreateDBInstanceCommand({ DBInstanceIdentifier: identifier, DBClusterIdentifier: cluster, Engine: 'aurora-postgresql', DBInstanceClass: 'db.r6g.large' }),
    );
    return this.untilInstance(place, identifier);
  }

  /** Creates a PostgreSQL instance and waits until it is available. */
  async createInstance(place: Place, identifier: string, more: Partial<CreateDBInstanceMessage> = {}): Promise<DBInstance> {
    await this.client(place).send(
      new CreateDBInstanceCommand({
        DBInstanceIdentifier: identifier,
        Engine: 'postgres',
        DBInstanceClass: 'db.t4g.medium',
        AllocatedStorage: 20,
        MasterUsername: 'owner',
        DBSubnetGroupName: SUBNET_GROUP,
        ...(!more.ManageMasterUserPassword && { MasterUserPassword: PASSWORD }),
        ...more,
      }),
    );
    return this.untilInstance(place, identifier);
  }

  async untilInstance(place: Place, identifier: string, status = 'available'): Promise<DBInstance> {
    return this.until(() => this.instance(place, identifier), ({ DBInstanceStatus }) => DBInstanceStatus === status);
  }

  async untilSnapshot(place: Place, identifier: string, status = 'available'): Promise<DBClusterSnapshot> {
    return this.until(() => this.snapshot(place, identifier), ({ Status }) => Status === status);
  }

  async cluster(place: Place, DBClusterIdentifier: string): Promise<DBCluster> {
    return (await this.client(place).send(new DescribeDBClustersCommand({ DBClusterIdentifier }))).DBClusters![0]!;
  }

  async instance(place: Place, DBInstanceIdentifier: string): Promise<DBInstance> {
    return (await this.client(place).send(new DescribeDBInstancesCommand({ DBInstanceIdentifier }))).DBInstances![0]!;
  }

  async snapshot(place: Place, DBClusterSnapshotIdentifier: string): Promise<DBClusterSnapshot> {
    return (await this.client(place).send(new DescribeDBClusterSnapshotsCommand({ DBClusterSnapshotIdentifier }))).DBClusterSnapshots![0]!;
  }

  /** Runs a statement on the server behind a database, as nobody but the cloud itself can. */
  async sql(arn: string, text: string): Promise<Record<string, unknown>[]> {
    return this.rds.serverOf(arn).asAdmin(async (admin) => (await admin.query<Record<string, unknown>>(text)).rows);
  }

}

export function clusterArn({ region, account }: Place, identifier: string): string {
  return `arn:aws:rds:${region}:${account}:cluster:${identifier}`;
}

export function instanceArn({ region, account }: Place, identifier: string): string {
  return `arn:aws:rds:${region}:${account}:db:${identifier}`;
}

export function clusterSnapshotArn({ region, account }: Place, identifier: string): string {
  return `arn:aws:rds:${region}:${account}:cluster-snapshot:${identifier}`;
}
