import type * as sdk from '@aws-sdk/client-s3';
import { AwsError } from '../../gateway/aws-error';
import type { Operations } from '../../gateway/service';
import { tagMap } from '../../gateway/tags';
import { isCurrent, type Bucket, type BucketState, type ObjectVersion } from './bucket';
import type { Uploads } from './multipart-operations';
import type { ObjectStore } from './object-store';
import { byBucket } from './s3-access';

const DAY_MS = 24 * 3_600_000;

/**
 * Life cycle rules, which S3 carries out once a day at midnight.
 *
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
 */
export class Lifecycle {
  constructor(
    private readonly store: ObjectStore,
    private readonly uploads: Uploads,
  ) {}

  configure(bucket: Bucket, rules: readonly sdk.LifecycleRule[] | undefined): void {
    bucket.lifecycle?.timer?.cancel();
    bucket.lifecycle = rules && { rules, timer: undefined };
    this.scheduleNextRun(bucket);
  }

  private scheduleNextRun(bucket: Bucket): void {
    const { lifecycle } = bucket;
    if (!lifecycle) return;
    const nowMs = this.store.clock.nowMs();
    lifecycle.timer = this.store.clock.after((Math.floor(nowMs / DAY_MS) + 1) * DAY_MS - nowMs, () => {
      for (const rule of lifecycle.rules) if (rule.Status === 'Enabled') this.carryOut(bucket, rule);
      this.scheduleNextRun(bucket);
    });
  }

  private carryOut(bucket: Bucket, rule: sdk.LifecycleRule): void {
    for (const versions of [...bucket.objects.values()]) {
      for (const [index, version] of [...versions].entries()) {
        if (!concerns(rule, version)) continue;
        if (index === versions.length - 1) this.expireCurrent(bucket, rule, version, versions.length);
        else this.expireNoncurrent(bucket, rule, version, versions.slice(index + 1));
      }
    }
    const days = rule.AbortIncompleteMultipartUpload?.DaysAfterInitiation;
    for (const upload of days === undefined ? [] : this.uploads.of(bucket)) if (this.isOver(upload.startedAt, days)) this.uploads.remove(upload);
  }

  private expireCurrent(bucket: Bucket, { Expiration, Transitions = [] }: sdk.LifecycleRule, version: ObjectVersion, count: number): void {
    const isOver = Expiration?.Date ? Expiration.Date <= this.store.clock.now() : this.isOver(version.createdAt, Expiration?.Days);
    if (!version.content) {
      if (count === 1 && (Expiration?.ExpiredObjectDeleteMarker || isOver)) this.deleteForGood(bucket, version);
      return;
    }
    if (isOver) {
      this.store.delete(bucket, version.key, undefined, { byLifecycle: true });
      return;
    }
    for (const { Days, StorageClass } of Transitions) if (StorageClass && this.isOver(version.createdAt, Days)) version.storageClass = StorageClass;
  }

  private expireNoncurrent(bucket: Bucket, { NoncurrentVersionExpiration: expiration }: sdk.LifecycleRule, version: ObjectVersion, newer: readonly ObjectVersion[]): void {
    const [successor] = newer;
    if (!successor || !expiration || isCurrent(bucket, version)) return;
    const kept = expiration.NewerNoncurrentVersions ?? 0;
    if (newer.length - 1 >= kept && this.isOver(successor.createdAt, expiration.NoncurrentDays)) this.deleteForGood(bucket, version);
  }

  /** Locks are stronger than rules. */
  private deleteForGood(bucket: Bucket, version: ObjectVersion): void {
    try {
      this.store.delete(bucket, version.key, version.versionId, { byLifecycle: true });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
    }
  }

  /** Days count from the midnight after. https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html#intro-lifecycle-rules-number-of-days */
  private isOver(since: Date, days: number | undefined): boolean {
    if (days === undefined) return false;
    const dueMs = Math.ceil((since.getTime() + days * DAY_MS) / DAY_MS) * DAY_MS;
    return dueMs <= this.store.clock.nowMs();
  }
}

export function lifecycleOperations(state: BucketState, lifecycle: Lifecycle): Operations<typeof sdk> {
  return {
    PutBucketLifecycleConfiguration: {
      access: byBucket(state, 's3:PutLifecycleConfiguration'),
      run: ({ Bucket: name, LifecycleConfiguration }, call) => {
        const rules = LifecycleConfiguration?.Rules ?? [];
        if (rules.length === 0) throw new AwsError('MalformedXML', 'a life cycle configuration has at least one rule', { status: 400 });
        lifecycle.configure(state.named(name, call), rules);
        return {};
      },
    },
    GetBucketLifecycleConfiguration: {
      access: byBucket(state, 's3:GetLifecycleConfiguration'),
      run: ({ Bucket: name }, call) => {
        const configured = state.named(name, call).lifecycle;
        if (!configured) throw new AwsError('NoSuchLifecycleConfiguration', 'The lifecycle configuration does not exist', { status: 404 });
        return { Rules: [...configured.rules] };
      },
    },
    DeleteBucketLifecycle: {
      access: byBucket(state, 's3:PutLifecycleConfiguration'),
      run: ({ Bucket: name }, call) => {
        lifecycle.configure(state.named(name, call), undefined);
        return {};
      },
    },
  };
}

function concerns({ Filter, Prefix }: sdk.LifecycleRule, { key, tags, size }: ObjectVersion): boolean {
  const { Prefix: prefix, Tag, And, ObjectSizeGreaterThan: above, ObjectSizeLessThan: below } = Filter ?? {};
  const wanted = tagMap([...(Tag ? [Tag] : []), ...(And?.Tags ?? [])]);
  return (
    key.startsWith(Prefix ?? prefix ?? And?.Prefix ?? '') &&
    Object.entries(wanted).every(([name, value]) => tags[name] === value) &&
    size > (above ?? And?.ObjectSizeGreaterThan ?? -1) &&
    size < (below ?? And?.ObjectSizeLessThan ?? Infinity)
  );
}
