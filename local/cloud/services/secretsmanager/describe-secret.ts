import type { DescribeSecretResponse, SecretListEntry } from '@aws-sdk/client-secrets-manager';
import { tagList } from '../../gateway/tags';
import type { Secret } from './secret';
import { replicationStatus } from './secret-replication';

const DAY_MS = 24 * 3_600_000;

/** A secret as `DescribeSecret` tells of it. */
export function describeSecret(secret: Secret): DescribeSecretResponse {
  const { replicas } = secret;
  return {
    ...common(secret),
    VersionIdsToStages: stagesOf(secret),
    ...(replicas.size > 0 && { ReplicationStatus: replicationStatus(secret) }),
  };
}

/** A secret as `ListSecrets` tells of it. */
export function listEntry(secret: Secret): SecretListEntry {
  return { ...common(secret), SecretVersionsToStages: stagesOf(secret) };
}

function common(secret: Secret) {
  const { arn, name, description, kmsKeyId, tags, createdAt, changedAt, accessedAt, deletion, rotation, owningService, primaryRegion } = secret;
  return {
    ARN: arn,
    Name: name,
    ...(description !== undefined && { Description: description }),
    ...(kmsKeyId !== undefined && { KmsKeyId: kmsKeyId }),
    ...(rotation && {
      RotationEnabled: true,
      RotationLambdaARN: rotation.lambdaArn,
      RotationRules: rotation.rules,
      ...(rotation.lastAt && { LastRotatedDate: rotation.lastAt }),
      ...(rotation.next && { NextRotationDate: rotation.next.at }),
    }),
    LastChangedDate: changedAt,
    // https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DescribeSecret.html: the day only.
    ...(accessedAt && { LastAccessedDate: new Date(Math.floor(accessedAt.getTime() / DAY_MS) * DAY_MS) }),
    ...(deletion && { DeletedDate: deletion.at }),
    Tags: tagList(tags),
    ...(owningService !== undefined && { OwningService: owningService }),
    CreatedDate: createdAt,
    ...(primaryRegion !== undefined && { PrimaryRegion: primaryRegion }),
  };
}

function stagesOf({ versions }: Secret): Record<string, string[]> {
  return Object.fromEntries([...versions.values()].filter(({ stages }) => stages.size > 0).map(({ id, stages }) => [id, [...stages]]));
}
