import { Duration, Stack } from 'aws-cdk-lib';
import { BackupPlan, BackupPlanRule, BackupResource, BackupVault, BackupVaultEvents, type BackupPlanCopyActionProps, type LockConfiguration } from 'aws-cdk-lib/aws-backup';
import { Schedule } from 'aws-cdk-lib/aws-events';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { ENV, METRIC } from '../../lambda/redshift-backup/contract';
import type { AwsBackupConfig, RedshiftBackupConfig } from '../config/redshift-backup';
import { FunctionSchedule } from '../shared/function-schedule';
import { permit } from '../shared/permission';
import { CAPABILITIES } from './aws-backup-capabilities';
import { BackupFunction, type FunctionContext } from './backup-function';
import { KEEP_UNDER_KEY, LOOK_AT_NETWORK, managePassword, redshiftArn } from './permissions';
import { SystemAlarms } from './system-alarms';

export interface AwsBackupSourceProps {
  readonly context: FunctionContext;
  readonly config: RedshiftBackupConfig;
  readonly awsBackup: AwsBackupConfig;
  readonly targetAccount: string;
  readonly topic: ITopic;
}

const START_WINDOW = Duration.hours(1);
const COMPLETION_WINDOW = Duration.hours(8);
const NAMED_BY_JOB = 'AWS Backup names its snapshots after its jobs';

/**
 * AWS Backup in the account of the warehouse: a locked vault, a plan, and what restores from it.
 *
 * Its recovery points stay in this account: AWS Backup copies no Redshift elsewhere, so the plan has no copy rule that could
 * only fail. The way into the other account is the automation's.
 */
export class AwsBackupSource extends Construct {
  readonly vault: BackupVault;
  readonly role: Role;

  constructor(scope: Construct, id: string, private readonly props: AwsBackupSourceProps) {
    super(scope, id);
    const { context, config, awsBackup, topic } = props;
    const { account, region } = Stack.of(this);
    const clusterArn = redshiftArn({ account, region }, `cluster:${config.source.clusterIdentifier}`);
    this.vault = new BackupVault(this, 'Vault', {
      backupVaultName: awsBackup.sourceVault,
      encryptionKey: context.key,
      blockRecoveryPointDeletion: true,
      notificationTopic: topic,
      // A completed job is one that ended, however it did: BACKUP_JOB_FAILED is not sent any more. That copies fail is expected, and for the probe to report.
      // https://docs.aws.amazon.com/aws-backup/latest/devguide/API_PutBackupVaultNotifications.html
      notificationEvents: [BackupVaultEvents.BACKUP_JOB_COMPLETED, BackupVaultEvents.RESTORE_JOB_COMPLETED],
      ...(awsBackup.lock && { lockConfiguration: lockOf(awsBackup.lock) }),
    });
    this.role = this.serviceRole(clusterArn);
    this.restoreRole();
    const plan = new BackupPlan(this, 'Plan', { backupPlanName: awsBackup.plan });
    plan.addRule(
      new BackupPlanRule({
        ruleName: 'redshift',
        backupVault: this.vault,
        scheduleExpression: Schedule.expression(awsBackup.schedule),
        startWindow: START_WINDOW,
        completionWindow: COMPLETION_WINDOW,
        deleteAfter: Duration.days(awsBackup.keepDays),
        copyActions: this.copies(),
      }),
    );
    plan.addSelection('Selection', { backupSelectionName: awsBackup.selection, resources: [BackupResource.fromArn(clusterArn)], role: this.role, disableDefaultBackupPolicy: true });
    this.probe();
  }

  /** A copy into the other account, as soon as AWS Backup has it for Redshift. */
  private copies(): BackupPlanCopyActionProps[] {
    if (!CAPABILITIES.crossAccountCopy.provisioned) return [];
    const destinationBackupVault = BackupVault.fromBackupVaultArn(this, 'TargetVault', this.targetVaultArn);
    return [{ destinationBackupVault, deleteAfter: Duration.days(this.props.awsBackup.keepDays) }];
  }

  private get targetVaultArn(): string {
    const { targetAccount, awsBackup } = this.props;
    return `arn:aws:backup:${Stack.of(this).region}:${targetAccount}:backup-vault:${awsBackup.targetVault}`;
  }

  /** What AWS's own policy for this role allows for everything, for this cluster: https://docs.aws.amazon.com/aws-backup/latest/devguide/security-iam-awsmanpol.html */
  private serviceRole(clusterArn: string): Role {
    const { account, region } = Stack.of(this);
    const { config, awsBackup } = this.props;
    const place = { account, region };
    const role = new Role(this, 'Role', { roleName: awsBackup.role, assumedBy: new ServicePrincipal('backup.amazonaws.com'), description: `AWS Backup backs ${config.source.clusterIdentifier} up as this` });
    const snapshots = redshiftArn(place, `snapshot:${config.source.clusterIdentifier}/awsbackup:*`);
    permit(role, { actions: ['redshift:CreateClusterSnapshot'], resources: [clusterArn, snapshots], because: NAMED_BY_JOB });
    permit(role, { actions: ['redshift:CreateTags', 'redshift:DeleteClusterSnapshot'], resources: [snapshots], because: NAMED_BY_JOB });
    permit(role, { actions: ['redshift:DescribeClusterSnapshots', 'redshift:DescribeTags'], resources: [clusterArn, snapshots], because: NAMED_BY_JOB });
    permit(role, { actions: ['redshift:DescribeClusters'], resources: [redshiftArn(place, 'cluster:*')], because: 'AWS Backup looks for the clusters of a selection among all' });
    // Without it a copy would still fail on the day on which AWS Backup has it, and the probe could not tell.
    permit(role, { actions: ['backup:DescribeBackupVault', 'backup:CopyIntoBackupVault'], resources: [this.targetVaultArn] });
    return role;
  }

  /** What restores recovery points into a cluster of this account, and into no other than the one for that. */
  private restoreRole(): Role {
    const { account, region } = Stack.of(this);
    const { config, awsBackup } = this.props;
    const place = { account, region };
    const role = new Role(this, 'RestoreRole', { roleName: `${awsBackup.role}-restore`, assumedBy: new ServicePrincipal('backup.amazonaws.com'), description: `AWS Backup restores ${config.names.restoredCluster} as this` });
    const restored = redshiftArn(place, `cluster:${config.names.restoredCluster}`);
    permit(role, { actions: ['redshift:RestoreFromClusterSnapshot'], resources: [restored, redshiftArn(place, `snapshot:${config.source.clusterIdentifier}/awsbackup:*`)], because: NAMED_BY_JOB });
    permit(role, { actions: ['redshift:DescribeClusters'], resources: [restored] });
    permit(role, {
      actions: KEEP_UNDER_KEY,
      resources: [`arn:aws:kms:${region}:${account}:key/*`],
      because: 'the key of the warehouse belongs to another stack',
      conditions: { StringEquals: { 'kms:ViaService': `redshift.${region}.amazonaws.com` } },
    });
    for (const permission of [LOOK_AT_NETWORK, ...managePassword(place, config.names.restoredCluster)]) permit(role, permission);
    return role;
  }

  private probe(): void {
    const { context, config, awsBackup, topic } = this.props;
    const { account, region } = Stack.of(this);
    const probeCopy = new BackupFunction(this, 'probe-copy', context, {
      description: 'Tries whether AWS Backup copies Redshift to another account by now',
      environment: {
        [ENV.BACKUP_VAULT]: this.vault.backupVaultName,
        [ENV.TARGET_VAULT_ARN]: this.targetVaultArn,
        [ENV.BACKUP_ROLE_ARN]: this.role.roleArn,
        [ENV.BACKUP_KEEP_DAYS]: String(awsBackup.keepDays),
      },
      permissions: [
        { actions: ['backup:ListRecoveryPointsByBackupVault'], resources: [this.vault.backupVaultArn] },
        { actions: ['backup:ListCopyJobs'], resources: ['*'], because: 'the action has no resource' },
        {
          actions: ['backup:StartCopyJob'],
          resources: [redshiftArn({ account, region }, `snapshot:${config.source.clusterIdentifier}/awsbackup:*`)],
          because: NAMED_BY_JOB,
        },
        { actions: ['iam:PassRole'], resources: [this.role.roleArn], conditions: { StringEquals: { 'iam:PassedToService': 'backup.amazonaws.com' } } },
      ],
    });
    new FunctionSchedule(this, 'ProbeSchedule', { name: `${context.names.backupMachine}-copy-probe`, expression: awsBackup.probeSchedule, target: probeCopy, input: {}, key: context.key });
    const own = new SystemAlarms(this, config.name, topic);
    own.alarm('CopySupported', {
      severity: 'ticket',
      summary: 'AWS Backup has copied a Redshift recovery point to another account: the capability table can be changed, and the plan get its copy rule.',
      metric: own.metric(METRIC.copySupported, Stats.MAXIMUM, Duration.hours(1)),
      threshold: 1,
      whenSilent: 'healthy',
    });
  }
}

export function lockOf({ minDays, maxDays, finalAfterDays }: NonNullable<AwsBackupConfig['lock']>): LockConfiguration {
  return { minRetention: Duration.days(minDays), maxRetention: Duration.days(maxDays), ...(finalAfterDays !== undefined && { changeableFor: Duration.days(finalAfterDays) }) };
}
