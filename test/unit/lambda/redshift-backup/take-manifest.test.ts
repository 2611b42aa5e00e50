import type { StatementState } from '../../../../lambda/common/aws/redshift-data';
import type { ManifestProgress } from '../../../../lambda/redshift-backup/contract';
import { takeManifest, type TakeManifestPorts } from '../../../../lambda/redshift-backup/take-manifest';

const INPUT = { operationId: 'snap-1', clusterIdentifier: 'sales', phase: 'before' as const, longestMinutes: 120 };
const CATALOG: ManifestProgress = { done: false, stage: 'catalog', statementIds: ['catalog'], manifestKey: 'manifests/snap-1/before.json', tables: 0, startedAt: '2026-06-01T02:00:00.000Z' };
const CONTENT: ManifestProgress = { ...CATALOG, stage: 'content', statementIds: ['catalog', 'content'], tables: 1 };
const ROWS: Record<string, readonly (readonly string[])[]> = {
  'catalog:1': [['public', 'sale', 'id', 'bigint', 'true', 'true']],
  'content:4': [['"public"."sale"', '3', '11', '22']],
};

function ports(states: Record<string, Partial<StatementState>> = {}, rows = ROWS) {
  const started: (readonly string[])[] = [];
  const written: unknown[] = [];
  const all: TakeManifestPorts = {
    database: 'dev',
    user: 'reader',
    connectionTo: (clusterIdentifier) => ({ clusterIdentifier, database: 'dev', user: 'reader' }),
    data: {
      start: (_connection, statements) => Promise.resolve(`statement-${started.push(statements)}`),
      stateOf: (id) => Promise.resolve({ status: 'finished', error: undefined, resultIds: [id === 'catalog' ? 'catalog:1' : 'content:4'], ...states[id] }),
      rowsOf: (id) => Promise.resolve(rows[id] ?? []),
    },
    evidence: { writeJsonOnce: (key, content) => Promise.resolve(written.push({ key, content }) > 0) },
    now: () => new Date('2026-06-01T02:00:00Z'),
  };
  return { all, started, written };
}

describe('takeManifest', () => {
  it('begins by asking what tables there are', async () => {
    const { all, started } = ports();

    await expect(takeManifest({ ...INPUT, progress: null }, all)).resolves.toEqual({ ...CATALOG, statementIds: ['statement-1'] });
    expect(started[0]).toHaveLength(1);
  });

  it('stays where it is while a statement runs', async () => {
    await expect(takeManifest({ ...INPUT, progress: CATALOG }, ports({ catalog: { status: 'running' } }).all)).resolves.toEqual(CATALOG);
    await expect(takeManifest({ ...INPUT, progress: CONTENT }, ports({ content: { status: 'running' } }).all)).resolves.toEqual(CONTENT);
  });

  it.each([['while a statement runs', 'running'], ['before the next', 'finished']] as const)('gives up %s when the reading takes longer than the backup can wait', async (_when, status) => {
    const late = (time: string) => takeManifest({ ...INPUT, progress: CATALOG }, { ...ports({ catalog: { status } }).all, now: () => new Date(time) });

    await expect(late('2026-06-01T04:00:00Z')).resolves.toMatchObject({ done: false });
    await expect(late('2026-06-01T04:01:00Z')).rejects.toThrow('sales has been read for 121 minutes, 120 are allowed');
  });

  it('asks for the content of the tables that there are', async () => {
    const { all, started } = ports();

    await expect(takeManifest({ ...INPUT, progress: CATALOG }, all)).resolves.toEqual({ ...CONTENT, statementIds: ['catalog', 'statement-1'] });
    expect(started[0]?.at(-1)).toContain('FROM "public"."sale"');
  });

  it('asks for the next tables when the ones before are read, not before', async () => {
    const many = { 'catalog:1': Array.from({ length: 25 }, (_, index) => ['public', `table_${String(index).padStart(2, '0')}`, 'id', 'bigint', 'true', 'true']) };
    const { all, started } = ports({}, many);

    const first = await takeManifest({ ...INPUT, progress: CATALOG }, all);
    const second = await takeManifest({ ...INPUT, progress: first }, all);

    expect(started).toHaveLength(2);
    expect(started.map((statements) => statements.at(-1)!.match(/FROM "public"\."table_(\d+)"/g)!.length)).toEqual([10, 10]);
    expect(second).toMatchObject({ done: false, statementIds: ['catalog', 'statement-1', 'statement-2'] });
  });

  it('writes down what the statements found', async () => {
    const { all, written } = ports();

    await expect(takeManifest({ ...INPUT, progress: CONTENT }, all)).resolves.toMatchObject({ done: true, stage: 'written' });
    expect(written).toMatchObject([{ key: 'manifests/snap-1/before.json', content: { version: 1, clusterIdentifier: 'sales', tables: [{ name: '"public"."sale"', rows: 3, contentHash: '11:22' }] } }]);
  });

  it('writes an empty manifest of a database without tables', async () => {
    const { all, written } = ports({}, {});

    await expect(takeManifest({ ...INPUT, progress: CATALOG }, all)).resolves.toMatchObject({ done: true });
    expect(written).toMatchObject([{ content: { tables: [] } }]);
  });

  it('fails with what Redshift said about a statement', async () => {
    await expect(takeManifest({ ...INPUT, progress: CATALOG }, ports({ catalog: { status: 'failed', error: 'permission denied' } }).all)).rejects.toThrow('sales could not be read: permission denied');
  });

  it('fails naming what the reader may not read', async () => {
    const secret = { 'catalog:1': [['public', 'secret', 'id', 'bigint', 'true', 'false']] };

    await expect(takeManifest({ ...INPUT, progress: CATALOG }, ports({}, secret).all)).rejects.toThrow('reader may not read "public"."secret"');
  });
});
