import { ClusterSnapshots, type ClusterSnapshot } from '../common/aws/cluster-snapshots';
import { defineHandler } from '../common/define-handler';
import { ENV, TAG } from './contract';

const DAY_MS = 24 * 3_600_000;

export interface SweepCapturesPorts {
  readonly pipeline: string;
  readonly sourceCluster: string;
  readonly keepCapturesDays: number;
  readonly snapshots: Pick<ClusterSnapshots, 'listOf' | 'delete'>;
  readonly now: () => Date;
}

/**
 * Deletes captures past their days: RDS keeps manual snapshots for good, and a region holds a hundred of them.
 *
 * Only what a capture of this pipeline has made goes, and never the newest: while captures fail, the last that there is stays.
 */
export async function sweepCaptures(_event: unknown, { pipeline, sourceCluster, keepCapturesDays, snapshots, now }: SweepCapturesPorts): Promise<{ removed: readonly string[] }> {
  const removed: string[] = [];
  const captures = (await snapshots.listOf(sourceCluster)).filter((snapshot) => snapshot.status === 'available' && isCapture(snapshot, pipeline)).sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime());
  for (const { identifier, createdAt } of captures.slice(1)) {
    if (now().getTime() - createdAt.getTime() <= keepCapturesDays * DAY_MS) continue;
    if (await snapshots.delete(identifier)) removed.push(identifier);
  }
  return { removed };
}

/** Copies that runs make carry the tag of the capture too, and that of their run. */
function isCapture({ identifier, tags }: ClusterSnapshot, pipeline: string): boolean {
  return tags[TAG.pipeline] === pipeline && tags[TAG.manifest] === identifier && !(TAG.operation in tags);
}

export const handler = defineHandler('aurora-restore/sweep-captures', sweepCaptures, (env) => ({
  pipeline: env.required(ENV.PIPELINE),
  sourceCluster: env.required(ENV.SOURCE_CLUSTER),
  keepCapturesDays: env.number(ENV.KEEP_CAPTURES_DAYS),
  snapshots: ClusterSnapshots.in({ region: env.region }),
  now: () => new Date(),
}));
