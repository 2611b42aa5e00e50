import type { ObjectLockMode, ObjectLockRetentionMode } from '@aws-sdk/client-s3';
import { AwsError } from '../../gateway/aws-error';
import type { Bucket, ObjectVersion, Retention } from './bucket';

const DAY_MS = 24 * 3_600_000;

/** The lock that a request asks for. */
export interface LockRequest {
  readonly ObjectLockMode?: ObjectLockMode | undefined;
  readonly ObjectLockRetainUntilDate?: Date | undefined;
  readonly ObjectLockLegalHoldStatus?: 'ON' | 'OFF' | undefined;
}

/** The lock of a new version: what the request asks for, or the bucket's default. https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html */
export function lockOf(bucket: Bucket, request: LockRequest, now: Date): Pick<ObjectVersion, 'retention' | 'legalHold'> {
  const { ObjectLockMode: mode, ObjectLockRetainUntilDate: until, ObjectLockLegalHoldStatus: hold } = request;
  const asksForLock = mode !== undefined || until !== undefined || hold !== undefined;
  if (asksForLock && !bucket.objectLock) throw invalidRequest('Bucket is missing Object Lock Configuration');
  if ((mode === undefined) !== (until === undefined)) throw invalidRequest('x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied');
  if (until && until <= now) throw new AwsError('InvalidArgument', 'The retain until date must be in the future!', { status: 400 });
  const { defaultRetention } = bucket.objectLock ?? {};
  const byDefault = defaultRetention && { mode: defaultRetention.mode, until: new Date(now.getTime() + defaultRetention.days * DAY_MS) };
  return { retention: mode && until ? { mode, until } : byDefault, legalHold: hold === 'ON' };
}

/** Fails when the lock keeps the version from being deleted. `bypass` says that the caller bypasses governance, and may. */
export function checkMayDelete({ retention, legalHold }: ObjectVersion, bypass: boolean, now: Date): void {
  const isRetained = isInForce(retention, now) && !(bypass && retention.mode === 'GOVERNANCE');
  if (legalHold || isRetained) throw new AwsError('AccessDenied', 'Access Denied because object protected by object lock.', { status: 403 });
}

/** Fails when the retention may not be changed like this: it can always be made longer. */
export function checkMayChangeRetention({ retention }: ObjectVersion, next: Retention | undefined, bypass: boolean, now: Date): void {
  if (next && next.until <= now) throw new AwsError('InvalidArgument', 'The retain until date must be in the future!', { status: 400 });
  if (!isInForce(retention, now)) return;
  const isLonger = next !== undefined && next.until >= retention.until && strictness(next.mode) >= strictness(retention.mode);
  if (isLonger || (bypass && retention.mode === 'GOVERNANCE')) return;
  throw new AwsError('AccessDenied', 'Access Denied because object protected by object lock.', { status: 403 });
}

function isInForce(retention: Retention | undefined, now: Date): retention is Retention {
  return retention !== undefined && retention.until > now;
}

function strictness(mode: ObjectLockRetentionMode): number {
  return mode === 'COMPLIANCE' ? 1 : 0;
}

function invalidRequest(message: string): AwsError {
  return new AwsError('InvalidRequest', message, { status: 400 });
}
