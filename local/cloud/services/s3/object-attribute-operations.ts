import type * as sdk from '@aws-sdk/client-s3';
import { AwsError } from '../../gateway/aws-error';
import type { CloudClock } from '../../gateway/clock';
import type { Call, Operations } from '../../gateway/service';
import { tagList } from '../../gateway/tags';
import type { Bucket, BucketState, ObjectVersion } from './bucket';
import { versionOf } from './describe-object';
import { checkMayChangeRetention } from './object-lock';
import { versionNamed } from './object-request';
import { objectTags } from './object-tags';
import { actionFor, existingTagContext, lockContext, objectAccess, requestTagContext, versionContext } from './s3-access';

interface VersionInput {
  readonly Bucket: string | undefined;
  readonly Key: string | undefined;
  readonly VersionId?: string | undefined;
}

/** The tags and locks of objects, which can change while their content does not. */
export function objectAttributeOperations(state: BucketState, clock: CloudClock): Operations<typeof sdk> {
  const find = ({ Bucket: name, Key, VersionId }: VersionInput, call: Call): { readonly bucket: Bucket; readonly version: ObjectVersion } => {
    const bucket = state.named(name, call);
    return { bucket, version: versionNamed(bucket, Key ?? '', VersionId) };
  };
  const accessFor = (input: VersionInput, call: Call, action: string, context = {}) => {
    const bucket = state.named(input.Bucket, call);
    const version = bucket.objects.get(input.Key ?? '')?.find(({ versionId }) => versionId === input.VersionId) ?? bucket.objects.get(input.Key ?? '')?.at(-1);
    return objectAccess(bucket, input.Key ?? '', action, { ...versionContext(input.VersionId), ...existingTagContext(version), ...context });
  };
  return {
    GetObjectTagging: {
      access: (input, call) => [accessFor(input, call, actionFor('GetObjectTagging', input.VersionId))],
      run: (input, call) => {
        const { bucket, version } = find(input, call);
        return { TagSet: tagList(version.tags), ...versionOf(bucket, version) };
      },
    },
    PutObjectTagging: {
      access: (input, call) => [accessFor(input, call, actionFor('PutObjectTagging', input.VersionId), requestTagContext(objectTags(input.Tagging?.TagSet)))],
      run: (input, call) => {
        const { bucket, version } = find(input, call);
        version.tags = objectTags(input.Tagging?.TagSet);
        return versionOf(bucket, version);
      },
    },
    DeleteObjectTagging: {
      access: (input, call) => [accessFor(input, call, actionFor('DeleteObjectTagging', input.VersionId))],
      run: (input, call) => {
        const { bucket, version } = find(input, call);
        version.tags = {};
        return versionOf(bucket, version);
      },
    },
    GetObjectRetention: {
      access: (input, call) => [accessFor(input, call, 's3:GetObjectRetention')],
      run: (input, call) => {
        const { retention } = lockable(find(input, call));
        if (!retention) throw new AwsError('NoSuchObjectLockConfiguration', 'The specified object does not have a ObjectLock configuration', { status: 404 });
        return { Retention: { Mode: retention.mode, RetainUntilDate: retention.until } };
      },
    },
    PutObjectRetention: {
      access: (input, call) => [
        accessFor(input, call, 's3:PutObjectRetention', lockContext({ ObjectLockMode: input.Retention?.Mode, ObjectLockRetainUntilDate: input.Retention?.RetainUntilDate }, clock.now())),
        ...(input.BypassGovernanceRetention ? [objectAccess(state.named(input.Bucket, call), input.Key ?? '', 's3:BypassGovernanceRetention')] : []),
      ],
      run: (input, call) => {
        const version = lockable(find(input, call));
        const { Mode, RetainUntilDate } = input.Retention ?? {};
        const next = Mode && RetainUntilDate ? { mode: Mode, until: RetainUntilDate } : undefined;
        checkMayChangeRetention(version, next, input.BypassGovernanceRetention ?? false, clock.now());
        version.retention = next;
        return {};
      },
    },
    GetObjectLegalHold: {
      access: (input, call) => [accessFor(input, call, 's3:GetObjectLegalHold')],
      run: (input, call) => ({ LegalHold: { Status: lockable(find(input, call)).legalHold ? 'ON' : 'OFF' } }),
    },
    PutObjectLegalHold: {
      access: (input, call) => [accessFor(input, call, 's3:PutObjectLegalHold', lockContext({ ObjectLockLegalHoldStatus: input.LegalHold?.Status }, clock.now()))],
      run: (input, call) => {
        lockable(find(input, call)).legalHold = input.LegalHold?.Status === 'ON';
        return {};
      },
    },
  };
}

function lockable({ bucket, version }: { readonly bucket: Bucket; readonly version: ObjectVersion }): ObjectVersion {
  if (!bucket.objectLock) throw new AwsError('InvalidRequest', 'Bucket is missing Object Lock Configuration', { status: 400 });
  return version;
}
