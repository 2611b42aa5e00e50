import { randomUUID } from 'node:crypto';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { AwsError } from '../../../gateway/aws-error';
import type { Principal } from '../../../gateway/principal';
import type { BackupContext } from '../backup-context';
import { describeBackupJob, describeCopyJob, describeRestoreJob } from '../describe-jobs';
import type { ReportJob, ReportPlan } from '../state/audit';

type Row = Readonly<Record<string, unknown>>;

const DAY_MS = 24 * 3_600_000;
const TURN_MS = 60_000;
/** What AWS Backup writes reports as. https://docs.aws.amazon.com/aws-backup/latest/devguide/create-report-plan-console.html */
const ROLE_PATH = 'aws-service-role/reports.backup.amazonaws.com/AWSServiceRoleForBackupReports';
export const REPORT_TEMPLATES = ['RESOURCE_COMPLIANCE_REPORT', 'CONTROL_COMPLIANCE_REPORT', 'BACKUP_JOB_REPORT', 'COPY_JOB_REPORT', 'RESTORE_JOB_REPORT', 'SCAN_JOB_REPORT'] as const;
/** Columns of the job reports, by the member of the job's description. */
const COLUMNS = ['AccountId', 'BackupJobId', 'CopyJobId', 'RestoreJobId', 'State', 'Status', 'ResourceType', 'ResourceArn', 'BackupVaultArn', 'DestinationBackupVaultArn', 'RecoveryPointArn', 'CreationDate', 'CompletionDate', 'BackupSizeInBytes', 'IamRoleArn', 'StatusMessage'] as const;

/** Writes a plan's report every day until the plan is deleted. */
export async function followReportPlan(backup: BackupContext, plan: ReportPlan): Promise<void> {
  const { clock } = backup.cloud;
  const { signal } = plan.schedule;
  while (!signal.aborted) {
    const isDue = await clock.sleep(DAY_MS - (clock.nowMs() % DAY_MS), signal).then(
      () => true,
      () => false,
    );
    if (isDue) await runReport(backup, newReportJob(backup, plan));
  }
}

export function newReportJob({ cloud, estate }: BackupContext, plan: ReportPlan): ReportJob {
  const job: ReportJob = { id: randomUUID(), plan, createdAt: cloud.clock.now(), completedAt: undefined, status: 'CREATED', statusMessage: undefined, keys: [] };
  estate.in(plan.place).reportJobs.set(job.id, job);
  return job;
}

/** Writes the report of the last day into the plan's bucket, whose policy has to let AWS Backup in. */
export async function runReport(backup: BackupContext, job: ReportJob): Promise<void> {
  const { cloud } = backup;
  const { plan } = job;
  await cloud.clock.sleep(TURN_MS);
  job.status = 'RUNNING';
  plan.lastAttemptAt = cloud.clock.now();
  try {
    const client = cloud.as(reporter(plan), plan.place);
    const keys: string[] = [];
    for (const format of plan.channel.Formats ?? ['CSV']) {
      const Key = keyOf(plan, job, format);
      const Body = contentOf(backup, plan, job, format);
      await client.send(new PutObjectCommand({ Bucket: plan.channel.S3BucketName, Key, Body, ContentType: format === 'JSON' ? 'application/json' : 'text/csv' }));
      keys.push(Key);
    }
    Object.assign(job, { status: 'COMPLETED', keys });
    plan.lastSuccessAt = cloud.clock.now();
  } catch (error) {
    if (!(error instanceof AwsError)) cloud.reportDefect(error as Error, `report ${plan.name}`);
    Object.assign(job, { status: 'FAILED', statusMessage: (error as Error).message });
  }
  job.completedAt = cloud.clock.now();
}

function reporter({ place: { account } }: ReportPlan): Principal {
  const roleName = ROLE_PATH.split('/').pop() ?? '';
  return {
    kind: 'role-session',
    account,
    arn: `arn:aws:sts::${account}:assumed-role/${roleName}/backup-reports`,
    roleArn: `arn:aws:iam::${account}:role/${ROLE_PATH}`,
    roleId: 'AROABACKUPREPORTS000',
    sessionName: 'backup-reports',
    sessionPolicies: [],
    tags: {},
  };
}

function keyOf({ name, place, channel, setting }: ReportPlan, { id, createdAt }: ReportJob, format: string): string {
  const prefix = channel.S3KeyPrefix === undefined ? '' : `${channel.S3KeyPrefix}/`;
  const day = createdAt.toISOString().slice(0, 10);
  return `${prefix}Backup/${place.account}/${place.region}/${day.replaceAll('-', '/')}/${name}/${setting.ReportTemplate ?? ''}_${day}_${id}.${format.toLowerCase()}`;
}

function contentOf(backup: BackupContext, plan: ReportPlan, job: ReportJob, format: string): string {
  const rows = rowsOf(backup, plan, job);
  if (format === 'JSON') return JSON.stringify({ reportItems: rows });
  return [COLUMNS.join(','), ...rows.map((row) => COLUMNS.map((column) => csvField(row[column])).join(','))].join('\n');
}

function rowsOf({ estate }: BackupContext, { place, setting }: ReportPlan, { createdAt }: ReportJob): readonly Row[] {
  const state = estate.in(place);
  const isRecent = (job: { readonly createdAt: Date }) => createdAt.getTime() - job.createdAt.getTime() <= DAY_MS;
  switch (setting.ReportTemplate) {
    case 'BACKUP_JOB_REPORT':
      return [...state.backupJobs.values()].filter(isRecent).map((job) => ({ ...describeBackupJob(job) }));
    case 'COPY_JOB_REPORT':
      return [...state.copyJobs.values()].filter(isRecent).map((job) => ({ ...describeCopyJob(job) }));
    case 'RESTORE_JOB_REPORT':
      return [...state.restoreJobs.values()].filter(isRecent).map((job) => ({ ...describeRestoreJob(job) }));
    default:
      // Compliance reports are about controls, which nothing evaluates here.
      return [];
  }
}

function csvField(value: unknown): string {
  const text = value instanceof Date ? value.toISOString() : typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
