import type * as sdk from '@aws-sdk/client-s3';
import { AwsError } from '../../gateway/aws-error';
import type { Operations } from '../../gateway/service';
import { tagList, tagMap } from '../../gateway/tags';
import type { IamState } from '../iam/iam-state';
import { isPublic, readResourcePolicy } from '../iam/read-resource-policy';
import { invalidState } from './bucket-operations';
import type { Bucket, BucketState, Encryption } from './bucket';
import { byBucket } from './s3-access';

const YEAR_DAYS = 365;

/** What a bucket is told to be like, apart from life cycle and replication. */
export function configurationOperations(state: BucketState, iam: IamState): Operations<typeof sdk> {
  return { ...policyOperations(state, iam), ...protectionOperations(state), ...encryptionOperations(state), ...sundryOperations(state) };
}

function policyOperations(state: BucketState, iam: IamState): Operations<typeof sdk> {
  return {
    PutBucketPolicy: {
      access: byBucket(state, 's3:PutBucketPolicy'),
      run: ({ Bucket: name, Policy = '' }, call) => {
        const bucket = state.named(name, call);
        const policy = readResourcePolicy(iam, 'ordinary', bucket.arn, Policy, { malformed, invalidPrincipal: () => malformed('Invalid principal in policy') });
        const strangers = policy.document.statements.flatMap(({ resources }) => resources?.items ?? []).filter((resource) => resource !== '*' && !resource.startsWith(bucket.arn));
        if (strangers.length > 0) throw malformed('Policy has invalid resource');
        if (bucket.publicAccess?.BlockPublicPolicy && isPublic(policy)) {
          throw new AwsError('AccessDenied', 'User is not authorized to perform: s3:PutBucketPolicy because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.', { status: 403 });
        }
        bucket.policy = Policy;
        return {};
      },
    },
    GetBucketPolicy: {
      access: byBucket(state, 's3:GetBucketPolicy'),
      run: ({ Bucket: name }, call) => ({ Policy: present(state.named(name, call).policy, 'NoSuchBucketPolicy', 'The bucket policy does not exist') }),
    },
    DeleteBucketPolicy: {
      access: byBucket(state, 's3:DeleteBucketPolicy'),
      run: ({ Bucket: name }, call) => {
        state.named(name, call).policy = undefined;
        return {};
      },
    },
    PutPublicAccessBlock: {
      access: byBucket(state, 's3:PutBucketPublicAccessBlock'),
      run: ({ Bucket: name, PublicAccessBlockConfiguration }, call) => {
        state.named(name, call).publicAccess = PublicAccessBlockConfiguration;
        return {};
      },
    },
    GetPublicAccessBlock: {
      access: byBucket(state, 's3:GetBucketPublicAccessBlock'),
      run: ({ Bucket: name }, call) => ({
        PublicAccessBlockConfiguration: present(state.named(name, call).publicAccess, 'NoSuchPublicAccessBlockConfiguration', 'The public access block configuration was not found'),
      }),
    },
    DeletePublicAccessBlock: {
      access: byBucket(state, 's3:PutBucketPublicAccessBlock'),
      run: ({ Bucket: name }, call) => {
        state.named(name, call).publicAccess = undefined;
        return {};
      },
    },
    PutBucketOwnershipControls: {
      access: byBucket(state, 's3:PutBucketOwnershipControls'),
      run: ({ Bucket: name, OwnershipControls }, call) => {
        state.named(name, call).ownership = OwnershipControls?.Rules?.[0]?.ObjectOwnership ?? 'BucketOwnerEnforced';
        return {};
      },
    },
    GetBucketOwnershipControls: {
      access: byBucket(state, 's3:GetBucketOwnershipControls'),
      run: ({ Bucket: name }, call) => ({ OwnershipControls: { Rules: [{ ObjectOwnership: state.named(name, call).ownership }] } }),
    },
  };
}

function protectionOperations(state: BucketState): Operations<typeof sdk> {
  return {
    PutObjectLockConfiguration: {
      access: byBucket(state, 's3:PutBucketObjectLockConfiguration'),
      run: ({ Bucket: name, ObjectLockConfiguration }, call) => {
        const bucket = state.named(name, call);
        if (bucket.versioning !== 'Enabled') throw invalidState("Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration");
        const { Mode, Days, Years } = ObjectLockConfiguration?.Rule?.DefaultRetention ?? {};
        if (Mode && (Days === undefined) === (Years === undefined)) throw new AwsError('MalformedXML', 'a default retention is either a number of days or a number of years', { status: 400 });
        bucket.objectLock = { defaultRetention: Mode && { mode: Mode, days: Days ?? (Years ?? 0) * YEAR_DAYS } };
        return {};
      },
    },
    GetObjectLockConfiguration: {
      access: byBucket(state, 's3:GetBucketObjectLockConfiguration'),
      run: ({ Bucket: name }, call) => {
        const { defaultRetention } = present(state.named(name, call).objectLock, 'ObjectLockConfigurationNotFoundError', 'Object Lock configuration does not exist for this bucket');
        return {
          ObjectLockConfiguration: {
            ObjectLockEnabled: 'Enabled',
            ...(defaultRetention && { Rule: { DefaultRetention: { Mode: defaultRetention.mode, Days: defaultRetention.days } } }),
          },
        };
      },
    },
  };
}

function encryptionOperations(state: BucketState): Operations<typeof sdk> {
  return {
    PutBucketEncryption: {
      access: byBucket(state, 's3:PutEncryptionConfiguration'),
      run: ({ Bucket: name, ServerSideEncryptionConfiguration }, call) => {
        const rule = ServerSideEncryptionConfiguration?.Rules?.[0];
        const { SSEAlgorithm, KMSMasterKeyID } = rule?.ApplyServerSideEncryptionByDefault ?? {};
        state.named(name, call).encryption = encryptionOf(SSEAlgorithm, KMSMasterKeyID, rule?.BucketKeyEnabled);
        return {};
      },
    },
    GetBucketEncryption: {
      access: byBucket(state, 's3:GetEncryptionConfiguration'),
      run: ({ Bucket: name }, call) => ({ ServerSideEncryptionConfiguration: { Rules: [describeEncryption(state.named(name, call))] } }),
    },
    DeleteBucketEncryption: {
      access: byBucket(state, 's3:PutEncryptionConfiguration'),
      run: ({ Bucket: name }, call) => {
        state.named(name, call).encryption = { algorithm: 'AES256' };
        return {};
      },
    },
  };
}

function sundryOperations(state: BucketState): Operations<typeof sdk> {
  return {
    PutBucketLogging: {
      access: byBucket(state, 's3:PutBucketLogging'),
      run: ({ Bucket: name, BucketLoggingStatus }, call) => {
        const bucket = state.named(name, call);
        const target = BucketLoggingStatus?.LoggingEnabled?.TargetBucket;
        if (target !== undefined && state.find(target)?.region !== bucket.region) {
          throw new AwsError('InvalidTargetBucketForLogging', 'The target bucket for logging does not exist, or is not in the region of the bucket.', { status: 400 });
        }
        bucket.logging = BucketLoggingStatus?.LoggingEnabled;
        return {};
      },
    },
    GetBucketLogging: {
      access: byBucket(state, 's3:GetBucketLogging'),
      run: ({ Bucket: name }, call) => {
        const { logging } = state.named(name, call);
        return logging ? { LoggingEnabled: logging } : {};
      },
    },
    PutBucketNotificationConfiguration: {
      access: byBucket(state, 's3:PutBucketNotification'),
      run: ({ Bucket: name, NotificationConfiguration = {} }, call) => {
        state.named(name, call).notifications = NotificationConfiguration;
        return {};
      },
    },
    GetBucketNotificationConfiguration: {
      access: byBucket(state, 's3:GetBucketNotification'),
      run: ({ Bucket: name }, call) => ({ ...state.named(name, call).notifications }),
    },
    PutBucketTagging: {
      access: byBucket(state, 's3:PutBucketTagging'),
      run: ({ Bucket: name, Tagging }, call) => {
        state.named(name, call).tags = tagMap(Tagging?.TagSet);
        return {};
      },
    },
    GetBucketTagging: {
      access: byBucket(state, 's3:GetBucketTagging'),
      run: ({ Bucket: name }, call) => {
        const { tags } = state.named(name, call);
        if (Object.keys(tags).length === 0) throw new AwsError('NoSuchTagSet', 'The TagSet does not exist', { status: 404 });
        return { TagSet: tagList(tags) };
      },
    },
    DeleteBucketTagging: {
      access: byBucket(state, 's3:PutBucketTagging'),
      run: ({ Bucket: name }, call) => {
        state.named(name, call).tags = {};
        return {};
      },
    },
  };
}

function encryptionOf(algorithm: string | undefined, keyId: string | undefined, bucketKey: boolean | undefined): Encryption {
  if (algorithm === 'aws:kms') return { algorithm, keyId, bucketKey: bucketKey ?? false };
  if (algorithm === 'AES256' && keyId === undefined) return { algorithm };
  throw new AwsError('InvalidArgument', `the default encryption is ${algorithm ?? 'absent'}, allowed: AES256, or aws:kms with or without a key`, { status: 400 });
}

function describeEncryption({ encryption }: Bucket): sdk.ServerSideEncryptionRule {
  if (encryption.algorithm === 'AES256') return { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' }, BucketKeyEnabled: false };
  return { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: encryption.keyId }, BucketKeyEnabled: encryption.bucketKey };
}

function present<T>(value: T | undefined, code: string, message: string): T {
  if (value === undefined) throw new AwsError(code, message, { status: 404 });
  return value;
}

function malformed(message: string): AwsError {
  return new AwsError('MalformedPolicy', message, { status: 400 });
}
