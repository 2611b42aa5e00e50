import { CfnFramework, CfnReportPlan } from 'aws-cdk-lib/aws-backup';
import { ReadWriteType, Trail } from 'aws-cdk-lib/aws-cloudtrail';
import { CfnConfigRule, CfnConfigurationRecorder, CfnDeliveryChannel } from 'aws-cdk-lib/aws-config';
import { CfnDetector } from 'aws-cdk-lib/aws-guardduty';
import { AnyPrincipal, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { RedshiftBackupConfig } from '../config/redshift-backup';
import { HoldfastStack } from '../shared/holdfast-stack';
import { LockedBucket } from '../shared/locked-bucket';
import { SystemKey } from '../shared/system-key';
import type { BackupNames } from './names';
import { ReportBucket } from './report-bucket';

export interface GovernanceStackProps {
  readonly env: { readonly account: string; readonly region: string };
  readonly config: RedshiftBackupConfig;
  readonly names: BackupNames;
  /** Of the two accounts of the pipeline, the one that this is about. */
  readonly side: 'source' | 'target';
}

const TRAIL_RETENTION_DAYS = 365;
/** https://docs.aws.amazon.com/config/latest/developerguide/managed-rules-by-aws-config.html */
const CLUSTER_RULES = [
  'REDSHIFT_CLUSTER_KMS_ENABLED',
  'REDSHIFT_BACKUP_ENABLED',
  'REDSHIFT_CLUSTER_PUBLIC_ACCESS_CHECK',
  'REDSHIFT_ENHANCED_VPC_ROUTING_ENABLED',
  'REDSHIFT_REQUIRE_TLS_SSL',
  'REDSHIFT_AUDIT_LOGGING_ENABLED',
] as const;
/** https://docs.aws.amazon.com/aws-backup/latest/devguide/controls-and-remediation.html */
const CONTROL = { inPlan: 'BACKUP_RESOURCES_PROTECTED_BY_BACKUP_PLAN', inLockedVault: 'BACKUP_RESOURCES_PROTECTED_BY_BACKUP_VAULT_LOCK', encrypted: 'BACKUP_RECOVERY_POINT_ENCRYPTED' } as const;
const CLUSTER_TYPES = ['AWS::Redshift::Cluster', 'AWS::Redshift::ClusterSnapshot', 'AWS::Redshift::ClusterParameterGroup'];
/** What the controls of AWS Backup are judged by: https://docs.aws.amazon.com/aws-backup/latest/devguide/choosing-controls.html */
const BACKUP_TYPES = ['AWS::Backup::BackupPlan', 'AWS::Backup::BackupSelection', 'AWS::Backup::BackupVault', 'AWS::Backup::RecoveryPoint', 'AWS::Config::ResourceCompliance'];

/** What watches an account of the pipeline: rules over its clusters, a trail of its calls, threat detection, each where the configuration asks for it. */
export class GovernanceStack extends HoldfastStack {
  private readonly prefix: string;

  constructor(scope: Construct, id: string, private readonly props: GovernanceStackProps) {
    const { env, config, names, side } = props;
    super(scope, id, { env, system: 'redshift-backup', description: `Governance of ${config.name} in its ${side} account` });
    this.prefix = `${config.name}-${side}`;
    const { governance } = config;
    const key = new SystemKey(this, 'Key', { alias: `${names.backupMachine}-${side}-governance`, description: `Trail and reports of ${config.name}`, users: [] });
    if (governance.cloudTrail) this.recordCalls(key);
    if (governance.guardDuty) new CfnDetector(this, 'Detector', { enable: true, findingPublishingFrequency: 'FIFTEEN_MINUTES' });
    if (governance.config) this.watchClusters(key);
  }

  /** Management calls of the account, and in the target every look at the evidence. The bucket is locked: who breaks in cannot remove the traces. */
  private recordCalls(key: SystemKey): void {
    const { account, region, partition } = this;
    const trailName = `redshift-backup-${this.prefix}`;
    const trailArn = `arn:${partition}:cloudtrail:${region}:${account}:trail/${trailName}`;
    key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'TrailOfThisAccount',
        principals: [new ServicePrincipal('cloudtrail.amazonaws.com')],
        actions: ['kms:GenerateDataKey*', 'kms:DescribeKey'],
        resources: ['*'],
        conditions: { StringEquals: { 'aws:SourceArn': trailArn } },
      }),
    );
    const { bucket } = new LockedBucket(this, 'TrailBucket', { bucketName: `${this.prefix}-trail-${account}-${region}`, key, retentionDays: TRAIL_RETENTION_DAYS });
    const trail = new Trail(this, 'Trail', { trailName, bucket, encryptionKey: key, enableFileValidation: true, isMultiRegionTrail: true, managementEvents: ReadWriteType.ALL });
    if (this.props.side === 'target') trail.addS3EventSelector([{ bucket: Bucket.fromBucketName(this, 'Evidence', this.props.names.evidenceBucket) }], { includeManagementEvents: true, readWriteType: ReadWriteType.ALL });
  }

  private watchClusters(key: SystemKey): void {
    const { account, config } = { account: this.account, config: this.props.config };
    const reports = new ReportBucket(this, 'Reports', { bucketName: `${this.prefix}-reports-${account}-${this.region}`, key }).bucket;
    const linkedRole = `arn:aws:iam::${account}:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig`;
    const isAudited = this.props.side === 'source' && config.awsBackup !== undefined;
    const recorder = new CfnConfigurationRecorder(this, 'Recorder', { roleArn: linkedRole, recordingGroup: { allSupported: false, resourceTypes: [...CLUSTER_TYPES, ...(isAudited ? BACKUP_TYPES : [])] } });
    const channel = new CfnDeliveryChannel(this, 'Channel', { s3BucketName: reports.bucketName, s3KeyPrefix: 'config', s3KmsKeyArn: key.keyArn });
    channel.node.addDependency(reports);
    for (const sourceIdentifier of this.props.side === 'source' ? CLUSTER_RULES : CLUSTER_RULES.slice(0, 3)) {
      const rule = new CfnConfigRule(this, ruleId(sourceIdentifier), { configRuleName: `${this.prefix}-${sourceIdentifier.toLowerCase().replaceAll('_', '-')}`, source: { owner: 'AWS', sourceIdentifier } });
      rule.addResourceDependency(recorder);
      rule.addResourceDependency(channel);
    }
    if (isAudited) this.auditBackups(recorder, channel, reports, key);
  }

  private auditBackups(recorder: CfnConfigurationRecorder, channel: CfnDeliveryChannel, reports: Bucket, key: SystemKey): void {
    const name = this.prefix.replaceAll('-', '_');
    const isLocked = this.props.config.awsBackup?.lock !== undefined;
    const framework = new CfnFramework(this, 'Framework', {
      frameworkName: `${name}_redshift`,
      frameworkControls: [
        ...[CONTROL.inPlan, ...(isLocked ? [CONTROL.inLockedVault] : [])].map((controlName) => ({ controlName, controlScope: { ComplianceResourceTypes: ['Redshift'] } })),
        { controlName: CONTROL.encrypted },
      ],
    });
    framework.addResourceDependency(recorder);
    framework.addResourceDependency(channel);
    // AWS Backup makes the role with the first report plan: a policy cannot name it as a principal before.
    const reporter = { ArnEquals: { 'aws:PrincipalArn': `arn:aws:iam::${this.account}:role/aws-service-role/reports.backup.amazonaws.com/AWSServiceRoleForBackupReports` } };
    const allow = (actions: string[], resources: string[]) => new PolicyStatement({ sid: 'ReportsOfAwsBackup', principals: [new AnyPrincipal()], actions, resources, conditions: reporter });
    reports.addToResourcePolicy(allow(['s3:PutObject'], [reports.arnForObjects('backup/*')]));
    key.addToResourcePolicy(allow(['kms:GenerateDataKey'], ['*']));
    // CDK hands these on as they are, so they are written as CloudFormation wants them.
    const reportDeliveryChannel = { S3BucketName: reports.bucketName, S3KeyPrefix: 'backup', Formats: ['CSV', 'JSON'] };
    for (const reportTemplate of ['BACKUP_JOB_REPORT', 'COPY_JOB_REPORT', 'RESTORE_JOB_REPORT']) {
      const plan = new CfnReportPlan(this, ruleId(reportTemplate), { reportPlanName: `${name}_${reportTemplate.toLowerCase()}`, reportDeliveryChannel, reportSetting: { ReportTemplate: reportTemplate } });
      plan.node.addDependency(reports);
    }
  }
}

function ruleId(identifier: string): string {
  return identifier.split('_').map((word) => `${word[0] ?? ''}${word.slice(1).toLowerCase()}`).join('');
}
