import type { ReplicationConfiguration, ReplicationRule } from '@aws-sdk/client-s3';
import { parseArn } from '../../gateway/arn';
import { AwsError } from '../../gateway/aws-error';
import { tagMap } from '../../gateway/tags';
import type { Bucket, BucketState, ObjectVersion } from './bucket';

/** The rules that say where a version is to be copied: of those for one destination, the one with the highest priority. */
export function rulesFor({ replication }: Bucket, version: ObjectVersion): readonly ReplicationRule[] {
  const matching = (replication?.Rules ?? []).filter((rule) => rule.Status === 'Enabled' && matches(rule, version));
  const byDestination = new Map<string, ReplicationRule>();
  for (const rule of [...matching].sort((a, b) => (a.Priority ?? 0) - (b.Priority ?? 0))) byDestination.set(rule.Destination?.Bucket ?? '', rule);
  return [...byDestination.values()];
}

/** What is replicated and what is not: https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-what-is-isnot-replicated.html */
function matches(rule: ReplicationRule, version: ObjectVersion): boolean {
  const { Prefix, Tag, And } = rule.Filter ?? {};
  const tags = tagMap([...(Tag ? [Tag] : []), ...(And?.Tags ?? [])]);
  const isFiltered = version.key.startsWith(rule.Prefix ?? Prefix ?? And?.Prefix ?? '') && Object.entries(tags).every(([name, value]) => version.tags[name] === value);
  if (!isFiltered || version.replicationStatus === 'REPLICA') return false;
  if (!version.content) return rule.DeleteMarkerReplication?.Status === 'Enabled' || (rule.Filter === undefined && rule.DeleteMarkerReplication === undefined);
  return version.content.kind === 'plain' || rule.SourceSelectionCriteria?.SseKmsEncryptedObjects?.Status === 'Enabled';
}

/** Fails as S3 does for a configuration that cannot work. https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-requirements.html */
export function checkReplication(bucket: Bucket, configuration: ReplicationConfiguration | undefined, state: BucketState): void {
  if (bucket.versioning !== 'Enabled') throw invalidRequest("Versioning must be 'Enabled' on the bucket to apply a replication configuration");
  if (parseArn(configuration?.Role ?? '')?.service !== 'iam') throw new AwsError('InvalidArgument', 'Invalid Amazon Resource Name (ARN) for the replication role', { status: 400 });
  const rules = configuration?.Rules ?? [];
  if (rules.length === 0) throw new AwsError('MalformedXML', 'a replication configuration has at least one rule', { status: 400 });
  for (const rule of rules) checkRule(rule, state);
}

function checkRule(rule: ReplicationRule, state: BucketState): void {
  const destination = destinationOf(rule, state);
  if (!destination) throw invalidRequest('Destination bucket must exist.');
  if (destination.versioning !== 'Enabled') throw invalidRequest('Destination bucket must have versioning enabled.');
  if (rule.Filter && rule.Priority === undefined) throw invalidRequest('Priority must be specified for this version of Cross Region Replication configuration schema.');
  if (rule.Filter && !rule.DeleteMarkerReplication) throw invalidRequest('DeleteMarkerReplication must be specified for this version of Cross Region Replication configuration schema.');
  const { ReplicationTime, Metrics, EncryptionConfiguration, AccessControlTranslation, Account } = rule.Destination ?? {};
  if (rule.SourceSelectionCriteria?.SseKmsEncryptedObjects?.Status === 'Enabled' && !EncryptionConfiguration?.ReplicaKmsKeyID) {
    throw invalidRequest('ReplicaKmsKeyID must be specified if SseKmsEncryptedObjects tag is present.');
  }
  if (ReplicationTime?.Status === 'Enabled' && Metrics?.Status !== 'Enabled') throw invalidRequest('Metrics must be enabled when Replication Time Control is enabled.');
  if (AccessControlTranslation && Account !== destination.account) throw invalidRequest('Account must be specified with AccessControlTranslation, and be that of the destination bucket.');
}

/** The bucket that a rule copies to. */
export function destinationOf({ Destination }: ReplicationRule, state: BucketState): Bucket | undefined {
  return state.find((Destination?.Bucket ?? '').replace('arn:aws:s3:::', ''));
}

function invalidRequest(message: string): AwsError {
  return new AwsError('InvalidRequest', message, { status: 400 });
}
