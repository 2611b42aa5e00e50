import '../../../support/quiet-telemetry';
import type { WarehouseCluster } from '../../../../lambda/common/aws/redshift-clusters';
import type { SnapshotBeginning } from '../../../../lambda/common/aws/redshift-snapshots';
import { checkCluster } from '../../../../lambda/redshift-backup/check-cluster';
import type { ProofPlan, ProofResult } from '../../../../lambda/redshift-backup/contract';
import { keepCopy } from '../../../../lambda/redshift-backup/keep-copy';
import { proveContent } from '../../../../lambda/redshift-backup/prove-content';
import { recordProof } from '../../../../lambda/redshift-backup/record-proof';
import { sweepClusters } from '../../../../lambda/redshift-backup/sweep-clusters';
import { tearDown } from '../../../../lambda/redshift-backup/tear-down';
import { warehouseSnapshot } from '../../../support/warehouse-snapshot';

const PLAN: ProofPlan = {
  operationId: 'snap-1',
  snapshotIdentifier: 'snap-1',
  snapshotCreatedAt: '2026-06-01T02:00:00Z',
  proofClusterIdentifier: 'warehouse-proof-1',
  nodeType: 'ra3.large',
  numberOfNodes: 2,
  estimatedUsd: 6,
  startedAt: '2026-06-01T06:00:00Z',
};
const INPUT = { operationId: 'snap-1', plan: PLAN };
const PROVEN: ProofResult = { verdict: 'PROVEN', tables: 1, rows: 5, provenRows: 5, differences: [], moving: [] };

function cluster(changes: Partial<WarehouseCluster>): WarehouseCluster {
  return { identifier: 'warehouse-proof-1', namespaceArn: '', status: 'available', createdAt: new Date('2026-06-01T06:00:00Z'), nodeType: 'ra3.large', numberOfNodes: 2, database: 'dev', kmsKeyArn: 'key', restoreStatus: 'completed', tags: {}, ...changes };
}

describe('checkCluster', () => {
  const check = (found: Partial<WarehouseCluster> | undefined) => checkCluster(INPUT, { clusters: { find: () => Promise.resolve(found && cluster(found)) }, now: () => new Date('2026-06-01T06:25:00Z') });

  test.each([
    ['available with all data', {}, true],
    ['available and still loading', { restoreStatus: 'restoring' }, false],
    ['being created', { status: 'creating', restoreStatus: 'starting' }, false],
    ['given another key', { status: 'rotating-keys' }, false],
  ])('answers for one that is %s', async (_case, found, done) => {
    await expect(check(found)).resolves.toMatchObject({ done, minutes: 25 });
  });

  test.each([['gone', undefined], ['whose restore failed', { restoreStatus: 'failed' }], ['being deleted', { status: 'deleting' }], ['that cannot be restored', { status: 'incompatible-restore' }]])('fails for one that is %s', async (_case, found) => {
    await expect(check(found)).rejects.toThrow('cluster warehouse-proof-1 is');
  });
});

describe('proveContent', () => {
  const table = (contentHash: string) => ({ name: 'a', schemaHash: 's', rows: 5, contentHash, uncovered: [] });
  const prove = (before: string, after: string, restored: string | undefined) => {
    const hashes: Record<string, string | undefined> = { before, after, restored };
    const readJson = (key: string) => {
      const hash = hashes[/(\w+)\.json$/.exec(key)?.[1] ?? ''];
      return Promise.resolve(hash && { version: 1, clusterIdentifier: 'c', database: 'dev', takenAt: '', tables: [table(hash)] });
    };
    return proveContent(INPUT, { pipeline: 'warehouse', evidence: { readJson } });
  };

  it('compares the copy with both manifests', async () => {
    await expect(prove('1', '1', '1')).resolves.toEqual(PROVEN);
    await expect(prove('1', '1', '2')).resolves.toMatchObject({ verdict: 'MISMATCH' });
  });

  it('fails rather than call proven what was moving all over', async () => {
    await expect(prove('1', '2', '1')).rejects.toThrow('every table was being written to');
  });

  it('fails without a manifest that it understands', async () => {
    await expect(prove('1', '1', undefined)).rejects.toThrow('manifests/snap-1/restored.json is no manifest');
  });
});

describe('keepCopy', () => {
  const keep = (beginning: SnapshotBeginning, operation = 'snap-1') =>
    keepCopy(INPUT, {
      pipeline: 'warehouse',
      policyDays: 14,
      graceDays: 7,
      snapshots: { create: () => Promise.resolve(beginning), find: () => Promise.resolve(warehouseSnapshot({ tags: { 'holdfast:operation': operation } })) },
    });

  test.each<SnapshotBeginning>(['begun', 'exists'])('names the copy after its snapshot when it is %s', async (beginning) => {
    await expect(keep(beginning)).resolves.toEqual({ snapshotIdentifier: 'snap-1-owned' });
  });

  it('fails when somebody else has that name, the cluster is busy, or the quota is full', async () => {
    await expect(keep('exists', 'another')).rejects.toThrow('was not made by this run');
    await expect(keep('busy')).rejects.toThrow('is not available');
    await expect(keep('full')).rejects.toThrow('quota');
  });
});

describe('recordProof', () => {
  const record = async (proof: ProofResult) => {
    const keys: string[] = [];
    const evidence = { writeJsonOnce: (key: string) => Promise.resolve(keys.push(key) > 0) };
    const outcome = await recordProof({ ...INPUT, proof, cluster: { minutes: 25 } }, { pipeline: 'warehouse', evidence, now: () => new Date() }).catch((error: unknown) => (error as Error).message);
    return { keys, outcome };
  };

  it('writes the verdict into the name of the record', async () => {
    await expect(record(PROVEN)).resolves.toEqual({ keys: ['proofs/snap-1/PROVEN.json'], outcome: { summary: 'snap-1 PROVEN: 5 of 5 rows in 1 tables, restored in 25 minutes.' } });
  });

  it('writes a mismatch down before it fails', async () => {
    const { keys, outcome } = await record({ ...PROVEN, verdict: 'MISMATCH', differences: ['a is missing'] });

    expect(keys).toEqual(['proofs/snap-1/MISMATCH.json']);
    expect(outcome).toContain('a is missing');
  });
});

describe('tearDown', () => {
  test.each([['deleting', false], ['busy', false], ['gone', true]] as const)('answers for a cluster that is %s', async (outcome, done) => {
    await expect(tearDown(INPUT, { proofClusterPrefix: 'warehouse-proof-', clusters: { delete: () => Promise.resolve(outcome) } })).resolves.toEqual({ done });
  });

  it('touches no cluster of another name', async () => {
    const clusters = { delete: jest.fn() };

    await expect(tearDown({ ...INPUT, plan: { ...PLAN, proofClusterIdentifier: 'production' } }, { proofClusterPrefix: 'warehouse-proof-', clusters })).rejects.toThrow('production is no cluster of a proof');
    expect(clusters.delete).not.toHaveBeenCalled();
  });
});

describe('sweepClusters', () => {
  it('deletes clusters of proofs that are older than any proof may take, and nothing else', async () => {
    const all = [
      cluster({ identifier: 'warehouse-proof-old', createdAt: new Date('2026-06-01T05:59:59Z') }),
      cluster({ identifier: 'warehouse-proof-just', createdAt: new Date('2026-06-01T06:00:00Z') }),
      cluster({ identifier: 'warehouse-proof-going', createdAt: new Date('2026-05-01T00:00:00Z'), status: 'deleting' }),
      cluster({ identifier: 'production', createdAt: new Date('2020-01-01T00:00:00Z') }),
    ];

    const swept = sweepClusters({}, { pipeline: 'warehouse', proofClusterPrefix: 'warehouse-proof-', lifetimeHours: 6, clusters: { list: () => Promise.resolve(all), delete: () => Promise.resolve('deleting' as const) }, now: () => new Date('2026-06-01T12:00:00Z') });

    await expect(swept).resolves.toEqual({ swept: ['warehouse-proof-old'] });
  });
});
