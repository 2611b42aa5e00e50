import { TableNotReplicable } from '../contract';
import { labelOf, type Leaf, type SourceColumn, type SourceTable, type SourceType } from '../rows/source-table';
import type { Row, SourceSession } from './source-session';

const RELATION = `
  SELECT c.oid::text AS oid, c.relkind AS kind, c.reltuples::text AS rows, has_table_privilege(c.oid, 'SELECT') AS readable,
         EXISTS (SELECT 1 FROM pg_inherits i WHERE i.inhparent = c.oid) AND c.relkind = 'r' AS has_heirs
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind IN ('r', 'p', 'v', 'm', 'f')`;

/** Columns with domains followed down to the type they are made of. */
const COLUMNS = `
  WITH RECURSIVE resolved AS (
    SELECT a.attnum, a.attname, a.attnotnull, a.atttypid AS type, a.atttypmod AS modifier
      FROM pg_attribute a WHERE a.attrelid = $1::oid AND a.attnum > 0 AND NOT a.attisdropped
    UNION ALL
    SELECT r.attnum, r.attname, r.attnotnull OR t.typnotnull, t.typbasetype, t.typtypmod
      FROM resolved r JOIN pg_type t ON t.oid = r.type WHERE t.typtype = 'd')
  SELECT r.attname AS name, bool_or(r.attnotnull) OVER (PARTITION BY r.attnum) AS not_null, t.typname AS type, t.typtype AS kind, t.typcategory AS category,
         r.modifier, format_type(r.type, r.modifier) AS declared, has_column_privilege($1::oid, r.attnum, 'SELECT') AS readable
    FROM resolved r JOIN pg_type t ON t.oid = r.type WHERE t.typtype <> 'd' ORDER BY r.attnum`;

/** Unique indexes that tell every row from every other: whole, checked at once, over columns that are never NULL. */
const KEYS = `
  SELECT i.indisprimary AS is_primary, array_agg(a.attname ORDER BY k.position)::text[] AS columns
    FROM pg_index i CROSS JOIN LATERAL unnest(i.indkey[0:i.indnkeyatts - 1]) WITH ORDINALITY AS k(attnum, position)
    LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
   WHERE i.indrelid = $1::oid AND i.indisunique AND i.indisvalid AND i.indimmediate AND i.indpred IS NULL AND i.indexprs IS NULL
   GROUP BY i.indexrelid, i.indisprimary
  HAVING bool_and(a.attnotnull)
   ORDER BY i.indisprimary DESC, count(*), 2`;

/** The tree of a table that is neither partitioned nor a partition is empty. Long values lie in a table of their own: https://www.postgresql.org/docs/current/storage-toast.html */
const LEAVES = `
  SELECT n.nspname AS schema, c.relname AS name, (pg_relation_size(c.oid) / current_setting('block_size')::int)::int AS pages,
         (pg_relation_size(c.oid) + coalesce(pg_relation_size(nullif(c.reltoastrelid, 0)), 0))::float8 AS bytes
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relkind = 'r' AND (c.oid = $1::oid OR c.oid IN (SELECT relid FROM pg_partition_tree($1::oid) WHERE isleaf)) ORDER BY 1, 2`;

const KIND_NAMES: Readonly<Record<string, string>> = { v: 'a view', m: 'a materialised view', f: 'a foreign table' };

/** Which of a table's unique indexes to tell rows apart by. @default the primary key, else the one with the fewest columns */
export interface KeyChoice {
  readonly key?: readonly string[] | undefined;
}

/** Reads what a table is. Raises `TableNotReplicable` naming what is in the way and what would help. */
export async function readTable(session: Pick<SourceSession, 'query'>, schema: string, name: string, choice: KeyChoice): Promise<SourceTable> {
  const label = labelOf({ schema, name });
  await checkSchema(session, schema, label);
  const [relation] = await session.query(RELATION, [schema, name]);
  if (!relation) throw new TableNotReplicable(label, [`there is no table ${name} in schema ${schema} of this database: check the spelling, which is case-sensitive`]);
  checkRelation(relation, label);
  const oid = relation['oid'] as string;
  const columns = await session.query(COLUMNS, [oid]);
  const hidden = columns.filter((column) => !column['readable']).map((column) => column['name'] as string);
  if (hidden.length > 0) throw new TableNotReplicable(label, [`the role may not read column ${hidden.join(', ')}: GRANT SELECT ON ${label} to it`]);
  return {
    schema,
    name,
    oid,
    columns: columns.map(toColumn),
    key: chooseKey(await session.query(KEYS, [oid]), choice, label),
    leaves: (await session.query(LEAVES, [oid])) as unknown as readonly Leaf[],
    estimatedRows: Number(relation['rows']),
  };
}

async function checkSchema(session: Pick<SourceSession, 'query'>, schema: string, label: string): Promise<void> {
  const [found] = await session.query(`SELECT has_schema_privilege(oid, 'USAGE') AS usable FROM pg_namespace WHERE nspname = $1`, [schema]);
  if (!found) throw new TableNotReplicable(label, [`there is no schema ${schema} in this database: check the spelling, which is case-sensitive`]);
  if (!found['usable']) throw new TableNotReplicable(label, [`the role may not use schema ${schema}: GRANT USAGE ON SCHEMA ${schema} to it`]);
}

function checkRelation({ kind, readable, has_heirs: hasHeirs }: Row, label: string): void {
  const other = KIND_NAMES[kind as string];
  if (other) throw new TableNotReplicable(label, [`it is ${other}: replicate the tables that it is made of`]);
  if (!readable) throw new TableNotReplicable(label, [`the role may not read it: GRANT SELECT ON ${label} to it`]);
  if (hasHeirs) throw new TableNotReplicable(label, ['tables inherit from it: replicate those one by one, or make them partitions']);
}

function toColumn(row: Row): SourceColumn {
  return {
    name: row['name'] as string,
    notNull: row['not_null'] as boolean,
    type: { name: row['type'] as string, kind: kindOf(row), modifier: row['modifier'] as number, declared: row['declared'] as string },
  };
}

/** https://www.postgresql.org/docs/current/catalog-pg-type.html */
function kindOf({ kind, category }: Row): SourceType['kind'] {
  if (category === 'A') return 'array';
  switch (kind) {
    case 'e':
      return 'enum';
    case 'r':
    case 'm':
      return 'range';
    case 'c':
      return 'composite';
    default:
      return 'base';
  }
}

function chooseKey(found: readonly Row[], { key }: KeyChoice, label: string): readonly string[] {
  const keys = found.map(({ columns }) => columns as readonly string[]);
  if (key === undefined) {
    const [first] = keys;
    if (!first) throw new TableNotReplicable(label, ['it has no primary key and no unique index over columns that are NOT NULL: add one, or rows cannot be told apart']);
    return first;
  }
  const wanted = [...key].sort();
  const chosen = keys.find((columns) => JSON.stringify([...columns].sort()) === JSON.stringify(wanted));
  if (!chosen) throw new TableNotReplicable(label, [`key: ${JSON.stringify(key)} is not the columns of a unique index over columns that are NOT NULL, expected ${keys.map((columns) => JSON.stringify(columns)).join(' or ') || 'such an index to be made'}`]);
  return chosen;
}
