/** Roles that a production database has beside its administrator; none of them may log in after a restore. */
export const PRODUCTION_LOGINS = ['orders_service', 'orders_etl', 'analyst'] as const;

/** Password that a role has in production, and nowhere else. */
export function productionPassword(role: string): string {
  return `production-${role}`;
}

/** How many rows each table gets. */
export interface Rows {
  readonly customers: number;
  readonly orders: number;
  readonly orderLines: number;
  readonly documents: number;
}

export const MANY_ROWS: Rows = { customers: 5_000, orders: 49_000, orderLines: 147_000, documents: 100 };
export const FEW_ROWS: Rows = { customers: 200, orders: 600, orderLines: 1_800, documents: 4 };

/** Statements for the administrator, in the maintenance database. */
export function roleStatements(readerPassword: string): string[] {
  return [
    `CREATE ROLE orders_owner NOLOGIN`,
    ...PRODUCTION_LOGINS.map((role) => `CREATE ROLE ${role} LOGIN PASSWORD '${productionPassword(role)}'`),
    `CREATE ROLE manifest_reader LOGIN PASSWORD '${readerPassword}'`,
    `GRANT orders_owner TO CURRENT_USER WITH INHERIT TRUE, SET TRUE`,
  ];
}

/** Statements for the database: schemas with foreign keys, sequences, extensions, functions, views and large text, all owned by a role of their own. */
export function contentStatements(rows: Rows): readonly string[] {
  return [
    `CREATE EXTENSION pgcrypto`,
    `CREATE EXTENSION pg_trgm`,
    `CREATE SCHEMA sales AUTHORIZATION orders_owner`,
    `CREATE SCHEMA archive AUTHORIZATION orders_owner`,
    `SET ROLE orders_owner`,
    `CREATE TYPE sales.order_state AS ENUM ('new', 'paid', 'shipped', 'returned')`,
    `CREATE DOMAIN sales.amount AS numeric(18, 4) CHECK (VALUE >= 0)`,
    `CREATE TABLE sales.customers (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, email text NOT NULL UNIQUE, created_at timestamptz NOT NULL DEFAULT now())`,
    `CREATE SEQUENCE sales.order_number START 1000`,
    `CREATE TABLE sales.orders (id bigint PRIMARY KEY DEFAULT nextval('sales.order_number'), customer_id bigint NOT NULL REFERENCES sales.customers, state sales.order_state NOT NULL DEFAULT 'new', placed_at timestamptz NOT NULL, note text)`,
    `CREATE TABLE sales.order_lines (order_id bigint NOT NULL REFERENCES sales.orders ON DELETE CASCADE, line int NOT NULL, sku text NOT NULL, quantity int NOT NULL CHECK (quantity > 0), price sales.amount NOT NULL, PRIMARY KEY (order_id, line))`,
    `CREATE TABLE archive."Documents" (id uuid PRIMARY KEY, body text NOT NULL, checksum bytea NOT NULL)`,
    `INSERT INTO sales.customers (name, email, created_at) SELECT 'Customer ' || n, 'person' || n || '@customers.example', timestamptz '2024-01-01' + n * interval '7 minutes' FROM generate_series(1, ${rows.customers}) n`,
    `INSERT INTO sales.orders (customer_id, state, placed_at, note) SELECT 1 + n % ${rows.customers}, (ARRAY['new', 'paid', 'shipped', 'returned'])[1 + n % 4]::sales.order_state, timestamptz '2025-01-01' + n * interval '3 minutes', CASE WHEN n % 10 = 0 THEN 'gift "wrapped", please' END FROM generate_series(1, ${rows.orders}) n`,
    `INSERT INTO sales.order_lines SELECT 1000 + (n - 1) / 3, 1 + (n - 1) % 3, 'SKU-' || n % 977, 1 + n % 5, (n % 10000) / 7.0 FROM generate_series(1, ${rows.orderLines}) n`,
    `INSERT INTO archive."Documents" SELECT md5('document' || n)::uuid, repeat(md5(n::text) || ' ', 4000), decode(md5(n::text), 'hex') FROM generate_series(1, ${rows.documents}) n`,
    `CREATE INDEX orders_by_customer ON sales.orders (customer_id, placed_at)`,
    `CREATE INDEX customers_by_name ON sales.customers USING gin (name public.gin_trgm_ops)`,
    `CREATE VIEW sales.open_orders AS SELECT o.id, c.name FROM sales.orders o JOIN sales.customers c ON c.id = o.customer_id WHERE o.state = 'new'`,
    `CREATE FUNCTION sales.order_total(bigint) RETURNS numeric LANGUAGE sql STABLE AS 'SELECT coalesce(sum(quantity * price), 0) FROM sales.order_lines WHERE order_id = $1'`,
    `GRANT USAGE ON SCHEMA sales TO orders_service, orders_etl, analyst`,
    `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA sales TO orders_service, orders_etl`,
    `GRANT SELECT ON ALL TABLES IN SCHEMA sales TO analyst`,
    `GRANT USAGE ON SCHEMA sales, archive TO manifest_reader`,
    `GRANT SELECT ON ALL TABLES IN SCHEMA sales, archive TO manifest_reader`,
    `GRANT SELECT ON ALL SEQUENCES IN SCHEMA sales TO manifest_reader`,
    `RESET ROLE`,
    `ANALYZE`,
  ];
}
