import type { CloudClient } from '../../../gateway/cloud-client';
import type { Place } from '../../../gateway/service';

/** Something that can be backed up. */
export interface Backable {
  readonly arn: string;
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
}

export interface BackupRequest {
  readonly place: Place;
  readonly jobId: string;
  readonly resourceArn: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** A backup that has begun. */
export interface BegunBackup {
  readonly recoveryPointArn: string;
  readonly keyArn: string | undefined;
}

/** How far something is that takes its time. */
export interface Progress {
  readonly state: 'running' | 'done' | 'failed';
  readonly percent: number;
  readonly sizeBytes: number;
}

/** What AWS Backup knows to do with one type of resource, each with the permissions of the role that it was given. */
export interface ResourceAdapter {
  /** As AWS Backup calls it, such as `Redshift`. */
  readonly resourceType: string;
  /** The resource's name, when the ARN is of this type. */
  nameOf(resourceArn: string): string | undefined;
  list(role: CloudClient): Promise<readonly Backable[]>;
  begin(role: CloudClient, request: BackupRequest): Promise<BegunBackup>;
  progressOf(role: CloudClient, recoveryPointArn: string): Promise<Progress>;
  delete(role: CloudClient, recoveryPointArn: string): Promise<void>;
  /** What a restore takes unless it says otherwise. */
  restoreMetadata(role: CloudClient, recoveryPointArn: string): Promise<Readonly<Record<string, string>>>;
  /** Begins a restore; returns the ARN of what will be there. */
  restore(role: CloudClient, place: Place, recoveryPointArn: string, metadata: Readonly<Record<string, string>>): Promise<string>;
  restoreProgressOf(role: CloudClient, createdArn: string): Promise<Progress>;
}
