import { QueryBinder } from '../bind/bind-query';
import { Scope } from '../bind/scope';
import type { Table, TableColumn } from '../catalog/objects';
import { beyondStandIn, compilationError } from '../snowflake-error';
import type { Expression } from '../sql/ast';
import { quoteString } from '../sql/quote';
import type { CopyInto } from '../sql/statement';
import { isSemiStructured, UNCHECKED_TEXT } from '../sql/sql-type';
import type { StagedFile } from '../stages/stage-files';
import { bindEnvironment } from './bind-environment';
import { fitted, givenValue, namedColumns } from './column-values';
import { checkCopyCall } from './copy-functions';
import { firstRecord } from './csv-source';
import type { CsvFormat } from './file-format';
import type { StatementContext } from './statement-context';

/** A COPY ready to run: where each column's value comes from and which files it reads. */
export interface CopyPlan {
  readonly table: Table;
  readonly columns: readonly TableColumn[];
  /** DuckDB text of each column's value over the fields c1, c2, ... of a record. */
  readonly values: readonly string[];
  readonly format: CsvFormat;
  /** Fields that a record must have; transformations take each file's own number. */
  readonly width: number | undefined;
  readonly highestField: number;
  readonly files: readonly { readonly path: string; readonly localPath: string }[];
}

/** Translates the column list or the transformation of a COPY. */
export async function planCopy(
  statement: CopyInto,
  table: Table,
  format: CsvFormat,
  files: readonly StagedFile[],
  localPaths: readonly string[],
  context: StatementContext,
): Promise<CopyPlan> {
  const columns = namedColumns(table, statement.columns);
  let highest = 0;
  const field = (position: number) => {
    highest = Math.max(highest, position);
    return { sql: fieldText(position, format), type: UNCHECKED_TEXT };
  };
  const env = bindEnvironment(context, { field, checkCall: checkCopyCall });
  const binder = new QueryBinder(env).expressions(new Scope([]));
  const { transformation } = statement;
  if (transformation && transformation.length !== columns.length)
    throw compilationError(
      '002020',
      '21S01',
      `Insert value list does not match column list expecting ${columns.length} but got ${transformation.length}`,
    );
  const given = columns.map((column, index) => {
    const value: Expression | undefined = transformation?.[index];
    if (!value && isSemiStructured(column.type))
      throw beyondStandIn(`COPY of a text into ${column.type.kind.toUpperCase()} without PARSE_JSON in a transformation`);
    return value ? givenValue(value, column, binder) : fitted(field(index + 1), column, env);
  });
  const omitted = table.columns.filter((column) => !columns.includes(column) && (column.defaultValue || column.notNull));
  return {
    table,
    columns: [...columns, ...omitted],
    values: [...given, ...omitted.map((column) => givenValue('default', column, binder))],
    format,
    width: transformation ? undefined : columns.length,
    highestField: highest,
    files: files.map(({ path }, index) => ({ path, localPath: localPaths[index] as string })),
  };
}

/** One field of a record; NULL_IF looks at quoted fields too. */
function fieldText(position: number, { nullIf }: CsvFormat): string {
  const column = `c${position}`;
  const [first, ...others] = nullIf;
  if (first === undefined) return column;
  if (others.length === 0) return `NULLIF(${column}, ${quoteString(first)})`;
  return `CASE WHEN ${column} IN (${nullIf.map(quoteString).join(', ')}) THEN NULL ELSE ${column} END`;
}

/** The number of fields in the file's records. Snowflake gives NULL for a field beyond them, the stand-in refuses it. */
export async function widthOf(plan: CopyPlan, localPath: string): Promise<number> {
  const width = plan.width ?? (await firstRecord(localPath, plan.format)).width;
  if (width > 0 && plan.highestField > width) throw beyondStandIn(`$${plan.highestField} of records with ${width} fields`);
  return width;
}
