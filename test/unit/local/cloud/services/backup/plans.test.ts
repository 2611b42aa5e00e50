import {
  type BackupClient,
  CreateBackupPlanCommand,
  CreateBackupSelectionCommand,
  CreateFrameworkCommand,
  CreateReportPlanCommand,
  DeleteBackupPlanCommand,
  DeleteBackupSelectionCommand,
  DescribeFrameworkCommand,
  DescribeReportJobCommand,
  GetBackupPlanCommand,
  ListBackupJobsCommand,
  ListCopyJobsCommand,
  paginateListRecoveryPointsByBackupVault,
  StartReportJobCommand,
  UpdateBackupPlanCommand,
  type BackupRuleInput,
} from '@aws-sdk/client-backup';
import { ConfigServiceClient, DescribeConfigurationRecordersCommand, PutConfigurationRecorderCommand } from '@aws-sdk/client-config-service';
import { CreateBucketCommand, GetObjectCommand, PutBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3';
import { createServiceRole } from '../../../../../support/create-role';
import { deployResources } from '../../../../../support/deploy-resources';
import { allow, policyText } from '../../../../../support/role-session';
import { clusterArn, SOURCE, TARGET } from '../redshift/redshift-fixture';
import { BackupCloud, VAULT } from './backup-fixture';

const DAILY: BackupRuleInput = { RuleName: 'daily', TargetBackupVaultName: VAULT, ScheduleExpression: 'cron(0 3 * * ? *)', Lifecycle: { DeleteAfterDays: 3 } };
const DAY_MINUTES = 24 * 60;

describe('a plan of AWS Backup', () => {
  let cloud: BackupCloud;
  let backup: BackupClient;
  beforeEach(async () => {
    cloud = await BackupCloud.start(TARGET);
    ({ backup } = cloud);
  });
  afterEach(() => cloud.stop());

  async function createPlan(rule: Partial<BackupRuleInput> = {}): Promise<string> {
    const { BackupPlanId } = await backup.send(new CreateBackupPlanCommand({ BackupPlan: { BackupPlanName: 'warehouses', Rules: [{ ...DAILY, ...rule }] } }));
    await backup.send(new CreateBackupSelectionCommand({ BackupPlanId, BackupSelection: { SelectionName: 'clusters', IamRoleArn: cloud.roleArn, Resources: [clusterArn(SOURCE, 'sales')] } }));
    return BackupPlanId!;
  }

  async function jobs() {
    return (await backup.send(new ListBackupJobsCommand({}))).BackupJobs!;
  }

  async function points(): Promise<string[]> {
    const found = [];
    for await (const { RecoveryPoints } of paginateListRecoveryPointsByBackupVault({ client: backup, pageSize: 2 }, { BackupVaultName: VAULT })) found.push(...RecoveryPoints!.map((point) => point.RecoveryPointArn!));
    return found;
  }

  it('backs up on schedule, and keeps as many as its lifecycle says', async () => {
    const id = await createPlan();
    await cloud.warehouse.passMinutes(6 * DAY_MINUTES);

    expect((await jobs()).map(({ State }) => State)).toEqual(Array(6).fill('COMPLETED'));
    expect((await jobs())[0]).toMatchObject({ CreatedBy: { BackupPlanId: id, BackupRuleName: 'daily' } });
    expect((await jobs())[0]!.CreationDate!.toISOString()).toMatch(/^2026-03-08T03:00:00/);
    expect(await points()).toHaveLength(3);
  });

  it('starts the copies that its rule wants, which fail', async () => {
    const far = `arn:aws:backup:${SOURCE.region}:${TARGET.account}:backup-vault:far`;
    await createPlan({ CopyActions: [{ DestinationBackupVaultArn: far }] });
    await cloud.warehouse.passMinutes(DAY_MINUTES);

    const { CopyJobs } = await backup.send(new ListCopyJobsCommand({}));
    expect(CopyJobs).toMatchObject([{ State: 'FAILED', DestinationBackupVaultArn: far, CreatedByBackupJobId: (await jobs())[0]!.BackupJobId }]);
  });

  it('can be changed, and goes after its selections', async () => {
    const BackupPlanId = await createPlan();
    const { VersionId } = await backup.send(new GetBackupPlanCommand({ BackupPlanId }));
    const changed = await backup.send(new UpdateBackupPlanCommand({ BackupPlanId, BackupPlan: { BackupPlanName: 'warehouses', Rules: [{ ...DAILY, ScheduleExpression: 'cron(0 3 1 * ? *)' }] } }));
    await cloud.warehouse.passMinutes(DAY_MINUTES);

    expect(changed.VersionId).not.toBe(VersionId);
    expect(await jobs()).toEqual([]);
    await expect(backup.send(new DeleteBackupPlanCommand({ BackupPlanId }))).rejects.toMatchObject({ name: 'InvalidRequestException' });
  });

  it('runs no more when it is deleted', async () => {
    const { BackupPlanId } = await backup.send(new CreateBackupPlanCommand({ BackupPlan: { BackupPlanName: 'warehouses', Rules: [DAILY] } }));
    const { SelectionId } = await backup.send(new CreateBackupSelectionCommand({ BackupPlanId, BackupSelection: { SelectionName: 'clusters', IamRoleArn: cloud.roleArn, Resources: ['*'] } }));
    await backup.send(new DeleteBackupSelectionCommand({ BackupPlanId, SelectionId }));
    await backup.send(new DeleteBackupPlanCommand({ BackupPlanId }));
    await cloud.warehouse.passMinutes(2 * DAY_MINUTES);

    expect(await jobs()).toEqual([]);
  });

  it('cannot have what AWS Backup would not understand', async () => {
    await expect(createPlan({ TargetBackupVaultName: 'absent' })).rejects.toThrow(/absent is not found/);
    await expect(createPlan({ ScheduleExpression: 'often' })).rejects.toThrow(/often/);
    await expect(createPlan({ StartWindowMinutes: 5 })).rejects.toThrow(/StartWindowMinutes 5/);
    await expect(createPlan({ Lifecycle: { MoveToColdStorageAfterDays: 10, DeleteAfterDays: 20 } })).rejects.toThrow(/DeleteAfterDays 20/);
  });

  it('is made by a template with its vault and selection', async () => {
    const stack = await deployResources(cloud.warehouse.cloud, SOURCE, {
      Vault: {
        Type: 'AWS::Backup::BackupVault',
        Properties: { BackupVaultName: 'templated', LockConfiguration: { MinRetentionDays: 1, MaxRetentionDays: 60 }, BackupVaultTags: { team: 'data' }, AccessPolicy: { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Principal: '*', Action: 'backup:DeleteRecoveryPoint', Resource: '*' }] } },
      },
      Plan: {
        Type: 'AWS::Backup::BackupPlan',
        Properties: { BackupPlan: { BackupPlanName: 'templated', BackupPlanRule: [{ RuleName: 'daily', TargetBackupVault: { Ref: 'Vault' }, ScheduleExpression: 'cron(0 5 * * ? *)', Lifecycle: { DeleteAfterDays: 7 } }] } },
      },
      Selection: {
        Type: 'AWS::Backup::BackupSelection',
        Properties: { BackupPlanId: { 'Fn::GetAtt': ['Plan', 'BackupPlanId'] }, BackupSelection: { SelectionName: 'tagged', IamRoleArn: cloud.roleArn, ListOfTags: [{ ConditionType: 'STRINGEQUALS', ConditionKey: 'backup', ConditionValue: 'daily' }] } },
      },
    });
    await cloud.warehouse.passMinutes(DAY_MINUTES);

    expect(stack.resources.get('Vault')!.ref).toBe('templated');
    expect(await jobs()).toMatchObject([{ State: 'COMPLETED', BackupVaultName: 'templated' }]);
  });

  it('is reported on every day, into a bucket that lets the reporter in', async () => {
    const s3 = cloud.warehouse.cloud.client(S3Client, SOURCE);
    await s3.send(new CreateBucketCommand({ Bucket: 'reports-of-1', CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }));
    await backup.send(
      new CreateReportPlanCommand({ ReportPlanName: 'backup_jobs', ReportDeliveryChannel: { S3BucketName: 'reports-of-1', Formats: ['CSV', 'JSON'] }, ReportSetting: { ReportTemplate: 'BACKUP_JOB_REPORT' } }),
    );
    const report = async () => {
      const { ReportJobId } = await backup.send(new StartReportJobCommand({ ReportPlanName: 'backup_jobs' }));
      await cloud.warehouse.passMinutes(2);
      return (await backup.send(new DescribeReportJobCommand({ ReportJobId }))).ReportJob!;
    };
    await cloud.recoveryPoint();

    const refused = await report();
    const reporter = { Principal: { AWS: `arn:aws:iam::${SOURCE.account}:role/aws-service-role/reports.backup.amazonaws.com/AWSServiceRoleForBackupReports` } };
    await s3.send(new PutBucketPolicyCommand({ Bucket: 'reports-of-1', Policy: policyText(allow('s3:PutObject', 'arn:aws:s3:::reports-of-1/*', reporter)) }));
    const written = await report();
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'reports-of-1', Key: written.ReportDestination!.S3Keys![0] }));

    expect(refused).toMatchObject({ Status: 'FAILED', StatusMessage: expect.stringContaining('s3:PutObject') as string });
    expect(written).toMatchObject({ Status: 'COMPLETED' });
    expect(written.ReportDestination!.S3Keys).toHaveLength(2);
    expect((await Body!.transformToString()).split('\n')[1]).toContain('COMPLETED');
  });

  it('is audited by a framework only where AWS Config records', async () => {
    await backup.send(new CreateFrameworkCommand({ FrameworkName: 'governance', FrameworkControls: [{ ControlName: 'BACKUP_RECOVERY_POINT_ENCRYPTED' }] }));
    await cloud.warehouse.passMinutes(6);

    await expect(backup.send(new DescribeFrameworkCommand({ FrameworkName: 'governance' }))).resolves.toMatchObject({ DeploymentStatus: 'FAILED', FrameworkStatus: 'INACTIVE' });
    const roleARN = await createServiceRole(cloud.warehouse.cloud, SOURCE, 'config.amazonaws.com', ['s3:PutObject']);
    await cloud.warehouse.cloud.client(S3Client, SOURCE).send(new CreateBucketCommand({ Bucket: 'configurations', CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }));
    const stack = await deployResources(cloud.warehouse.cloud, SOURCE, {
      Recorder: { Type: 'AWS::Config::ConfigurationRecorder', Properties: { RoleARN: roleARN } },
      Channel: { Type: 'AWS::Config::DeliveryChannel', Properties: { S3BucketName: 'configurations' } },
      Framework: { Type: 'AWS::Backup::Framework', Properties: { FrameworkName: 'templated', FrameworkControls: [{ ControlName: 'BACKUP_PLAN_MIN_FREQUENCY_AND_MIN_RETENTION_CHECK', ControlInputParameters: [{ ParameterName: 'requiredRetentionDays', ParameterValue: '7' }] }] } },
    });

    expect(stack.resources.get('Framework')!.attributes).toMatchObject({ DeploymentStatus: 'COMPLETED', FrameworkStatus: 'ACTIVE' });
    const config = cloud.warehouse.cloud.client(ConfigServiceClient, SOURCE);
    const { ConfigurationRecorders: [recorder] = [] } = await config.send(new DescribeConfigurationRecordersCommand({}));
    await config.send(new PutConfigurationRecorderCommand({ ConfigurationRecorder: { name: recorder!.name, roleARN, recordingGroup: { allSupported: false, resourceTypes: ['AWS::Config::ResourceCompliance'] } } }));
    await expect(backup.send(new DescribeFrameworkCommand({ FrameworkName: 'templated' }))).resolves.toMatchObject({ FrameworkStatus: 'PARTIALLY_ACTIVE' });
  });
});
