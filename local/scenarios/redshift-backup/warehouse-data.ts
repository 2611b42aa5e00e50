/** How many rows the tables hold: enough to notice a loss, few enough to hash in a moment. */
export const ROWS = { sales: 3000, customers: 600, events: 1500 } as const;

/** Statements that make and fill the tables: numbers, text, dates, times, truth values and NULLs. */
export function contentStatements(): readonly string[] {
  return [
    'CREATE SCHEMA sales',
    'CREATE SCHEMA "Web Analytics"',
    'CREATE TABLE sales.sale (id bigint NOT NULL, customer_id int NOT NULL, amount decimal(18,4) NOT NULL, sold_at timestamp NOT NULL, note varchar(200))',
    'CREATE TABLE sales.customer (id int NOT NULL, name varchar(100) NOT NULL, active boolean, since date)',
    'CREATE TABLE "Web Analytics"."page view" (id bigint, "when" timestamptz, score double precision, path varchar(400))',
    'CREATE TABLE sales.empty_table (id int)',
    // What Redshift keeps of a materialized view `daily`: nobody is granted it.
    'CREATE TABLE sales.mv_tbl__daily__0 (day date, amount decimal(18,4))',
    `INSERT INTO sales.sale SELECT n, n % 600, (n % 10000) / 7.0, timestamp '2026-01-01' + n * interval '11 minutes', CASE WHEN n % 9 = 0 THEN 'gift "wrapped", it''s late' END FROM generate_series(1, ${ROWS.sales}) n`,
    `INSERT INTO sales.customer SELECT n, 'Customer ' || n, CASE WHEN n % 5 = 0 THEN NULL ELSE n % 2 = 0 END, date '2020-01-01' + n FROM generate_series(1, ${ROWS.customers}) n`,
    `INSERT INTO "Web Analytics"."page view" SELECT n, timestamptz '2026-03-01 00:00+00' + n * interval '3 seconds', n / 3.0, '/products/' || n % 97 FROM generate_series(1, ${ROWS.events}) n`,
  ];
}

/** What docs/runbooks/redshift-backup.md asks the owner of a warehouse to run once. */
export const READER_STATEMENTS: readonly string[] = [
  'CREATE ROLE holdfast_reader LOGIN',
  'GRANT USAGE ON SCHEMA sales, "Web Analytics" TO holdfast_reader',
  'GRANT SELECT ON ALL TABLES IN SCHEMA sales, "Web Analytics" TO holdfast_reader',
  'REVOKE ALL ON sales.mv_tbl__daily__0 FROM holdfast_reader',
];
