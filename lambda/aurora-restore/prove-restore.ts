import { AuditLog } from '../common/audit-log';
import { Bucket } from '../common/aws/bucket';
import { Clusters } from '../common/aws/clusters';
import { DynamoTable } from '../common/aws/dynamo-table';
import { Secret } from '../common/aws/secret';
import { defineHandler } from '../common/define-handler';
import { addMetric } from '../common/metric';
import type { ConnectionDetails } from '../common/postgres/connect';
import { readAdminCredentials } from './admin-credentials';
import type { CollectManifestOutput, StoredReference } from './collect-manifest';
import { ENV, METRIC, ProofMismatch, type ClusterStepInput, type ProofSummary } from './contract';
import { openSession, withSession } from './database-session';
import { compareManifests, type Comparison } from './proof/compare-manifests';
import { readManifest, type Session } from './proof/read-manifest';
import { findRestoredCluster } from './restored-cluster';
import { settingsOf } from './settings';
import { withOwnersRights } from './users/borrow-ownership';

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
  readonly audit: Pick<AuditLog, 'append'>;
  readonly now: () => Date;
}

const SHOWN_MISMATCHES = 10;

/**
 * Compares the content of the restored database with what the source said of it, and stores the comparison.
 *
 * Other content than the manifest's raises `ProofMismatch`. The live source may have moved on since the snapshot, so
 * a difference from it is reported and fails nothing.
 */
export async function proveRestore({ run, clusterIdentifier, databases, reference }: ProveRestoreInput, ports: ProveRestorePorts): Promise<ProofSummary> {
  const cluster = await findRestoredCluster(ports.clusters, clusterIdentifier, run.operationId);
  const admin = await readAdminCredentials(ports.adminSecret, cluster);
  const restored = await readManifest({
    clusterIdentifier,
    clusterResourceId: cluster.resourceId,
    databases,
    withSession: (database, work) => withSession(() => ports.open({ ...admin, database }), (session) => withOwnersRights(session, () => work(session))),
    now: ports.now,
  });
  const stored = reference.referenceKey ? ((await ports.evidence.readJson(reference.referenceKey)) as StoredReference) : undefined;
  const comparison = compareManifests(stored ? { before: stored.before, after: stored.after ?? undefined } : { before: restored, after: restored }, restored);
  const summary = summarize(reference.basis, comparison, `${run.operationId}/proof.json`);
  await ports.evidence.writeJson(summary.reportKey, { ...summary, takenAt: restored.takenAt, tables: comparison.tables, mismatches: comparison.mismatches });
  await ports.audit.append(run.operationId, { type: 'ContentCompared', status: summary.verdict === 'MISMATCH' ? 'failed' : 'succeeded', details: { ...summary } });
  addMetric(ports.pipeline, METRIC.provenRows, summary.rows === 0 ? 100 : (100 * summary.provenRows) / summary.rows);
  if (summary.verdict === 'MISMATCH') {
    addMetric(ports.pipeline, METRIC.proofMismatch, 1);
    throw new ProofMismatch(`${comparison.mismatches.length} differences from the manifest: ${comparison.mismatches.slice(0, SHOWN_MISMATCHES).join('; ')}`, { reportKey: summary.reportKey });
  }
  return summary;
}

function summarize(basis: ProofSummary['basis'], { tables, rows, provenRows, mismatches }: Comparison, reportKey: string): ProofSummary {
  const same = mismatches.length === 0;
  const verdict = basis === 'manifest' ? (same ? 'PROVEN' : 'MISMATCH') : basis === 'none' ? 'NO_REFERENCE' : same ? 'SAME_AS_LIVE_SOURCE' : 'DIFFERS_FROM_LIVE_SOURCE';
  return { verdict, basis, reportKey, tables: tables.length, rows, provenRows: basis === 'none' ? 0 : provenRows, differences: mismatches.length };
}

export const handler = defineHandler('aurora-restore/prove-restore', proveRestore, (env) => {
  const target = { region: env.region };
  const now = () => new Date();
  return {
    pipeline: settingsOf(env).pipeline,
    clusters: Clusters.in(target),
    adminSecret: Secret.in(target, env.required(ENV.ADMIN_SECRET_ARN)),
    evidence: Bucket.in(target, env.required(ENV.EVIDENCE_BUCKET)),
    open: (details) => openSession(details, 'aurora-restore/prove-restore'),
    audit: new AuditLog({ table: DynamoTable.in(target, env.required(ENV.AUDIT_TABLE)), now }),
    now,
  };
});
