import type * as sdk from '@aws-sdk/client-s3';
import { AwsError } from '../../gateway/aws-error';
import type { CloudClock } from '../../gateway/clock';
import type { Access, Call, Operations, Place } from '../../gateway/service';
import type { Bucket, BucketState } from './bucket';
import { byBucket } from './s3-access';

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const NAME = /^(?!xn--|sthree-|.*-s3alias$|.*--ol-s3$|\d+\.\d+\.\d+\.\d+$)[a-z0-9](?!.*\.\.)[a-z0-9.-]{1,61}[a-z0-9]$/;
const EVERYTHING_BLOCKED = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true };

/** Buckets come and go at once, and their names are the world's. */
export function bucketOperations(state: BucketState, clock: CloudClock): Operations<typeof sdk> {
  return {
    CreateBucket: {
      access: createAccess,
      run: (input, call) => {
        const name = input.Bucket ?? '';
        checkName(name);
        checkLocation(input.CreateBucketConfiguration?.LocationConstraint, call.region);
        const existing = state.find(name);
        if (existing?.account === call.account) throw new AwsError('BucketAlreadyOwnedByYou', 'Your previous request to create the named bucket succeeded and you already own it.', { status: 409 });
        if (existing) throw new AwsError('BucketAlreadyExists', 'The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.', { status: 409 });
        state.add(newBucket(name, call, input, clock.now()));
        return { Location: call.region === 'us-east-1' ? `/${name}` : `http://${name}.s3.amazonaws.com/`, BucketArn: arnOf(name) };
      },
    },
    HeadBucket: {
      access: byBucket(state, 's3:ListBucket'),
      run: ({ Bucket: name }, call) => {
        const bucket = state.named(name, call);
        return { BucketRegion: bucket.region, BucketArn: bucket.arn };
      },
    },
    DeleteBucket: {
      access: byBucket(state, 's3:DeleteBucket'),
      run: ({ Bucket: name }, call) => {
        const bucket = state.named(name, call);
        if (bucket.objects.size > 0) throw new AwsError('BucketNotEmpty', 'The bucket you tried to delete is not empty', { status: 409 });
        bucket.lifecycle?.timer?.cancel();
        state.remove(bucket);
        return {};
      },
    },
    ListBuckets: {
      access: () => [{ action: 's3:ListAllMyBuckets', resource: '*' }],
      run: ({ Prefix = '', BucketRegion }, { account }) => {
        const owned = state.all().filter((bucket) => bucket.account === account && bucket.name.startsWith(Prefix) && (BucketRegion ?? bucket.region) === bucket.region);
        const Buckets = owned.sort((a, b) => (a.name < b.name ? -1 : 1)).map(({ name, createdAt, region, arn }) => ({ Name: name, CreationDate: createdAt, BucketRegion: region, BucketArn: arn }));
        return { Buckets, Owner: { ID: account } };
      },
    },
    GetBucketVersioning: {
      access: byBucket(state, 's3:GetBucketVersioning'),
      run: ({ Bucket: name }, call) => {
        const { versioning } = state.named(name, call);
        return versioning ? { Status: versioning } : {};
      },
    },
    PutBucketVersioning: {
      access: byBucket(state, 's3:PutBucketVersioning'),
      run: ({ Bucket: name, VersioningConfiguration }, call) => {
        const bucket = state.named(name, call);
        const status = VersioningConfiguration?.Status;
        if (status !== 'Enabled' && status !== 'Suspended') throw new AwsError('IllegalVersioningConfigurationException', 'The Versioning element must be specified', { status: 400 });
        if (status === 'Suspended' && bucket.objectLock) throw invalidState('An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.');
        if (status === 'Suspended' && bucket.replication) throw invalidState('A replication configuration is present on this bucket, so you cannot change the versioning state. To change the versioning state, first delete the replication configuration.');
        bucket.versioning = status;
        return {};
      },
    },
  };
}

export function invalidState(message: string): AwsError {
  return new AwsError('InvalidBucketState', message, { status: 409 });
}

/** Object lock and ownership need permissions of their own: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html */
function createAccess(input: sdk.CreateBucketCommandInput, call: Call): readonly Access[] {
  const resource = arnOf(input.Bucket ?? '');
  const policy = { kind: 'ordinary', account: call.account, document: undefined } as const;
  const also = (isAsked: boolean | undefined, ...actions: readonly string[]): readonly Access[] => (isAsked ? actions.map((action) => ({ action, resource, policy })) : []);
  return [
    { resource, policy, context: { 's3:locationconstraint': input.CreateBucketConfiguration?.LocationConstraint ?? call.region } },
    ...also(input.ObjectLockEnabledForBucket, 's3:PutBucketObjectLockConfiguration', 's3:PutBucketVersioning'),
    ...also(input.ObjectOwnership !== undefined, 's3:PutBucketOwnershipControls'),
  ];
}

function newBucket(name: string, { account, region }: Place, input: sdk.CreateBucketCommandInput, createdAt: Date): Bucket {
  return {
    account,
    region,
    name,
    arn: arnOf(name),
    createdAt,
    versioning: input.ObjectLockEnabledForBucket ? 'Enabled' : undefined,
    objectLock: input.ObjectLockEnabledForBucket ? { defaultRetention: undefined } : undefined,
    encryption: { algorithm: 'AES256' },
    policy: undefined,
    publicAccess: EVERYTHING_BLOCKED,
    ownership: input.ObjectOwnership ?? 'BucketOwnerEnforced',
    lifecycle: undefined,
    replication: undefined,
    logging: undefined,
    notifications: {},
    tags: {},
    objects: new Map(),
  };
}

function arnOf(name: string): string {
  return `arn:aws:s3:::${name}`;
}

function checkName(name: string): void {
  if (!NAME.test(name)) throw new AwsError('InvalidBucketName', `The specified bucket is not valid: ${name}`, { status: 400 });
}

/** Requests say where the bucket is to be, except in the first of all regions. */
function checkLocation(location: string | undefined, region: string): void {
  const expected = region === 'us-east-1' ? undefined : region;
  if (location !== expected) throw new AwsError('IllegalLocationConstraintException', `The ${location ?? 'unspecified'} location constraint is incompatible for the region specific endpoint this request was sent to.`, { status: 400 });
}
