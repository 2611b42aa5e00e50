import { QueryBinder } from '../bind/bind-query';
import { Scope } from '../bind/scope';
import { addGrant } from '../catalog/access';
import { objectKey } from '../catalog/catalog';
import type { Grant, Schema, Table, TableColumn } from '../catalog/objects';
import type { DuckConnection } from '../duck/duck-database';
import { beyondStandIn, compilationError, existingObject } from '../snowflake-error';
import type { ColumnDefinition, CreateTable } from '../sql/statement';
import { storageType } from '../sql/sql-type';
import { bindEnvironment } from './bind-environment';
import { fitted, physicalNames } from './column-values';
import { requireWarehouse } from './compute';
import { LOAD_MARK } from './copy-load';
import type { StatementContext } from './statement-context';
import { type RowsResult, statusRow } from './statement-result';

/** What fills a new table: nothing, a SELECT over the query's DuckDB text, or a copy of a table. */
interface Contents {
  readonly columns: readonly Omit<TableColumn, 'physical'>[];
  readonly fill: ((table: Table) => string) | undefined;
  readonly origin: Table | undefined;
}

/** Runs CREATE TABLE in its forms: columns, LIKE, CLONE, AS SELECT. */
export async function runCreateTable(statement: CreateTable, context: StatementContext): Promise<RowsResult> {
  const { engine, session } = context;
  const temporary = statement.persistence === 'temporary';
  const { schema, last } = engine.names.placeFor(session, statement.name, temporary ? 'USAGE' : 'CREATE TABLE');
  const replaced = existing(schema, last, temporary, context);
  if (replaced && statement.ifNotExists) return statusRow(`${last} already exists, statement succeeded.`);
  if (replaced && !statement.orReplace) throw existingObject(last);
  if (replaced && !temporary) engine.access.requireOwnership(session, replaced);
  const contents = contentsOf(statement, context);
  const table = newTable(statement, schema, last, contents, context);
  table.grants = temporary ? [] : startingGrants(statement, schema, replaced, contents.origin, context);
  const { fill } = contents;
  if (fill) requireWarehouse(context);
  await engine.transactions.run(session, { reads: context.reads, appends: new Set([table]), changes: new Set() }, async (connection) => {
    await createPhysical(connection, table);
    if (fill) await connection.run(fill(table));
  });
  if (temporary) session.temporaryTables.set(objectKey(schema, last), table);
  else schema.tables.set(last, table);
  if (replaced) await session.connection.run(`DROP TABLE IF EXISTS "${replaced.physical}"`);
  return statusRow(`Table ${last} successfully created.`);
}

function existing(schema: Schema, name: string, temporary: boolean, { session }: StatementContext): Table | undefined {
  return temporary ? session.temporaryTables.get(objectKey(schema, name)) : schema.tables.get(name);
}

function contentsOf(statement: CreateTable, context: StatementContext): Contents {
  const { origin } = statement;
  if (!origin) return { columns: definedColumns(statement.columns ?? [], context), fill: undefined, origin: undefined };
  if (origin.kind === 'query') return selectedContents(statement, context);
  const table = context.engine.names.table(context.session, origin.table, ['SELECT']);
  if (origin.kind === 'clone' && table.persistence !== 'permanent' && statement.persistence === 'permanent') {
    throw compilationError(
      '002120',
      '0A000',
      `${table.persistence === 'transient' ? 'Transient' : 'Temporary'} object cannot be cloned to a permanent object.`,
    );
  }
  context.reads.add(table);
  const fill = (target: Table) =>
    `INSERT INTO "${target.physical}" (${physicalNames(target.columns)}) SELECT ${physicalNames(table.columns)} FROM "${table.physical}"`;
  return { columns: table.columns, fill: origin.kind === 'clone' ? fill : undefined, origin: table };
}

function selectedContents(statement: CreateTable, context: StatementContext): Contents {
  if (statement.origin?.kind !== 'query') throw beyondStandIn('CREATE TABLE without a query');
  const env = bindEnvironment(context);
  const bound = new QueryBinder(env).bind(statement.origin.query);
  const defined = statement.columns && definedColumns(statement.columns, context);
  if (defined && defined.length !== bound.columns.length)
    throw compilationError(
      '002026',
      '42601',
      `invalid column definition list, expected ${bound.columns.length} columns, got ${defined.length}`,
    );
  const columns =
    defined ??
    bound.columns.map(({ name, type }) => ({
      name,
      type: type.kind === 'null' ? ({ kind: 'text', length: 16_777_216 } as const) : type,
      notNull: false,
      defaultValue: undefined,
      comment: '',
    }));
  refuseDuplicates(columns);
  return {
    columns,
    origin: undefined,
    fill: (table) => {
      const values = bound.columns.map((column, index) =>
        fitted({ sql: `q."${column.physical}"`, type: column.type }, table.columns[index] as TableColumn, env),
      );
      return `INSERT INTO "${table.physical}" (${physicalNames(table.columns)}) SELECT ${values.join(', ')} FROM (${bound.sql}) AS q`;
    },
  };
}

/** Checks column definitions; a default must be a constant expression that fits the column. */
export function definedColumns(definitions: readonly ColumnDefinition[], context: StatementContext): Omit<TableColumn, 'physical'>[] {
  const env = bindEnvironment(context);
  const binder = new QueryBinder(env).expressions(new Scope([]));
  const columns = definitions.map(({ name, type, notNull, defaultValue, comment }) => ({
    name: name.name,
    type,
    notNull,
    defaultValue,
    comment: comment ?? '',
  }));
  refuseDuplicates(columns);
  for (const column of columns) if (column.defaultValue) fitted(binder.bind(column.defaultValue), { ...column, physical: '' }, env);
  return columns;
}

function refuseDuplicates(columns: readonly { readonly name: string }[]): void {
  const names = columns.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw compilationError('002025', '42S21', `duplicate column name '${twice}'`);
}

function newTable(
  statement: CreateTable,
  schema: Schema,
  name: string,
  { columns }: Contents,
  { engine, session }: StatementContext,
): Table {
  return {
    kind: 'table',
    name,
    owner: session.role,
    grants: [],
    createdOn: engine.now(),
    comment: statement.comment ?? '',
    schema,
    physical: engine.catalog.nextPhysicalTable(),
    columns: columns.map((column, index) => ({ ...column, physical: `c${index + 1}` })),
    persistence: statement.persistence,
    loads: new Map(),
    nextColumn: columns.length + 1,
    nextLoadMark: 1,
    changedAt: 0,
  };
}

/**
 * The grants of a new table: with COPY GRANTS those of the table it replaces, or of the one it is like or a clone of,
 * without ownership; else the schema's (or database's) future grants.
 */
function startingGrants(
  statement: CreateTable,
  schema: Schema,
  replaced: Table | undefined,
  origin: Table | undefined,
  { engine, session }: StatementContext,
): Grant[] {
  const grants: Grant[] = [];
  const from = statement.copyGrants
    ? (replaced ?? origin)?.grants
    : schema.futureTableGrants.length > 0
      ? schema.futureTableGrants
      : schema.database.futureTableGrants;
  for (const { privilege, role } of from ?? [])
    if (privilege !== 'OWNERSHIP') addGrant(grants, { privilege, role, grantedBy: session.role, createdOn: engine.now() });
  return grants;
}

async function createPhysical(connection: DuckConnection, { physical, columns }: Table): Promise<void> {
  const definitions = columns.map((column) => `"${column.physical}" ${storageType(column.type)}`);
  await connection.run(`CREATE TABLE "${physical}" (${[...definitions, `"${LOAD_MARK}" UBIGINT`].join(', ')})`);
}
