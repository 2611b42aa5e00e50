import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import type { ReplicationRule } from '@aws-sdk/client-s3';
import { AwsError } from '../../gateway/aws-error';
import type { CloudContext } from '../../gateway/cloud-context';
import { servicePrincipal, type Principal } from '../../gateway/principal';
import type { MetricSink } from '../cloudwatch/metric-sink';
import { findVersion, type Bucket, type BucketState, type Encryption, type ObjectVersion } from './bucket';
import type { ObjectEncryption } from './object-encryption';
import type { ChangeListener, ObjectChange } from './object-store';
import { destinationOf, rulesFor } from './replication-rules';
import { bucketAccess, objectAccess } from './s3-access';

/** Most objects arrive within seconds, nearly all within 15 minutes. https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-time-control.html */
const DELAY_MS = 20_000;
const BYTES_PER_MS = 50_000;

/** A version on its way to one destination. */
interface Task {
  readonly source: Bucket;
  readonly version: ObjectVersion;
  readonly rule: ReplicationRule;
  readonly startedMs: number;
}

/** Copies new versions to other buckets, as the replication role of each bucket and with nothing but its permissions. */
export class Replication implements ChangeListener {
  private readonly pending = new Set<Task>();
  private readonly stopped = new Set<string>();

  constructor(
    private readonly state: BucketState,
    private readonly encryption: ObjectEncryption,
    private readonly context: CloudContext,
    private readonly metrics: MetricSink,
  ) {
    context.regions.onChange(({ kind }) => {
      if (kind === 'returned') for (const task of this.pending) this.finishAfter(task, DELAY_MS);
    });
  }

  changed(source: Bucket, version: ObjectVersion, change: ObjectChange): void {
    if (change === 'Delete' || change === 'Expiration') return;
    const rules = rulesFor(source, version);
    if (rules.length === 0) return;
    if (version.content) version.replicationStatus = 'PENDING';
    for (const rule of rules) this.start({ source, version, rule, startedMs: this.context.clock.nowMs() });
  }

  /** Lets nothing of the bucket arrive any more, as when the regions cannot reach each other. Versions wait. */
  stop(bucketName: string): void {
    this.stopped.add(bucketName);
  }

  /** Lets everything go that has been waiting. */
  resume(bucketName: string): void {
    this.stopped.delete(bucketName);
    for (const task of this.pending) if (task.source.name === bucketName) this.finishAfter(task, DELAY_MS);
  }

  private start(task: Task): void {
    this.pending.add(task);
    this.report(task);
    this.finishAfter(task, DELAY_MS + task.version.size / BYTES_PER_MS);
  }

  private finishAfter(task: Task, delayMs: number): void {
    this.context.clock.after(delayMs, () => {
      if (this.isHeld(task) || !this.pending.has(task)) return;
      this.context.clock
        .whileWorking(() => this.finish(task))
        .catch((error: Error) => this.context.reportDefect(error, `replication of ${task.source.arn}/${task.version.key}`));
    });
  }

  /** Nothing leaves a region that is lost, and nothing arrives there. */
  private isHeld({ source, rule }: Task): boolean {
    const { regions } = this.context;
    const destination = destinationOf(rule, this.state);
    return this.stopped.has(source.name) || regions.isLost(source.region) || (destination !== undefined && regions.isLost(destination.region));
  }

  private async finish(task: Task): Promise<void> {
    this.pending.delete(task);
    const { source, version } = task;
    try {
      if (findVersion(source, version.key, version.versionId)) await this.copy(task);
      this.settle(version, 'COMPLETED', source);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      this.settle(version, 'FAILED', source);
      this.metric(task, 'OperationsFailedReplication', 1, 'Count');
    }
    this.report(task);
  }

  /** A version that goes to several buckets is complete when it has arrived in all of them, and has failed when it has in one. */
  private settle(version: ObjectVersion, status: 'COMPLETED' | 'FAILED', source: Bucket): void {
    if (!version.content || version.replicationStatus === 'FAILED') return;
    const isUnderway = [...this.pending].some((task) => task.source === source && task.version === version);
    if (status === 'FAILED' || !isUnderway) version.replicationStatus = status;
  }

  private async copy({ source, version, rule }: Task): Promise<void> {
    const destination = destinationOf(rule, this.state);
    if (!destination) throw new AwsError('NoSuchBucket', 'The destination bucket does not exist');
    const role = await this.assumeRole(source);
    this.demandPermissions(source, destination, version, rule, role);
    const replica = await this.replicaOf(source, destination, version, rule, role);
    const others = (destination.objects.get(version.key) ?? []).filter(({ versionId }) => versionId !== version.versionId);
    destination.objects.set(version.key, [...others, replica]);
  }

  private async assumeRole(source: Bucket): Promise<Principal> {
    const s3 = servicePrincipal('s3.amazonaws.com', source.account, source.arn);
    const { Credentials } = await this.context.as(s3, source).send(new AssumeRoleCommand({ RoleArn: source.replication?.Role, RoleSessionName: 's3-replication' }));
    return this.context.credentials.resolve(Credentials?.AccessKeyId ?? '', Credentials?.SessionToken).principal;
  }

  /** https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html */
  private demandPermissions(source: Bucket, destination: Bucket, { key, content, tags }: ObjectVersion, rule: ReplicationRule, role: Principal): void {
    const onSource = ['s3:GetReplicationConfiguration', 's3:ListBucket'].map((action) => bucketAccess(source, action));
    const onVersion = ['s3:GetObjectVersionForReplication', 's3:GetObjectVersionAcl', 's3:GetObjectVersionTagging'].map((action) => objectAccess(source, key, action));
    const there = [
      content ? 's3:ReplicateObject' : 's3:ReplicateDelete',
      ...(Object.keys(tags).length > 0 ? ['s3:ReplicateTags'] : []),
      ...(rule.Destination?.AccessControlTranslation ? ['s3:ObjectOwnerOverrideToBucketOwner'] : []),
    ].map((action) => objectAccess(destination, key, action));
    for (const access of [...onSource, ...(content ? onVersion : []), ...there]) {
      this.context.demand(role, access.resource.startsWith(destination.arn) ? destination : source, access);
    }
  }

  private async replicaOf(source: Bucket, destination: Bucket, version: ObjectVersion, rule: ReplicationRule, role: Principal): Promise<ObjectVersion> {
    if (!version.content) return { ...version };
    const bytes = await this.encryption.reveal(version.content, source, version.key, role);
    const content = await this.encryption.protect(bytes, destination, version.key, encryptionOf(version, destination, rule), role, 'encrypt');
    return { ...version, content, storageClass: rule.Destination?.StorageClass ?? version.storageClass, replicationStatus: 'REPLICA' };
  }

  private report(task: Task): void {
    const underway = [...this.pending].filter(({ source, rule }) => source === task.source && rule === task.rule);
    const bytes = underway.reduce((sum, { version }) => sum + version.size, 0);
    const oldestMs = underway.reduce((oldest, { startedMs }) => Math.min(oldest, startedMs), this.context.clock.nowMs());
    this.level(task, 'BytesPendingReplication', bytes, 'Bytes');
    this.level(task, 'OperationsPendingReplication', underway.length, 'Count');
    this.level(task, 'ReplicationLatency', (this.context.clock.nowMs() - oldestMs) / 1000, 'Seconds', underway.length > 0 ? 60 : 0);
  }

  /** What is pending shows where it is to arrive: https://docs.aws.amazon.com/AmazonS3/latest/userguide/repl-metrics.html */
  private level(task: Task, name: string, value: number, unit: 'Bytes' | 'Count' | 'Seconds', risePerMinute = 0): void {
    const place = destinationOf(task.rule, this.state);
    if (!hasMetrics(task) || !place) return;
    this.metrics.level({ place, namespace: 'AWS/S3', name, dimensions: dimensionsOf(task), value, unit, risePerMinute });
  }

  /** What has failed shows where it came from. */
  private metric(task: Task, name: string, value: number, unit: 'Count'): void {
    if (hasMetrics(task)) this.metrics.put({ place: task.source, namespace: 'AWS/S3', name, dimensions: dimensionsOf(task), value, unit });
  }
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/metrics-dimensions.html#s3-cloudwatch-replication-metrics */
function dimensionsOf({ source, rule }: Task): Readonly<Record<string, string>> {
  return { SourceBucket: source.name, DestinationBucket: (rule.Destination?.Bucket ?? '').replace('arn:aws:s3:::', ''), RuleId: rule.ID ?? '' };
}

function hasMetrics({ rule }: Task): boolean {
  return rule.Destination?.Metrics?.Status === 'Enabled';
}

/** Versions under a KMS key get the key that the rule names; for others the destination decides. */
function encryptionOf({ content }: ObjectVersion, destination: Bucket, { Destination }: ReplicationRule): Encryption {
  const keyId = Destination?.EncryptionConfiguration?.ReplicaKmsKeyID;
  if (content?.kind !== 'sealed') return destination.encryption;
  return { algorithm: 'aws:kms', keyId, bucketKey: destination.encryption.algorithm === 'aws:kms' && destination.encryption.bucketKey };
}
