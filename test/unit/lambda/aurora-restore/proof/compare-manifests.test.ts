import { compareManifests } from '../../../../../lambda/aurora-restore/proof/compare-manifests';
import type { Bucket, DatabaseManifest, Manifest } from '../../../../../lambda/aurora-restore/proof/manifest';
import { NOW } from '../fixtures';

const STILL: Bucket = [0, 10, '111', '222'];
const EARLY: Bucket = [7, 3, '333', '444'];
const LATE: Bucket = [7, 4, '555', '666'];

function manifestOf(database: Partial<DatabaseManifest> = {}, roles: Record<string, string> = {}): Manifest {
  const orders: DatabaseManifest = { name: 'orders', objects: { 'relation sales.orders': 'a' }, tables: [tableOf(STILL)], sequences: [], invalidIndexes: [], ...database };
  return { version: 1, clusterIdentifier: 'orders', clusterResourceId: 'cluster-1', takenAt: NOW.toISOString(), roles, databases: [orders] };
}

function tableOf(...buckets: readonly Bucket[]) {
  return { name: 'sales.orders', rows: buckets.reduce((sum, [, rows]) => sum + rows, 0), buckets };
}

const sequenceOf = (lastValue: string, ascending = true) => ({ name: 'sales.numbers', lastValue, ascending });

function compare(before: Manifest, after: Manifest | undefined, restored: Manifest) {
  return compareManifests({ before, after }, restored);
}

describe('compareManifests', () => {
  it('proves what is the same before, after and in the restored database', () => {
    expect(compare(manifestOf(), manifestOf(), manifestOf())).toEqual({
      tables: [{ database: 'orders', table: 'sales.orders', rows: 10, provenRows: 10, movingRows: 0, wrongRows: 0 }],
      rows: 10,
      provenRows: 10,
      mismatches: [],
    });
  });

  test.each<[string, Bucket]>([
    ['as they were before', EARLY],
    ['as they were after', LATE],
    ['as they were in between', [7, 5, '777', '888']],
  ])('neither proves nor doubts rows that changed while the snapshot was made: %s', (_case, bucket) => {
    const { mismatches, provenRows, tables } = compare(manifestOf({ tables: [tableOf(STILL, EARLY)] }), manifestOf({ tables: [tableOf(STILL, LATE)] }), manifestOf({ tables: [tableOf(STILL, bucket)] }));

    expect({ mismatches, provenRows, movingRows: tables[0]!.movingRows }).toEqual({ mismatches: [], provenRows: 10, movingRows: bucket[1] });
  });

  test.each<[string, readonly Bucket[], number]>([
    ['other rows', [[0, 10, '111', '999']], 10],
    ['more rows', [[0, 12, '111', '222']], 12],
    ['none of the rows', [], 10],
    ['rows where there were none', [STILL, [9, 2, '1', '2']], 2],
  ])('doubts %s where nothing changed in between', (_case, buckets, wrongRows) => {
    const { mismatches, tables } = compare(manifestOf(), manifestOf(), manifestOf({ tables: [tableOf(...buckets)] }));

    expect(tables[0]).toMatchObject({ wrongRows });
    expect(mismatches).toEqual([`orders: up to ${wrongRows} rows of sales.orders are not what the manifest says`]);
  });

  it('takes a definition as it was before or after, and no other', () => {
    const [before, after] = [manifestOf({ objects: { 'function f()': 'old', 'view v': 'same' } }), manifestOf({ objects: { 'function f()': 'new', 'view v': 'same' } })];
    const restored = (definition: string) => manifestOf({ objects: { 'function f()': definition, 'view v': 'same' } });

    expect(compare(before, after, restored('old')).mismatches).toEqual([]);
    expect(compare(before, after, restored('new')).mismatches).toEqual([]);
    expect(compare(before, after, restored('other')).mismatches).toEqual(['orders: function f() is defined otherwise']);
  });

  it('lets an object that came or went in between be there or not', () => {
    const [without, withIt] = [manifestOf({ objects: {} }), manifestOf({ objects: { 'view v': 'x' } })];

    expect(compare(without, withIt, without).mismatches).toEqual([]);
    expect(compare(without, withIt, withIt).mismatches).toEqual([]);
    expect(compare(withIt, withIt, without).mismatches).toEqual(['orders: view v is missing']);
    expect(compare(without, without, withIt).mismatches).toEqual(['orders: view v was not there']);
  });

  test.each<[string, string, string, string, boolean, readonly string[]]>([
    ['where it stood before', '5', '9', '5', true, []],
    ['further than it stood after', '5', '9', '41', true, []],
    ['behind where it stood before', '5', '9', '4', true, ['orders: sequence sales.numbers is at 4, behind 5']],
    ['further down, counting down', '-5', '-9', '-41', false, []],
    ['behind, counting down', '-5', '-9', '-4', false, ['orders: sequence sales.numbers is at -4, behind -5']],
    ['where it was set back to in between', '9', '3', '3', true, []],
    ['behind where it was set back to', '9', '3', '2', true, ['orders: sequence sales.numbers is at 2, behind 3']],
    ['at a number beyond what JavaScript counts', '9223372036854775806', '9223372036854775806', '9223372036854775805', true, ['orders: sequence sales.numbers is at 9223372036854775805, behind 9223372036854775806']],
  ])('judges a sequence %s', (_case, before, after, actual, ascending, mismatches) => {
    const at = (value: string) => manifestOf({ sequences: [sequenceOf(value, ascending)] });

    expect(compare(at(before), at(after), at(actual)).mismatches).toEqual(mismatches);
  });

  it('misses a sequence that was there all the time, not one that was dropped in between', () => {
    const [withIt, without] = [manifestOf({ sequences: [sequenceOf('5')] }), manifestOf()];

    expect(compare(withIt, withIt, without).mismatches).toEqual(['orders: sequence sales.numbers is missing']);
    expect(compare(withIt, without, without).mismatches).toEqual([]);
  });

  it('reports an invalid index, unless it was invalid at the source', () => {
    const broken = manifestOf({ invalidIndexes: ['sales.by_customer'] });

    expect(compare(manifestOf(), manifestOf(), broken).mismatches).toEqual(['orders: index sales.by_customer is invalid']);
    expect(compare(broken, manifestOf(), broken).mismatches).toEqual([]);
  });

  it('reports a database that is missing, and one that no manifest covers', () => {
    const renamed = manifestOf({ name: 'invoices' });

    expect(compare(manifestOf(), manifestOf(), renamed).mismatches).toEqual(['database orders is missing', 'database invoices is not covered by the manifest']);
  });

  it('compares roles', () => {
    const withRole = (definition: string) => manifestOf({}, { analyst: definition });

    expect(compare(withRole('a'), withRole('a'), withRole('b')).mismatches).toEqual(['role analyst is defined otherwise']);
    expect(compare(withRole('a'), withRole('b'), withRole('b')).mismatches).toEqual([]);
  });

  it('takes a single moment for both when there is only one', () => {
    expect(compare(manifestOf(), undefined, manifestOf()).mismatches).toEqual([]);
    expect(compare(manifestOf(), undefined, manifestOf({ tables: [] })).mismatches).toEqual(['orders: up to 10 rows of sales.orders are not what the manifest says']);
  });
});
