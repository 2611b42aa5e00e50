import { createHash } from 'node:crypto';
import { groupsWithin } from '../../common/groups-within';
import type { Column, Table, TableContent } from './manifest';

/**
 * Every user table with its columns, as rows of schema, table, column, type, not null, readable.
 *
 * `pg_class` shows also what the reader may not read, so that nothing is left out in silence. Tables `mv_tbl__...` are what
 * Redshift keeps of materialized views: nobody is granted them, and it refreshes them when it likes, also in a copy.
 */
export const CATALOG_STATEMENT = `
SELECT n.nspname, c.relname, a.attname, format_type(a.atttypid, a.atttypmod), CASE WHEN a.attnotnull THEN 'true' ELSE 'false' END,
       CASE WHEN has_schema_privilege(n.nspname, 'USAGE') AND has_table_privilege(c.oid, 'SELECT') THEN 'true' ELSE 'false' END
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_attribute a ON a.attrelid = c.oid
 WHERE c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
   AND SUBSTRING(n.nspname, 1, 3) <> 'pg_' AND n.nspname NOT IN ('information_schema', 'catalog_history') AND SUBSTRING(c.relname, 1, 8) <> 'mv_tbl__'
 ORDER BY 1, 2, a.attnum`;

/**
 * Text forms of dates, times and floats depend on these, and whether a quoted name keeps its capitals; both sides of a comparison
 * use the same, whatever the parameter group of the source says: a restored cluster has the default one.
 */
const CANONICAL_SETTINGS = [`SET datestyle TO 'ISO, MDY'`, `SET timezone TO 'UTC'`, 'SET extra_float_digits TO 0', 'SET enable_case_sensitive_identifier TO true'];

/** The Data API takes 100 KB a statement: https://docs.aws.amazon.com/redshift/latest/mgmt/data-api.html */
const LONGEST_STATEMENT = 90_000;
const TABLES_A_STATEMENT = 10;
/** They run one after the other, and each end is seen a while later: of a warehouse with many tables each reads more of them. */
const MOST_STATEMENTS = 100;

const UNION = '\nUNION ALL\n';

/** What the catalog's rows say. */
export interface Catalog {
  readonly tables: readonly Table[];
  /** Tables that the reader may not read. */
  readonly unreadable: readonly string[];
}

export function readCatalog(rows: readonly (readonly (string | null)[])[]): Catalog {
  const tables = new Map<string, { schema: string; name: string; columns: Column[] }>();
  const unreadable = new Set<string>();
  for (const row of rows) {
    const [schema, name, column, type, notNull, readable] = row.map((value) => value ?? '') as [string, string, string, string, string, string];
    const label = quotedName({ schema, name });
    const table = tables.get(label) ?? { schema, name, columns: [] };
    tables.set(label, table);
    table.columns.push({ name: column, type, notNull: notNull === 'true' });
    if (readable !== 'true') unreadable.add(label);
  }
  return { tables: [...tables.values()], unreadable: [...unreadable] };
}

/** Statements that hash every row of every table; each answers with rows of name, count and two sums. */
export function contentStatements(tables: readonly Table[]): readonly string[] {
  const together = Math.max(TABLES_A_STATEMENT, Math.ceil(tables.length / MOST_STATEMENTS));
  const limits = { most: together, size: LONGEST_STATEMENT + UNION.length, sizeOf: (select: string) => select.length + UNION.length };
  return groupsWithin(tables.map(contentSelect), limits).map((selects) => selects.join(UNION));
}

/**
 * A statement as a transaction of its own, with the settings that make its texts comparable.
 *
 * One over all tables would keep who alters a table waiting until the last is read, and everybody else behind them: locks are
 * held to the end of a transaction. https://docs.aws.amazon.com/redshift/latest/dg/r_LOCK.html
 */
export function asTransaction(statement: string): readonly string[] {
  return [...CANONICAL_SETTINGS, statement];
}

/** What the rows of a content statement say, completed by what the catalog says. */
export function readContent(rows: readonly (readonly (string | null)[])[], { tables }: Catalog): readonly TableContent[] {
  const byName = new Map(tables.map((table) => [quotedName(table), table]));
  return rows.map(([name, count, firstSum, secondSum]) => {
    const table = byName.get(name ?? '');
    if (!table) throw new Error(`the content of ${name ?? 'nothing'} was counted, which the catalog does not have`);
    return {
      name: quotedName(table),
      schemaHash: createHash('sha256').update(JSON.stringify(table.columns)).digest('hex'),
      rows: Number(count),
      contentHash: `${firstSum ?? ''}:${secondSum ?? ''}`,
      uncovered: table.columns.filter(({ type }) => textOf('', type) === undefined).map((column) => column.name),
    };
  });
}

export function quotedName({ schema, name }: Pick<Table, 'schema' | 'name'>): string {
  return `${quoted(schema)}.${quoted(name)}`;
}

/**
 * Rows become the MD5 of their columns' MD5s: of fixed length, so that no two rows run into each other. 15 hexadecimal
 * digits are what STRTOL reads into a BIGINT; DECIMAL(38,0) holds the sums of more rows than any table has.
 */
function contentSelect(table: Table): string {
  const columns = table.columns.flatMap(({ name, type }) => {
    const text = textOf(quoted(name), type);
    return text === undefined ? [] : [`COALESCE(MD5(${text}), '-')`];
  });
  const sum = (from: number) => `CAST(COALESCE(SUM(CAST(STRTOL(SUBSTRING(h, ${from}, 15), 16) AS DECIMAL(38,0))), 0) AS VARCHAR(40))`;
  const label = quotedName(table);
  return `SELECT CAST('${label.replaceAll("'", "''")}' AS VARCHAR(600)), CAST(COUNT(*) AS VARCHAR(40)), ${sum(1)}, ${sum(17)} FROM (SELECT MD5(${columns.join(' || ') || "''"}) AS h FROM ${label}) AS digests`;
}

/** A column's value as text that both sides of a comparison write alike; nothing for types without any. */
function textOf(column: string, type: string): string | undefined {
  if (/^(character|text|name|"char"|bpchar)/.test(type)) return column;
  // Redshift does not cast booleans to text: https://docs.aws.amazon.com/redshift/latest/dg/r_Boolean_type.html
  if (type === 'boolean') return `CASE WHEN ${column} THEN 'true' WHEN NOT ${column} THEN 'false' END`;
  if (type === 'super') return `JSON_SERIALIZE(${column})`;
  if (/^(varbyte|binary varying)/.test(type)) return `TO_HEX(${column})`;
  if (type === 'geometry' || type === 'geography') return `ST_AsHexEWKB(${column})`;
  if (type === 'hllsketch') return undefined;
  return `CAST(${column} AS VARCHAR(256))`;
}

function quoted(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}
