import { ExpressionBinder } from '../bind/bind-expression';
import { QueryBinder } from '../bind/bind-query';
import { Scope } from '../bind/scope';
import type { Table, TableColumn } from '../catalog/objects';
import type { DuckConnection } from '../duck/duck-database';
import { compilationError } from '../snowflake-error';
import type { Expression } from '../sql/ast';
import type { InsertValue, Statement } from '../sql/statement';
import { arrayBinds, type ArrayBinds } from './array-binds';
import { bindEnvironment } from './bind-environment';
import { fitted, givenValue, namedColumns, omittedValues, physicalNames } from './column-values';
import { requireWarehouse } from './compute';
import type { StatementContext } from './statement-context';
import { countsRow, type RowsResult, STATEMENT_TYPE } from './statement-result';

type Insert = Statement & { kind: 'insert' };

/** Functions that Snowflake does not take in a VALUES clause; INSERT ... SELECT is the way around. */
const NOT_IN_VALUES = [
  'PARSE_JSON',
  'TRY_PARSE_JSON',
  'TO_VARIANT',
  'TO_OBJECT',
  'TO_ARRAY',
  'ARRAY_CONSTRUCT',
  'OBJECT_CONSTRUCT',
  'TO_BINARY',
];

/** Runs INSERT, with rows given, selected, or bound as arrays. */
export async function runInsert(statement: Insert, context: StatementContext): Promise<RowsResult> {
  requireWarehouse(context);
  const { engine, session } = context;
  const table = engine.names.table(session, statement.table, statement.overwrite ? ['DELETE'] : ['INSERT']);
  if (statement.overwrite) engine.names.table(session, statement.table, ['INSERT']);
  const columns = namedColumns(table, statement.columns);
  const binds = arrayBinds(context);
  const source = binds ? boundRows(statement, table, columns, context, binds) : givenRows(statement, table, columns, context);
  const target = new Set([table]);
  const footprint = {
    reads: context.reads,
    appends: statement.overwrite ? new Set<Table>() : target,
    changes: statement.overwrite ? target : new Set<Table>(),
  };
  const count = await engine.transactions.run(session, footprint, async (connection) => {
    await binds?.prepare(connection);
    try {
      return await insertRows(connection, table, source, statement.overwrite, context.reads.has(table));
    } finally {
      await binds?.dispose(connection);
    }
  });
  return countsRow([['number of rows inserted', count]], STATEMENT_TYPE.insert);
}

interface RowSource {
  readonly columns: readonly TableColumn[];
  readonly sql: string;
}

async function insertRows(
  connection: DuckConnection,
  table: Table,
  { columns, sql }: RowSource,
  overwrite: boolean,
  readsItself: boolean,
): Promise<number> {
  const insert = `INSERT INTO "${table.physical}" (${physicalNames(columns)})`;
  if (!overwrite) return (await connection.run(`${insert} ${sql}`)).rowsChanged;
  if (!readsItself) {
    await connection.run(`DELETE FROM "${table.physical}"`);
    return (await connection.run(`${insert} ${sql}`)).rowsChanged;
  }
  // The rows come from the table that is about to be emptied.
  await connection.run(`CREATE OR REPLACE TEMP TABLE overwriting AS ${sql}`);
  await connection.run(`DELETE FROM "${table.physical}"`);
  const { rowsChanged } = await connection.run(`${insert} SELECT * FROM overwriting`);
  await connection.run('DROP TABLE temp.main.overwriting');
  return rowsChanged;
}

function givenRows({ source }: Insert, table: Table, columns: readonly TableColumn[], context: StatementContext): RowSource {
  const env = bindEnvironment(context);
  const queries = new QueryBinder(env);
  const binder = queries.expressions(new Scope([]));
  const omitted = omittedValues(table, columns, binder);
  const all = [...columns, ...omitted.map(({ column }) => column)];
  const extra = omitted.map(({ sql }) => sql);
  if ('rows' in source) {
    const rows = source.rows.map((row) => `(${[...rowValues(row, columns, binder), ...extra].join(', ')})`);
    return { columns: all, sql: `VALUES ${rows.join(', ')}` };
  }
  const bound = queries.bind(source.query);
  checkWidth(bound.columns.length, columns.length);
  const alias = env.uniqueAlias();
  const values = bound.columns.map((column, index) =>
    fitted({ sql: `${alias}."${column.physical}"`, type: column.type }, columns[index] as TableColumn, env),
  );
  return { columns: all, sql: `SELECT ${[...values, ...extra].join(', ')} FROM (${bound.sql}) AS ${alias}` };
}

function rowValues(row: readonly InsertValue[], columns: readonly TableColumn[], binder: ExpressionBinder): string[] {
  checkWidth(row.length, columns.length);
  return row.map((value, index) => {
    if (value !== 'default') refuseInValues(value);
    return givenValue(value, columns[index] as TableColumn, binder);
  });
}

/** The rows of an array bind: one SELECT over the table that holds the bound values. */
function boundRows(
  { source }: Insert,
  table: Table,
  columns: readonly TableColumn[],
  context: StatementContext,
  binds: ArrayBinds,
): RowSource {
  const env = bindEnvironment(context, { placeholder: (index) => binds.column(index) });
  const binder = new ExpressionBinder(env, new Scope([]), (query, scope) => new QueryBinder(env).bind(query, scope));
  const row = singleRow(source);
  checkWidth(row.length, columns.length);
  const omitted = omittedValues(table, columns, binder);
  const values = row.map((value, index) => givenValue(value, columns[index] as TableColumn, binder));
  return {
    columns: [...columns, ...omitted.map(({ column }) => column)],
    sql: `SELECT ${[...values, ...omitted.map(({ sql }) => sql)].join(', ')} FROM ${binds.table}`,
  };
}

function singleRow(source: Insert['source']): readonly InsertValue[] {
  if ('rows' in source) {
    if (source.rows.length === 1) return source.rows[0] as readonly InsertValue[];
  } else if (source.query.body.kind === 'select' && !source.query.body.from) {
    return source.query.body.items.map((item) => {
      if (item.kind === 'star') throw compilationError('002003', '02000', 'SELECT * needs a FROM clause');
      return item.value;
    });
  }
  throw compilationError('002049', '42601', 'Array binds need INSERT with one row of VALUES, or SELECT without FROM.');
}

function checkWidth(given: number, expected: number): void {
  if (given !== expected)
    throw compilationError('002020', '21S01', `Insert value list does not match column list expecting ${expected} but got ${given}`);
}

function refuseInValues(value: Expression): void {
  if (value.kind === 'subquery' || (value.kind === 'call' && NOT_IN_VALUES.includes(value.name)))
    throw compilationError('002014', '22000', `Invalid expression [${value.source}] in VALUES clause`);
  if (value.kind === 'cast') {
    if (['variant', 'array', 'object'].includes(value.type.kind))
      throw compilationError('002014', '22000', `Invalid expression [${value.source}] in VALUES clause`);
    refuseInValues(value.value);
  }
}
