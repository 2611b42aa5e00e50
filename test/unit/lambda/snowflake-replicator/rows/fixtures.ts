import { mapTable, type MappingChoices, type TableMapping } from '../../../../../lambda/snowflake-replicator/rows/table-mapping';
import type { SourceColumn, SourceTable, SourceType } from '../../../../../lambda/snowflake-replicator/rows/source-table';

const CHOICES: MappingChoices = { columns: {}, types: {}, names: 'upper' };

/** A column of a type as PostgreSQL declares it, such as `bigint` or `numeric(12,2)`. */
export function column(name: string, declared: string, notNull = false): SourceColumn {
  return { name, type: typeOf(declared), notNull };
}

function typeOf(declared: string): SourceType {
  const digits = /^numeric\((\d+),(\d+)\)$/.exec(declared);
  const modifier = digits ? ((Number(digits[1]) << 16) | Number(digits[2])) + 4 : -1;
  const names: Readonly<Record<string, string>> = { bigint: 'int8', integer: 'int4', 'timestamp with time zone': 'timestamptz', 'timestamp without time zone': 'timestamp', 'character varying(10)': 'varchar', 'character varying(20)': 'varchar' };
  return { name: digits ? 'numeric' : (names[declared] ?? declared), kind: 'base', modifier, declared };
}

/** `sales.orders`: id, changed_at, note, amount. */
export function ordersTable(changes: Partial<SourceTable> = {}): SourceTable {
  return {
    schema: 'sales',
    name: 'orders',
    oid: '16384',
    columns: [column('id', 'bigint', true), column('changed_at', 'timestamp with time zone'), column('note', 'text'), column('amount', 'numeric(12,2)')],
    key: ['id'],
    leaves: [{ schema: 'sales', name: 'orders', pages: 10, bytes: 81_920 }],
    estimatedRows: 1000,
    ...changes,
  };
}

export function mapped(table: SourceTable = ordersTable(), choices: Partial<MappingChoices> = {}): TableMapping {
  return mapTable(table, { ...CHOICES, ...choices });
}
