import { decideLoad, DriftRefused, type LoadFacts } from '../../../../../lambda/snowflake-replicator/rows/load-mode';
import { discardedColumns, findDrift, followingStatements, isUnchanged, knownSchema, schemaFingerprint, type DriftPolicy, type SchemaDrift } from '../../../../../lambda/snowflake-replicator/rows/schema-drift';
import type { SourceTable } from '../../../../../lambda/snowflake-replicator/rows/source-table';
import { column, mapped, ordersTable } from './fixtures';

const before = ordersTable();
const TARGET = { database: 'DB', schema: 'APP', table: 'ORDERS' };

const drift = (changes: Partial<SourceTable>): SchemaDrift => findDrift(knownSchema(mapped(before)), mapped(ordersTable(changes)));
const withColumns = (...columns: SourceTable['columns']) => drift({ columns: [...before.columns, ...columns] });
const instead = (name: string, declared: string) => drift({ columns: before.columns.map((each) => (each.name === name ? column(name, declared) : each)) });

function decide(found: SchemaDrift | null, policy: DriftPolicy = 'evolve', facts: Partial<LoadFacts> = {}) {
  const loadedColumns = ['ID', 'CHANGED_AT', 'NOTE', 'AMOUNT'];
  return decideLoad({ requested: 'auto', configured: 'incremental', drift: found, policy, newColumnsHaveValues: false, stateUnusable: null, targetColumns: loadedColumns, loadedColumns, ...facts });
}

describe('a table that is what it was', () => {
  test('has no drift, and brings over what changed', () => {
    expect(isUnchanged(drift({}))).toBe(true);
    expect(decide(drift({}))).toEqual({ mode: 'incremental', reasons: [], followInPlace: false });
  });

  test('has none after a varchar became longer, which is the same to Snowflake', () => {
    const known = knownSchema(mapped(ordersTable({ columns: [column('id', 'bigint', true), column('note', 'character varying(10)')] })));

    expect(isUnchanged(findDrift(known, mapped(ordersTable({ columns: [column('id', 'bigint', true), column('note', 'character varying(20)')] }))))).toBe(true);
  });

  test('has the same fingerprint however often it is looked at, and another with a column more', () => {
    expect(schemaFingerprint(mapped(before))).toBe(schemaFingerprint(mapped(ordersTable({ estimatedRows: 7 }))));
    expect(schemaFingerprint(mapped(before))).not.toBe(schemaFingerprint(mapped(ordersTable({ columns: before.columns.slice(0, -1) }))));
  });
});

describe('a new column', () => {
  const found = withColumns(column('colour', 'text'));

  test('is followed in place', () => {
    expect(decide(found)).toEqual({ mode: 'incremental', reasons: ['column colour text is new'], followInPlace: true });
    expect(followingStatements(found, TARGET)).toEqual(['ALTER TABLE "DB"."APP"."ORDERS" ADD COLUMN IF NOT EXISTS "COLOUR" VARCHAR']);
  });

  test('takes a full load where old rows were given values in it', () => {
    expect(decide(found, 'evolve', { newColumnsHaveValues: true })).toMatchObject({ mode: 'full', followInPlace: false });
  });

  test('takes a full load where the target still holds what it held before it went', () => {
    expect(decide(found, 'evolve', { targetColumns: ['ID', 'CHANGED_AT', 'NOTE', 'AMOUNT', 'COLOUR'] })).toMatchObject({ mode: 'full', reasons: ['column COLOUR is back'] });
  });

  test('is refused under freeze, and left out under discard', () => {
    expect(() => decide(found, 'freeze')).toThrow(DriftRefused);
    expect(discardedColumns(knownSchema(mapped(before)), ordersTable({ columns: [...before.columns, column('colour', 'text')] }), 'discard')).toEqual(['colour']);
  });
});

describe('a changed type', () => {
  test('with more digits is followed in place', () => {
    const found = instead('amount', 'numeric(14,2)');

    expect(decide(found)).toMatchObject({ mode: 'incremental', followInPlace: true });
    expect(followingStatements(found, TARGET)).toEqual(['ALTER TABLE "DB"."APP"."ORDERS" ALTER COLUMN "AMOUNT" SET DATA TYPE NUMBER(14,2)']);
  });

  test.each([
    ['fewer digits', 'numeric(10,2)'],
    ['another scale', 'numeric(12,4)'],
    ['another type', 'text'],
  ])('with %s takes a full load', (_what, declared) => {
    expect(decide(instead('amount', declared))).toMatchObject({ mode: 'full', followInPlace: false });
  });

  test.each(['freeze', 'discard'] as const)('is refused under %s', (policy) => {
    expect(() => decide(instead('amount', 'text'), policy)).toThrow('amount');
  });
});

describe('a full load', () => {
  test.each([
    ['a table that was dropped and made again', drift({ oid: '99' }), {}, 'the table was dropped and made again'],
    ['another key', drift({ key: ['id', 'note'], columns: before.columns.map((each) => ({ ...each, notNull: true })) }), {}, 'the key is another one'],
    ['a table that was never loaded', null, {}, 'never loaded before'],
    ['a target that is gone', drift({}), { targetColumns: null }, 'the target is gone'],
    ['a target that somebody altered', drift({}), { targetColumns: ['ID', 'CHANGED_AT', 'AMOUNT'] }, 'the target has lost column NOTE'],
    ['a state of another cluster', drift({}), { stateUnusable: 'another cluster' }, 'another cluster'],
    ['a request for it', drift({}), { requested: 'full' as const }, 'asked for'],
  ])('follows from %s', (_what, found, facts, reason) => {
    const decision = decide(found, 'evolve', facts);

    expect(decision.mode).toBe('full');
    expect(decision.reasons).toContain(reason);
  });
});
