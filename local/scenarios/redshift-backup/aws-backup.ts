import {
  BackupClient,
  DeleteRecoveryPointCommand,
  DescribeBackupJobCommand,
  DescribeRestoreJobCommand,
  GetBackupPlanCommand,
  GetRecoveryPointRestoreMetadataCommand,
  ListBackupPlansCommand,
  StartBackupJobCommand,
  StartRestoreJobCommand,
  UpdateGlobalSettingsCommand,
} from '@aws-sdk/client-backup';
import type { Scenario } from '../../rehearsal/scenario';
import type { Stage } from '../../rehearsal/stage';
import type { AwsBackupConfig } from '../../../lib/config/redshift-backup';
import { WarehouseOnStage } from './warehouse-on-stage';
import { fillWarehouse, type RedshiftBackupWorld } from './world';

const HOUR_MS = 3_600_000;

interface Probe {
  readonly earlier: string | null;
  readonly message: string | null;
  readonly supported: boolean;
}

/** The third approach, told truthfully. */
export const awsBackup: Scenario<RedshiftBackupWorld> = {
  name: 'aws-backup',
  title: 'AWS Backup backs up and restores within the account under a lock; every way of copying to the other account is refused, and the probe says how',
  async run(stage) {
    const { config, source } = stage.world;
    const settings = config.awsBackup;
    if (!settings) throw new Error('the deployment does not use AWS Backup');
    await fillWarehouse(stage);
    const backup = stage.client(BackupClient, source);
    const recoveryPointArn = await onDemand(stage, settings);

    const told = stage.cloud.services.integration.outbox.messages().map(({ body }) => body).filter((body) => body.includes('AWS Backup job has ended'));
    stage.check(told.length > 0, 'people are told how it ended', told.at(-1) ?? 'nobody was told');

    const { BackupPlansList: [plan] = [] } = await backup.send(new ListBackupPlansCommand({}));
    const { BackupPlan } = await backup.send(new GetBackupPlanCommand({ BackupPlanId: plan?.BackupPlanId }));
    const copies = (BackupPlan?.Rules ?? []).flatMap(({ CopyActions = [] }) => CopyActions);
    stage.check(copies.length === 0, `${BackupPlan?.BackupPlanName ?? 'the plan'} has no copy rule, since none could succeed`);

    const refusal = await backup.send(new DeleteRecoveryPointCommand({ BackupVaultName: settings.sourceVault, RecoveryPointArn: recoveryPointArn })).then(() => 'deleted', (error: unknown) => `${(error as Error).name}: ${(error as Error).message}`);
    stage.check(refusal !== 'deleted', 'not even the administrator deletes a recovery point', refusal);
    await refusedCopies(stage);
    await restoreWithin(stage, settings, recoveryPointArn);
  },
};

async function onDemand(stage: Stage<RedshiftBackupWorld>, { sourceVault, role }: AwsBackupConfig): Promise<string> {
  const { source, clusterArn } = stage.world;
  const backup = stage.client(BackupClient, source);
  const IamRoleArn = `arn:aws:iam::${source.account}:role/${role}`;
  return stage.step(
    `a backup on demand into ${sourceVault}`,
    async () => {
      const { BackupJobId } = await backup.send(new StartBackupJobCommand({ BackupVaultName: sourceVault, ResourceArn: clusterArn, IamRoleArn, Lifecycle: { DeleteAfterDays: 14 } }));
      return stage.until('the backup job ends', 12 * HOUR_MS, async () => {
        const { State, RecoveryPointArn, StatusMessage } = await backup.send(new DescribeBackupJobCommand({ BackupJobId }));
        if (State === 'FAILED' || State === 'ABORTED' || State === 'EXPIRED') throw new Error(`${State}: ${StatusMessage ?? ''}`);
        return State === 'COMPLETED' ? RecoveryPointArn : undefined;
      });
    },
    (arn) => [arn],
  );
}

/** The three refusals of AWS, one behind the other. */
async function refusedCopies(stage: Stage<RedshiftBackupWorld>): Promise<void> {
  const { source, target } = stage.world;
  const { organization } = stage.cloud.services.analytics.backup;
  const warehouse = new WarehouseOnStage(stage);
  const probe = () => stage.invoke<Probe>(source, warehouse.functionName('probe-copy'), {});
  const refused = async (circumstances: string, because: RegExp) => {
    await probe();
    await stage.cloud.clock.pass(HOUR_MS / 4);
    const { earlier, message, supported } = await stage.step(`probe the copy ${circumstances}`, probe, (result) => [JSON.stringify(result)]);
    stage.check(!supported && earlier === 'FAILED' && because.test(message ?? ''), 'it is refused', message ?? '');
    await stage.cloud.clock.pass(HOUR_MS / 4);
  };
  await refused('without an organization', /Both source and destination account must be a member of the same organization/);
  organization.join(target.account, source.account);
  await refused('in an organization that does not allow it', /Cross-account copy feature is not enabled for the current organization/);
  await stage.client(BackupClient, target).send(new UpdateGlobalSettingsCommand({ GlobalSettings: { isCrossAccountBackupEnabled: 'true' } }));
  await refused('where everything is allowed', /Feature is not supported for provided resource type/);
}

async function restoreWithin(stage: Stage<RedshiftBackupWorld>, { sourceVault, role }: AwsBackupConfig, RecoveryPointArn: string): Promise<void> {
  const { source, config } = stage.world;
  const backup = stage.client(BackupClient, source);
  const [cluster] = await new WarehouseOnStage(stage).clusters(source);
  const { RestoreMetadata } = await backup.send(new GetRecoveryPointRestoreMetadataCommand({ BackupVaultName: sourceVault, RecoveryPointArn }));
  const Metadata = { ...RestoreMetadata, ClusterIdentifier: config.names.restoredCluster, ClusterSubnetGroupName: cluster?.ClusterSubnetGroupName ?? '', ManageMasterPassword: 'true' };
  const created = await stage.step(
    `AWS Backup restores it as ${config.names.restoredCluster}, in the same account`,
    async () => {
      const { RestoreJobId } = await backup.send(new StartRestoreJobCommand({ RecoveryPointArn, IamRoleArn: `arn:aws:iam::${source.account}:role/${role}-restore`, ResourceType: 'Redshift', Metadata }));
      return stage.until('the restore job ends', 12 * HOUR_MS, async () => {
        const { Status, CreatedResourceArn, StatusMessage } = await backup.send(new DescribeRestoreJobCommand({ RestoreJobId }));
        if (Status === 'FAILED' || Status === 'ABORTED') throw new Error(`${Status}: ${StatusMessage ?? ''}`);
        return Status === 'COMPLETED' ? CreatedResourceArn : undefined;
      });
    },
    (arn) => [arn],
  );
  stage.check(created.endsWith(config.names.restoredCluster), 'the cluster is there');
}
