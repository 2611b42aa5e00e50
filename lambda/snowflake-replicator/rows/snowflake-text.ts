/** Quotes an identifier of Snowflake: `Order "A"` becomes `"Order ""A"""`. */
export function name(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}

/** Quotes a text of Snowflake, whose strings take the backslash for an escape. */
export function text(value: string): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}

/** A table in its database and schema. */
export interface TableName {
  readonly database: string;
  readonly schema: string;
  readonly table: string;
}

export function qualified({ database, schema, table }: TableName): string {
  return [database, schema, table].map(name).join('.');
}
