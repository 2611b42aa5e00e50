import * as z from 'zod/mini';
import { InvalidInput } from '../common/errors';
import { parseInput } from '../common/parse-input';
import type { RestoreRequest, RestoreRun } from './contract';

/** RDS identifiers: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RestoreDBClusterFromSnapshot.html */
const rdsIdentifier = z
  .string()
  .check(z.regex(/^(?!.*--)[a-z][a-z0-9-]{0,61}[a-z0-9]$/, '2 to 63 lower-case letters, digits and single hyphens, starting with a letter, not ending with a hyphen'));

const snapshotIdentifier = z
  .string()
  .check(
    z.regex(
      /^(rds:)?(?!.*--)[a-z][a-z0-9-]{0,253}[a-z0-9]$|^arn:aws:rds:[a-z0-9-]+:\d{12}:cluster-snapshot:(rds:)?[a-z][a-z0-9-]+$/,
      'the identifier or ARN of a cluster snapshot',
    ),
  );

const schema = z.strictObject({
  operationId: z.optional(z.string().check(z.regex(/^[a-z0-9][a-z0-9-]{2,62}$/, '3 to 63 lower-case letters, digits and hyphens'))),
  mode: z.optional(z.enum(['restore', 'plan'])),
  snapshotIdentifier: z.optional(snapshotIdentifier),
  targetClusterIdentifier: z.optional(rdsIdentifier),
  deleteSource: z.optional(z.boolean()),
  planHash: z.optional(z.string().check(z.regex(/^[0-9a-f]{64}$/, 'the 64 hexadecimal digits that a plan ended with'))),
  onFailure: z.optional(z.enum(['remove', 'keep'])),
});

/** What the pipeline's configuration says about requests. */
export interface RequestSettings {
  readonly pipeline: string;
  readonly targetCluster: string;
  readonly sourceDeletable: boolean;
  readonly onFailure: 'remove' | 'keep';
}

/** Checks a request field by field and completes it from the pipeline's configuration. Raises `InvalidInput`. */
export function parseRestoreRequest(value: unknown, settings: RequestSettings, now: Date): RestoreRun {
  const request: RestoreRequest = parseInput(schema, value, `restore request for ${settings.pipeline}`);
  const problems = contradictionsIn(request, settings);
  if (problems.length > 0) throw new InvalidInput(`restore request for ${settings.pipeline}`, problems);
  return {
    operationId: request.operationId ?? operationIdAt(settings.pipeline, now),
    mode: request.mode ?? 'restore',
    snapshotIdentifier: request.snapshotIdentifier ?? null,
    targetClusterIdentifier: request.targetClusterIdentifier ?? settings.targetCluster,
    deleteSource: request.deleteSource ?? false,
    planHash: request.planHash ?? null,
    onFailure: request.onFailure ?? settings.onFailure,
    startedAt: now.toISOString(),
  };
}

/** The id of a run that nobody named: one a minute, so that a schedule which fires twice starts one run. */
export function operationIdAt(pipeline: string, at: Date): string {
  return `${pipeline}-${at.toISOString().slice(0, 16).replace(/[-:]/g, '').toLowerCase()}`;
}

function contradictionsIn({ deleteSource, planHash, mode }: RestoreRequest, { sourceDeletable }: RequestSettings): string[] {
  return [
    ...(deleteSource && !sourceDeletable ? ['deleteSource: true is not allowed, expected false: the configuration of the pipeline does not let it delete its source'] : []),
    ...(deleteSource && mode !== 'plan' && !planHash ? ['planHash: is missing, expected the hash of a plan (mode "plan") made with the same request'] : []),
    ...(planHash && !deleteSource ? ['planHash: is not allowed without deleteSource'] : []),
  ];
}
