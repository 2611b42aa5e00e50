import type { ClusterSnapshot, CopyRequest } from '../../../../lambda/common/aws/cluster-snapshots';
import { snapshotArn, snapshotOf } from './fixtures';

/** Snapshots of one region of one account, in memory. What is started stays `copying` or `creating` until it is altered. */
export class MemorySnapshots {
  /** What was asked for that changes something, in order. */
  readonly calls: string[] = [];
  readonly copies: CopyRequest[] = [];
  /** What the next copies are answered with instead of being started. */
  copyAnswer: 'full' | Error | undefined;
  private readonly snapshots = new Map<string, ClusterSnapshot>();
  private readonly shares = new Map<string, readonly string[]>();

  constructor(private readonly place: { readonly account: string; readonly region: string }) {}

  add(...snapshots: readonly ClusterSnapshot[]): this {
    for (const snapshot of snapshots) this.snapshots.set(snapshot.identifier, snapshot);
    return this;
  }

  alter(identifier: string, change: Partial<ClusterSnapshot>): void {
    this.snapshots.set(identifier, { ...this.snapshots.get(identifier)!, ...change });
  }

  get names(): string[] {
    return [...this.snapshots.keys()].sort();
  }

  async find(identifierOrArn: string): Promise<ClusterSnapshot | undefined> {
    return [...this.snapshots.values()].find(({ identifier, arn }) => identifier === identifierOrArn || arn === identifierOrArn);
  }

  async listOf(clusterIdentifier: string): Promise<readonly ClusterSnapshot[]> {
    return [...this.snapshots.values()].filter((snapshot) => snapshot.clusterIdentifier === clusterIdentifier);
  }

  async listManual(): Promise<readonly ClusterSnapshot[]> {
    return [...this.snapshots.values()].filter(({ type }) => type === 'manual');
  }

  async create(identifier: string, clusterIdentifier: string, tags: Readonly<Record<string, string>>): Promise<boolean> {
    return this.start(snapshotOf(identifier, { clusterIdentifier, tags, status: 'creating', percent: 0 }), `create ${identifier}`);
  }

  async copy(request: CopyRequest): Promise<'started' | 'taken' | 'full'> {
    if (this.copyAnswer instanceof Error) throw this.copyAnswer;
    if (this.copyAnswer) return this.copyAnswer;
    this.copies.push(request);
    const { source, targetIdentifier, kmsKeyArn, tags } = request;
    return this.start(snapshotOf(targetIdentifier, { arn: snapshotArn(targetIdentifier, this.place), status: 'copying', percent: 10, kmsKeyArn, tags }), `copy ${source} to ${targetIdentifier}`) ? 'started' : 'taken';
  }

  async sharedWith(identifier: string): Promise<readonly string[]> {
    return this.shares.get(identifier) ?? [];
  }

  async share(identifier: string, account: string): Promise<void> {
    this.calls.push(`share ${identifier} with ${account}`);
    this.shares.set(identifier, [...(await this.sharedWith(identifier)), account]);
  }

  async unshare(identifier: string, account: string): Promise<void> {
    this.calls.push(`unshare ${identifier} with ${account}`);
    this.shares.set(identifier, (await this.sharedWith(identifier)).filter((other) => other !== account));
  }

  async tag(arn: string, tags: Readonly<Record<string, string>>): Promise<void> {
    const snapshot = (await this.find(arn))!;
    this.calls.push(`tag ${snapshot.identifier}`);
    this.alter(snapshot.identifier, { tags: { ...snapshot.tags, ...tags } });
  }

  async delete(identifier: string): Promise<boolean> {
    if (!this.snapshots.delete(identifier)) return false;
    this.calls.push(`delete ${identifier}`);
    return true;
  }

  private start(snapshot: ClusterSnapshot, call: string): boolean {
    if (this.snapshots.has(snapshot.identifier)) return false;
    this.calls.push(call);
    this.snapshots.set(snapshot.identifier, snapshot);
    return true;
  }
}
