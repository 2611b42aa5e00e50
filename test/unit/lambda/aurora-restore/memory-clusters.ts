import type { Cluster, ClusterRestore, Instance } from '../../../../lambda/common/aws/clusters';
import { clusterOf, instanceOf } from './fixtures';

type Change = Partial<Cluster>;

/**
 * Clusters and instances in memory that behave as RDS does: a change takes a while, during which others are refused,
 * and instances go before their cluster. Nothing goes on until `settle`.
 */
export class MemoryClusters {
  /** What was asked for that changes something, in order. */
  readonly calls: string[] = [];
  readonly quotas: Record<string, number> = {};
  readonly subnetGroups = new Set<string>(['private']);
  private clusters = new Map<string, Cluster>();
  private instances = new Map<string, Instance>();
  private readonly pending = new Map<string, Change>();

  /** Puts a cluster there, with its instances. */
  add(cluster: Cluster, instance: Partial<Instance> = {}): this {
    this.clusters.set(cluster.identifier, cluster);
    for (const identifier of cluster.instanceIdentifiers) this.instances.set(identifier, instanceOf(identifier, { tags: cluster.tags, ...instance }));
    return this;
  }

  addInstance(instance: Instance): this {
    this.instances.set(instance.identifier, instance);
    return this;
  }

  /** Changes what is there behind everybody's back. */
  alter(identifier: string, change: Change): void {
    this.clusters.set(identifier, { ...this.get(identifier), ...change });
  }

  /** Takes a cluster away behind everybody's back. */
  remove(identifier: string): void {
    this.clusters.delete(identifier);
  }

  alterInstance(identifier: string, change: Partial<Instance>): void {
    this.instances.set(identifier, { ...this.instances.get(identifier)!, ...change });
  }

  get names(): string[] {
    return [...this.clusters.keys()].sort();
  }

  /** Ends everything that is under way. */
  settle(): void {
    const gone = [...this.instances.values()].filter(({ status }) => status === 'deleting').map(({ identifier }) => identifier);
    this.instances = new Map([...this.instances].filter(([identifier]) => !gone.includes(identifier)).map(([identifier, instance]) => [identifier, { ...instance, status: 'available' }]));
    const settled = [...this.clusters.values()].filter(({ status }) => status !== 'deleting').map((cluster): Cluster => {
      const instanceIdentifiers = cluster.instanceIdentifiers.filter((identifier) => !gone.includes(identifier));
      return { ...cluster, status: 'available', instanceIdentifiers, ...this.pending.get(cluster.identifier) };
    });
    this.clusters = new Map(settled.map((cluster) => [cluster.identifier, cluster]));
    this.pending.clear();
  }

  async find(identifier: string): Promise<Cluster | undefined> {
    return this.clusters.get(identifier);
  }

  async findInstance(identifier: string): Promise<Instance | undefined> {
    return this.instances.get(identifier);
  }

  async list(): Promise<readonly Cluster[]> {
    return [...this.clusters.values()];
  }

  async hasSubnetGroup(name: string): Promise<boolean> {
    return this.subnetGroups.has(name);
  }

  async quotaLeft(quotaName: string): Promise<number | undefined> {
    return this.quotas[quotaName];
  }

  async restore(request: ClusterRestore): Promise<boolean> {
    if (this.clusters.has(request.identifier)) return false;
    this.calls.push(`restore ${request.identifier} from ${request.snapshotArn}`);
    const { identifier, engineVersion, securityGroupId, kmsKeyArn, tags } = request;
    this.clusters.set(identifier, clusterOf(identifier, { status: 'creating', engineVersion, securityGroupIds: [securityGroupId], kmsKeyArn, tags, instanceIdentifiers: [], endpoint: undefined }));
    return true;
  }

  async createInstance(identifier: string, clusterIdentifier: string, instanceClass: string, tags: Readonly<Record<string, string>>): Promise<boolean> {
    if (this.instances.has(identifier)) return false;
    this.calls.push(`create instance ${identifier} (${instanceClass})`);
    this.instances.set(identifier, instanceOf(identifier, { status: 'creating', tags }));
    const cluster = this.get(clusterIdentifier);
    this.alter(clusterIdentifier, { instanceIdentifiers: [...cluster.instanceIdentifiers, identifier] });
    return true;
  }

  async setMasterPassword(identifier: string, _password: string): Promise<boolean> {
    return this.change(identifier, 'resetting-master-credentials', {}, `set master password of ${identifier}`);
  }

  async setSecurityGroups(identifier: string, securityGroupIds: readonly string[]): Promise<boolean> {
    return this.change(identifier, 'modifying', { securityGroupIds }, `put ${identifier} into ${securityGroupIds.join()}`);
  }

  async rename(identifier: string, newIdentifier: string): Promise<boolean> {
    if (this.clusters.has(newIdentifier)) throw new Error(`there is a cluster ${newIdentifier} already`);
    return this.change(identifier, 'renaming', { identifier: newIdentifier, endpoint: clusterOf(newIdentifier).endpoint }, `rename ${identifier} to ${newIdentifier}`);
  }

  async tag(arn: string, tags: Readonly<Record<string, string>>): Promise<void> {
    const { identifier, tags: before } = this.byArn(arn);
    this.calls.push(`tag ${identifier}`);
    this.alter(identifier, { tags: { ...before, ...tags } });
  }

  async untag(arn: string, tag: string): Promise<void> {
    const { identifier, tags } = this.byArn(arn);
    this.calls.push(`untag ${identifier}`);
    this.alter(identifier, { tags: Object.fromEntries(Object.entries(tags).filter(([name]) => name !== tag)) });
  }

  async deleteInstance(identifier: string): Promise<boolean> {
    const instance = this.instances.get(identifier);
    if (!instance || instance.status !== 'available') return false;
    if (instance.deletionProtection) throw new Error(`instance ${identifier} is protected`);
    this.calls.push(`delete instance ${identifier}`);
    this.instances.set(identifier, { ...instance, status: 'deleting' });
    return true;
  }

  async deleteCluster(identifier: string, { keepAutomatedBackups }: { readonly keepAutomatedBackups: boolean }): Promise<boolean> {
    const cluster = this.clusters.get(identifier);
    if (!cluster || cluster.status !== 'available') return false;
    if (cluster.deletionProtection) throw new Error(`cluster ${identifier} is protected`);
    if (cluster.instanceIdentifiers.some((member) => this.instances.get(member)?.status !== 'deleting')) throw new Error('Cluster cannot be deleted, it still contains DB instances in non-deleting state.');
    this.calls.push(`delete cluster ${identifier}${keepAutomatedBackups ? ', keep its automated backups' : ''}`);
    this.alter(identifier, { status: 'deleting' });
    return true;
  }

  private change(identifier: string, status: string, change: Change, call: string): boolean {
    if (this.clusters.get(identifier)?.status !== 'available') return false;
    this.calls.push(call);
    this.alter(identifier, { status });
    this.pending.set(identifier, change);
    return true;
  }

  private get(identifier: string): Cluster {
    const cluster = this.clusters.get(identifier);
    if (!cluster) throw new Error(`no cluster ${identifier}`);
    return cluster;
  }

  private byArn(arn: string): Cluster {
    const cluster = [...this.clusters.values()].find((other) => other.arn === arn);
    if (!cluster) throw new Error(`no cluster ${arn}`);
    return cluster;
  }
}
