import * as z from 'zod/mini';
import { Bucket } from '../common/aws/bucket';
import type { SnapshotStore } from '../common/aws/redshift-snapshots';
import { defineHandler } from '../common/define-handler';
import { addMetric } from '../common/metric';
import { parseInput } from '../common/parse-input';
import { ENV, METRIC, ReleaseRefused, type ReleaseRequest } from './contract';
import { releaseKeyOf } from './evidence-keys';
import { releasable } from './releasable';
import { snapshotIdentifier } from './request-proof';
import { snapshotsOf } from './warehouse-kind';

export interface ApproveReleasePorts {
  readonly pipeline: string;
  readonly snapshots: Pick<SnapshotStore, 'find' | 'delete'>;
  readonly evidence: Pick<Bucket, 'readJson' | 'writeJsonOnce'>;
  readonly now: () => Date;
}

const schema = z.strictObject({ snapshot_identifier: snapshotIdentifier, token: z.uuid('the token of the request') });

/**
 * Deletes an own copy that another person has asked to delete: the second of two people.
 *
 * That it was approved is written down, where nobody can change it, before anything is deleted; a second call goes on from there.
 */
export async function approveRelease(input: unknown, { pipeline, snapshots, evidence, now }: ApproveReleasePorts): Promise<{ readonly deleted: string; readonly reason: string }> {
  const { snapshot_identifier: identifier, token } = parseInput(schema, input ?? {}, 'release approval');
  const request = (await evidence.readJson(releaseKeyOf(identifier, token, 'requested'))) as ReleaseRequest | undefined;
  if (!request) throw new ReleaseRefused(`nobody has asked for the release of ${identifier} with this token`, { identifier });
  if (now().getTime() > Date.parse(request.expiresAt)) throw new ReleaseRefused(`the request for ${identifier} expired at ${request.expiresAt}`, { identifier });
  await releasable(identifier, pipeline, snapshots);
  await evidence.writeJsonOnce(releaseKeyOf(identifier, token, 'approved'), { ...request, approvedAt: now().toISOString() });
  const outcome = await snapshots.delete(identifier);
  if (outcome === 'refused') throw new ReleaseRefused(`${identifier} could not be deleted: it is shared or being changed`, { identifier });
  addMetric(pipeline, METRIC.copyReleased, 1);
  return { deleted: identifier, reason: request.reason };
}

export const handler = defineHandler('redshift-backup/approve-release', approveRelease, (env) => ({
  pipeline: env.required(ENV.PIPELINE),
  snapshots: snapshotsOf(env),
  evidence: Bucket.in({ region: env.region }, env.required(ENV.EVIDENCE_BUCKET)),
  now: () => new Date(),
}));
