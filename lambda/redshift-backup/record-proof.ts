import { Bucket } from '../common/aws/bucket';
import { defineHandler } from '../common/define-handler';
import { addMetric } from '../common/metric';
import { ContentMismatch, ENV, METRIC, type ProofPlan, type ProofResult } from './contract';
import { proofKeyOf } from './evidence-keys';

export interface RecordProofInput {
  readonly operationId: string;
  readonly plan: ProofPlan;
  readonly proof: ProofResult;
  /** Of the restore, measured. */
  readonly cluster: { readonly minutes: number };
}

export interface RecordProofPorts {
  readonly pipeline: string;
  readonly evidence: Pick<Bucket, 'writeJsonOnce'>;
  readonly now: () => Date;
}

/** Writes the verdict down where nobody can change it. Raises `ContentMismatch` afterwards when the copy is not what it should be. */
export async function recordProof({ plan, proof, cluster }: RecordProofInput, { pipeline, evidence, now }: RecordProofPorts): Promise<{ readonly summary: string }> {
  const record = { ...proof, ...plan, restoreMinutes: cluster.minutes, recordedAt: now().toISOString() };
  await evidence.writeJsonOnce(proofKeyOf(plan.snapshotIdentifier, proof.verdict), record);
  addMetric(pipeline, METRIC.restoreDuration, cluster.minutes);
  addMetric(pipeline, proof.verdict === 'PROVEN' ? METRIC.proven : METRIC.proofMismatch, 1);
  if (proof.verdict === 'MISMATCH') throw new ContentMismatch(`${plan.snapshotIdentifier} was restored and is not what it was: ${proof.differences.join('; ')}`, { differences: proof.differences });
  return { summary: `${plan.snapshotIdentifier} PROVEN: ${proof.provenRows} of ${proof.rows} rows in ${proof.tables} tables, restored in ${cluster.minutes} minutes.` };
}

export const handler = defineHandler('redshift-backup/record-proof', recordProof, (env) => ({
  pipeline: env.required(ENV.PIPELINE),
  evidence: Bucket.in({ region: env.region }, env.required(ENV.EVIDENCE_BUCKET)),
  now: () => new Date(),
}));
