import {
  AddTagsToResourceCommand,
  CopyDBClusterSnapshotCommand,
  CreateDBClusterSnapshotCommand,
  DBClusterSnapshotAlreadyExistsFault,
  DBClusterSnapshotNotFoundFault,
  DeleteDBClusterSnapshotCommand,
  DescribeDBClusterSnapshotAttributesCommand,
  DescribeDBClusterSnapshotsCommand,
  InvalidDBClusterSnapshotStateFault,
  ModifyDBClusterSnapshotAttributeCommand,
  paginateDescribeDBClusterSnapshots,
  RDSClient,
  SnapshotQuotaExceededFault,
  type DBClusterSnapshot as SdkSnapshot,
} from '@aws-sdk/client-rds';
import { clientFor, type Target } from './client-factory';
import { present } from './present';

/** A snapshot of an Aurora cluster. */
export interface ClusterSnapshot {
  readonly arn: string;
  readonly identifier: string;
  readonly clusterIdentifier: string;
  readonly type: string;
  /** `available`, `creating`, `copying`, `failed`, ... */
  readonly status: string;
  readonly percent: number;
  readonly createdAt: Date;
  readonly engineVersion: string;
  readonly sizeGb: number;
  /** `StorageEncrypted` alone would call `sse-rds` unencrypted: see `StorageEncryptionType` in the API. */
  readonly encryption: 'none' | 'sse-rds' | 'sse-kms';
  readonly kmsKeyArn: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

export interface CopyRequest {
  /** An ARN when the source is in another account or region. */
  readonly source: string;
  readonly targetIdentifier: string;
  /** Key of the destination region; left out only for an unencrypted source. */
  readonly kmsKeyArn: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

/** Snapshots of Aurora clusters in one region of one account. */
export class ClusterSnapshots {
  constructor(private readonly client: RDSClient) {}

  static in(target: Target): ClusterSnapshots {
    return new ClusterSnapshots(clientFor(RDSClient, target));
  }

  /** All snapshots that the account owns of this cluster. */
  async listOf(clusterIdentifier: string): Promise<readonly ClusterSnapshot[]> {
    return this.list({ DBClusterIdentifier: clusterIdentifier });
  }

  /** All manual snapshots of the account in the region. */
  async listManual(): Promise<readonly ClusterSnapshot[]> {
    return this.list({ SnapshotType: 'manual' });
  }

  /** A snapshot by identifier or ARN; one of another account is found when it is shared. */
  async find(identifierOrArn: string): Promise<ClusterSnapshot | undefined> {
    try {
      const { DBClusterSnapshots = [] } = await this.client.send(
        new DescribeDBClusterSnapshotsCommand({ DBClusterSnapshotIdentifier: identifierOrArn, IncludeShared: identifierOrArn.startsWith('arn:') || undefined }),
      );
      return DBClusterSnapshots[0] && fromSdk(DBClusterSnapshots[0]);
    } catch (error) {
      if (error instanceof DBClusterSnapshotNotFoundFault) return undefined;
      throw error;
    }
  }

  /** Starts a snapshot; answers false when the identifier is taken. */
  async create(identifier: string, clusterIdentifier: string, tags: Readonly<Record<string, string>>): Promise<boolean> {
    return unlessExists(
      this.client.send(new CreateDBClusterSnapshotCommand({ DBClusterSnapshotIdentifier: identifier, DBClusterIdentifier: clusterIdentifier, Tags: toSdkTags(tags) })),
    );
  }

  /** Starts a copy, unless the identifier is taken or the region takes no more copies at present. */
  async copy({ source, targetIdentifier, kmsKeyArn, tags }: CopyRequest): Promise<'started' | 'taken' | 'full'> {
    const command = new CopyDBClusterSnapshotCommand({
      SourceDBClusterSnapshotIdentifier: source,
      TargetDBClusterSnapshotIdentifier: targetIdentifier,
      KmsKeyId: kmsKeyArn,
      CopyTags: false,
      Tags: toSdkTags(tags),
    });
    try {
      return (await unlessExists(this.client.send(command))) ? 'started' : 'taken';
    } catch (error) {
      if (error instanceof SnapshotQuotaExceededFault) return 'full';
      throw error;
    }
  }

  /** The accounts that may restore the snapshot. */
  async sharedWith(identifier: string): Promise<readonly string[]> {
    const { DBClusterSnapshotAttributesResult } = await this.client.send(new DescribeDBClusterSnapshotAttributesCommand({ DBClusterSnapshotIdentifier: identifier }));
    const restore = DBClusterSnapshotAttributesResult?.DBClusterSnapshotAttributes?.find(({ AttributeName }) => AttributeName === 'restore');
    return restore?.AttributeValues ?? [];
  }

  async share(identifier: string, account: string): Promise<void> {
    await this.client.send(new ModifyDBClusterSnapshotAttributeCommand({ DBClusterSnapshotIdentifier: identifier, AttributeName: 'restore', ValuesToAdd: [account] }));
  }

  async unshare(identifier: string, account: string): Promise<void> {
    await this.client.send(new ModifyDBClusterSnapshotAttributeCommand({ DBClusterSnapshotIdentifier: identifier, AttributeName: 'restore', ValuesToRemove: [account] }));
  }

  async tag(arn: string, tags: Readonly<Record<string, string>>): Promise<void> {
    await this.client.send(new AddTagsToResourceCommand({ ResourceName: arn, Tags: toSdkTags(tags) }));
  }

  /** Deletes a manual snapshot, or ends the copy that it would become; answers false when it is gone already or cannot be deleted now. */
  async delete(identifier: string): Promise<boolean> {
    try {
      await this.client.send(new DeleteDBClusterSnapshotCommand({ DBClusterSnapshotIdentifier: identifier }));
      return true;
    } catch (error) {
      // A second run finds what the first has deleted.
      if (error instanceof DBClusterSnapshotNotFoundFault || error instanceof InvalidDBClusterSnapshotStateFault) return false;
      throw error;
    }
  }

  private async list(filter: { DBClusterIdentifier?: string; SnapshotType?: string }): Promise<readonly ClusterSnapshot[]> {
    const found: ClusterSnapshot[] = [];
    for await (const { DBClusterSnapshots = [] } of paginateDescribeDBClusterSnapshots({ client: this.client }, filter)) {
      found.push(...DBClusterSnapshots.map(fromSdk));
    }
    return found;
  }
}

async function unlessExists(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    // The caller decides by its tags whether what is there is its own.
    if (error instanceof DBClusterSnapshotAlreadyExistsFault) return false;
    throw error;
  }
}

function fromSdk(snapshot: SdkSnapshot): ClusterSnapshot {
  return {
    arn: present(snapshot.DBClusterSnapshotArn, 'DBClusterSnapshotArn'),
    identifier: present(snapshot.DBClusterSnapshotIdentifier, 'DBClusterSnapshotIdentifier'),
    clusterIdentifier: present(snapshot.DBClusterIdentifier, 'DBClusterIdentifier'),
    type: present(snapshot.SnapshotType, 'SnapshotType'),
    status: present(snapshot.Status, 'Status'),
    percent: snapshot.PercentProgress ?? 0,
    // Absent while the snapshot is being created.
    createdAt: snapshot.SnapshotCreateTime ?? new Date(0),
    engineVersion: present(snapshot.EngineVersion, 'EngineVersion'),
    sizeGb: snapshot.AllocatedStorage ?? 0,
    encryption: snapshot.StorageEncryptionType ?? (snapshot.StorageEncrypted ? 'sse-kms' : 'none'),
    kmsKeyArn: snapshot.KmsKeyId,
    tags: Object.fromEntries((snapshot.TagList ?? []).map(({ Key = '', Value = '' }) => [Key, Value])),
  };
}

export function toSdkTags(tags: Readonly<Record<string, string>>): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
