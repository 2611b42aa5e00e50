import { BackupClient, DescribeFrameworkCommand, DescribeReportJobCommand, StartReportJobCommand } from '@aws-sdk/client-backup';
import { CloudTrailClient, GetTrailStatusCommand } from '@aws-sdk/client-cloudtrail';
import { ConfigServiceClient, DescribeComplianceByConfigRuleCommand, StartConfigRulesEvaluationCommand, DescribeConfigRulesCommand } from '@aws-sdk/client-config-service';
import { GuardDutyClient, ListDetectorsCommand } from '@aws-sdk/client-guardduty';
import { DeleteObjectCommand, ListObjectsV2Command, ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3';
import type { Scenario } from '../../rehearsal/scenario';
import { fillWarehouse, type RedshiftBackupWorld } from './world';

const HOUR_MS = 3_600_000;

/** What watches the accounts. */
export const governance: Scenario<RedshiftBackupWorld> = {
  name: 'governance',
  title: 'Rules judge the warehouse, a trail records the calls where nobody removes them, threats are looked for, reports are written',
  async run(stage) {
    const { source, target, config } = stage.world;
    await fillWarehouse(stage);
    const rules = stage.client(ConfigServiceClient, source);
    const { ConfigRules = [] } = await rules.send(new DescribeConfigRulesCommand({}));
    await rules.send(new StartConfigRulesEvaluationCommand({ ConfigRuleNames: ConfigRules.map(({ ConfigRuleName = '' }) => ConfigRuleName) }));
    await stage.cloud.clock.pass(HOUR_MS);
    const { ComplianceByConfigRules = [] } = await rules.send(new DescribeComplianceByConfigRuleCommand({}));
    const verdicts = ComplianceByConfigRules.map(({ ConfigRuleName, Compliance }) => `${ConfigRuleName ?? ''}: ${Compliance?.ComplianceType ?? ''}`);
    stage.check(verdicts.length === 6 && verdicts.every((verdict) => verdict.endsWith(': COMPLIANT')), 'AWS Config finds nothing wrong with the warehouse', ...verdicts);

    const trail = await stage.client(CloudTrailClient, target).send(new GetTrailStatusCommand({ Name: `redshift-backup-${config.name}-target` }));
    stage.check(trail.IsLogging === true && trail.LatestDeliveryError === undefined, 'the calls of the target account are recorded', trail.LatestDeliveryError ?? '');
    const s3 = stage.client(S3Client, target);
    const Bucket = `${config.name}-target-trail-${target.account}-${target.region}`;
    const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
    const recorded = Versions.find(({ Key }) => Key?.endsWith('.json.gz'));
    const removal = await s3.send(new DeleteObjectCommand({ Bucket, Key: recorded?.Key, VersionId: recorded?.VersionId })).then(() => 'removed', (error: unknown) => (error as Error).name);
    stage.check(removal !== 'removed', 'not even the administrator removes a record', removal);

    const { DetectorIds = [] } = await stage.client(GuardDutyClient, target).send(new ListDetectorsCommand({}));
    stage.check(DetectorIds.length === 1, 'GuardDuty looks for threats');
    const backup = stage.client(BackupClient, source);
    const { FrameworkStatus, DeploymentStatus } = await backup.send(new DescribeFrameworkCommand({ FrameworkName: `${config.name}_source_redshift` }));
    stage.check(FrameworkStatus === 'ACTIVE', 'the audit framework of AWS Backup sees all that its controls judge', `${FrameworkStatus ?? ''}, ${DeploymentStatus ?? ''}`);
    const { ReportJobId } = await backup.send(new StartReportJobCommand({ ReportPlanName: `${config.name}_source_backup_job_report` }));
    const report = await stage.until('the report is written', HOUR_MS, async () => {
      const { ReportJob } = await backup.send(new DescribeReportJobCommand({ ReportJobId }));
      return ReportJob?.Status === 'COMPLETED' || ReportJob?.Status === 'FAILED' ? ReportJob : undefined;
    });
    const { KeyCount } = await stage.client(S3Client, source).send(new ListObjectsV2Command({ Bucket: `${config.name}-source-reports-${source.account}-${source.region}`, Prefix: 'backup/' }));
    stage.check(report.Status === 'COMPLETED' && (KeyCount ?? 0) > 0, 'AWS Backup reports on its jobs', report.StatusMessage ?? `${KeyCount ?? 0} files`);
  },
};
