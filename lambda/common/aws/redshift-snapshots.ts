import {
  AuthorizationAlreadyExistsFault,
  AuthorizationNotFoundFault,
  AuthorizationQuotaExceededFault,
  AuthorizeSnapshotAccessCommand,
  ClusterSnapshotAlreadyExistsFault,
  ClusterSnapshotNotFoundFault,
  ClusterSnapshotQuotaExceededFault,
  CopyClusterSnapshotCommand,
  CreateClusterSnapshotCommand,
  CreateTagsCommand,
  DeleteClusterSnapshotCommand,
  DeleteTagsCommand,
  DescribeClusterSnapshotsCommand,
  InvalidClusterSnapshotStateFault,
  InvalidClusterStateFault,
  LimitExceededFault,
  ModifyClusterSnapshotCommand,
  paginateDescribeClusterSnapshots,
  RedshiftClient,
  RevokeSnapshotAccessCommand,
  type DescribeClusterSnapshotsMessage,
  type Snapshot as SdkSnapshot,
} from '@aws-sdk/client-redshift';
import { clientFor, type Target } from './client-factory';
import { present } from './present';

/** A snapshot of a Redshift cluster, as the asking account may see it. */
export interface WarehouseSnapshot {
  readonly arn: string;
  readonly identifier: string;
  readonly clusterIdentifier: string;
  readonly ownerAccount: string;
  /** `creating`, `available`, `final snapshot` or `failed`. */
  readonly status: string;
  readonly type: string;
  readonly createdAt: Date;
  readonly nodeType: string;
  readonly numberOfNodes: number;
  /** The customer key; nothing for a snapshot under a key of AWS. */
  readonly kmsKeyArn: string | undefined;
  /** -1 for ever. Absent for snapshots of other accounts. */
  readonly retentionDays: number | undefined;
  /** Only the owner is told. */
  readonly sharedWith: readonly string[];
  /** Only the owner is told. */
  readonly tags: Readonly<Record<string, string>>;
}

export interface SnapshotRequest {
  readonly identifier: string;
  readonly clusterIdentifier: string;
  /** 1 to 3653, or -1 for ever. */
  readonly retentionDays: number;
  readonly tags: Readonly<Record<string, string>>;
}

/** How an attempt to make a snapshot ended; `busy` when the cluster is not available, `full` when the quota is used up. */
export type SnapshotBeginning = 'begun' | 'exists' | 'busy' | 'full';
/** How an attempt to share ended; `full` when the snapshot or its key has as many accounts as AWS allows, `refused` when it is not available. */
export type ShareOutcome = 'shared' | 'already' | 'full' | 'refused' | 'gone';
/** How an attempt to delete ended; `refused` while it is shared or being made. */
export type DeletionOutcome = 'deleted' | 'gone' | 'refused';

/** Manual snapshots in one region, seen by one account, whatever kind of warehouse they are of. */
export interface SnapshotStore {
  /** One snapshot of the account, or of the owner who shares it; nothing when there is none. */
  find(identifier: string, ownerAccount?: string): Promise<WarehouseSnapshot | undefined>;
  listOwn(): Promise<readonly WarehouseSnapshot[]>;
  /** All snapshots that the owner shares with the account. */
  listShared(ownerAccount: string): Promise<readonly WarehouseSnapshot[]>;
  create(request: SnapshotRequest): Promise<SnapshotBeginning>;
  share(identifier: string, account: string): Promise<ShareOutcome>;
  /** Takes the access away; without one there is nothing to do. */
  revoke(identifier: string, account: string): Promise<void>;
  /** Deletes a snapshot that nobody else may restore. */
  delete(identifier: string): Promise<DeletionOutcome>;
  /** Lets the snapshot live this many days from its creation, or for ever with -1. */
  keepFor(identifier: string, retentionDays: number): Promise<void>;
  tag(arn: string, tags: Readonly<Record<string, string>>): Promise<void>;
  untag(arn: string, keys: readonly string[]): Promise<void>;
}

/** Manual snapshots of Redshift clusters in one region, seen by one account. */
export class RedshiftSnapshots implements SnapshotStore {
  constructor(private readonly client: RedshiftClient) {}

  static in(target: Target): RedshiftSnapshots {
    return new RedshiftSnapshots(clientFor(RedshiftClient, target));
  }

  async find(identifier: string, ownerAccount?: string): Promise<WarehouseSnapshot | undefined> {
    try {
      const { Snapshots = [] } = await this.client.send(new DescribeClusterSnapshotsCommand({ SnapshotIdentifier: identifier, OwnerAccount: ownerAccount }));
      return Snapshots.map(toSnapshot)[0];
    } catch (error) {
      if (error instanceof ClusterSnapshotNotFoundFault) return undefined;
      throw error;
    }
  }

  async listOwn(): Promise<readonly WarehouseSnapshot[]> {
    return this.list({ SnapshotType: 'manual' });
  }

  /** Tags cannot be asked for: they are the owner's. */
  async listShared(ownerAccount: string): Promise<readonly WarehouseSnapshot[]> {
    return this.list({ SnapshotType: 'manual', OwnerAccount: ownerAccount });
  }

  async create({ identifier, clusterIdentifier, retentionDays, tags }: SnapshotRequest): Promise<SnapshotBeginning> {
    try {
      await this.client.send(
        new CreateClusterSnapshotCommand({
          SnapshotIdentifier: identifier,
          ClusterIdentifier: clusterIdentifier,
          ManualSnapshotRetentionPeriod: retentionDays,
          Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
        }),
      );
      return 'begun';
    } catch (error) {
      if (error instanceof ClusterSnapshotAlreadyExistsFault) return 'exists';
      if (error instanceof InvalidClusterStateFault) return 'busy';
      if (error instanceof ClusterSnapshotQuotaExceededFault) return 'full';
      throw error;
    }
  }

  /** Redshift's own, automated snapshots of a cluster, which go with it and cannot be shared. */
  async listAutomated(clusterIdentifier: string): Promise<readonly WarehouseSnapshot[]> {
    return this.list({ SnapshotType: 'automated', ClusterIdentifier: clusterIdentifier });
  }

  /** Makes a manual snapshot of an automated one; repeated, it tags what an interruption has left without any: https://docs.aws.amazon.com/redshift/latest/APIReference/API_CopyClusterSnapshot.html */
  async promote(automated: string, { identifier, retentionDays, tags }: Omit<SnapshotRequest, 'clusterIdentifier'>): Promise<SnapshotBeginning> {
    try {
      const { Snapshot } = await this.client.send(new CopyClusterSnapshotCommand({ SourceSnapshotIdentifier: automated, TargetSnapshotIdentifier: identifier, ManualSnapshotRetentionPeriod: retentionDays }));
      // The call takes no tags.
      await this.tag(present(Snapshot?.SnapshotArn, 'SnapshotArn'), tags);
      return 'begun';
    } catch (error) {
      if (error instanceof ClusterSnapshotAlreadyExistsFault) {
        const existing = await this.find(identifier);
        if (existing && Object.keys(existing.tags).length === 0) await this.tag(existing.arn, tags);
        return 'exists';
      }
      if (error instanceof InvalidClusterSnapshotStateFault) return 'busy';
      if (error instanceof ClusterSnapshotQuotaExceededFault) return 'full';
      throw error;
    }
  }

  async share(identifier: string, account: string): Promise<ShareOutcome> {
    try {
      await this.client.send(new AuthorizeSnapshotAccessCommand({ SnapshotIdentifier: identifier, AccountWithRestoreAccess: account }));
      return 'shared';
    } catch (error) {
      if (error instanceof AuthorizationAlreadyExistsFault) return 'already';
      if (error instanceof AuthorizationQuotaExceededFault || error instanceof LimitExceededFault) return 'full';
      if (error instanceof InvalidClusterSnapshotStateFault) return 'refused';
      if (error instanceof ClusterSnapshotNotFoundFault) return 'gone';
      throw error;
    }
  }

  async revoke(identifier: string, account: string): Promise<void> {
    try {
      await this.client.send(new RevokeSnapshotAccessCommand({ SnapshotIdentifier: identifier, AccountWithRestoreAccess: account }));
    } catch (error) {
      if (!(error instanceof AuthorizationNotFoundFault || error instanceof ClusterSnapshotNotFoundFault)) throw error;
    }
  }

  async delete(identifier: string): Promise<DeletionOutcome> {
    try {
      await this.client.send(new DeleteClusterSnapshotCommand({ SnapshotIdentifier: identifier }));
      return 'deleted';
    } catch (error) {
      if (error instanceof ClusterSnapshotNotFoundFault) return 'gone';
      if (error instanceof InvalidClusterSnapshotStateFault) return 'refused';
      throw error;
    }
  }

  async keepFor(identifier: string, retentionDays: number): Promise<void> {
    await this.client.send(new ModifyClusterSnapshotCommand({ SnapshotIdentifier: identifier, ManualSnapshotRetentionPeriod: retentionDays }));
  }

  async tag(arn: string, tags: Readonly<Record<string, string>>): Promise<void> {
    await this.client.send(new CreateTagsCommand({ ResourceName: arn, Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) }));
  }

  async untag(arn: string, keys: readonly string[]): Promise<void> {
    await this.client.send(new DeleteTagsCommand({ ResourceName: arn, TagKeys: [...keys] }));
  }

  private async list(input: DescribeClusterSnapshotsMessage): Promise<readonly WarehouseSnapshot[]> {
    const found: WarehouseSnapshot[] = [];
    for await (const { Snapshots = [] } of paginateDescribeClusterSnapshots({ client: this.client }, input)) found.push(...Snapshots.map(toSnapshot));
    return found;
  }
}

function toSnapshot(snapshot: SdkSnapshot): WarehouseSnapshot {
  return {
    arn: present(snapshot.SnapshotArn, 'SnapshotArn'),
    identifier: present(snapshot.SnapshotIdentifier, 'SnapshotIdentifier'),
    clusterIdentifier: present(snapshot.ClusterIdentifier, 'ClusterIdentifier'),
    ownerAccount: present(snapshot.OwnerAccount, 'OwnerAccount'),
    status: present(snapshot.Status, 'Status'),
    type: present(snapshot.SnapshotType, 'SnapshotType'),
    createdAt: present(snapshot.SnapshotCreateTime, 'SnapshotCreateTime'),
    nodeType: present(snapshot.NodeType, 'NodeType'),
    numberOfNodes: present(snapshot.NumberOfNodes, 'NumberOfNodes'),
    kmsKeyArn: snapshot.KmsKeyId,
    retentionDays: snapshot.ManualSnapshotRetentionPeriod,
    sharedWith: (snapshot.AccountsWithRestoreAccess ?? []).map(({ AccountId }) => present(AccountId, 'AccountId')),
    tags: Object.fromEntries((snapshot.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value])),
  };
}
