import { Bucket } from '../common/aws/bucket';
import { defineHandler } from '../common/define-handler';
import { addMetric } from '../common/metric';
import { ENV, ManifestFailed, METRIC, type ManifestPhase, type ProofPlan, type ProofResult } from './contract';
import { manifestKeyOf } from './evidence-keys';
import { compareManifests } from './manifest/compare-manifests';
import type { WarehouseManifest } from './manifest/manifest';
import { someOf } from './some-of';

export interface ProveContentInput {
  readonly operationId: string;
  readonly plan: ProofPlan;
}

export interface ProveContentPorts {
  readonly pipeline: string;
  readonly evidence: Pick<Bucket, 'readJson'>;
}

/** Compares what was restored with what the source held. Raises `ManifestFailed` when there was nothing that could prove anything. */
export async function proveContent({ plan }: ProveContentInput, { pipeline, evidence }: ProveContentPorts): Promise<ProofResult> {
  const read = async (phase: ManifestPhase): Promise<WarehouseManifest> => {
    const key = manifestKeyOf(plan.snapshotIdentifier, phase);
    const manifest = (await evidence.readJson(key)) as WarehouseManifest | undefined;
    if (manifest?.version !== 1) throw new ManifestFailed(`${key} is no manifest that this version understands`);
    return manifest;
  };
  const [before, after, restored] = await Promise.all([read('before'), read('after'), read('restored')]);
  const compared = compareManifests({ before, after }, restored);
  const result = { ...compared, differences: someOf(compared.differences), moving: someOf(compared.moving) };
  if (result.rows > 0 && result.provenRows === 0 && result.verdict === 'PROVEN') {
    throw new ManifestFailed('every table was being written to while the snapshot was made: nothing is proven', { moving: result.moving });
  }
  addMetric(pipeline, METRIC.provenRows, result.rows === 0 ? 100 : (100 * result.provenRows) / result.rows);
  return result;
}

export const handler = defineHandler('redshift-backup/prove-content', proveContent, (env) => ({
  pipeline: env.required(ENV.PIPELINE),
  evidence: Bucket.in({ region: env.region }, env.required(ENV.EVIDENCE_BUCKET)),
}));
