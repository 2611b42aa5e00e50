import { ContentUnreadable } from '../../../../../lambda/aurora-restore/contract';
import { compareManifests } from '../../../../../lambda/aurora-restore/proof/compare-manifests';
import { readManifest } from '../../../../../lambda/aurora-restore/proof/read-manifest';
import { NOW } from '../fixtures';
import { createLogin, createProduction, OWNER, READER, READER_PASSWORD, TestServer } from '../database';

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start();
  await createProduction(server);
});
afterAll(() => server.stop());

/** Reads as the source's account does: as a role that only reads. */
const read = (database = 'orders', login = { user: READER, password: READER_PASSWORD }) =>
  readManifest({ clusterIdentifier: 'orders', clusterResourceId: 'cluster-OFORDERS', databases: [database], withSession: (name, work) => server.in(name, work, login), now: () => NOW });

describe('readManifest', () => {
  it('reads the same as the source’s reader as the proof does as administrator', async () => {
    const comparison = compareManifests({ before: await read(), after: undefined }, await server.manifestOf('orders'));

    expect(comparison.mismatches).toEqual([]);
    expect(comparison.provenRows).toBe(comparison.rows);
  });

  it('counts the rows of each table with rows of its own, and of no other', async () => {
    const { tables } = (await read()).databases[0]!;

    expect(tables.map(({ name, rows }) => [name, rows])).toEqual([
      ['"odd ""schema""; DROP TABLE x"."Table; --"', 3],
      ['sales.customers', 300],
      ['sales.events_2026', 500],
      ['sales.orders', 900],
      ['sales.totals', 300],
    ]);
  });

  it('tells where sequences stand, also those that count down, and leaves out those that start over', async () => {
    const { sequences } = (await read()).databases[0]!;

    expect(sequences).toEqual([
      { name: 'sales.countdown', lastValue: '1000', ascending: false },
      { name: 'sales.customers_id_seq', lastValue: '300', ascending: true },
      { name: 'sales.order_number', lastValue: '1899', ascending: true },
    ]);
  });

  it('takes the settings of nobody for its own: the same values have the same text', async () => {
    const before = await read();
    await server.runAsSuperuser('orders', `ALTER ROLE ${READER} SET "DateStyle" = 'German'; ALTER ROLE ${READER} SET "TimeZone" = 'Asia/Tokyo'; ALTER ROLE ${READER} SET extra_float_digits = -4; ALTER ROLE ${READER} SET search_path = sales, public`);
    const after = await read();
    await server.runAsSuperuser('orders', `ALTER ROLE ${READER} RESET ALL`);

    expect(after.databases).toEqual(before.databases);
  });

  it('sees one moment, whatever is written while it reads', async () => {
    let interrupted = false;
    const manifest = await readManifest({
      clusterIdentifier: 'orders',
      clusterResourceId: 'cluster-OFORDERS',
      databases: ['orders'],
      withSession: (name, work) =>
        server.in(name, (session) =>
          work({
            end: () => session.end(),
            query: async (sql, values) => {
              if (!interrupted && sql.includes('FROM ONLY "sales"."customers"')) {
                interrupted = true;
                await server.run('orders', `SET ROLE ${OWNER}`, `INSERT INTO sales.customers (name) VALUES ('Late')`);
              }
              return session.query(sql, values);
            },
          }),
          { user: READER, password: READER_PASSWORD },
        ),
      now: () => NOW,
    });
    await server.run('orders', `SET ROLE ${OWNER}`, `DELETE FROM sales.customers WHERE name = 'Late'`, `SELECT setval('sales.customers_id_seq', 300)`);

    expect(interrupted).toBe(true);
    expect(manifest.databases[0]!.tables.find(({ name }) => name === 'sales.customers')).toMatchObject({ rows: 300 });
  });

  it('names everything that the reader may not see, rather than leave it out', async () => {
    await server.run('postgres', createLogin('blind', 'blind-password'));

    await expect(read('orders', { user: 'blind', password: 'blind-password' })).rejects.toThrow(ContentUnreadable);
    await expect(read('orders', { user: 'blind', password: 'blind-password' })).rejects.toMatchObject({ details: { unreadable: expect.arrayContaining(['sales.customers', 'sales.order_number', 'sales.totals']) as string[] } });
  });

  it('names a table whose rows are hidden from the reader', async () => {
    const copy = await server.copyOf('orders');
    await server.run(copy, `SET ROLE ${OWNER}`, 'ALTER TABLE sales.customers ENABLE ROW LEVEL SECURITY');

    await expect(read(copy)).rejects.toThrow('the reader may not see all of sales.customers (row-level security)');
  });

  it('reads what row-level security hides from others with the rights of its owner, unless it is forced on the owner too', async () => {
    const copy = await server.copyOf('orders');
    await server.run(copy, `SET ROLE ${OWNER}`, 'ALTER TABLE sales.customers ENABLE ROW LEVEL SECURITY');
    await expect(server.manifestOf(copy)).resolves.toBeDefined();

    await server.run(copy, `SET ROLE ${OWNER}`, 'ALTER TABLE sales.customers FORCE ROW LEVEL SECURITY');
    await expect(server.manifestOf(copy)).rejects.toThrow(ContentUnreadable);
  });

  it('says so when it does not know the database', async () => {
    await expect(read('missing')).rejects.toThrow('missing');
  });
});
