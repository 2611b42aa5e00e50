import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Connection } from 'snowflake-sdk';
import type { SnowflakeWarehouse } from '../../local/cloud/engines/snowflake/warehouse';
import { connect, disconnect, execute, startWarehouse } from '../unit/local/cloud/engines/snowflake/driver';
import { AGREED, DIFFERENT } from './snowflake-cases';

/** What a statement came to: its rows, or that it failed. The wording of errors is each side's own. */
type Outcome = { readonly rows: readonly (readonly (string | null)[])[] } | { readonly error: string };

const python = process.env.HOLDFAST_PYTHON ?? 'python3';
const present = spawnSync(python, ['-c', 'import fakesnow']).status === 0;

function inFakesnow(statements: readonly string[]): Outcome[] {
  const { stdout, stderr, status } = spawnSync(python, [join(__dirname, 'fakesnow-run.py')], {
    input: JSON.stringify(statements),
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  if (status !== 0) throw new Error(`fakesnow ended with ${String(status)}: ${stderr.slice(-2000)}`);
  return JSON.parse(stdout) as Outcome[];
}

async function inWarehouse(connection: Connection, sql: string): Promise<Outcome> {
  try {
    const { rows } = await execute(connection, sql, undefined, { rowMode: 'array' });
    return { rows: rows as unknown as (string | null)[][] };
  } catch (error) {
    return { error: (error as Error).message };
  }
}

/** Numbers without needless zeros, truth values in lower case: what is left is meaning. */
function comparable(outcome: Outcome): unknown {
  if ('error' in outcome) return 'error';
  return outcome.rows.map((row) =>
    row.map((value) =>
      value === null
        ? null
        : /^-?\d+\.\d+$/.test(value)
          ? value.replace(/\.?0+$/, '')
          : /^(true|false)$/i.test(value)
            ? value.toLowerCase()
            : value,
    ),
  );
}

if (!present) {
  test('is not judged by fakesnow, which is not installed', () => {
    process.stderr.write(`\nSKIPPED: the warehouse was not compared with fakesnow, because \`${python} -c "import fakesnow"\` fails.\n`);
    expect(present).toBe(false);
  });
} else {
  describe('the warehouse, judged by fakesnow', () => {
    let warehouse: SnowflakeWarehouse;
    let ours: Outcome[];
    let theirs: Outcome[];

    beforeAll(async () => {
      const statements = [...AGREED, ...DIFFERENT.map(({ sql }) => sql)];
      theirs = inFakesnow(statements);
      warehouse = await startWarehouse();
      const connection = await connect(warehouse);
      ours = [];
      for (const sql of statements) ours.push(await inWarehouse(connection, sql));
      await disconnect(connection);
    }, 120_000);

    afterAll(() => warehouse.stop());

    test.each(AGREED.map((sql, index) => ({ sql, index })))('gives the same for $sql', ({ index }) => {
      expect(comparable(ours[index]!)).toEqual(comparable(theirs[index]!));
    });

    test.each(DIFFERENT.map((difference, index) => ({ ...difference, index: AGREED.length + index })))(
      'differs for $sql: $reason',
      ({ index }) => {
        expect(comparable(ours[index]!)).not.toEqual(comparable(theirs[index]!));
      },
    );
  });
}
