import { CreateSubnetCommand, DescribeSubnetsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import {
  CreateClusterCommand,
  CreateClusterSnapshotCommand,
  CreateClusterSubnetGroupCommand,
  DescribeClusterSnapshotsCommand,
  DescribeClustersCommand,
  RedshiftClient,
  RestoreFromClusterSnapshotCommand,
  type Cluster,
  type CreateClusterMessage,
  type CreateClusterSnapshotMessage,
  type RestoreFromClusterSnapshotMessage,
  type Snapshot,
} from '@aws-sdk/client-redshift';
import type { Place } from '../../../../../../local/cloud/gateway/service';
import type { Redshift } from '../../../../../../local/cloud/services/redshift/redshift';
import { NetworkedCloud, startNetworked } from '../../../../../support/networked-cloud';
import { policyText, type StatementJson } from '../../../../../support/role-session';

export const SOURCE: Place = { account: '111111111111', region: 'eu-west-1' };
export const TARGET: Place = { account: '222222222222', region: 'eu-west-1' };
export const STRANGER: Place = { account: '333333333333', region: 'eu-west-1' };
export const AWAY: Place = { account: '111111111111', region: 'eu-central-1' };

/** What Redshift looks at with the permissions of who makes a cluster. */
export const NETWORK_LOOKS: readonly string[] = ['AccountAttributes', 'Addresses', 'AvailabilityZones', 'InternetGateways', 'SecurityGroups', 'Subnets', 'Vpcs'].map((what) => `ec2:Describe${what}`);
export const PASSWORD = 'First-of-all-passwords-1';
const SUBNET_GROUP = 'private';

// Real servers start behind these tests, on a machine that may be busy.
jest.setTimeout(90_000);

/** A cloud with a network for warehouses in each of the places. */
export class WarehouseCloud extends NetworkedCloud {
  static async start(...places: readonly Place[]): Promise<WarehouseCloud> {
    const { cloud, subnetIds } = await startNetworked(places, (made, place, SubnetIds) =>
      made.client(RedshiftClient, place).send(new CreateClusterSubnetGroupCommand({ ClusterSubnetGroupName: SUBNET_GROUP, Description: 'private subnets', SubnetIds })),
    );
    return new WarehouseCloud(cloud, subnetIds, 0.5);
  }

  get redshift(): Redshift {
    return this.cloud.services.analytics.redshift;
  }

  client(place: Place): RedshiftClient {
    return this.cloud.client(RedshiftClient, place);
  }

  /** The subnets of the place, and a new one in a third zone: workgroups of Redshift Serverless want three. */
  async subnetsOfThreeZones(place: Place): Promise<string[]> {
    const ec2 = this.cloud.client(EC2Client, place);
    const SubnetIds = [...this.subnetIds.get(`${place.account}/${place.region}`)!];
    const { Subnets: [first] = [] } = await ec2.send(new DescribeSubnetsCommand({ SubnetIds }));
    const { Subnet } = await ec2.send(new CreateSubnetCommand({ VpcId: first!.VpcId, CidrBlock: '10.0.200.0/24', AvailabilityZone: `${place.region}c` }));
    return [...SubnetIds, Subnet!.SubnetId!];
  }

  /** Creates a single-node cluster and waits until it is available. */
  async createCluster(place: Place, ClusterIdentifier: string, more: Partial<CreateClusterMessage> = {}): Promise<Cluster> {
    await this.client(place).send(
      new CreateClusterCommand({
        ClusterIdentifier,
        NodeType: 'ra3.large',
        ClusterType: 'single-node',
        MasterUsername: 'awsuser',
        ClusterSubnetGroupName: SUBNET_GROUP,
        ...(!more.ManageMasterPassword && { MasterUserPassword: PASSWORD }),
        ...more,
      }),
    );
    return this.untilCluster(place, ClusterIdentifier);
  }

  /** Takes a manual snapshot and waits until it is available. */
  async snapshot(place: Place, ClusterIdentifier: string, SnapshotIdentifier: string, more: Partial<CreateClusterSnapshotMessage> = {}): Promise<Snapshot> {
    await this.client(place).send(new CreateClusterSnapshotCommand({ ClusterIdentifier, SnapshotIdentifier, ...more }));
    return this.untilSnapshot(place, SnapshotIdentifier);
  }

  restore(place: Place, ClusterIdentifier: string, more: Partial<RestoreFromClusterSnapshotMessage>) {
    return this.client(place).send(new RestoreFromClusterSnapshotCommand({ ClusterIdentifier, ClusterSubnetGroupName: SUBNET_GROUP, ...more }));
  }

  async cluster(place: Place, ClusterIdentifier: string): Promise<Cluster> {
    return (await this.client(place).send(new DescribeClustersCommand({ ClusterIdentifier }))).Clusters![0]!;
  }

  async describeSnapshot(place: Place, SnapshotIdentifier: string, OwnerAccount?: string): Promise<Snapshot> {
    return (await this.client(place).send(new DescribeClusterSnapshotsCommand({ SnapshotIdentifier, OwnerAccount }))).Snapshots![0]!;
  }

  async snapshots(place: Place, SnapshotType?: string): Promise<string[]> {
    const { Snapshots } = await this.client(place).send(new DescribeClusterSnapshotsCommand({ SnapshotType }));
    return Snapshots!.map((snapshot) => snapshot.SnapshotIdentifier!);
  }

  untilCluster(place: Place, identifier: string, status = 'available'): Promise<Cluster> {
    return this.until(() => this.cluster(place, identifier), ({ ClusterStatus }) => ClusterStatus === status);
  }

  untilSnapshot(place: Place, identifier: string, status = 'available'): Promise<Snapshot> {
    return this.until(() => this.describeSnapshot(place, identifier), ({ Status }) => Status === status);
  }

  /** Runs a statement in the first database, as nobody but the cloud itself can. */
  async sql(place: Place, cluster: string, text: string): Promise<Record<string, unknown>[]> {
    return this.redshift.serverOf(clusterArn(place, cluster)).asAdmin(async (admin) => (await admin.query<Record<string, unknown>>(text)).rows, 'dev');
  }

  async createKey(place: Place, ...statements: readonly StatementJson[]): Promise<string> {
    const owner: StatementJson = { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${place.account}:root` }, Action: 'kms:*', Resource: '*' };
    const { KeyMetadata } = await this.cloud.client(KMSClient, place).send(new CreateKeyCommand({ Policy: policyText(owner, ...statements) }));
    return KeyMetadata!.Arn!;
  }

}

export function clusterArn({ region, account }: Place, identifier: string): string {
  return `arn:aws:redshift:${region}:${account}:cluster:${identifier}`;
}

export function snapshotArn({ region, account }: Place, cluster: string, identifier: string): string {
  return `arn:aws:redshift:${region}:${account}:snapshot:${cluster}/${identifier}`;
}
