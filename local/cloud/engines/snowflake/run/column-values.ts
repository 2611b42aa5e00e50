import { raise } from '../bind/bound';
import type { Bound } from '../bind/bound';
import { assignTo } from '../bind/coerce';
import type { BindEnvironment } from '../bind/environment';
import type { ExpressionBinder } from '../bind/bind-expression';
import type { Table, TableColumn } from '../catalog/objects';
import { compilationError, invalidIdentifier } from '../snowflake-error';
import type { InsertValue } from '../sql/statement';
import type { Identifier } from '../sql/token-cursor';

const NOT_NULL_VIOLATED = raise('100072', '22000', `'NULL result in a non-nullable column'`);

/** The column of a table by its exact name. */
export function columnNamed(table: Table, { name, quoted }: Identifier): TableColumn {
  const column = table.columns.find((candidate) => candidate.name === name);
  if (!column) throw invalidIdentifier(quoted ? `"${name}"` : name);
  return column;
}

/** The columns that a statement names, in its order; all of them when it names none. */
export function namedColumns(table: Table, names: readonly Identifier[] | undefined): TableColumn[] {
  if (!names) return table.columns;
  const columns = names.map((name) => columnNamed(table, name));
  const twice = columns.find((column, index) => columns.indexOf(column) !== index);
  if (twice) throw compilationError('002025', '42S21', `duplicate column name '${twice.name}'`);
  return columns;
}

/** DuckDB text of a value that fits the column, or fails as Snowflake would. */
export function fitted(value: Bound, column: TableColumn, env: BindEnvironment): string {
  return required(assignTo(value, column, env), column);
}

function required(sql: string, column: TableColumn): string {
  return column.notNull ? `COALESCE(${sql}, ${NOT_NULL_VIOLATED})` : sql;
}

/** DuckDB text of a value given in a statement; DEFAULT is the column's own. */
export function givenValue(value: InsertValue, column: TableColumn, binder: ExpressionBinder): string {
  if (value !== 'default') return fitted(binder.bind(value), column, binder.env);
  return column.defaultValue ? fitted(binder.bind(column.defaultValue), column, binder.env) : required('NULL', column);
}

/** The columns that a statement leaves out and that have a default or must not be NULL, with their values. */
export function omittedValues(
  table: Table,
  given: readonly TableColumn[],
  binder: ExpressionBinder,
): { column: TableColumn; sql: string }[] {
  return table.columns
    .filter((column) => !given.includes(column) && (column.defaultValue || column.notNull))
    .map((column) => ({ column, sql: givenValue('default', column, binder) }));
}

/** `"c1", "c2"` */
export function physicalNames(columns: readonly TableColumn[]): string {
  return columns.map(({ physical }) => `"${physical}"`).join(', ');
}
