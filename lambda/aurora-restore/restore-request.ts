import * as z from 'zod/mini';
import { InvalidInput } from '../common/errors';
import { parseInput } from '../common/parse-input';
import type { RestoreRequest, RestoreRun } from './contract';

/** Longest name whose instance, `<name>-1`, still is a name that RDS takes. */
const LONGEST_CLUSTER_NAME = 61;

/** RDS identifiers: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RestoreDBClusterFromSnapshot.html */
const clusterIdentifier = z
  .string()
  .check(
    z.regex(
      new RegExp(`^(?!.*--)[a-z][a-z0-9-]{0,${LONGEST_CLUSTER_NAME - 2}}[a-z0-9]$`),
      `2 to ${LONGEST_CLUSTER_NAME} lower-case letters, digits and single hyphens, starting with a letter, not ending with a hyphen`,
    ),
  );

const PLAN_SUFFIX = '-plan';
/** Leaves room for `-plan` within the 63 characters of an RDS name: snapshots are named after operations. */
const LONGEST_OPERATION_ID = 58;

const operationId = z
  .string()
  .check(
    z.regex(
      new RegExp(`^(?!.*--)[a-z][a-z0-9-]{1,${LONGEST_OPERATION_ID - 2}}[a-z0-9](${PLAN_SUFFIX})?$`),
      `3 to ${LONGEST_OPERATION_ID} lower-case letters, digits and single hyphens, starting with a letter, not ending with a hyphen`,
    ),
  );

const snapshotIdentifier = z
  .string()
  .check(
    z.regex(
      /^(?!.*--)((rds:)?[a-z][a-z0-9-]{0,253}[a-z0-9]|arn:aws:rds:[a-z0-9-]+:\d{12}:cluster-snapshot:(rds:)?[a-z][a-z0-9-]{0,253}[a-z0-9])$/,
      'the identifier or ARN of a cluster snapshot',
    ),
  );

const schema = z.strictObject({
  operationId: z.optional(operationId),
  mode: z.optional(z.enum(['restore', 'plan', 'abandon'])),
  snapshotIdentifier: z.optional(snapshotIdentifier),
  targetClusterIdentifier: z.optional(clusterIdentifier),
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
  const what = `restore request for ${settings.pipeline}`;
  const request: RestoreRequest = parseInput(schema, value, what);
  const problems = contradictionsIn(request, settings);
  if (problems.length > 0) throw new InvalidInput(what, problems);
  const mode = request.mode ?? 'restore';
  const id = request.operationId ?? operationIdAt(settings.pipeline, now);
  return {
    operationId: mode === 'plan' && !id.endsWith(PLAN_SUFFIX) ? `${id}${PLAN_SUFFIX}` : id,
    mode,
    snapshotIdentifier: request.snapshotIdentifier ?? null,
    targetClusterIdentifier: request.targetClusterIdentifier ?? settings.targetCluster,
    deleteSource: request.deleteSource ?? false,
    planHash: request.planHash ?? null,
    onFailure: request.onFailure ?? settings.onFailure,
    startedAt: now.toISOString(),
  };
}

/**
 * The run that goes on where an earlier attempt ended: as it was asked for then, whatever the configuration says by now.
 *
 * Raises `InvalidInput` for a field that the new request sets otherwise; only `onFailure` may change.
 */
export function resumeRun(value: unknown, earlier: RestoreRun, settings: RequestSettings, now: Date): RestoreRun {
  const { mode, onFailure } = parseRestoreRequest(value, settings, now);
  const request = value as RestoreRequest;
  const fixed = ['snapshotIdentifier', 'targetClusterIdentifier', 'deleteSource', 'planHash'] as const;
  const changed = fixed.filter((field) => request[field] !== undefined && request[field] !== earlier[field]);
  if (changed.length > 0) {
    const problems = changed.map((field) => `${field}: ${JSON.stringify(request[field])} is not allowed, expected ${JSON.stringify(earlier[field])} as when operation ${earlier.operationId} was started`);
    throw new InvalidInput(`restore request for ${settings.pipeline}`, problems);
  }
  return { ...earlier, mode, onFailure: mode === 'abandon' ? 'remove' : request.onFailure === undefined ? earlier.onFailure : onFailure };
}

/** The id of a run that nobody named: one a minute, so that a schedule which fires twice starts one run. */
export function operationIdAt(pipeline: string, at: Date): string {
  return `${pipeline}-${at.toISOString().slice(0, 16).replace(/[-:]/g, '').toLowerCase()}`;
}

function contradictionsIn({ operationId: id, deleteSource, planHash, mode = 'restore' }: RestoreRequest, { sourceDeletable }: RequestSettings): string[] {
  return [
    ...(mode === 'restore' && id?.endsWith(PLAN_SUFFIX) ? [`operationId: ${JSON.stringify(id)} is not allowed, expected an id that does not end in ${PLAN_SUFFIX}: those are plans`] : []),
    ...(mode === 'abandon' && !id ? ['operationId: is missing, expected the operation to abandon'] : []),
    ...(deleteSource && !sourceDeletable ? ['deleteSource: true is not allowed, expected false: the configuration of the pipeline does not let it delete its source'] : []),
    ...(deleteSource && mode === 'restore' && !planHash ? ['planHash: is missing, expected the hash of a plan (mode "plan") made with the same request'] : []),
    ...(planHash && !deleteSource ? ['planHash: is not allowed without deleteSource'] : []),
  ];
}
