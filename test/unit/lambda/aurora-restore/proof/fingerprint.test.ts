import { compareManifests } from '../../../../../lambda/aurora-restore/proof/compare-manifests';
import type { Manifest } from '../../../../../lambda/aurora-restore/proof/manifest';
import { createProduction, OWNER, READER, TestServer } from '../database';

/** Everything in which a restored database can differ from its source, and what the proof says of it. */
const DIFFERENCES: readonly (readonly [what: string, sql: string, mismatches: readonly string[]])[] = [
  ['a missing table', 'DROP TABLE sales.events_2026', ['relation sales.events_2026 is missing', 'rows of sales.events_2026']],
  ['another table', 'CREATE TABLE sales.more (id int)', ['relation sales.more was not there']],
  ['another column', 'ALTER TABLE sales.events_2026 SET UNLOGGED', ['relation sales.events_2026 is defined otherwise', 'rows of sales.events_2026']],
  ['a column default', `ALTER TABLE sales.orders ALTER state SET DEFAULT 'paid'`, ['relation sales.orders is defined otherwise']],
  ['a column that may be empty', 'ALTER TABLE sales.customers ALTER name DROP NOT NULL', ['relation sales.customers is defined otherwise']],
  ['a missing index', 'DROP INDEX sales.orders_by_customer', ['index sales.orders_by_customer is missing']],
  ['a changed index', 'DROP INDEX sales.orders_by_customer; CREATE INDEX orders_by_customer ON sales.orders (customer_id, state)', ['index sales.orders_by_customer is defined otherwise']],
  ['a missing foreign key', 'ALTER TABLE sales.orders DROP CONSTRAINT orders_customer_id_fkey', ['constraint sales.orders.orders_customer_id_fkey is missing']],
  ['a missing check of a domain', 'ALTER DOMAIN sales.amount DROP CONSTRAINT amount_check', ['constraint sales.amount.amount_check is missing']],
  ['a constraint that was not validated', 'ALTER TABLE sales.orders DROP CONSTRAINT orders_customer_id_fkey; ALTER TABLE sales.orders ADD FOREIGN KEY (customer_id) REFERENCES sales.customers NOT VALID', ['constraint sales.orders.orders_customer_id_fkey is defined otherwise']],
  ['a changed function', `CREATE OR REPLACE FUNCTION sales.order_total(bigint) RETURNS numeric LANGUAGE sql STABLE AS 'SELECT 0.0'`, ['function sales.order_total(bigint) is defined otherwise']],
  ['a function that runs as its owner', 'ALTER FUNCTION sales.touch() SECURITY DEFINER', ['function sales.touch() is defined otherwise']],
  ['a changed aggregate', 'DROP AGGREGATE sales.longest(text); CREATE AGGREGATE sales.longest(text) (SFUNC = textcat, STYPE = text, INITCOND = \'x\')', ['aggregate sales.longest(text) is defined otherwise']],
  ['a missing operator', 'DROP OPERATOR sales.=== (int, int)', ['operator sales.===(integer,integer) is missing']],
  ['a changed view', 'CREATE OR REPLACE VIEW sales.open_orders AS SELECT id FROM sales.orders', ['view sales.open_orders is defined otherwise']],
  ['a missing trigger', 'DROP TRIGGER touched ON sales.orders', ['trigger sales.orders.touched is missing']],
  ['a trigger that is off', 'ALTER TABLE sales.orders DISABLE TRIGGER touched', ['trigger sales.orders.touched is defined otherwise']],
  ['a missing rule', 'DROP RULE quiet ON sales.open_orders', ['rule sales.open_orders.quiet is missing']],
  ['a changed policy', 'ALTER POLICY own ON sales.customers USING (true)', ['policy sales.customers.own is defined otherwise']],
  ['row-level security', 'ALTER TABLE sales.orders ENABLE ROW LEVEL SECURITY', ['relation sales.orders is defined otherwise']],
  ['missing statistics', 'DROP STATISTICS sales.correlated', ['statistics sales.correlated is missing']],
  ['another label of a type', `ALTER TYPE sales.order_state ADD VALUE 'late'`, ['type sales.order_state is defined otherwise']],
  ['the order of a type’s labels', `ALTER TYPE sales.order_state RENAME VALUE 'new' TO 'x'; ALTER TYPE sales.order_state RENAME VALUE 'paid' TO 'new'; ALTER TYPE sales.order_state RENAME VALUE 'x' TO 'paid'`, ['type sales.order_state is defined otherwise', 'view sales.open_orders is defined otherwise', 'relation sales.orders is defined otherwise', 'rows of sales.orders']],
  ['a composite type with another field', 'ALTER TYPE sales.address ADD ATTRIBUTE country text', ['relation sales.address is defined otherwise', 'rows of sales.customers']],
  ['a changed sequence', 'ALTER SEQUENCE sales.order_number INCREMENT 2', ['sequence sales.order_number is defined otherwise']],
  ['a sequence behind', `SELECT setval('sales.order_number', 1500)`, ['sequence sales.order_number is at 1500, behind 1899']],
  ['a sequence behind that counts down', `SELECT setval('sales.countdown', 1000, false)`, ['sequence sales.countdown is at 1001, behind 1000']],
  ['a missing extension and the comment on it', 'RESET ROLE; DROP EXTENSION pgcrypto', ['comments is defined otherwise', 'extension pgcrypto is missing']],
  ['another version of an extension', 'RESET ROLE; ALTER EXTENSION pg_trgm UPDATE', ['extension pg_trgm is defined otherwise']],
  ['a privilege taken away', `REVOKE SELECT ON sales.orders FROM ${READER}`, ['relation sales.orders is defined otherwise']],
  ['a privilege on a column', `GRANT SELECT (name) ON sales.customers TO PUBLIC`, ['relation sales.customers is defined otherwise']],
  ['a privilege on a function', 'REVOKE EXECUTE ON FUNCTION sales.order_total(bigint) FROM PUBLIC', ['function sales.order_total(bigint) is defined otherwise']],
  ['a privilege on a schema', 'GRANT USAGE ON SCHEMA sales TO PUBLIC', ['schema sales is defined otherwise']],
  ['default privileges', `ALTER DEFAULT PRIVILEGES FOR ROLE ${OWNER} IN SCHEMA sales GRANT ALL ON TABLES TO PUBLIC`, [expect.stringMatching(/^default privileges of orders_owner on r in sales is defined otherwise$/) as string]],
  ['a comment', `COMMENT ON TABLE sales.orders IS 'something else'`, ['comments is defined otherwise']],
  ['a missing comment', 'COMMENT ON TABLE sales.orders IS NULL', ['comments is defined otherwise']],
  ['a setting of the database', `RESET ROLE; DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET work_mem = "9MB"', current_database()); END $$`, [expect.stringMatching(/^settings of +was not there$/) as string]],
  ['a large object', 'SELECT lo_create(4711)', ['large objects is defined otherwise']],
  ['one row less', 'DELETE FROM sales.orders WHERE id = 1500', ['rows of sales.orders']],
  ['one row more', `INSERT INTO sales.customers (name) VALUES ('New')`, ['rows of sales.customers']],
  ['one value changed', `UPDATE sales.orders SET ratio = ratio + 1e-10 WHERE id = 1500`, ['rows of sales.orders']],
  ['an empty text for none', `UPDATE "odd ""schema""; DROP TABLE x"."Table; --" SET "select" = '' WHERE "select" IS NULL`, ['rows of "odd ""schema""; DROP TABLE x"."Table; --"']],
  ['one of two equal rows gone', `DELETE FROM "odd ""schema""; DROP TABLE x"."Table; --" WHERE ctid = '(0,1)'`, ['rows of "odd ""schema""; DROP TABLE x"."Table; --"']],
  ['a value that has changed places with another', `UPDATE sales.orders SET total = CASE id WHEN 1500 THEN 1 ELSE 2 END WHERE id IN (1500, 1501)`, ['rows of sales.orders']],
  ['a materialized view that is stale', 'INSERT INTO sales.orders (customer_id, total) VALUES (1, 1); REFRESH MATERIALIZED VIEW sales.totals; DELETE FROM sales.orders WHERE id = 1900', ['rows of sales.totals']],
];

let server: TestServer;
let original: Manifest;
beforeAll(async () => {
  server = await TestServer.start();
  await createProduction(server);
  original = await server.manifestOf(await server.copyOf('orders'));
});
afterAll(() => server.stop());

const mismatchesOf = (restored: Manifest) => compareManifests({ before: original, after: undefined }, restored).mismatches.map((mismatch) => mismatch.replace('orders: ', '').replace(/^up to \d+ (rows of .*) are not what the manifest says$/, '$1'));

describe('the fingerprint of a database', () => {
  it('is the same for a copy of it, every row proven', async () => {
    const restored = await server.manifestOf(await server.copyOf('orders'));

    expect(compareManifests({ before: original, after: undefined }, restored)).toMatchObject({ mismatches: [], rows: 2003, provenRows: 2003 });
  });

  it('does not depend on the order of rows, nor on where they lie', async () => {
    const copy = await server.copyOf('orders');
    await server.run(copy, `SET ROLE ${OWNER}`, 'CREATE TEMPORARY TABLE kept AS SELECT * FROM sales.events ORDER BY what DESC', 'DELETE FROM sales.events', 'INSERT INTO sales.events SELECT * FROM kept', 'UPDATE sales.orders SET total = total');

    expect(mismatchesOf(await server.manifestOf(copy))).toEqual([]);
  });

  it('does not depend on what a physical copy cannot carry, or on positions written in advance', async () => {
    const copy = await server.copyOf('orders');
    await server.run(copy, `SET ROLE ${OWNER}`, 'INSERT INTO sales.scratch VALUES (1)', `SELECT setval('sales.order_number', 1930)`, `SELECT nextval('sales.round'), nextval('sales.round')`);

    expect(mismatchesOf(await server.manifestOf(copy))).toEqual([]);
  });

  it('covers every kind of object', () => {
    const kinds = new Set(Object.keys(original.databases[0]!.objects).map((name) => name.split(' ')[0]));

    expect([...kinds].sort()).toEqual(
      ['aggregate', 'cast', 'collation', 'comments', 'constraint', 'database', 'default', 'extension', 'function', 'index', 'large', 'operator', 'policy', 'relation', 'rule', 'schema', 'sequence', 'statistics', 'trigger', 'type', 'version', 'view'],
    );
  });

  test.each(DIFFERENCES)('notices %s', async (_what, sql, mismatches) => {
    const copy = await server.copyOf('orders');
    await server.run(copy, `SET ROLE ${OWNER}`, sql);

    expect([...mismatchesOf(await server.manifestOf(copy))].sort()).toEqual([...mismatches].sort());
  });

  test.each<[string, string, string]>([
    ['another owner', `ALTER VIEW sales.open_orders OWNER TO master`, 'relation sales.open_orders is defined otherwise'],
    ['a publication', 'CREATE PUBLICATION everything FOR ALL TABLES', 'publication everything was not there'],
    ['an event trigger', 'CREATE FUNCTION public.watch() RETURNS event_trigger LANGUAGE plpgsql AS \'BEGIN END\'; CREATE EVENT TRIGGER watched ON ddl_command_end EXECUTE FUNCTION public.watch()', 'event trigger watched was not there'],
    ['a foreign server', 'CREATE FOREIGN DATA WRAPPER nothing; CREATE SERVER elsewhere FOREIGN DATA WRAPPER nothing', 'foreign server elsewhere was not there'],
    ['an index that PostgreSQL does not use', `UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'sales.orders_by_customer'::regclass`, 'index sales.orders_by_customer is invalid'],
    ['a table that is clustered by another index', 'CLUSTER sales.orders USING orders_pkey', 'index sales.orders_pkey is defined otherwise'],
  ])('notices %s', async (_what, sql, mismatch) => {
    const copy = await server.copyOf('orders');
    await server.runAsSuperuser(copy, sql);

    expect(mismatchesOf(await server.manifestOf(copy))).toContain(mismatch);
  });

  test.each<[string, string, string]>([
    ['a role that was made', 'CREATE ROLE intruder', 'role intruder was not there'],
    ['a role that may do more', 'ALTER ROLE orders_owner CREATEDB', 'role orders_owner is defined otherwise'],
    ['a role that may log in', 'ALTER ROLE orders_owner LOGIN', 'role orders_owner is defined otherwise'],
    ['a role with another setting', 'ALTER ROLE orders_owner SET search_path = evil', 'role orders_owner is defined otherwise'],
    ['a role that joined another', 'GRANT orders_owner TO manifest_reader', 'role manifest_reader is defined otherwise'],
  ])('notices %s', async (_what, sql, mismatch) => {
    await server.runAsSuperuser('orders', sql);
    try {
      expect(mismatchesOf(await server.manifestOf('orders'))).toEqual([mismatch]);
    } finally {
      await server.runAsSuperuser('orders', 'DROP ROLE IF EXISTS intruder', 'ALTER ROLE orders_owner NOCREATEDB NOLOGIN', 'ALTER ROLE orders_owner RESET ALL', 'REVOKE orders_owner FROM manifest_reader');
    }
  });
});
