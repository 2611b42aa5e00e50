import { type AuditLog } from '../common/audit-log';
import { Bucket } from '../common/aws/bucket';
import { RemoteFunction } from '../common/aws/remote-function';
import { defineHandler } from '../common/define-handler';
import { RemoteFunctionFailed } from '../common/errors';
import { DatabaseUnreachable, ENV, type ChosenSnapshot, type StepInput } from './contract';
import { journalOf } from './journal';
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
 *
 * A capture that broke off has only its first manifest; the live source is then the second: what is the same in both
 * was the same in between.
 */
export async function collectManifest({ run, snapshot }: CollectManifestInput, ports: CollectManifestPorts): Promise<CollectManifestOutput> {
  const { operationId } = run;
  const before = await captured(snapshot, 'before', ports);
  const after = before && ((await captured(snapshot, 'after', ports)) ?? (await live(operationId, ports)));
  const current = before && after ? undefined : await live(operationId, ports);
  const reference: StoredReference | undefined = before && after ? { before, after } : current && { before: current, after: null };
  const basis = before && after ? 'manifest' : current ? 'live' : 'none';
  const referenceKey = reference ? `${operationId}/reference.json` : null;
  if (referenceKey) await ports.evidence.writeJson(referenceKey, reference);
  await ports.audit.append(operationId, { type: 'ReferenceCollected', status: 'succeeded', details: { basis, referenceKey } });
  return { basis, referenceKey };
}

async function captured({ manifestKey }: ChosenSnapshot, phase: 'before' | 'after', { manifests }: CollectManifestPorts): Promise<Manifest | undefined> {
  return manifestKey === null ? undefined : ((await manifests.readJson(manifestKeyOf(manifestKey, phase))) as Manifest | undefined);
}

async function live(operationId: string, { manifests, takeLiveManifest }: CollectManifestPorts): Promise<Manifest | undefined> {
  if (!takeLiveManifest) return undefined;
  const { manifestKey } = await takeLiveManifest({ captureId: operationId, phase: 'live' }).catch(explain);
  return (await manifests.readJson(manifestKey)) as Manifest | undefined;
}

/** What waiting helps there helps here. */
function explain(error: unknown): never {
  if (error instanceof RemoteFunctionFailed && error.details['errorType'] === DatabaseUnreachable.errorName) throw new DatabaseUnreachable(error.message, {}, { cause: error });
  throw error;
}

export const handler = defineHandler('aurora-restore/collect-manifest', collectManifest, (env) => {
  const functionName = env.optional(ENV.TAKE_MANIFEST_FUNCTION);
  return {
    manifests: Bucket.in({ region: env.required(ENV.MANIFEST_BUCKET_REGION) }, env.required(ENV.MANIFEST_BUCKET)),
    evidence: Bucket.in({ region: env.region }, env.required(ENV.EVIDENCE_BUCKET)),
    takeLiveManifest: functionName === undefined ? undefined : (input: TakeManifestInput) => RemoteFunction.in(sourceTarget(env), functionName).call<TakeManifestOutput>(input),
    audit: journalOf(env),
  };
});
