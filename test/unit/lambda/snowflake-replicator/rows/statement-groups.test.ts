import { keyGroups, targetKeys } from '../../../../../lambda/snowflake-replicator/rows/key-range';
import { name } from '../../../../../lambda/snowflake-replicator/rows/snowflake-text';
import { statementGroups } from '../../../../../lambda/snowflake-replicator/rows/statement-groups';
import { SpreadPlans, type Share } from '../../../../../lambda/snowflake-replicator/state/spread-plan';
import { ControlStore } from '../../../../../lambda/snowflake-replicator/state/control-store';
import { column, mapped, ordersTable } from './fixtures';

const LONGEST_STATEMENT_BYTES = 1_048_576;

describe('statementGroups', () => {
  const words = (count: number) => [...Array(count).keys()].map(String);

  test('makes no group of nothing', () => {
    expect(statementGroups([], 10, () => 1)).toEqual([]);
  });

  test('puts together so many at most, in their order', () => {
    expect(statementGroups(words(5), 2, () => 1)).toEqual([['0', '1'], ['2', '3'], ['4']]);
  });

  test('puts fewer together where they are long, and one that is too long by itself', () => {
    const sizes = [200_000, 50_000, 1, 900_000, 1];

    expect(statementGroups(sizes, 10, (size) => size)).toEqual([[200_000, 50_000], [1], [900_000], [1]]);
  });
});

describe('what Snowflake is sent', () => {
  const { key } = mapped(ordersTable({ columns: [column('shop', 'text', true), column('id', 'bigint', true)], key: ['shop', 'id'] }));
  const longKey = (index: number) => ['é'.repeat(2000), String(index)];

  test('is short enough for keys that are long', () => {
    const keys = [...Array(3000).keys()].map(longKey);

    const groups = keyGroups(key, keys);

    expect(groups.flat()).toEqual(keys);
    for (const group of groups) expect(Buffer.byteLength(targetKeys(key, group, name))).toBeLessThan(LONGEST_STATEMENT_BYTES / 2);
  });

  test('names a thousand short keys at once', () => {
    expect(keyGroups(key, [...Array(2500).keys()].map((index) => ['a', String(index)])).map(({ length }) => length)).toEqual([1000, 1000, 500]);
  });

  test('is short enough for a load of five thousand ranges', async () => {
    const statements: string[] = [];
    const session = { execute: (sql: string) => (statements.push(sql), Promise.resolve({ rows: [], changed: 1 })) };
    const ranges = [...Array(5000).keys()].map((index) => ({ after: longKey(index), through: longKey(index + 1) }));
    const share: Share = { ranges, done: 0, files: [], rows: 0, bytes: 0, misfits: 0, digest: null };
    const plan = { operationId: 'run', batch: 1, schema: 's', reasons: [], observed: { floor: null, xmin: '1', nextXid: '1' }, partitions: 2 };

    await new SpreadPlans(new ControlStore({ database: 'DB', schema: 'HOLDFAST' })).write(session, 'LOAD', plan, [share, share]);

    expect(statements).toHaveLength(3);
    for (const statement of statements) expect(Buffer.byteLength(statement)).toBeLessThan(LONGEST_STATEMENT_BYTES / 2);
  });
});
