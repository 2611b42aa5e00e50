import fc from 'fast-check';
import { startReplicator, type TestReplicator } from './replicator';
import { TYPE_CASES, USER_TYPES, type TypeCase } from './type-cases';

interface Column {
  readonly type: TypeCase;
  readonly values: readonly (string | null)[];
}

const ROWS = 8;
/** More of them where there is time, say 25. */
const RUNS = Number(process.env.TYPE_ROUND_TRIP_RUNS ?? 1);
/** The same values in every run, so that a change is to blame for a failure; another seed looks further. */
const SEED = Number(process.env.TYPE_ROUND_TRIP_SEED ?? 20261121);

describe('values of every type', () => {
  let replicator: TestReplicator;
  let tables = 0;

  beforeAll(async () => {
    replicator = await startReplicator();
    await replicator.master.query(USER_TYPES);
    // Values print as the replicator has them printed.
    await replicator.master.query(`SET IntervalStyle = 'iso_8601'; SET TimeZone = 'UTC'; SET lc_monetary = 'C'; SET extra_float_digits = 1`);
  });

  afterAll(() => replicator.close());

  const values = (type: TypeCase) => fc.array(fc.option(type.values, { freq: 5 }), { minLength: ROWS, maxLength: ROWS });
  const column = (types: readonly TypeCase[]) => fc.constantFrom(...types).chain((type) => values(type).map((drawn): Column => ({ type, values: drawn })));

  test('are stored as they are, for every type by itself', async () => {
    await fc.assert(
      fc.asyncProperty(fc.tuple(...TYPE_CASES.map((type) => values(type).map((drawn): Column => ({ type, values: drawn })))), async (columns) => {
        await expectRoundTrip(columns);
      }),
      // Smaller examples of so many columns would take long to find; the other test finds them.
      { seed: SEED, numRuns: RUNS, endOnFailure: true },
    );
  }, 120_000);

  test('are stored as they are, in schemas of any types', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(column(TYPE_CASES), { minLength: 1, maxLength: 12 }), async (columns) => {
        await expectRoundTrip(columns);
      }),
      { seed: SEED, numRuns: RUNS * 4 },
    );
  }, 120_000);

  test.each(TYPE_CASES.flatMap(({ misfits = [], ...type }) => misfits.map((value) => [value, type.declared, type] as const)))('put a row aside with its key when %s of %s has no place', async (value, _declared, type) => {
    const table = await makeTable([{ type, values: [value, null] }], 2);

    const summary = await replicator.replicate({ table: `public.${table}` });
    const aside = await replicator.warehouse.control.execute(`SELECT ID, _HOLDFAST_REASON FROM DB.HOLDFAST.QUARANTINE_APP_${table.toUpperCase()}`);

    expect(summary).toMatchObject({ rowsExtracted: 2, rowsQuarantined: 1, verifiedBatch: 1 });
    expect(aside.map(({ ID }) => ID)).toEqual(['0']);
    expect(aside[0]?.['_HOLDFAST_REASON']).toContain('C0: no place in');
  });

  async function makeTable(columns: readonly Column[], rows: number): Promise<string> {
    const table = `types_${(tables += 1)}`;
    const { master } = replicator;
    await master.query(`CREATE TABLE ${table} (id int PRIMARY KEY, ${columns.map(({ type }, index) => `c${index} ${type.declared}`).join(', ')})`);
    for (let row = 0; row < rows; row += 1) {
      const given = columns.map(({ type }, index) => `$${index + 2}::text::${type.declared}`);
      await master.query(`INSERT INTO ${table} SELECT $1, ${given.join(', ')}`, [row, ...columns.map(({ values: drawn }) => drawn[row] ?? null)]);
    }
    replicator.configure(`public.${table}`, { columns: Object.fromEntries(columns.flatMap(({ type }, index) => (type.choice ? [[`c${index}`, type.choice]] : []))) });
    return table;
  }

  async function expectRoundTrip(columns: readonly Column[]): Promise<void> {
    const table = await makeTable(columns, ROWS);
    const summary = await replicator.replicate({ table: `public.${table}` });

    const { rows: sent } = await replicator.master.query<Record<string, string | null>>(`SELECT id::text AS "ID", ${columns.map((_, index) => `c${index}::text AS "C${index}"`).join(', ')} FROM ${table} ORDER BY ${table}.id`);
    const stored = await replicator.warehouse.control.execute(`SELECT ID, ${columns.map(({ type }, index) => `${type.stored?.(`C${index}`) ?? `TO_VARCHAR(C${index})`} AS C${index}`).join(', ')} FROM DB.APP.${table.toUpperCase()} ORDER BY ID`);
    const canonical = (row: Readonly<Record<string, string | null>>) => columns.map(({ type }, index) => {
      const value = row[`C${index}`] ?? null;
      return [type.declared, value === null ? null : (type.canonical?.(value) ?? value)];
    });
    expect(summary).toMatchObject({ rowsExtracted: ROWS, rowsQuarantined: 0, verifiedBatch: 1 });
    expect(stored.map(canonical)).toEqual(sent.map(canonical));
  }
});
