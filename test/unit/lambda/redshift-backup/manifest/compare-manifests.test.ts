import { compareManifests } from '../../../../../lambda/redshift-backup/manifest/compare-manifests';
import type { TableContent, WarehouseManifest } from '../../../../../lambda/redshift-backup/manifest/manifest';

function table(name: string, changes: Partial<TableContent> = {}): TableContent {
  return { name, schemaHash: 'columns', rows: 10, contentHash: '1:2', uncovered: [], ...changes };
}

function manifest(...tables: TableContent[]): WarehouseManifest {
  return { version: 1, clusterIdentifier: 'sales', database: 'dev', takenAt: '2026-06-01T02:00:00Z', tables };
}

const QUIET = { before: manifest(table('a'), table('b')), after: manifest(table('a'), table('b')) };

describe('compareManifests', () => {
  it('proves what stood still and is the same', () => {
    expect(compareManifests(QUIET, manifest(table('b'), table('a')))).toEqual({ verdict: 'PROVEN', tables: 2, rows: 20, provenRows: 20, differences: [], moving: [] });
  });

  test.each([
    ['a missing table', [table('a')], 'b is missing'],
    ['a lost row', [table('a'), table('b', { rows: 9, contentHash: '0:2' })], 'b has 9 rows instead of 10'],
    ['a changed row', [table('a'), table('b', { contentHash: '1:3' })], 'b has other content in its 10 rows'],
    ['a changed column', [table('a'), table('b', { schemaHash: 'others' })], 'b has other columns'],
    ['a table from nowhere', [table('a'), table('b'), table('c')], 'c is in the copy only'],
  ])('finds %s', (_case, restored, difference) => {
    expect(compareManifests(QUIET, manifest(...restored))).toMatchObject({ verdict: 'MISMATCH', differences: [difference] });
  });

  it('does not judge the rows of a table that was being written to', () => {
    const reference = { before: manifest(table('a'), table('b')), after: manifest(table('a'), table('b', { rows: 12, contentHash: '5:6' })) };

    expect(compareManifests(reference, manifest(table('a'), table('b', { rows: 11, contentHash: '3:4' })))).toMatchObject({ verdict: 'PROVEN', provenRows: 10, moving: ['b'] });
  });

  it('still misses a table that was being written to', () => {
    const reference = { before: manifest(table('b')), after: manifest(table('b', { rows: 12 })) };

    expect(compareManifests(reference, manifest())).toMatchObject({ differences: ['b is missing'] });
  });

  test.each([
    ['created', manifest(table('a')), manifest(table('a'), table('n'))],
    ['dropped', manifest(table('a'), table('n')), manifest(table('a'))],
  ])('lets a table that was %s meanwhile be there or not', (_case, before, after) => {
    expect(compareManifests({ before, after }, manifest(table('a')))).toMatchObject({ verdict: 'PROVEN', moving: ['n'] });
    expect(compareManifests({ before, after }, manifest(table('a'), table('n')))).toMatchObject({ verdict: 'PROVEN' });
  });
});
