import { METRIC, ProofMismatch, ReferenceLost, TargetNotOurs, WrongDatabase } from '../../../../lambda/aurora-restore/contract';
import type { Manifest } from '../../../../lambda/aurora-restore/proof/manifest';
import { proveRestore, type ProveRestoreInput, type ProveRestorePorts } from '../../../../lambda/aurora-restore/prove-restore';
import { captureOutput } from '../../../support/captured-output';
import { clusterOf, NOW, OPERATION, PIPELINE, stepOf, tagsOf, TARGET_CLUSTER } from './fixtures';
import { createProduction, OWNER, TestServer } from './database';
import { MemoryAudit } from './memory-audit';
import { MemoryClusters } from './memory-clusters';
import { MemoryBucket, MemorySecret } from './memory-stores';

const cluster = clusterOf(TARGET_CLUSTER);
const REFERENCE = `${OPERATION}/reference.json`;
const REPORT = `${OPERATION}/proof.json`;

const output = captureOutput();
let server: TestServer;
let manifest: Manifest;
let sessions = 0;
let evidence: MemoryBucket;
let audit: MemoryAudit;
beforeAll(async () => {
  server = await TestServer.start();
  await createProduction(server);
  manifest = await server.manifestOf('orders');
});
afterAll(() => server.stop());
beforeEach(() => {
  sessions = 0;
  evidence = new MemoryBucket({ [REFERENCE]: { before: manifest, after: manifest } });
  audit = new MemoryAudit();
});

const open: ProveRestorePorts['open'] = (details) => {
  sessions += 1;
  return server.open(details);
};
const adminSecret = new MemorySecret({ username: 'master', password: 'correct horse battery', host: 'elsewhere', port: 5432, clusterResourceId: cluster.resourceId });
const prove = (reference: ProveRestoreInput['reference'] = { basis: 'manifest', referenceKey: REFERENCE }, ports: Partial<ProveRestorePorts> = {}) =>
  proveRestore({ ...stepOf(), clusterIdentifier: TARGET_CLUSTER, databases: ['orders'], reference }, { pipeline: PIPELINE, clusters: new MemoryClusters().add(cluster), adminSecret, evidence, open, audit, now: () => NOW, ...ports });

/** A manifest in which one row of a table was another. */
function withAnotherRow(): Manifest {
  const database = manifest.databases[0]!;
  const [changed, ...others] = database.tables;
  const [bucket, ...rest] = changed!.buckets;
  return { ...manifest, databases: [{ ...database, tables: [{ ...changed!, buckets: [[bucket![0], bucket![1], '1', '2'], ...rest] }, ...others] }] };
}

describe('proveRestore', () => {
  it('proves a restored database by its manifests and stores the comparison', async () => {
    const summary = await prove();

    expect(summary).toEqual({ verdict: 'PROVEN', basis: 'manifest', reportKey: REPORT, tables: 5, rows: 2003, provenRows: 2003, differences: 0 });
    expect(evidence.objects[REPORT]).toMatchObject({ verdict: 'PROVEN', mismatches: [], takenAt: NOW.toISOString(), tables: expect.arrayContaining([{ database: 'orders', table: 'sales.orders', rows: 900, provenRows: 900, movingRows: 0, wrongRows: 0 }]) as unknown });
    expect(await audit.detailsOf('ContentCompared')).toEqual({ ...summary, clusterResourceId: cluster.resourceId });
    expect(output.metric(METRIC.provenRows)).toEqual([{ instance: PIPELINE, value: 100, unit: 'Percent' }]);
  });

  it('changes nothing in the database, not even the rights of the administrator', async () => {
    const snapshot = () => server.valueAsSuperuser('orders', `SELECT md5(string_agg(m::text, ',' ORDER BY oid)) FROM pg_auth_members m`);
    const before = await snapshot();
    await prove();

    expect(await snapshot()).toEqual(before);
  });

  it('fails for other content than the manifests say, with the first differences and where all of them are', async () => {
    evidence.objects[REFERENCE] = { before: withAnotherRow(), after: withAnotherRow() };

    await expect(prove()).rejects.toThrow(ProofMismatch);
    await expect(prove()).rejects.toThrow(/^1 differences from the manifest: orders: up to \d+ rows of .* are not what the manifest says$/);
    expect(evidence.objects[REPORT]).toMatchObject({ verdict: 'MISMATCH', differences: 1 });
    expect(output.metric(METRIC.proofMismatch)).toHaveLength(2);
  });

  it('reports a difference from the live source, which may have moved on, without failing', async () => {
    evidence.objects[REFERENCE] = { before: withAnotherRow(), after: null };

    expect(await prove({ basis: 'live', referenceKey: REFERENCE })).toMatchObject({ verdict: 'DIFFERS_FROM_LIVE_SOURCE', basis: 'live', differences: 1 });
    expect(output.metric(METRIC.proofMismatch)).toEqual([]);
  });

  it('does not call proven what is only the same as the live source', async () => {
    evidence.objects[REFERENCE] = { before: manifest, after: null };

    expect(await prove({ basis: 'live', referenceKey: REFERENCE })).toMatchObject({ verdict: 'SAME_AS_LIVE_SOURCE' });
  });

  it('proves no row where there is nothing to compare with', async () => {
    expect(await prove({ basis: 'none', referenceKey: null })).toMatchObject({ verdict: 'NO_REFERENCE', rows: 2003, provenRows: 0, differences: 0 });
  });

  it('fails when what it should compare with is gone', async () => {
    evidence = new MemoryBucket();

    await expect(prove()).rejects.toThrow(ReferenceLost);
  });

  it('answers a second time as the first, since later steps change the content', async () => {
    const summary = await prove();
    await server.run('orders', `SET ROLE ${OWNER}`, `INSERT INTO sales.customers (name) VALUES ('masked')`);
    sessions = 0;

    expect(await prove()).toEqual(summary);
    expect(sessions).toBe(0);
    await server.run('orders', `SET ROLE ${OWNER}`, `DELETE FROM sales.customers WHERE name = 'masked'`, `SELECT setval('sales.customers_id_seq', 300)`);
  });

  it('compares anew after a mismatch, and for another cluster under the same name', async () => {
    await audit.record('ContentCompared', { verdict: 'MISMATCH', clusterResourceId: cluster.resourceId });
    await audit.record('ContentCompared', { verdict: 'PROVEN', clusterResourceId: 'cluster-OTHER' });

    expect(await prove()).toMatchObject({ verdict: 'PROVEN', rows: 2003 });
    expect(sessions).toBe(1);
  });

  it('connects to no cluster of others', async () => {
    await expect(prove(undefined, { clusters: new MemoryClusters().add(clusterOf(TARGET_CLUSTER, { tags: tagsOf('another-run') })) })).rejects.toThrow(TargetNotOurs);
    await expect(prove(undefined, { clusters: new MemoryClusters().add({ ...cluster, resourceId: 'cluster-OTHER' }) })).rejects.toThrow(WrongDatabase);
    expect(sessions).toBe(0);
  });
});
