import { DescribeSubnetsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { BatchExecuteStatementCommand, DescribeStatementCommand, RedshiftDataClient } from '@aws-sdk/client-redshift-data';
import { CreateNamespaceCommand, CreateWorkgroupCommand, DeleteNamespaceCommand, DeleteWorkgroupCommand, GetNamespaceCommand, GetSnapshotCommand, GetWorkgroupCommand, ListNamespacesCommand, ListSnapshotsCommand, ListWorkgroupsCommand, PutResourcePolicyCommand, RedshiftServerlessClient, TagResourceCommand, type Snapshot } from '@aws-sdk/client-redshift-serverless';
import type { Place } from '../../cloud/gateway/service';
import type { Stage } from '../../rehearsal/stage';
import { contentStatements } from './warehouse-data';
import type { RedshiftBackupWorld } from './world';

const HOUR_MS = 3_600_000;

/** A warehouse of Redshift Serverless that is there already, as its owner works with it. */
export class Lake {
  constructor(private readonly stage: Stage<RedshiftBackupWorld>) {}

  /** Makes the namespace and its workgroup under the key that the configuration names, fills them, and lets the pipeline read. */
  async create(): Promise<void> {
    const { lake, source } = this.stage.world;
    const { warehouse, clusterIdentifier: namespaceName, database } = lake.source;
    if (!('workgroup' in warehouse && 'kmsKeyArn' in warehouse)) throw new Error('the deployment would have to name the lake');
    const { workgroup: workgroupName, kmsKeyArn } = warehouse;
    const serverless = this.client(source);
    await serverless.send(new CreateNamespaceCommand({ namespaceName, dbName: database, adminUsername: 'lake_admin', manageAdminPassword: true, kmsKeyId: kmsKeyArn }));
    await this.stage.until('the namespace is available', HOUR_MS, async () => ((await serverless.send(new GetNamespaceCommand({ namespaceName }))).namespace?.status === 'AVAILABLE' ? true : undefined));
    await serverless.send(new CreateWorkgroupCommand({ workgroupName, namespaceName, baseCapacity: 8, subnetIds: await this.subnetsOfWarehouse() }));
    await this.stage.until('the workgroup is available', HOUR_MS, async () => ((await serverless.send(new GetWorkgroupCommand({ workgroupName }))).workgroup?.status === 'AVAILABLE' ? true : undefined));
    const { namespace } = await serverless.send(new GetNamespaceCommand({ namespaceName }));
    // As docs/runbooks/redshift-backup.md says, in the words of the stand-in.
    const reader = `"IAMR:redshift-backup-${lake.name}-take-manifest"`;
    const grants = [`CREATE ROLE ${reader} LOGIN`, `GRANT USAGE ON SCHEMA sales, "Web Analytics" TO ${reader}`, `GRANT SELECT ON ALL TABLES IN SCHEMA sales, "Web Analytics" TO ${reader}`];
    await this.run(workgroupName, database, namespace?.adminPasswordSecretArn ?? '', [...contentStatements(), ...grants]);
  }

  async tagNamespace(key: string, value: string): Promise<void> {
    const { lake, source } = this.stage.world;
    const { namespace } = await this.client(source).send(new GetNamespaceCommand({ namespaceName: lake.source.clusterIdentifier }));
    await this.client(source).send(new TagResourceCommand({ resourceArn: namespace?.namespaceArn, tags: [{ key, value }] }));
  }

  async tagSnapshot(place: Place, name: string, key: string, value: string): Promise<void> {
    await this.client(place).send(new TagResourceCommand({ resourceArn: (await this.snapshot(place, name))?.snapshotArn, tags: [{ key, value }] }));
  }

  /** Shares a snapshot with these accounts and no others. */
  async shareWith(name: string, accounts: readonly string[]): Promise<void> {
    const { source } = this.stage.world;
    const statement = { Effect: 'Allow', Principal: { AWS: accounts }, Action: 'redshift-serverless:RestoreFromSnapshot' };
    await this.client(source).send(new PutResourcePolicyCommand({ resourceArn: (await this.snapshot(source, name))?.snapshotArn, policy: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }) }));
  }

  async snapshot(place: Place, snapshotName: string): Promise<Snapshot | undefined> {
    return this.client(place).send(new GetSnapshotCommand({ snapshotName })).then(({ snapshot }) => snapshot, () => undefined);
  }

  /** Snapshots that the owner shares with the account. */
  async sharedWith(place: Place): Promise<readonly Snapshot[]> {
    return (await this.client(place).send(new ListSnapshotsCommand({ ownerAccount: this.stage.world.source.account }))).snapshots ?? [];
  }

  /** Namespaces that the account has. */
  async namespaces(place: Place): Promise<readonly string[]> {
    return ((await this.client(place).send(new ListNamespacesCommand({}))).namespaces ?? []).map(({ namespaceName = '' }) => namespaceName);
  }

  async workgroups(place: Place): Promise<readonly string[]> {
    return ((await this.client(place).send(new ListWorkgroupsCommand({}))).workgroups ?? []).map(({ workgroupName = '' }) => workgroupName);
  }

  /** Deletes a namespace and the workgroup of its name. */
  async remove(place: Place, name: string): Promise<void> {
    await this.client(place).send(new DeleteWorkgroupCommand({ workgroupName: name }));
    await this.stage.until('the workgroup is gone', HOUR_MS, async () => ((await this.workgroups(place)).includes(name) ? undefined : true));
    await this.client(place).send(new DeleteNamespaceCommand({ namespaceName: name }));
    await this.stage.until('the namespace is gone', HOUR_MS, async () => ((await this.namespaces(place)).includes(name) ? undefined : true));
  }

  private client(place: Place): RedshiftServerlessClient {
    return this.stage.client(RedshiftServerlessClient, place);
  }

  /** The lake lies in the network of the warehouse. */
  private async subnetsOfWarehouse(): Promise<string[]> {
    const { Subnets = [] } = await this.stage.client(EC2Client, this.stage.world.source).send(new DescribeSubnetsCommand({}));
    return Subnets.flatMap(({ SubnetId }) => SubnetId ?? []);
  }

  /** Statements as the administrator, whose password lies in a secret. */
  private async run(WorkgroupName: string, Database: string, SecretArn: string, statements: readonly string[]): Promise<void> {
    const data = this.stage.client(RedshiftDataClient, this.stage.world.source);
    const { Id } = await data.send(new BatchExecuteStatementCommand({ WorkgroupName, Database, SecretArn, Sqls: [...statements] }));
    await this.stage.until('the statements have run', HOUR_MS, async () => {
      const { Status, Error: error } = await data.send(new DescribeStatementCommand({ Id }));
      if (Status === 'FAILED' || Status === 'ABORTED') throw new Error(error ?? Status);
      return Status === 'FINISHED' ? true : undefined;
    });
  }
}
