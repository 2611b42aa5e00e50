import { AwsError } from '../../../gateway/aws-error';
import type { CloudClient } from '../../../gateway/cloud-client';
import type { Place } from '../../../gateway/service';
import { AWS_BACKUP } from '../backup-arn';
import type { BackupContext } from '../backup-context';

/** Why a job failed, as the job says it. */
export interface Failure {
  readonly message: string;
  readonly category: string;
}

/** A client with the permissions of the role that a job was given. */
export function roleClient({ roles }: Pick<BackupContext, 'roles'>, { place, roleArn, id }: { readonly place: Place; readonly roleArn: string; readonly id: string }, sourceArn: string): Promise<CloudClient> {
  return roles.clientOf({ roleArn, sourceArn, sessionName: `AWSBackup-${id}`, place, via: AWS_BACKUP });
}

/** What a job says of an error of AWS; anything else is a defect and thrown on. */
export function failureOf(error: unknown): Failure {
  if (!(error instanceof AwsError)) throw error;
  const isRefused = /^AccessDenied|Unauthorized|KMS.*Denied/.test(error.code);
  if (isRefused) return { message: `Insufficient privileges to perform this action. ${error.message}`, category: 'AccessDenied' };
  return { message: error.message, category: error.code.replace(/(Fault|Exception)$/, '') };
}
