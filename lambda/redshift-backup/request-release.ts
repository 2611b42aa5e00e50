import { randomUUID } from 'node:crypto';
import * as z from 'zod/mini';
import { Bucket } from '../common/aws/bucket';
import type { SnapshotStore } from '../common/aws/redshift-snapshots';
import { Topic } from '../common/aws/topic';
import { defineHandler } from '../common/define-handler';
import { parseInput } from '../common/parse-input';
import { ENV, type ReleaseRequest } from './contract';
import { releaseKeyOf } from './evidence-keys';
import { releasable } from './releasable';
import { snapshotIdentifier } from './request-proof';
import { snapshotsOf } from './warehouse-kind';

export interface RequestReleasePorts {
  readonly pipeline: string;
  readonly snapshots: Pick<SnapshotStore, 'find'>;
  readonly evidence: Pick<Bucket, 'writeJsonOnce'>;
  readonly topic: Pick<Topic, 'publish'>;
  readonly newToken: () => string;
  readonly now: () => Date;
}

/** How long the second person has. */
const VALID_MS = 24 * 3_600_000;
const reason = z.string().check(z.regex(/^.{10,500}$/s, '10 to 500 characters that say why'));
const schema = z.strictObject({ snapshot_identifier: snapshotIdentifier, reason });

/**
 * Asks for the deletion of an own copy before its time: the first of two people. Nothing is deleted yet.
 *
 * The token that it answers with is for the second, who is another person: no role may do both.
 */
export async function requestRelease(input: unknown, { pipeline, snapshots, evidence, topic, newToken, now }: RequestReleasePorts): Promise<{ readonly token: string; readonly expiresAt: string }> {
  const { snapshot_identifier: identifier, reason: why } = parseInput(schema, input ?? {}, 'release request');
  await releasable(identifier, pipeline, snapshots);
  const token = newToken();
  const request: ReleaseRequest = { snapshotIdentifier: identifier, reason: why, requestedAt: now().toISOString(), expiresAt: new Date(now().getTime() + VALID_MS).toISOString() };
  await evidence.writeJsonOnce(releaseKeyOf(identifier, token, 'requested'), request);
  const subject = `Holdfast: the release of ${identifier} of ${pipeline} is asked for`;
  await topic.publish(subject, [subject, `Reason: ${why}`, `A second person can approve it until ${request.expiresAt}; whoever knows why it must not go, holds it (holdfast warehouse hold).`].join('\n'));
  return { token, expiresAt: request.expiresAt };
}

export const handler = defineHandler('redshift-backup/request-release', requestRelease, (env) => {
  const target = { region: env.region };
  return {
    pipeline: env.required(ENV.PIPELINE),
    snapshots: snapshotsOf(env),
    evidence: Bucket.in(target, env.required(ENV.EVIDENCE_BUCKET)),
    topic: Topic.in(target, env.required(ENV.TOPIC_ARN)),
    newToken: randomUUID,
    now: () => new Date(),
  };
});
