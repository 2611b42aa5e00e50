import { UserSetupFailed } from '../../../../../lambda/aurora-restore/contract';
import { mask, type Masking } from '../../../../../lambda/aurora-restore/users/mask';
import { TestServer } from '../database';

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start();
  await server.run('orders', `CREATE TABLE people (id int PRIMARY KEY, email text CHECK (email <> 'forbidden'), age int)`, `INSERT INTO people SELECT n, 'person' || n || '@customers.example', n FROM generate_series(1, 10) n`);
});
afterAll(() => server.stop());

const EMAILS: Masking = { name: 'emails', database: 'orders', statement: `UPDATE people SET email = 'masked'`, countsUnmasked: `SELECT count(*) FROM people WHERE email <> 'masked'` };

/** Masks in a transaction that leaves nothing behind; answers with how many are masked before it ends. */
async function maskWith(changes: Partial<Masking>, prepare: readonly string[] = []): Promise<unknown> {
  return server.in('orders', async (session) => {
    await session.query('BEGIN');
    for (const statement of prepare) await session.query(statement);
    try {
      await mask(session, { ...EMAILS, ...changes });
      return (await session.query(`SELECT count(*)::int AS masked FROM people WHERE email = 'masked'`)).rows[0]!['masked'];
    } finally {
      await session.query('ROLLBACK');
    }
  });
}

describe('mask', () => {
  it('runs the statement and believes it when the query counts nothing', async () => {
    expect(await maskWith({})).toBe(10);
  });

  test.each<[string, Partial<Masking>, string]>([
    ['leaves some', { statement: `UPDATE people SET email = 'masked' WHERE id < 8` }, 'masking emails left 3 values unmasked'],
    ['does nothing', { statement: 'SELECT 1' }, 'masking emails left 10 values unmasked'],
    ['is proven by a query without a row', { countsUnmasked: 'SELECT 1 WHERE false' }, 'masking emails left no count unmasked'],
    ['is proven by a query with several rows', { countsUnmasked: 'SELECT 0 FROM people' }, 'masking emails left no count unmasked'],
    ['is proven by a query that answers no number', { countsUnmasked: 'SELECT NULL' }, 'masking emails left no count unmasked'],
    ['is proven by a query that answers a negative number', { countsUnmasked: 'SELECT -1' }, 'masking emails left no count unmasked'],
    ['names a table that is not there', { statement: 'UPDATE persons SET email = NULL' }, 'masking emails failed: relation "persons" does not exist'],
    ['has no valid SQL', { statement: 'UPDATE' }, 'masking emails failed: syntax error'],
  ])('fails for a masking that %s', async (_case, changes, message) => {
    await expect(maskWith(changes)).rejects.toThrow(UserSetupFailed);
    await expect(maskWith(changes)).rejects.toThrow(message);
  });

  test.each<[string, string, string]>([
    ['a value of the wrong type', 'UPDATE people SET age = email::int', 'masking emails failed: SQLSTATE 22P02'],
    ['a constraint', `UPDATE people SET email = 'forbidden'`, 'masking emails failed: SQLSTATE 23514'],
    ['a key that is taken', 'UPDATE people SET id = 1 + id % 2', 'masking emails failed: SQLSTATE 23505'],
  ])('shows no value that the server quotes when it stumbles over %s', async (_case, statement, message) => {
    const failed = maskWith({ statement });

    await expect(failed).rejects.toThrow(message);
    await expect(failed).rejects.not.toThrow('customers.example');
  });

  it('fails rather than pass over rows that row-level security hides', async () => {
    const hide = ['ALTER TABLE people ENABLE ROW LEVEL SECURITY', 'ALTER TABLE people FORCE ROW LEVEL SECURITY', 'CREATE POLICY few ON people USING (id < 3)'];

    await expect(maskWith({}, hide)).rejects.toThrow('row-level security');
  });
});
