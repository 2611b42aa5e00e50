import { type AuditLog, happened } from '../common/audit-log';
import { Bucket } from '../common/aws/bucket';
import { Clusters } from '../common/aws/clusters';
import { Secret } from '../common/aws/secret';
import { defineHandler } from '../common/define-handler';
import { addMetric } from '../common/metric';
import type { ConnectionDetails } from '../common/postgres/connect';
import { readAdminCredentials } from './admin-credentials';
import type { CollectManifestOutput, StoredReference } from './collect-manifest';
import { ENV, METRIC, ProofMismatch, ReferenceLost, type ClusterStepInput, type ProofSummary } from './contract';
import { openSession, withSession } from './database-session';
import { journalOf } from './journal';
import { compareManifests, type Comparison } from './proof/compare-manifests';
import type { Manifest } from './proof/manifest';
import { readManifest, type Session } from './proof/read-manifest';
import { findRestoredCluster } from './restored-cluster';
import { readWithOwnersRights } from './users/borrow-ownership';

export interface ProveRestoreInput extends ClusterStepInput {
  readonly databases: readonly string[];
  readonly reference: CollectManifestOutput;
}

export interface ProveRestorePorts {
  readonly pipeline: string;
  readonly clusters: Pick<Clusters, 'find'>;
  readonly adminSecret: Pick<Secret, 'read'>;
  readonly evidence: Pick<Bucket, 'readJson' | 'writeJson'>;
  readonly open: (details: ConnectionDetails) => Promise<Session>;
  readonly audit: Pick<AuditLog, 'append' | 'events'>;
  readonly now: () => Date;
}

const SHOWN_MISMATCHES = 10;

/**
 * Compares the content of the restored database with what the source said of it, and stores the comparison.
 *
 * Other content than the manifest's raises `ProofMismatch`. The live source may have moved on since the snapshot, so
 * a difference from it is reported and fails nothing. What was compared once stays so: later steps mask and change the
 * content, so a second run answers with the first one's verdict.
 */
export async function proveRestore({ run, clusterIdentifier, databases, reference }: ProveRestoreInput, ports: ProveRestorePorts): Promise<ProofSummary> {
  const { clusters, audit, evidence } = ports;
  const cluster = await findRestoredCluster(clusters, clusterIdentifier, run.operationId);
  const { resourceId } = cluster;
  const earlier = happened(await audit.events(run.operationId), 'ContentCompared').findLast((details) => details['clusterResourceId'] === resourceId) as unknown as ProofSummary | undefined;
  if (earlier && earlier.verdict !== 'MISMATCH') return summaryIn(earlier);
  const admin = await readAdminCredentials(ports.adminSecret, cluster);
  const restored = await readManifest({
    clusterIdentifier,
    clusterResourceId: resourceId,
    databases,
    withSession: (database, work) => withSession(() => ports.open({ ...admin, database }), work),
    transaction: readWithOwnersRights,
    now: ports.now,
  });
  const comparison = await compare(reference, restored, evidence);
  const summary = summarize(reference.basis, comparison, `${run.operationId}/proof.json`);
  await evidence.writeJson(summary.reportKey, { ...summary, takenAt: restored.takenAt, tables: comparison.tables, mismatches: comparison.mismatches });
  await audit.append(run.operationId, { type: 'ContentCompared', status: summary.verdict === 'MISMATCH' ? 'failed' : 'succeeded', details: { ...summary, clusterResourceId: resourceId } });
  addMetric(ports.pipeline, METRIC.provenRows, summary.rows === 0 ? 100 : (100 * summary.provenRows) / summary.rows);
  if (summary.verdict === 'MISMATCH') {
    addMetric(ports.pipeline, METRIC.proofMismatch, 1);
    throw new ProofMismatch(`${comparison.mismatches.length} differences from the manifest: ${comparison.mismatches.slice(0, SHOWN_MISMATCHES).join('; ')}`, { reportKey: summary.reportKey });
  }
  return summary;
}

async function compare({ referenceKey }: CollectManifestOutput, restored: Manifest, evidence: ProveRestorePorts['evidence']): Promise<Comparison> {
  // Without a reference the report still tells what there is.
  if (referenceKey === null) return compareManifests({ before: restored, after: undefined }, restored);
  const stored = (await evidence.readJson(referenceKey)) as StoredReference | undefined;
  if (!stored) throw new ReferenceLost(`the evidence bucket has no ${referenceKey}`, { referenceKey });
  return compareManifests({ before: stored.before, after: stored.after ?? undefined }, restored);
}

function summarize(basis: ProofSummary['basis'], { tables, rows, provenRows, mismatches }: Comparison, reportKey: string): ProofSummary {
  return { verdict: verdictOf(basis, mismatches.length === 0), basis, reportKey, tables: tables.length, rows, provenRows: basis === 'none' ? 0 : provenRows, differences: mismatches.length };
}

function verdictOf(basis: ProofSummary['basis'], isSame: boolean): ProofSummary['verdict'] {
  if (basis === 'none') return 'NO_REFERENCE';
  if (basis === 'live') return isSame ? 'SAME_AS_LIVE_SOURCE' : 'DIFFERS_FROM_LIVE_SOURCE';
  return isSame ? 'PROVEN' : 'MISMATCH';
}

function summaryIn({ verdict, basis, reportKey, tables, rows, provenRows, differences }: ProofSummary): ProofSummary {
  return { verdict, basis, reportKey, tables, rows, provenRows, differences };
}

export const handler = defineHandler('aurora-restore/prove-restore', proveRestore, (env) => {
  const target = { region: env.region };
  return {
    pipeline: env.required(ENV.PIPELINE),
    clusters: Clusters.in(target),
    adminSecret: Secret.in(target, env.required(ENV.ADMIN_SECRET_ARN)),
    evidence: Bucket.in(target, env.required(ENV.EVIDENCE_BUCKET)),
    open: (details) => openSession(details, 'aurora-restore/prove-restore'),
    audit: journalOf(env),
    now: () => new Date(),
  };
});
