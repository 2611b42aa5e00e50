import type { DatabaseInstance } from '../../../../lambda/common/aws/instances';
import type { Evidence, FailoverRun, StepInput } from '../../../../lambda/warm-standby/contract';
import type { Handover, Recall, RunRecord, Served } from '../../../../lambda/warm-standby/failover-runs';

export const PRIMARY = 'ap-southeast-2';
export const STANDBY = 'us-west-2';
export const NOW = new Date('2027-01-01T12:00:00.000Z');
export const now = () => NOW;

/** The moment so many seconds after `NOW`, before it when negative. */
export const at = (seconds: number) => new Date(NOW.getTime() + seconds * 1000).toISOString();

/** The failover of epoch 2 to the standby region. */
export function runOf(changes: Partial<FailoverRun> = {}): FailoverRun {
  return { operationId: 'epoch-2', kind: 'unplanned', epoch: 2, requestedBy: 'alarm', reason: 'no answer', requestedAt: at(0), lastServedAt: at(-240), ...changes };
}

export function stepOf(changes: Partial<FailoverRun> = {}): StepInput {
  const run = runOf(changes);
  return { operationId: run.operationId, run };
}

export function evidenceOf(changes: Partial<Evidence> = {}): Evidence {
  return {
    takenAt: at(0),
    verdict: 'lossy',
    idle: false,
    inRecovery: true,
    receiverAlive: false,
    receivedLsn: '0/3000148',
    replayedLsn: '0/3000148',
    unreplayedBytes: 0,
    heartbeat: { epoch: 1, sequence: 88_123, writtenAt: at(-243) },
    lastProgress: null,
    namedLoss: { seconds: 3, lastSequence: 88_123 },
    reasons: ['its receiver hears nothing from the primary'],
    ...changes,
  };
}

/** A replica that follows. */
export function instanceOf(changes: Partial<DatabaseInstance> = {}): DatabaseInstance {
  return {
    identifier: 'shop',
    arn: `arn:aws:rds:${STANDBY}:111111111111:db:shop`,
    resourceId: 'db-SHOP',
    status: 'available',
    endpoint: 'shop.example.test',
    port: 5432,
    replicatesFrom: `arn:aws:rds:${PRIMARY}:111111111111:db:shop`,
    replicationStatus: 'replicating',
    backupRetentionDays: 0,
    latestRestorableAt: undefined,
    storageEncrypted: true,
    kmsKeyArn: undefined,
    instanceClass: 'db.r6g.large',
    ...changes,
  };
}

/** What a region remembers of failovers, in memory. */
export class MemoryRuns {
  readonly records = new Map<number, Partial<RunRecord>>();
  readonly handovers: { readonly epoch: number; readonly at: string }[] = [];
  seenAt: string | undefined;
  seenEpoch = 1;
  recalled: Recall | undefined;

  async ofEpoch(epoch: number): Promise<RunRecord | undefined> {
    return this.records.get(epoch) as RunRecord | undefined;
  }

  async note(epoch: number, record: Partial<RunRecord>): Promise<void> {
    this.records.set(epoch, { ...this.records.get(epoch), ...record });
  }

  async lastServedAt(): Promise<string | undefined> {
    return this.seenAt;
  }

  async lastServed(): Promise<Served | undefined> {
    return this.seenAt === undefined ? undefined : { lastServedAt: this.seenAt, epoch: this.seenEpoch };
  }

  async served(moment: string, epoch: number): Promise<void> {
    this.seenAt = moment;
    this.seenEpoch = epoch;
  }

  async recall(): Promise<Recall | undefined> {
    return this.recalled;
  }

  async noteRecall(recall: Recall): Promise<void> {
    this.recalled = recall;
  }

  async handsOver(epoch: number, moment: string): Promise<void> {
    this.handovers.push({ epoch, at: moment });
  }

  async handover(): Promise<Handover | undefined> {
    return this.handovers.at(-1);
  }
}

/** Instances of a region, in memory: what changes one takes until `settle`. */
export class MemoryInstances {
  readonly calls: string[] = [];
  private readonly all = new Map<string, DatabaseInstance>();

  add(instance: DatabaseInstance): this {
    this.all.set(instance.identifier, instance);
    return this;
  }

  names(): readonly string[] {
    return [...this.all.keys()].sort();
  }

  /** Ends what is under way. */
  settle(): void {
    for (const instance of this.all.values()) this.add({ ...instance, status: 'available' });
  }

  async find(identifier: string): Promise<DatabaseInstance | undefined> {
    return this.all.get(identifier);
  }

  async promote(identifier: string, { backupRetentionDays }: { readonly backupRetentionDays: number }): Promise<boolean> {
    this.calls.push(`promote ${identifier}`);
    this.add({ ...this.all.get(identifier)!, status: 'modifying', replicatesFrom: undefined, replicationStatus: undefined, backupRetentionDays });
    return true;
  }

  async rename(identifier: string, newIdentifier: string): Promise<boolean> {
    this.calls.push(`rename ${identifier} to ${newIdentifier}`);
    const instance = this.all.get(identifier)!;
    this.all.delete(identifier);
    this.add({ ...instance, identifier: newIdentifier, status: 'renaming' });
    return true;
  }

  async createReplica({ identifier, sourceArn }: { readonly identifier: string; readonly sourceArn: string }): Promise<boolean> {
    this.calls.push(`create ${identifier} from ${sourceArn}`);
    this.add(instanceOf({ identifier, replicatesFrom: sourceArn, status: 'creating' }));
    return true;
  }
}
