import { objectKey } from '../catalog/catalog';
import type { Table, TableColumn } from '../catalog/objects';
import { compilationError, existingObject, SnowflakeError } from '../snowflake-error';
import type { ObjectName } from '../sql/ast';
import { describeType, type SqlType, storageType } from '../sql/sql-type';
import type { AlterTableAction, Statement } from '../sql/statement';
import { QueryBinder } from '../bind/bind-query';
import { Scope } from '../bind/scope';
import { bindEnvironment } from './bind-environment';
import { columnNamed, givenValue } from './column-values';
import { definedColumns } from './run-create-table';
import type { StatementContext } from './statement-context';
import { type RowsResult, statusRow } from './statement-result';

/** Runs ALTER TABLE; it takes ownership of the table. */
export async function runAlterTable(statement: Statement & { kind: 'alterTable' }, context: StatementContext): Promise<RowsResult> {
  const { engine, session } = context;
  if (statement.ifExists && !engine.names.findTable(session, statement.table, 'Table'))
    return statusRow('Statement executed successfully.');
  const table = engine.names.table(session, statement.table, [], 'Table');
  await apply(statement.action, table, context);
  return statusRow('Statement executed successfully.');
}

async function apply(action: AlterTableAction, table: Table, context: StatementContext): Promise<void> {
  switch (action.kind) {
    case 'swap':
      return swap(table, context.engine.names.table(context.session, action.with, [], 'Table'), context);
    case 'rename':
      return rename(table, action.to, context);
    case 'addColumns':
      return addColumns(table, action, context);
    case 'dropColumns':
      return dropColumns(table, action, context);
    case 'renameColumn':
      if (table.columns.some(({ name }) => name === action.to.name))
        throw compilationError('002025', '42S21', `duplicate column name '${action.to.name}'`);
      columnNamed(table, action.from).name = action.to.name;
      return;
    case 'alterType':
      return alterType(table, columnNamed(table, action.column), action.type, context);
    case 'nullability':
      return setNullability(table, columnNamed(table, action.column), action.notNull, context);
    case 'setComment':
      table.comment = action.comment;
  }
}

/** Exchanges the names of two tables in one step: rows, columns, grants, ownership and load history stay with their table. */
function swap(left: Table, right: Table, { engine, session }: StatementContext): void {
  if ((left.persistence === 'temporary') !== (right.persistence === 'temporary')) {
    throw compilationError('002223', '0A000', `Cannot swap temporary table with a permanent or transient table.`);
  }
  for (const { schema } of [left, right]) if (left.persistence !== 'temporary') engine.access.require(session, schema, 'CREATE TABLE');
  const [leftPlace, rightPlace] = [
    { schema: left.schema, name: left.name },
    { schema: right.schema, name: right.name },
  ];
  place(left, rightPlace, session.temporaryTables);
  place(right, leftPlace, session.temporaryTables);
}

function place(table: Table, { schema, name }: Pick<Table, 'schema' | 'name'>, temporary: Map<string, Table>): void {
  table.schema = schema;
  table.name = name;
  if (table.persistence === 'temporary') temporary.set(objectKey(schema, name), table);
  else schema.tables.set(name, table);
}

function rename(table: Table, to: ObjectName, { engine, session }: StatementContext): void {
  const target = engine.names.placeFor(session, to, table.persistence === 'temporary' ? 'USAGE' : 'CREATE TABLE');
  const taken =
    table.persistence === 'temporary'
      ? session.temporaryTables.has(objectKey(target.schema, target.last))
      : target.schema.tables.has(target.last);
  if (taken) throw existingObject(target.last);
  if (table.persistence === 'temporary') session.temporaryTables.delete(objectKey(table.schema, table.name));
  else table.schema.tables.delete(table.name);
  place(table, { schema: target.schema, name: target.last }, session.temporaryTables);
}

async function addColumns(
  table: Table,
  { columns, ifNotExists }: AlterTableAction & { kind: 'addColumns' },
  context: StatementContext,
): Promise<void> {
  const { connection } = context.session;
  const binder = new QueryBinder(bindEnvironment(context)).expressions(new Scope([]));
  for (const definition of definedColumns(columns, context)) {
    if (table.columns.some(({ name }) => name === definition.name)) {
      if (ifNotExists) continue;
      throw compilationError('001430', '42601', `column ${definition.name} already exists`);
    }
    const { rows } = await connection.run(`SELECT count(*) FROM "${table.physical}"`);
    if (definition.notNull && !definition.defaultValue && Number(rows[0]?.[0]) > 0) {
      throw new SnowflakeError(
        '002212',
        '22000',
        `SQL compilation error:\nNon-nullable column '${definition.name}' cannot be added to non-empty table '${table.name}' unless it has a non-null default value.`,
      );
    }
    const column: TableColumn = { ...definition, physical: `c${table.nextColumn}` };
    await connection.run(`ALTER TABLE "${table.physical}" ADD COLUMN "${column.physical}" ${storageType(column.type)}`);
    if (column.defaultValue)
      await connection.run(`UPDATE "${table.physical}" SET "${column.physical}" = ${givenValue('default', column, binder)}`);
    table.nextColumn += 1;
    table.columns.push(column);
  }
}

async function dropColumns(
  table: Table,
  { names, ifExists }: AlterTableAction & { kind: 'dropColumns' },
  { session }: StatementContext,
): Promise<void> {
  for (const name of names) {
    const index = table.columns.findIndex((column) => column.name === name.name);
    if (index === -1 && ifExists) continue;
    const column = columnNamed(table, name);
    if (table.columns.length === 1) throw compilationError('002042', '42601', `cannot drop the only column '${column.name}'`);
    await session.connection.run(`ALTER TABLE "${table.physical}" DROP COLUMN "${column.physical}"`);
    table.columns.splice(index, 1);
  }
}

/** Types may only grow: longer text, more digits before the point. */
async function alterType(table: Table, column: TableColumn, type: SqlType, { session }: StatementContext): Promise<void> {
  const from = column.type;
  const longer =
    (from.kind === 'text' && type.kind === 'text') || (from.kind === 'binary' && type.kind === 'binary')
      ? type.length >= from.length
      : false;
  const wider = from.kind === 'number' && type.kind === 'number' && type.scale === from.scale && type.precision >= from.precision;
  if (!longer && !wider)
    throw compilationError(
      '002108',
      '22000',
      `cannot change column ${column.name} from type ${describeType(from)} to ${describeType(type)}`,
    );
  if (wider) await session.connection.run(`ALTER TABLE "${table.physical}" ALTER "${column.physical}" TYPE ${storageType(type)}`);
  column.type = type;
}

async function setNullability(table: Table, column: TableColumn, notNull: boolean, { session }: StatementContext): Promise<void> {
  if (notNull) {
    const { rows } = await session.connection.run(`SELECT 1 FROM "${table.physical}" WHERE "${column.physical}" IS NULL LIMIT 1`);
    if (rows.length > 0) throw new SnowflakeError('100072', '22000', 'NULL result in a non-nullable column');
  }
  column.notNull = notNull;
}
