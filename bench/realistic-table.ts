import type { Client } from 'pg';

/** Its columns, each with the type that DuckDB gives it. */
export const REALISTIC_COLUMNS = [
  { name: 'id', type: 'BIGINT' },
  { name: 'customer_id', type: 'BIGINT' },
  { name: 'reference', type: 'VARCHAR' },
  { name: 'state', type: 'VARCHAR' },
  { name: 'amount', type: 'DECIMAL(12,2)' },
  { name: 'placed_at', type: 'TIMESTAMPTZ' },
  { name: 'updated_at', type: 'TIMESTAMPTZ' },
  { name: 'note', type: 'VARCHAR' },
  { name: 'details', type: 'VARCHAR' },
  { name: 'is_gift', type: 'BOOLEAN' },
] as const;

/** About 225 bytes a row as CSV: numbers, texts, times, JSON and a bit of everything that is NULL. */
export async function createRealisticTable(database: Client, name: string, rows: number): Promise<void> {
  await database.query(`
    CREATE TABLE public.${name} (
      id bigint PRIMARY KEY, customer_id bigint NOT NULL, reference uuid NOT NULL, state text NOT NULL, amount numeric(12, 2) NOT NULL,
      placed_at timestamptz NOT NULL, updated_at timestamptz NOT NULL, note text, details jsonb NOT NULL, is_gift boolean NOT NULL
    )`);
  await database.query(`
    INSERT INTO public.${name}
    SELECT n, n % 90000, md5(n::text)::uuid, (ARRAY['new', 'paid', 'shipped', 'returned'])[1 + n % 4], (n % 100000) / 7.0,
           timestamptz '2024-01-01' + n * interval '11 seconds', timestamptz '2024-01-01' + n * interval '13 seconds',
           CASE WHEN n % 3 > 0 THEN 'leave it "at the door", please ' || n END,
           jsonb_build_object('channel', 'web', 'items', n % 9, 'weight', n / 3.0), n % 10 = 0
      FROM generate_series(1, ${rows}) n`);
  await database.query(`CREATE INDEX ON public.${name} (updated_at)`);
  await database.query(`VACUUM ANALYZE public.${name}`);
}
