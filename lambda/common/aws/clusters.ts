import {
  AddTagsToResourceCommand,
  CreateDBInstanceCommand,
  DBClusterAlreadyExistsFault,
  DBClusterNotFoundFault,
  DBInstanceAlreadyExistsFault,
  DBInstanceNotFoundFault,
  DeleteDBClusterCommand,
  DeleteDBInstanceCommand,
  DescribeAccountAttributesCommand,
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  DescribeDBSubnetGroupsCommand,
  DBSubnetGroupNotFoundFault,
  InvalidDBClusterStateFault,
  InvalidDBInstanceStateFault,
  ModifyDBClusterCommand,
  paginateDescribeDBClusters,
  RDSClient,
  RemoveTagsFromResourceCommand,
  RestoreDBClusterFromSnapshotCommand,
  type DBCluster as SdkCluster,
  type DBInstance as SdkInstance,
} from '@aws-sdk/client-rds';
import { clientFor, type Target } from './client-factory';
import { toSdkTags } from './cluster-snapshots';
import { present } from './present';

/** An Aurora cluster. */
export interface Cluster {
  readonly arn: string;
  readonly identifier: string;
  /** Never used again, also not by a cluster of the same name: what the cluster really is. */
  readonly resourceId: string;
  readonly status: string;
  /** A new master password has been asked for and is not in force yet: the status tells so only some time later. */
  readonly isPasswordPending: boolean;
  readonly engineVersion: string;
  readonly masterUsername: string;
  readonly endpoint: string | undefined;
  readonly port: number;
  readonly deletionProtection: boolean;
  readonly isGlobalMember: boolean;
  readonly replicatesFrom: string | undefined;
  readonly instanceIdentifiers: readonly string[];
  readonly securityGroupIds: readonly string[];
  readonly kmsKeyArn: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

export interface Instance {
  readonly identifier: string;
  readonly status: string;
  readonly deletionProtection: boolean;
  readonly tags: Readonly<Record<string, string>>;
}

export interface ClusterRestore {
  readonly identifier: string;
  readonly snapshotArn: string;
  readonly engineVersion: string;
  readonly subnetGroup: string;
  readonly securityGroupId: string;
  readonly kmsKeyArn: string;
  readonly parameterGroup: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

const ENGINE = 'aurora-postgresql';
/** What security groups open. Without it a restored cluster answers on the port of its source. */
const PORT = 5432;

/** Aurora PostgreSQL clusters and their instances in one region of one account. */
export class Clusters {
  constructor(private readonly client: RDSClient) {}

  static in(target: Target): Clusters {
    return new Clusters(clientFor(RDSClient, target));
  }

  async find(identifier: string): Promise<Cluster | undefined> {
    try {
      const { DBClusters: [cluster] = [] } = await this.client.send(new DescribeDBClustersCommand({ DBClusterIdentifier: identifier }));
      return cluster && fromSdkCluster(cluster);
    } catch (error) {
      if (error instanceof DBClusterNotFoundFault) return undefined;
      throw error;
    }
  }

  async findInstance(identifier: string): Promise<Instance | undefined> {
    try {
      const { DBInstances: [instance] = [] } = await this.client.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: identifier }));
      return instance && fromSdkInstance(instance);
    } catch (error) {
      if (error instanceof DBInstanceNotFoundFault) return undefined;
      throw error;
    }
  }

  async hasSubnetGroup(name: string): Promise<boolean> {
    try {
      await this.client.send(new DescribeDBSubnetGroupsCommand({ DBSubnetGroupName: name }));
      return true;
    } catch (error) {
      if (error instanceof DBSubnetGroupNotFoundFault) return false;
      throw error;
    }
  }

  /** How much of an account quota is left, such as `ManualClusterSnapshots` or `DBClusters`; nothing when AWS does not tell. */
  async quotaLeft(quotaName: string): Promise<number | undefined> {
    const { AccountQuotas = [] } = await this.client.send(new DescribeAccountAttributesCommand({}));
    const quota = AccountQuotas.find(({ AccountQuotaName }) => AccountQuotaName === quotaName);
    return quota && (quota.Max ?? 0) - (quota.Used ?? 0);
  }

  /**
   * Starts the restore of a cluster without instances, inside the network; answers false when the name is taken.
   *
   * A cluster is reachable from the internet only if that is asked for with `EnableVPCNetworking` and
   * `EnableInternetAccessGateway` together, and RDS takes neither without the other, not even to say no.
   * https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RestoreDBClusterFromSnapshot.html
   */
  async restore({ identifier, snapshotArn, engineVersion, subnetGroup, securityGroupId, kmsKeyArn, parameterGroup, tags }: ClusterRestore): Promise<boolean> {
    try {
      await this.client.send(
        new RestoreDBClusterFromSnapshotCommand({
          DBClusterIdentifier: identifier,
          SnapshotIdentifier: snapshotArn,
          Engine: ENGINE,
          EngineVersion: engineVersion,
          Port: PORT,
          DBSubnetGroupName: subnetGroup,
          VpcSecurityGroupIds: [securityGroupId],
          KmsKeyId: kmsKeyArn,
          DBClusterParameterGroupName: parameterGroup,
          CopyTagsToSnapshot: true,
          Tags: toSdkTags(tags),
        }),
      );
      return true;
    } catch (error) {
      // The caller decides by its tags whether the cluster that is there is its own.
      if (error instanceof DBClusterAlreadyExistsFault) return false;
      throw error;
    }
  }

  /** Starts an instance of the cluster; answers false when the name is taken. */
  async createInstance(identifier: string, clusterIdentifier: string, instanceClass: string, tags: Readonly<Record<string, string>>): Promise<boolean> {
    try {
      await this.client.send(
        new CreateDBInstanceCommand({
          DBInstanceIdentifier: identifier,
          DBClusterIdentifier: clusterIdentifier,
          DBInstanceClass: instanceClass,
          Engine: ENGINE,
          PubliclyAccessible: false,
          AutoMinorVersionUpgrade: true,
          Tags: toSdkTags(tags),
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof DBInstanceAlreadyExistsFault) return false;
      throw error;
    }
  }

  /** Starts the change; answers false while something else changes the cluster. */
  async setMasterPassword(identifier: string, password: string): Promise<boolean> {
    return unlessBusy(this.client.send(new ModifyDBClusterCommand({ DBClusterIdentifier: identifier, MasterUserPassword: password, ApplyImmediately: true })));
  }

  /** Starts the change; answers false while something else changes the cluster. */
  async setSecurityGroups(identifier: string, securityGroupIds: readonly string[]): Promise<boolean> {
    return unlessBusy(this.client.send(new ModifyDBClusterCommand({ DBClusterIdentifier: identifier, VpcSecurityGroupIds: [...securityGroupIds], ApplyImmediately: true })));
  }

  /** Starts giving the cluster another name, with which its endpoints change; answers false while something else changes the cluster. */
  async rename(identifier: string, newIdentifier: string): Promise<boolean> {
    return unlessBusy(this.client.send(new ModifyDBClusterCommand({ DBClusterIdentifier: identifier, NewDBClusterIdentifier: newIdentifier, ApplyImmediately: true })));
  }

  async tag(arn: string, tags: Readonly<Record<string, string>>): Promise<void> {
    await this.client.send(new AddTagsToResourceCommand({ ResourceName: arn, Tags: toSdkTags(tags) }));
  }

  async untag(arn: string, tag: string): Promise<void> {
    await this.client.send(new RemoveTagsFromResourceCommand({ ResourceName: arn, TagKeys: [tag] }));
  }

  /** All Aurora PostgreSQL clusters of the region. */
  async list(): Promise<readonly Cluster[]> {
    const found: Cluster[] = [];
    for await (const { DBClusters = [] } of paginateDescribeDBClusters({ client: this.client }, { Filters: [{ Name: 'engine', Values: [ENGINE] }] })) {
      found.push(...DBClusters.map(fromSdkCluster));
    }
    return found;
  }

  /** Deletes an instance of an Aurora cluster, for which there is no final snapshot; answers false when it is gone, going, or still being made. */
  async deleteInstance(identifier: string): Promise<boolean> {
    const instance = await this.findInstance(identifier);
    if (!instance || instance.status === 'deleting') return false;
    return unlessBusy(this.client.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: identifier })));
  }

  /**
   * Deletes a cluster that has no instances any more, without a final snapshot: the caller has made one or wants none.
   * Answers false when it is gone, going, or still being changed.
   */
  async deleteCluster(identifier: string, { keepAutomatedBackups }: { readonly keepAutomatedBackups: boolean }): Promise<boolean> {
    const cluster = await this.find(identifier);
    if (!cluster || cluster.status === 'deleting') return false;
    return unlessBusy(this.client.send(new DeleteDBClusterCommand({ DBClusterIdentifier: identifier, SkipFinalSnapshot: true, DeleteAutomatedBackups: !keepAutomatedBackups })));
  }
}

async function unlessBusy(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    // The caller asks again later. A rename whose reply was lost is sent again and no longer finds the old name: the new one tells.
    if (error instanceof InvalidDBClusterStateFault || error instanceof InvalidDBInstanceStateFault || error instanceof DBClusterNotFoundFault) return false;
    throw error;
  }
}

function fromSdkCluster(cluster: SdkCluster): Cluster {
  return {
    arn: present(cluster.DBClusterArn, 'DBClusterArn'),
    identifier: present(cluster.DBClusterIdentifier, 'DBClusterIdentifier'),
    resourceId: present(cluster.DbClusterResourceId, 'DbClusterResourceId'),
    status: present(cluster.Status, 'Status'),
    isPasswordPending: cluster.PendingModifiedValues?.MasterUserPassword !== undefined,
    engineVersion: present(cluster.EngineVersion, 'EngineVersion'),
    masterUsername: present(cluster.MasterUsername, 'MasterUsername'),
    endpoint: cluster.Endpoint,
    port: cluster.Port ?? 5432,
    deletionProtection: cluster.DeletionProtection ?? false,
    isGlobalMember: cluster.GlobalClusterIdentifier !== undefined,
    replicatesFrom: cluster.ReplicationSourceIdentifier,
    instanceIdentifiers: (cluster.DBClusterMembers ?? []).map(({ DBInstanceIdentifier }) => present(DBInstanceIdentifier, 'DBInstanceIdentifier')),
    securityGroupIds: (cluster.VpcSecurityGroups ?? []).map(({ VpcSecurityGroupId }) => present(VpcSecurityGroupId, 'VpcSecurityGroupId')),
    kmsKeyArn: cluster.KmsKeyId,
    tags: Object.fromEntries((cluster.TagList ?? []).map(({ Key = '', Value = '' }) => [Key, Value])),
  };
}

function fromSdkInstance(instance: SdkInstance): Instance {
  return {
    identifier: present(instance.DBInstanceIdentifier, 'DBInstanceIdentifier'),
    status: present(instance.DBInstanceStatus, 'DBInstanceStatus'),
    deletionProtection: instance.DeletionProtection ?? false,
    tags: Object.fromEntries((instance.TagList ?? []).map(({ Key = '', Value = '' }) => [Key, Value])),
  };
}
