import type { BackupVaultEvent } from '@aws-sdk/client-backup';
import { PublishCommand } from '@aws-sdk/client-sns';
import type { CloudContext } from '../../../gateway/cloud-context';
import { servicePrincipal } from '../../../gateway/principal';
import type { Place } from '../../../gateway/service';
import type { MetricSink } from '../../cloudwatch/metric-sink';
import type { EventSink } from '../../events/event-sink';
import { AWS_BACKUP, vaultArn } from '../backup-arn';
import type { BackupJob, CopyJob, RestoreJob } from '../state/job';
import type { RecoveryPoint, Vault } from '../state/vault';

export interface NoticePorts {
  readonly cloud: CloudContext;
  readonly events: EventSink;
  readonly metrics: MetricSink;
}

type JobKind = 'BackupJobs' | 'CopyJobs' | 'RestoreJobs';
/** What there are vault events for. */
type Ending = 'STARTED' | 'SUCCESSFUL' | 'FAILED' | 'EXPIRED';

/** Tells of jobs and recovery points: as events, metrics and messages of vaults. https://docs.aws.amazon.com/aws-backup/latest/devguide/eventbridge.html */
export class JobNotices {
  constructor(private readonly ports: NoticePorts) {}

  backupJob(job: BackupJob): void {
    const { vault, resourceType, state } = job;
    this.emit(job.place, 'Backup Job State Change', [vaultArn(vault)], {
      backupJobId: job.id,
      state,
      backupVaultArn: vaultArn(vault),
      backupVaultName: vault.name,
      resourceArn: job.resourceArn,
      resourceType,
      iamRoleArn: job.roleArn,
      percentDone: job.percentDone,
      creationDate: job.createdAt.toISOString(),
      startBy: job.startBy.toISOString(),
      ...(job.completedAt && { completionDate: job.completedAt.toISOString() }),
      ...(job.recoveryPoint && { recoveryPointArn: job.recoveryPoint.arn, backupSizeInBytes: job.recoveryPoint.sizeBytes }),
      ...(job.statusMessage !== undefined && { statusMessage: job.statusMessage }),
      ...(job.createdBy && { createdBy: { backupPlanId: job.createdBy.BackupPlanId, backupPlanArn: job.createdBy.BackupPlanArn, backupPlanVersion: job.createdBy.BackupPlanVersion, backupPlanRuleId: job.createdBy.BackupRuleId } }),
    });
    this.count('BackupJobs', state, vault, resourceType);
    const ending = endingOf(state);
    if (!ending) return;
    this.publish(vault, `BACKUP_JOB_${ending}`, `An AWS Backup job was ${wordOf(ending)}. Recovery point ARN: ${job.recoveryPoint?.arn ?? '-'}. Resource ARN: ${job.resourceArn}. BackupJob ID: ${job.id}`, state);
    // "Use BACKUP_JOB_COMPLETED": it stands for every end. https://docs.aws.amazon.com/aws-backup/latest/devguide/backup-notifications.html
    if (ending !== 'STARTED') this.publish(vault, 'BACKUP_JOB_COMPLETED', `An AWS Backup job has ended. Resource ARN: ${job.resourceArn}. BackupJob ID: ${job.id}`, state);
  }

  copyJob(job: CopyJob): void {
    const { source, recoveryPoint, state } = job;
    this.emit(job.place, 'Copy Job State Change', [recoveryPoint.arn], {
      copyJobId: job.id,
      state,
      sourceBackupVaultArn: vaultArn(source),
      destinationBackupVaultArn: job.destinationVaultArn,
      resourceArn: recoveryPoint.resourceArn,
      resourceType: recoveryPoint.resourceType,
      backupSizeInBytes: recoveryPoint.sizeBytes,
      iamRoleArn: job.roleArn,
      creationDate: job.createdAt.toISOString(),
      ...(job.completedAt && { completionDate: job.completedAt.toISOString() }),
      ...(job.statusMessage !== undefined && { statusMessage: job.statusMessage }),
    });
    this.count('CopyJobs', state, source, recoveryPoint.resourceType);
    const ending = endingOf(state);
    if (ending && ending !== 'EXPIRED') this.publish(source, `COPY_JOB_${ending}`, `An AWS Backup copy job was ${wordOf(ending)}. CopyJob ID: ${job.id}`, state);
  }

  restoreJob(job: RestoreJob): void {
    const { vault, recoveryPoint, status } = job;
    this.emit(job.place, 'Restore Job State Change', [recoveryPoint.arn], {
      restoreJobId: job.id,
      status,
      resourceType: recoveryPoint.resourceType,
      backupSizeInBytes: recoveryPoint.sizeBytes,
      iamRoleArn: job.roleArn,
      percentDone: job.percentDone,
      creationDate: job.createdAt.toISOString(),
      ...(job.completedAt && { completionDate: job.completedAt.toISOString() }),
      ...(job.createdResourceArn !== undefined && { createdResourceArn: job.createdResourceArn }),
      ...(job.statusMessage !== undefined && { statusMessage: job.statusMessage }),
    });
    this.count('RestoreJobs', status, vault, recoveryPoint.resourceType);
    const ending = endingOf(status);
    if (ending && ending !== 'EXPIRED') this.publish(vault, ending === 'STARTED' ? 'RESTORE_JOB_STARTED' : 'RESTORE_JOB_COMPLETED', `An AWS Backup restore job was ${wordOf(ending)}. RestoreJob ID: ${job.id}`, status);
  }

  recoveryPoint(vault: Vault, point: RecoveryPoint): void {
    this.emit(vault.place, 'Recovery Point State Change', [point.arn], {
      backupVaultName: vault.name,
      backupVaultArn: vaultArn(vault),
      status: point.status,
      resourceType: point.resourceType,
      resourceArn: point.resourceArn,
      backupSizeInBytes: point.sizeBytes,
      iamRoleArn: point.roleArn,
      creationDate: point.createdAt.toISOString(),
      ...(point.statusMessage !== undefined && { statusMessage: point.statusMessage }),
    });
  }

  vault(vault: Vault, state: 'CREATED' | 'MODIFIED' | 'DELETED'): void {
    this.emit(vault.place, 'Backup Vault State Change', [vaultArn(vault)], { backupVaultName: vault.name, isLocked: vault.lock !== undefined, state });
  }

  plan(place: Place, arn: string, detail: Readonly<Record<string, unknown>>): void {
    this.emit(place, 'Backup Plan State Change', [arn], detail);
  }

  private emit(place: Place, detailType: string, resources: readonly string[], detail: Readonly<Record<string, unknown>>): void {
    this.ports.events.emit({ place, source: 'aws.backup', detailType, resources, detail });
  }

  /** https://docs.aws.amazon.com/aws-backup/latest/devguide/cloudwatch.html */
  private count(kind: JobKind, state: string, { place, name }: Vault, resourceType: string): void {
    const metric = `NumberOf${kind}${state.charAt(0)}${state.slice(1).toLowerCase()}`;
    const sets: readonly Readonly<Record<string, string>>[] = [{ BackupVaultName: name }, { ResourceType: resourceType }, { BackupVaultName: name, ResourceType: resourceType }];
    for (const dimensions of sets) {
      this.ports.metrics.put({ place, namespace: 'AWS/Backup', name: metric, dimensions, value: 1, unit: 'Count' });
    }
  }

  /** A topic that does not let AWS Backup publish hears nothing. */
  private publish(vault: Vault, event: BackupVaultEvent, Message: string, state: string): void {
    if (!vault.notifications?.events.includes(event)) return;
    const principal = servicePrincipal(AWS_BACKUP, vault.place.account, vaultArn(vault));
    const attributes = { EventType: event.slice(0, event.lastIndexOf('_')), State: state, AccountId: vault.place.account };
    const MessageAttributes = Object.fromEntries(Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]));
    void this.ports.cloud
      .as(principal, vault.place)
      .send(new PublishCommand({ TopicArn: vault.notifications.topicArn, Subject: 'Notification from AWS Backup', Message, MessageAttributes }))
      .catch(() => undefined);
  }
}

function endingOf(state: string): Ending | undefined {
  switch (state) {
    case 'RUNNING':
      return 'STARTED';
    case 'COMPLETED':
      return 'SUCCESSFUL';
    case 'FAILED':
    case 'ABORTED':
      return 'FAILED';
    case 'EXPIRED':
      return 'EXPIRED';
    default:
      return undefined;
  }
}

function wordOf(ending: Ending): string {
  return ending === 'SUCCESSFUL' ? 'completed successfully' : ending.toLowerCase();
}
