import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { addDigests, EMPTY_DIGEST, type Digest } from '../../../../../lambda/snowflake-replicator/rows/digest';
import { findDifferingRanges, joinNeighbours, rootOf, type TreeLeaf } from '../../../../../lambda/snowflake-replicator/rows/hash-tree';
import { compareRows } from '../../../../../lambda/snowflake-replicator/rows/compare-rows';
import { ALL_KEYS, type KeyRange } from '../../../../../lambda/snowflake-replicator/rows/key-range';

const LEAF_ROWS = 4;
const FANOUT = 3;
const LEAVES_AT_ONCE = 2;
type Rows = ReadonlyMap<number, string>;

const keyOf = (id: number) => [String(id).padStart(6, '0')];
const digestOf = (texts: readonly string[]): Digest => addDigests(...texts.map((text) => ({ rows: 1, upper: BigInt(`0x${createHash('md5').update(text).digest('hex').slice(0, 16)}`), lower: 0n })));
const isWithin = (id: number, { after, through }: KeyRange) => (after === null || keyOf(id) > after) && (through === null || keyOf(id) <= through);
const rowsWithin = (rows: Rows, range: KeyRange) => [...rows].filter(([id]) => isWithin(id, range)).sort(([a], [b]) => a - b);

function leavesOf(rows: Rows): TreeLeaf[] {
  const sorted = rowsWithin(rows, ALL_KEYS);
  return [...Array(Math.ceil(sorted.length / LEAF_ROWS)).keys()].map((index) => {
    const own = sorted.slice(index * LEAF_ROWS, (index + 1) * LEAF_ROWS);
    return { through: keyOf(own.at(-1)![0]), digest: digestOf(own.map(([id, value]) => `${id}:${value}`)) };
  });
}

/** Looks for differences as a comparison does, and tells also how many digests the target was asked for. */
async function find(source: Rows, target: Rows) {
  let asked = 0;
  const ranges = await findDifferingRanges(rootOf(ALL_KEYS, leavesOf(source)), (nodes) => {
    asked += nodes.length;
    return Promise.resolve(nodes.map(({ range }) => rowsWithin(target, range)).map((rows) => (rows.length === 0 ? EMPTY_DIGEST : digestOf(rows.map(([id, value]) => `${id}:${value}`)))));
  }, FANOUT);
  const digests = (rows: Rows, range: KeyRange) => rowsWithin(rows, range).map(([id, value]) => ({ key: keyOf(id), md5: value }));
  return { asked, differences: joinNeighbours(ranges, LEAVES_AT_ONCE).flatMap((range) => compareRows(digests(source, range), digests(target, range))) };
}

const rows = fc.dictionary(fc.integer({ min: 0, max: 200 }).map(String), fc.constantFrom('x', 'y'), { maxKeys: 120 }).map((entries) => new Map(Object.entries(entries).map(([id, value]) => [Number(id), value])));

test('the tree finds every row that is missing, extra or altered, and no other', async () => {
  await fc.assert(
    fc.asyncProperty(rows, rows, async (source, target) => {
      const { differences } = await find(source, target);
      const expected = [...new Set([...source.keys(), ...target.keys()])].filter((id) => source.get(id) !== target.get(id)).map((id) => [!target.has(id) ? 'missing' : !source.has(id) ? 'extra' : 'altered', ...keyOf(id)]);
      expect(differences.map(({ kind, key }) => [kind, ...key]).sort()).toEqual(expected.sort());
    }),
  );
});

test('one altered row among many costs as many questions as the tree is deep, not as it is wide', async () => {
  const source = new Map([...Array(4 * 729).keys()].map((id) => [id, 'x']));

  const { asked, differences } = await find(source, new Map(source).set(1234, 'y'));

  expect(differences).toEqual([{ kind: 'altered', key: keyOf(1234), due: false }]);
  expect(asked).toBe(6 * FANOUT);
});

test('rows that only the target has are found where the source has none at all', async () => {
  const { differences } = await find(new Map(), new Map([[7, 'x']]));

  expect(differences).toEqual([{ kind: 'extra', key: keyOf(7), due: false }]);
});

test('a key that the target has twice counts as altered', () => {
  expect(compareRows([{ key: ['1'], md5: 'a', due: true }], [{ key: ['1'], md5: 'a' }, { key: ['1'], md5: 'a' }])).toEqual([{ kind: 'altered', key: ['1'], due: true }]);
});

test('ranges that follow on each other are asked for together, as many as are allowed', () => {
  const ranges: KeyRange[] = [{ after: null, through: ['1'] }, { after: ['1'], through: ['2'] }, { after: ['2'], through: ['3'] }, { after: ['5'], through: null }];

  expect(joinNeighbours(ranges, 2)).toEqual([{ after: null, through: ['2'] }, { after: ['2'], through: ['3'] }, { after: ['5'], through: null }]);
  expect(joinNeighbours([], 2)).toEqual([]);
});
