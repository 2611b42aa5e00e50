import {
  ConflictException,
  ConvertRecoveryPointToSnapshotCommand,
  CreateSnapshotCommand,
  DeleteResourcePolicyCommand,
  DeleteSnapshotCommand,
  GetSnapshotCommand,
  ListTagsForResourceCommand,
  paginateListRecoveryPoints,
  paginateListSnapshots,
  PutResourcePolicyCommand,
  RedshiftServerlessClient,
  ResourceNotFoundException,
  ServiceQuotaExceededException,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateSnapshotCommand,
  type Snapshot as SdkSnapshot,
} from '@aws-sdk/client-redshift-serverless';
import { clientFor, type Target } from './client-factory';
import { present } from './present';
import type { DeletionOutcome, ShareOutcome, SnapshotBeginning, SnapshotRequest, SnapshotStore, WarehouseSnapshot } from './redshift-snapshots';

/** What Redshift Serverless keeps of a namespace for a day, made every half hour. */
export interface RecoveryPoint {
  readonly id: string;
  readonly createdAt: Date;
}

/** Snapshots under a key of AWS, which nobody else can restore. */
const AWS_KEY = 'AWS_OWNED_KMS_KEY';
const RESTORE = 'redshift-serverless:RestoreFromSnapshot';
/** They know no nodes: what a restore of them takes is counted in Redshift processing units. */
const CAPACITY_UNIT = 'RPU';

/**
 * Snapshots of Redshift Serverless in one region, seen by one account.
 *
 * They are shared by a resource policy of their own, not by an authorisation:
 * https://docs.aws.amazon.com/redshift-serverless/latest/APIReference/API_PutResourcePolicy.html
 */
export class ServerlessSnapshots implements SnapshotStore {
  constructor(
    private readonly client: RedshiftServerlessClient,
    private readonly capacityRpu: number,
  ) {}

  /** The capacity is what a restore would run with: it stands in for the nodes of a cluster. */
  static in(target: Target, capacityRpu: number): ServerlessSnapshots {
    return new ServerlessSnapshots(clientFor(RedshiftServerlessClient, target), capacityRpu);
  }

  async find(identifier: string, ownerAccount?: string): Promise<WarehouseSnapshot | undefined> {
    const snapshot = await this.get(identifier, ownerAccount);
    return snapshot && this.toSnapshot(snapshot, ownerAccount === undefined);
  }

  async listOwn(): Promise<readonly WarehouseSnapshot[]> {
    return this.list(undefined);
  }

  async listShared(ownerAccount: string): Promise<readonly WarehouseSnapshot[]> {
    return this.list(ownerAccount);
  }

  async create({ identifier, clusterIdentifier, retentionDays, tags }: SnapshotRequest): Promise<SnapshotBeginning> {
    return this.begin(identifier, () => this.client.send(new CreateSnapshotCommand({ snapshotName: identifier, namespaceName: clusterIdentifier, retentionPeriod: retentionDays, tags: tagList(tags) })));
  }

  /** Keeps a recovery point, which would be gone after a day, as a snapshot. */
  async promote(recoveryPointId: string, { identifier, retentionDays, tags }: Omit<SnapshotRequest, 'clusterIdentifier'>): Promise<SnapshotBeginning> {
    return this.begin(identifier, () => this.client.send(new ConvertRecoveryPointToSnapshotCommand({ recoveryPointId, snapshotName: identifier, retentionPeriod: retentionDays, tags: tagList(tags) })));
  }

  async recoveryPoints(namespaceName: string): Promise<readonly RecoveryPoint[]> {
    const found: RecoveryPoint[] = [];
    for await (const { recoveryPoints = [] } of paginateListRecoveryPoints({ client: this.client }, { namespaceName })) {
      found.push(...recoveryPoints.map(({ recoveryPointId, recoveryPointCreateTime }) => ({ id: present(recoveryPointId, 'recoveryPointId'), createdAt: present(recoveryPointCreateTime, 'recoveryPointCreateTime') })));
    }
    return found;
  }

  async share(identifier: string, account: string): Promise<ShareOutcome> {
    const snapshot = await this.get(identifier);
    if (!snapshot) return 'gone';
    if (snapshot.status !== 'AVAILABLE') return 'refused';
    const accounts = snapshot.accountsWithRestoreAccess ?? [];
    if (accounts.includes(account)) return 'already';
    await this.setAccounts(snapshot, [...accounts, account]);
    return 'shared';
  }

  async revoke(identifier: string, account: string): Promise<void> {
    const snapshot = await this.get(identifier);
    const accounts = snapshot?.accountsWithRestoreAccess ?? [];
    if (snapshot && accounts.includes(account)) await this.setAccounts(snapshot, accounts.filter((other) => other !== account));
  }

  async delete(identifier: string): Promise<DeletionOutcome> {
    try {
      await this.client.send(new DeleteSnapshotCommand({ snapshotName: identifier }));
      return 'deleted';
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return 'gone';
      if (error instanceof ConflictException) return 'refused';
      throw error;
    }
  }

  async keepFor(identifier: string, retentionDays: number): Promise<void> {
    await this.client.send(new UpdateSnapshotCommand({ snapshotName: identifier, retentionPeriod: retentionDays }));
  }

  async tag(arn: string, tags: Readonly<Record<string, string>>): Promise<void> {
    await this.client.send(new TagResourceCommand({ resourceArn: arn, tags: tagList(tags) }));
  }

  async untag(arn: string, keys: readonly string[]): Promise<void> {
    await this.client.send(new UntagResourceCommand({ resourceArn: arn, tagKeys: [...keys] }));
  }

  /** One error stands for a name that is taken and for a namespace that is being changed. */
  private async begin(identifier: string, request: () => Promise<unknown>): Promise<SnapshotBeginning> {
    try {
      await request();
      return 'begun';
    } catch (error) {
      if (error instanceof ConflictException) return (await this.get(identifier)) ? 'exists' : 'busy';
      if (error instanceof ServiceQuotaExceededException) return 'full';
      throw error;
    }
  }

  private async get(snapshotName: string, ownerAccount?: string): Promise<SdkSnapshot | undefined> {
    try {
      return (await this.client.send(new GetSnapshotCommand({ snapshotName, ownerAccount }))).snapshot;
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return undefined;
      throw error;
    }
  }

  private async list(ownerAccount: string | undefined): Promise<readonly WarehouseSnapshot[]> {
    const found: SdkSnapshot[] = [];
    for await (const { snapshots = [] } of paginateListSnapshots({ client: this.client }, { ownerAccount })) found.push(...snapshots);
    return Promise.all(found.map((snapshot) => this.toSnapshot(snapshot, ownerAccount === undefined)));
  }

  private async setAccounts({ snapshotArn }: SdkSnapshot, accounts: readonly string[]): Promise<void> {
    const statement = { Sid: 'Restore', Effect: 'Allow', Principal: { AWS: accounts }, Action: [RESTORE] };
    if (accounts.length === 0) await this.client.send(new DeleteResourcePolicyCommand({ resourceArn: snapshotArn }));
    else await this.client.send(new PutResourcePolicyCommand({ resourceArn: snapshotArn, policy: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }) }));
  }

  private async toSnapshot(snapshot: SdkSnapshot, isOwn: boolean): Promise<WarehouseSnapshot> {
    const arn = present(snapshot.snapshotArn, 'snapshotArn');
    const { tags = [] } = isOwn ? await this.client.send(new ListTagsForResourceCommand({ resourceArn: arn })) : {};
    return {
      arn,
      identifier: present(snapshot.snapshotName, 'snapshotName'),
      clusterIdentifier: present(snapshot.namespaceName, 'namespaceName'),
      ownerAccount: present(snapshot.ownerAccount, 'ownerAccount'),
      status: present(snapshot.status, 'status').toLowerCase(),
      type: 'manual',
      createdAt: new Date(present(snapshot.snapshotCreateTime, 'snapshotCreateTime')),
      nodeType: CAPACITY_UNIT,
      numberOfNodes: this.capacityRpu,
      kmsKeyArn: snapshot.kmsKeyId === AWS_KEY ? undefined : snapshot.kmsKeyId,
      retentionDays: snapshot.snapshotRetentionPeriod,
      sharedWith: snapshot.accountsWithRestoreAccess ?? [],
      tags: Object.fromEntries(tags.map(({ key = '', value = '' }) => [key, value])),
    };
  }
}

function tagList(tags: Readonly<Record<string, string>>): { key: string; value: string }[] {
  return Object.entries(tags).map(([key, value]) => ({ key, value }));
}
