import type { SnapshotStore } from '../common/aws/redshift-snapshots';
import { defineHandler } from '../common/define-handler';
import { parseInput } from '../common/parse-input';
import { ClusterBusy, ENV, LONGEST_RETENTION_DAYS, PreflightFailed, SnapshotNotOurs, TAG, type BackupRun } from './contract';
import { policySchema } from './policy-schema';
import { snapshotsOf } from './warehouse-kind';

export interface CreateSnapshotInput {
  readonly operationId: string;
  readonly run: BackupRun;
}

export interface CreateSnapshotPorts {
  readonly pipeline: string;
  readonly policyDays: number;
  readonly graceDays: number;
  readonly snapshots: Pick<SnapshotStore, 'create' | 'find'>;
}

/**
 * Starts the snapshot of the run, or adopts the one that an earlier attempt has started.
 *
 * It is never kept for ever: Redshift itself deletes it when the clean-up has been dead for the days of grace.
 */
export async function createSnapshot({ operationId, run }: CreateSnapshotInput, ports: CreateSnapshotPorts): Promise<{ readonly adopted: boolean }> {
  const { pipeline, policyDays, graceDays, snapshots } = ports;
  const tags = { [TAG.pipeline]: pipeline, [TAG.operation]: operationId, ...(run.retentionDays !== null && { [TAG.retentionDays]: String(run.retentionDays) }) };
  const retentionDays = Math.min(LONGEST_RETENTION_DAYS, (run.retentionDays ?? policyDays) + graceDays);
  const beginning = await snapshots.create({ identifier: operationId, clusterIdentifier: run.clusterIdentifier, retentionDays, tags });
  if (beginning === 'busy') throw new ClusterBusy(`cluster ${run.clusterIdentifier} is not available`);
  if (beginning === 'full') throw new PreflightFailed('the backup', ['the quota of manual snapshots is used up']);
  if (beginning === 'begun') return { adopted: false };
  const existing = await snapshots.find(operationId);
  if (existing?.tags[TAG.operation] !== operationId || existing.clusterIdentifier !== run.clusterIdentifier) {
    throw new SnapshotNotOurs(`snapshot ${operationId} is there already and was not made by this run`, { operationId });
  }
  return { adopted: true };
}

export const handler = defineHandler('redshift-backup/create-snapshot', createSnapshot, (env) => ({
  pipeline: env.required(ENV.PIPELINE),
  policyDays: parseInput(policySchema, env.json(ENV.RETENTION), ENV.RETENTION).days,
  graceDays: env.number(ENV.GRACE_DAYS),
  snapshots: snapshotsOf(env),
}));
