import {
  ClusterAlreadyExistsFault,
  ClusterNotFoundFault,
  DeleteClusterCommand,
  DescribeClustersCommand,
  InvalidClusterStateFault,
  paginateDescribeClusters,
  RedshiftClient,
  RestoreFromClusterSnapshotCommand,
  type Cluster as SdkCluster,
} from '@aws-sdk/client-redshift';
import { clientFor, type Target } from './client-factory';
import { present } from './present';

/** A provisioned Redshift cluster, or what stands for one. */
export interface WarehouseCluster {
  readonly identifier: string;
  readonly namespaceArn: string;
  /** `available`, `creating`, `resizing`, `paused`, ... */
  readonly status: string;
  readonly createdAt: Date | undefined;
  readonly nodeType: string;
  readonly numberOfNodes: number;
  readonly database: string;
  /** The customer key; nothing under a key of AWS. */
  readonly kmsKeyArn: string | undefined;
  /** Of a restored cluster: `starting`, `restoring`, `completed` or `failed`. It answers queries before all data is loaded. */
  readonly restoreStatus: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

/** What is restored, and how large. */
export interface ClusterRestore {
  readonly clusterIdentifier: string;
  readonly snapshotIdentifier: string;
  readonly ownerAccount: string;
  readonly nodeType: string;
  readonly numberOfNodes: number;
}

/** Where a cluster is restored. */
export interface ProvisionedRestore extends ClusterRestore {
  readonly kmsKeyArn: string;
  readonly subnetGroup: string;
  readonly securityGroupId: string;
}

/** How the start of a restore ended; `preparing` when it has to be asked for again, because there is nothing yet to restore into. */
export type RestoreBeginning = 'begun' | 'exists' | 'preparing';

/** Redshift clusters in one region of one account. */
export class RedshiftClusters {
  constructor(private readonly client: RedshiftClient) {}

  static in(target: Target): RedshiftClusters {
    return new RedshiftClusters(clientFor(RedshiftClient, target));
  }

  async find(identifier: string): Promise<WarehouseCluster | undefined> {
    try {
      const { Clusters = [] } = await this.client.send(new DescribeClustersCommand({ ClusterIdentifier: identifier }));
      return Clusters.map(toCluster)[0];
    } catch (error) {
      if (error instanceof ClusterNotFoundFault) return undefined;
      throw error;
    }
  }

  async list(): Promise<readonly WarehouseCluster[]> {
    const found: WarehouseCluster[] = [];
    for await (const { Clusters = [] } of paginateDescribeClusters({ client: this.client }, {})) found.push(...Clusters.map(toCluster));
    return found;
  }

  /**
   * Starts the restore of a snapshot, unless there is a cluster of that name.
   *
   * Redshift makes a new password for the administrator and keeps it in Secrets Manager: the one of the source is of no use here.
   */
  async restore(request: ProvisionedRestore): Promise<RestoreBeginning> {
    try {
      await this.client.send(
        new RestoreFromClusterSnapshotCommand({
          ClusterIdentifier: request.clusterIdentifier,
          SnapshotIdentifier: request.snapshotIdentifier,
          OwnerAccount: request.ownerAccount,
          KmsKeyId: request.kmsKeyArn,
          ClusterSubnetGroupName: request.subnetGroup,
          VpcSecurityGroupIds: [request.securityGroupId],
          NodeType: request.nodeType,
          NumberOfNodes: request.numberOfNodes,
          PubliclyAccessible: false,
          ManageMasterPassword: true,
          MasterPasswordSecretKmsKeyId: request.kmsKeyArn,
          AutomatedSnapshotRetentionPeriod: 1,
        }),
      );
      return 'begun';
    } catch (error) {
      if (error instanceof ClusterAlreadyExistsFault) return 'exists';
      throw error;
    }
  }

  /** Starts deleting without a last snapshot; `busy` while something else changes the cluster. */
  async delete(identifier: string): Promise<'deleting' | 'gone' | 'busy'> {
    try {
      await this.client.send(new DeleteClusterCommand({ ClusterIdentifier: identifier, SkipFinalClusterSnapshot: true }));
      return 'deleting';
    } catch (error) {
      if (error instanceof ClusterNotFoundFault) return 'gone';
      if (error instanceof InvalidClusterStateFault) return 'busy';
      throw error;
    }
  }
}

function toCluster(cluster: SdkCluster): WarehouseCluster {
  return {
    identifier: present(cluster.ClusterIdentifier, 'ClusterIdentifier'),
    namespaceArn: present(cluster.ClusterNamespaceArn, 'ClusterNamespaceArn'),
    status: present(cluster.ClusterStatus, 'ClusterStatus'),
    createdAt: cluster.ClusterCreateTime,
    nodeType: present(cluster.NodeType, 'NodeType'),
    numberOfNodes: present(cluster.NumberOfNodes, 'NumberOfNodes'),
    database: present(cluster.DBName, 'DBName'),
    kmsKeyArn: cluster.KmsKeyId,
    restoreStatus: cluster.RestoreStatus?.Status,
    tags: Object.fromEntries((cluster.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value])),
  };
}
