import { BackupClient, CreateBackupVaultCommand, DescribeBackupJobCommand, DescribeCopyJobCommand, DescribeRestoreJobCommand, StartBackupJobCommand, type DescribeBackupJobCommandOutput, type StartBackupJobCommandInput } from '@aws-sdk/client-backup';
import type { Place } from '../../../../../../local/cloud/gateway/service';
import { createServiceRole } from '../../../../../support/create-role';
import { clusterArn, NETWORK_LOOKS, SOURCE, WarehouseCloud } from '../redshift/redshift-fixture';

/** What a role of AWS Backup needs for clusters. */
export const WORK = [
  'redshift:CreateClusterSnapshot',
  'redshift:CreateTags',
  'redshift:DescribeClusterSnapshots',
  'redshift:DescribeClusters',
  'redshift:DeleteClusterSnapshot',
  'redshift:RestoreFromClusterSnapshot',
  ...NETWORK_LOOKS,
];
export const VAULT = 'governed';
const ENDED = ['COMPLETED', 'FAILED', 'ABORTED', 'EXPIRED'];

/** A cluster, a vault and a role that may back the one up into the other. */
export class BackupCloud {
  private constructor(
    readonly warehouse: WarehouseCloud,
    readonly backup: BackupClient,
    readonly roleArn: string,
  ) {}

  static async start(...places: readonly Place[]): Promise<BackupCloud> {
    const warehouse = await WarehouseCloud.start(SOURCE, ...places);
    const backup = warehouse.cloud.client(BackupClient, SOURCE);
    await warehouse.createCluster(SOURCE, 'sales', { Tags: [{ Key: 'backup', Value: 'daily' }] });
    await warehouse.sql(SOURCE, 'sales', 'create table sale as select n from generate_series(1, 10) as n');
    await backup.send(new CreateBackupVaultCommand({ BackupVaultName: VAULT }));
    return new BackupCloud(warehouse, backup, await createServiceRole(warehouse.cloud, SOURCE, 'backup.amazonaws.com', WORK));
  }

  /** Begins a job for the cluster; returns its id. */
  async startJob(more: Partial<StartBackupJobCommandInput> = {}): Promise<string> {
    const { BackupJobId } = await this.backup.send(new StartBackupJobCommand({ BackupVaultName: VAULT, ResourceArn: clusterArn(SOURCE, 'sales'), IamRoleArn: this.roleArn, ...more }));
    return BackupJobId!;
  }

  /** Waits until the job has ended. */
  async ended(BackupJobId: string): Promise<DescribeBackupJobCommandOutput> {
    return this.warehouse.until(() => this.backup.send(new DescribeBackupJobCommand({ BackupJobId })), ({ State }) => ENDED.includes(State!));
  }

  /** Makes a recovery point; returns its ARN. */
  async recoveryPoint(more: Partial<StartBackupJobCommandInput> = {}): Promise<string> {
    const job = await this.ended(await this.startJob(more));
    if (job.State !== 'COMPLETED') throw new Error(job.StatusMessage);
    return job.RecoveryPointArn!;
  }

  async endedCopy(CopyJobId: string) {
    const { CopyJob } = await this.warehouse.until(() => this.backup.send(new DescribeCopyJobCommand({ CopyJobId })), (seen) => ENDED.includes(seen.CopyJob!.State!));
    return CopyJob!;
  }

  endedRestore(RestoreJobId: string) {
    return this.warehouse.until(() => this.backup.send(new DescribeRestoreJobCommand({ RestoreJobId })), ({ Status }) => ENDED.includes(Status!));
  }

  stop(): Promise<void> {
    return this.warehouse.stop();
  }
}
