import { AuditLog } from '../common/audit-log';
import { Bucket } from '../common/aws/bucket';
import { DynamoTable } from '../common/aws/dynamo-table';
import { RemoteFunction } from '../common/aws/remote-function';
import { defineHandler } from '../common/define-handler';
import { ENV, type ChosenSnapshot, type StepInput } from './contract';
import type { Manifest } from './proof/manifest';
import { sourceTarget } from './settings';
import { manifestKeyOf, type TakeManifestInput, type TakeManifestOutput } from './take-manifest';

export interface CollectManifestInput extends StepInput {
  readonly snapshot: ChosenSnapshot;
}

export interface CollectManifestOutput {
  readonly basis: 'manifest' | 'live' | 'none';
  /** Where, in the evidence bucket, the proof finds its reference; absent when there is none. */
  readonly referenceKey: string | null;
}

export interface CollectManifestPorts {
  readonly manifests: Pick<Bucket, 'readJson'>;
  readonly evidence: Pick<Bucket, 'writeJson'>;
  /** Asks the source's account to read the live source; absent when nothing there may. */
  readonly takeLiveManifest: ((input: TakeManifestInput) => Promise<TakeManifestOutput>) | undefined;
  readonly audit: Pick<AuditLog, 'append'>;
}

/** What the proof compares with. */
export interface StoredReference {
  readonly before: Manifest;
  readonly after: Manifest | null;
}

/**
 * Brings what the source said of its content to where the proof can read it: the manifests taken around the
 * snapshot, or one of the live source where there are none.
 */
export async function collectManifest({ run, snapshot }: CollectManifestInput, { manifests, evidence, takeLiveManifest, audit }: CollectManifestPorts): Promise<CollectManifestOutput> {
  const captured = snapshot.manifestKey && ((await manifests.readJson(manifestKeyOf(snapshot.manifestKey, 'before'))) as Manifest | undefined);
  const basis = captured ? 'manifest' : takeLiveManifest ? 'live' : 'none';
  const reference = captured
    ? { before: captured, after: ((await manifests.readJson(manifestKeyOf(snapshot.manifestKey, 'after'))) as Manifest | undefined) ?? null }
    : await liveReference(run.operationId, manifests, takeLiveManifest);
  const referenceKey = reference ? `${run.operationId}/reference.json` : null;
  if (referenceKey) await evidence.writeJson(referenceKey, reference);
  await audit.append(run.operationId, { type: 'ReferenceCollected', status: 'succeeded', details: { basis, referenceKey } });
  return { basis, referenceKey };
}

async function liveReference(operationId: string, manifests: CollectManifestPorts['manifests'], takeLiveManifest: CollectManifestPorts['takeLiveManifest']): Promise<StoredReference | undefined> {
  if (!takeLiveManifest) return undefined;
  const { manifestKey } = await takeLiveManifest({ captureId: operationId, phase: 'live' });
  return { before: (await manifests.readJson(manifestKey)) as Manifest, after: null };
}

export const handler = defineHandler('aurora-restore/collect-manifest', collectManifest, (env) => {
  const functionName = env.optional(ENV.TAKE_MANIFEST_FUNCTION);
  return {
    manifests: Bucket.in({ region: env.required(ENV.MANIFEST_BUCKET_REGION) }, env.required(ENV.MANIFEST_BUCKET)),
    evidence: Bucket.in({ region: env.region }, env.required(ENV.EVIDENCE_BUCKET)),
    takeLiveManifest: functionName === undefined ? undefined : (input: TakeManifestInput) => RemoteFunction.in(sourceTarget(env), functionName).call<TakeManifestOutput>(input),
    audit: new AuditLog({ table: DynamoTable.in({ region: env.region }, env.required(ENV.AUDIT_TABLE)), now: () => new Date() }),
  };
});
