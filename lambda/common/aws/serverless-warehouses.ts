import {
  ConflictException,
  CreateNamespaceCommand,
  CreateWorkgroupCommand,
  DeleteNamespaceCommand,
  DeleteWorkgroupCommand,
  GetNamespaceCommand,
  GetWorkgroupCommand,
  ListTagsForResourceCommand,
  paginateListNamespaces,
  RedshiftServerlessClient,
  ResourceNotFoundException,
  RestoreFromSnapshotCommand,
  TagResourceCommand,
  type Namespace,
  type Workgroup,
} from '@aws-sdk/client-redshift-serverless';
import { clientFor, type Target } from './client-factory';
import { present } from './present';
import type { ClusterRestore, RestoreBeginning, WarehouseCluster } from './redshift-clusters';

/** Where and how a namespace is restored. */
export interface ServerlessRestore extends ClusterRestore {
  readonly kmsKeyArn: string;
  readonly subnetIds: readonly string[];
  readonly securityGroupId: string;
  /** What tells a namespace that was made for this restore from all others. */
  readonly tags: Readonly<Record<string, string>>;
  /** The tag that it bears once its data is on the way. */
  readonly begunTag: string;
}

const AWS_KEY = 'AWS_OWNED_KMS_KEY';
const CAPACITY_UNIT = 'RPU';

/** Namespaces of Redshift Serverless, each with the workgroup that computes for it, as the warehouses that they are. */
export class ServerlessWarehouses {
  constructor(
    private readonly client: RedshiftServerlessClient,
    private readonly workgroupOf: (namespace: string) => string,
  ) {}

  /** @param workgroup of the only namespace that is asked about; what is restored has a workgroup of its own name */
  static in(target: Target, workgroup?: string): ServerlessWarehouses {
    return new ServerlessWarehouses(clientFor(RedshiftServerlessClient, target), (namespace) => workgroup ?? namespace);
  }

  async find(namespaceName: string): Promise<WarehouseCluster | undefined> {
    const namespace = await this.namespace(namespaceName);
    return namespace && { ...toWarehouse(namespace, await this.workgroup(namespaceName)), tags: await this.tagsOf(namespace) };
  }

  /** All namespaces, without their tags; whether their workgroups are available is not asked. */
  async list(): Promise<readonly WarehouseCluster[]> {
    const found: Namespace[] = [];
    for await (const { namespaces = [] } of paginateListNamespaces({ client: this.client }, {})) found.push(...namespaces);
    return found.map((namespace) => toWarehouse(namespace, undefined));
  }

  /**
   * Restores a snapshot, one step a call: a namespace, its workgroup, and when both are available the data. `preparing` until then.
   *
   * A restore replaces all that a namespace holds: one that is not made for it, or has been restored into, `exists` and stays as it is.
   */
  async restore(request: ServerlessRestore): Promise<RestoreBeginning> {
    const { clusterIdentifier: name, snapshotIdentifier, ownerAccount, kmsKeyArn, subnetIds, securityGroupId, numberOfNodes } = request;
    const tags = Object.entries(request.tags).map(([key, value]) => ({ key, value }));
    const namespace = await this.namespace(name);
    if (!namespace) {
      await this.client.send(new CreateNamespaceCommand({ namespaceName: name, kmsKeyId: kmsKeyArn, manageAdminPassword: true, adminPasswordSecretKmsKeyId: kmsKeyArn, tags }));
      return 'preparing';
    }
    if (!(await this.isToBeRestored(namespace, request))) return 'exists';
    const workgroup = await this.workgroup(name);
    if (!workgroup && namespace.status === 'AVAILABLE') {
      await this.client.send(
        new CreateWorkgroupCommand({ workgroupName: name, namespaceName: name, baseCapacity: numberOfNodes, subnetIds: [...subnetIds], securityGroupIds: [securityGroupId], publiclyAccessible: false, enhancedVpcRouting: true, tags }),
      );
    }
    if (namespace.status !== 'AVAILABLE' || workgroup?.status !== 'AVAILABLE') return 'preparing';
    // Without these the administrator would have the password of the source, which nobody here knows.
    const password = { manageAdminPassword: true, adminPasswordSecretKmsKeyId: kmsKeyArn };
    await this.client.send(new RestoreFromSnapshotCommand({ namespaceName: name, workgroupName: name, snapshotName: snapshotIdentifier, ownerAccount, ...password }));
    await this.client.send(new TagResourceCommand({ resourceArn: namespace.namespaceArn, tags: [...tags, { key: request.begunTag, value: snapshotIdentifier }] }));
    return 'begun';
  }

  /** Starts deleting the workgroup, and when that is gone the namespace, without a last snapshot. */
  async delete(name: string): Promise<'deleting' | 'gone' | 'busy'> {
    try {
      if (await this.workgroup(name)) await this.client.send(new DeleteWorkgroupCommand({ workgroupName: this.workgroupOf(name) }));
      else if (await this.namespace(name)) await this.client.send(new DeleteNamespaceCommand({ namespaceName: name }));
      else return 'gone';
      return 'deleting';
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return 'gone';
      if (error instanceof ConflictException) return 'busy';
      throw error;
    }
  }

  private async isToBeRestored(namespace: Namespace, { tags: wanted, begunTag }: ServerlessRestore): Promise<boolean> {
    const borne = await this.tagsOf(namespace);
    return borne[begunTag] === undefined && Object.entries(wanted).every(([key, value]) => borne[key] === value);
  }

  private async tagsOf({ namespaceArn }: Namespace): Promise<Readonly<Record<string, string>>> {
    const { tags = [] } = await this.client.send(new ListTagsForResourceCommand({ resourceArn: namespaceArn }));
    return Object.fromEntries(tags.map(({ key = '', value = '' }) => [key, value]));
  }

  private async namespace(namespaceName: string): Promise<Namespace | undefined> {
    return found(async () => (await this.client.send(new GetNamespaceCommand({ namespaceName }))).namespace);
  }

  private async workgroup(namespace: string): Promise<Workgroup | undefined> {
    return found(async () => (await this.client.send(new GetWorkgroupCommand({ workgroupName: this.workgroupOf(namespace) }))).workgroup);
  }
}

async function found<T>(look: () => Promise<T | undefined>): Promise<T | undefined> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

function toWarehouse(namespace: Namespace, workgroup: Workgroup | undefined): WarehouseCluster {
  const status = workgroup && workgroup.status !== 'AVAILABLE' ? workgroup.status : namespace.status;
  return {
    identifier: present(namespace.namespaceName, 'namespaceName'),
    namespaceArn: present(namespace.namespaceArn, 'namespaceArn'),
    status: present(status, 'status').toLowerCase(),
    createdAt: namespace.creationDate,
    nodeType: CAPACITY_UNIT,
    numberOfNodes: workgroup?.baseCapacity ?? 0,
    database: present(namespace.dbName, 'dbName'),
    kmsKeyArn: namespace.kmsKeyId === AWS_KEY ? undefined : namespace.kmsKeyId,
    // A namespace that is available has all of its data.
    restoreStatus: status === 'AVAILABLE' ? 'completed' : 'restoring',
    tags: {},
  };
}
