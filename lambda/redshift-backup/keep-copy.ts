import type { SnapshotStore } from '../common/aws/redshift-snapshots';
import { defineHandler } from '../common/define-handler';
import { parseInput } from '../common/parse-input';
import { ClusterBusy, ENV, LONGEST_RETENTION_DAYS, PreflightFailed, SnapshotNotOurs, TAG, type ProofPlan } from './contract';
import { policySchema } from './policy-schema';
import { ownedNameOf } from './snapshot-name';
import { snapshotsOf } from './warehouse-kind';

export interface KeepCopyInput {
  readonly operationId: string;
  readonly plan: ProofPlan;
}

export interface KeepCopyPorts {
  readonly pipeline: string;
  readonly policyDays: number;
  readonly graceDays: number;
  readonly snapshots: Pick<SnapshotStore, 'create' | 'find'>;
}

/** Starts a snapshot of the proven cluster: under the target's key, in the target's account, out of the source's reach. */
export async function keepCopy({ plan }: KeepCopyInput, { pipeline, policyDays, graceDays, snapshots }: KeepCopyPorts): Promise<{ readonly snapshotIdentifier: string }> {
  const identifier = ownedNameOf(plan.snapshotIdentifier);
  const beginning = await snapshots.create({
    identifier,
    clusterIdentifier: plan.proofClusterIdentifier,
    retentionDays: Math.min(LONGEST_RETENTION_DAYS, policyDays + graceDays),
    tags: { [TAG.pipeline]: pipeline, [TAG.operation]: plan.operationId, [TAG.copyOf]: plan.snapshotIdentifier, [TAG.dataAsOf]: plan.snapshotCreatedAt },
  });
  if (beginning === 'busy') throw new ClusterBusy(`cluster ${plan.proofClusterIdentifier} is not available`);
  if (beginning === 'full') throw new PreflightFailed('the owned copy', ['the quota of manual snapshots is used up']);
  if (beginning === 'exists' && (await snapshots.find(identifier))?.tags[TAG.operation] !== plan.operationId) {
    throw new SnapshotNotOurs(`snapshot ${identifier} is there already and was not made by this run`, { identifier });
  }
  return { snapshotIdentifier: identifier };
}

export const handler = defineHandler('redshift-backup/keep-copy', keepCopy, (env) => ({
  pipeline: env.required(ENV.PIPELINE),
  policyDays: parseInput(policySchema, env.json(ENV.RETENTION), ENV.RETENTION).days,
  graceDays: env.number(ENV.GRACE_DAYS),
  snapshots: snapshotsOf(env),
}));
