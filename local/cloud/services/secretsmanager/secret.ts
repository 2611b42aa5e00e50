import type { Timer } from '../../gateway/clock';
import type { Place } from '../../gateway/service';
import type { Sealed } from '../kms/envelope';

export const CURRENT = 'AWSCURRENT';
export const PREVIOUS = 'AWSPREVIOUS';
export const PENDING = 'AWSPENDING';

/** One value of a secret. */
export interface SecretVersion {
  readonly id: string;
  readonly createdAt: Date;
  readonly isBinary: boolean;
  /** Absent while a rotation has announced the version and not yet put its value. */
  sealed: Sealed | undefined;
  /** Staging labels; a version without any is deprecated. */
  readonly stages: Set<string>;
  /** The key that protects it, as ARN. */
  lastAccessedAt: Date | undefined;
}

/** How far the copy of a secret in another region is. */
export interface Replica {
  readonly region: string;
  readonly kmsKeyId: string | undefined;
  status: 'InProgress' | 'InSync' | 'Failed';
  message: string | undefined;
}

export interface Rotation {
  readonly lambdaArn: string;
  readonly rules: { readonly AutomaticallyAfterDays?: number | undefined; readonly ScheduleExpression?: string | undefined; readonly Duration?: string | undefined };
  lastAt: Date | undefined;
  next: { readonly at: Date; readonly timer: Timer } | undefined;
}

/** A secret in one region, with all its versions. */
export interface Secret extends Place {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: Date;
  /** The service that manages it for its owner, such as `rds`. */
  readonly owningService: string | undefined;
  description: string | undefined;
  /** As the caller named it; without it, `aws/secretsmanager` protects the secret. */
  kmsKeyId: string | undefined;
  tags: Record<string, string>;
  policy: string | undefined;
  changedAt: Date;
  accessedAt: Date | undefined;
  deletion: { readonly at: Date; readonly timer: Timer } | undefined;
  rotation: Rotation | undefined;
  readonly versions: Map<string, SecretVersion>;
  /** The region of the secret that this one is a copy of, or that has copies. */
  primaryRegion: string | undefined;
  /** Of a primary secret, by region. */
  readonly replicas: Map<string, Replica>;
}

export function isReplica({ primaryRegion, region }: Secret): boolean {
  return primaryRegion !== undefined && primaryRegion !== region;
}

/** The version with the staging label. */
export function versionAt({ versions }: Secret, stage: string): SecretVersion | undefined {
  return [...versions.values()].find(({ stages }) => stages.has(stage));
}

/**
 * Moves a staging label to a version. The one that had `AWSCURRENT` before gets `AWSPREVIOUS`.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html#term_version
 */
export function moveStage(secret: Secret, stage: string, to: SecretVersion): void {
  const from = versionAt(secret, stage);
  if (from === to) return;
  from?.stages.delete(stage);
  to.stages.add(stage);
  if (stage === CURRENT && from) moveStage(secret, PREVIOUS, from);
}
