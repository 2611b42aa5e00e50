import type { Database, Schema, Table } from '../catalog/objects';
import type { Session } from '../catalog/session';
import type { Statement } from '../sql/statement';
import { number, type SqlType } from '../sql/sql-type';
import { visibleSchemas, visibleTables } from './information-schema';
import type { StatementContext } from './statement-context';
import { type Cell, CREATED, shown } from './shown-rows';
import { type RowsResult, textRows } from './statement-result';

type Show = Statement & { kind: 'show' };

/** Runs SHOW for everything but grants. Only what the session's roles may see is shown. */
export async function runShow(statement: Show, context: StatementContext): Promise<RowsResult> {
  switch (statement.what) {
    case 'tables':
      return showTables(statement, context);
    case 'columns':
      return showColumns(statement, context);
    case 'schemas':
      return shown(
        [CREATED, 'name', 'is_default', 'is_current', 'database_name', 'owner', 'comment'],
        limited(
          statement,
          databases(statement, context).flatMap((database) => visibleSchemas(context, database)),
        ).map((schema) => [
          schema.createdOn,
          schema.name,
          'N',
          schema.name === context.session.schema ? 'Y' : 'N',
          schema.database.name,
          schema.owner,
          schema.comment,
        ]),
      );
    case 'databases':
      return shown(
        [CREATED, 'name', 'is_default', 'is_current', 'origin', 'owner', 'comment'],
        limited(
          statement,
          [...context.engine.catalog.databases.values()].filter((database) => context.engine.access.sees(context.session, database)),
        ).map((database) => [
          database.createdOn,
          database.name,
          'N',
          database.name === context.session.database ? 'Y' : 'N',
          '',
          database.owner,
          database.comment,
        ]),
      );
    case 'warehouses':
      return showWarehouses(statement, context);
    case 'stages':
      return shown(
        [CREATED, 'name', 'database_name', 'schema_name', 'url', 'has_credentials', 'has_encryption_key', 'owner', 'comment', 'type'],
        limited(statement, stages(statement, context)).map((stage) => [
          stage.createdOn,
          stage.name,
          stage.schema.database.name,
          stage.schema.name,
          '',
          'N',
          'N',
          stage.owner,
          stage.comment,
          stage.temporary ? 'INTERNAL TEMPORARY' : 'INTERNAL',
        ]),
      );
    case 'roles':
      return shown(
        [CREATED, 'name', 'is_default', 'is_current', 'is_inherited', 'owner', 'comment'],
        limited(statement, [...context.engine.catalog.roles.values()]).map((role) => [
          role.createdOn,
          role.name,
          role.name === context.session.user.defaultRole ? 'Y' : 'N',
          role.name === context.session.role ? 'Y' : 'N',
          context.engine.access.activeRoles(context.session).has(role.name) ? 'Y' : 'N',
          role.owner,
          role.comment,
        ]),
      );
    case 'transactions':
      return showTransactions(statement, context);
    case 'parameters':
      return textRows(
        ['key', 'value', 'default', 'level', 'description'],
        limited(
          statement,
          Object.entries(context.session.parameters()).map(([name, value]) => ({ name, value })),
        ).map(({ name, value }) => [name, value, '', '', '']),
      );
  }
}

/** The user's own transactions in all sessions; everybody's with IN ACCOUNT. */
function showTransactions(statement: Show, { engine, session }: StatementContext): RowsResult {
  const shownTo = (owner: Session) => statement.scope?.kind === 'account' || owner.user === session.user;
  const rows = engine.transactions.sessions.filter(shownTo).flatMap((owner) => (owner.transaction ? [{ owner, ...owner.transaction }] : []));
  return shown(
    ['id', 'user', 'session', 'name', ['started_on', CREATED[1]], 'state', 'scope'],
    limited(statement, rows).map(({ owner, id, name, startedOn }) => [id, owner.user.name, owner.id, name, startedOn, 'running', '0']),
  );
}

function limited<T extends { readonly name: string }>({ like, startsWith, limit }: Show, objects: readonly T[]): T[] {
  const pattern =
    like === undefined
      ? undefined
      : new RegExp(
          `^${[...like].map((char) => (char === '%' ? '.*' : char === '_' ? '.' : char.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))).join('')}$`,
          'is',
        );
  const matching = objects.filter(({ name }) => (pattern?.test(name) ?? true) && name.startsWith(startsWith ?? ''));
  return matching.sort((a, b) => (a.name < b.name ? -1 : 1)).slice(0, limit ?? matching.length);
}

function databases({ scope }: Show, { engine, session }: StatementContext): Database[] {
  if (scope?.kind === 'account') return [...engine.catalog.databases.values()].filter((database) => engine.access.sees(session, database));
  return [engine.names.database(session, scope?.kind === 'database' ? scope.name.at(-1)?.name : undefined)];
}

function schemas(statement: Show, context: StatementContext): Schema[] {
  const { scope } = statement;
  const { engine, session } = context;
  if (scope?.kind === 'schema') return [engine.names.schema(session, scope.name)];
  if (!scope && session.schema !== undefined) return [engine.names.schema(session, [])];
  return databases(statement, context).flatMap((database) => visibleSchemas(context, database));
}

function tables(statement: Show, context: StatementContext): Table[] {
  const wanted = schemas(statement, context);
  return wanted.flatMap((schema) => visibleTables(context, schema.database).filter((table) => table.schema === schema));
}

const KINDS = { permanent: 'TABLE', transient: 'TRANSIENT', temporary: 'TEMPORARY' } as const;

async function showTables(statement: Show, context: StatementContext): Promise<RowsResult> {
  const rows: Cell[][] = [];
  for (const table of limited(statement, tables(statement, context))) {
    const { rows: counted } = await context.session.connection.run(`SELECT count(*) FROM "${table.physical}"`);
    rows.push([
      table.createdOn,
      table.name,
      table.schema.database.name,
      table.schema.name,
      KINDS[table.persistence],
      table.comment,
      '',
      Number(counted[0]?.[0] ?? 0),
      table.owner,
      table.persistence === 'permanent' ? '1' : '0',
      'ROLE',
    ]);
  }
  return shown(
    [
      CREATED,
      'name',
      'database_name',
      'schema_name',
      'kind',
      'comment',
      'cluster_by',
      ['rows', number()],
      'owner',
      'retention_time',
      'owner_role_type',
    ],
    rows,
  );
}

function showColumns(statement: Show, context: StatementContext): RowsResult {
  const { scope } = statement;
  const chosen =
    scope?.kind === 'table'
      ? [context.engine.names.table(context.session, scope.name, ['SELECT', 'INSERT', 'REFERENCES'], 'Table')]
      : tables(statement, context);
  const rows = chosen.flatMap((table) => table.columns.map((column) => ({ table, column, name: column.name })));
  const matching = new Set(
    limited(
      { ...statement, startsWith: undefined, limit: undefined },
      rows.map(({ name }) => ({ name })),
    ).map(({ name }) => name),
  );
  return shown(
    [
      'table_name',
      'schema_name',
      'column_name',
      'data_type',
      'null?',
      'default',
      'kind',
      'expression',
      'comment',
      'database_name',
      'autoincrement',
    ],
    rows
      .filter(({ name }) => matching.has(name))
      .map(({ table, column }) => [
        table.name,
        table.schema.name,
        column.name,
        typeJson(column.type, !column.notNull),
        column.notNull ? 'false' : 'true',
        column.defaultValue?.source ?? '',
        'COLUMN',
        '',
        column.comment,
        table.schema.database.name,
        '',
      ]),
  );
}

/** SHOW COLUMNS gives the type as JSON. */
function typeJson(type: SqlType, nullable: boolean): string {
  const name = type.kind === 'number' ? 'FIXED' : type.kind === 'float' ? 'REAL' : type.kind.toUpperCase();
  const details =
    type.kind === 'number'
      ? { precision: type.precision, scale: type.scale }
      : type.kind === 'text'
        ? { length: type.length, byteLength: Math.min(type.length * 4, 16_777_216) }
        : type.kind === 'binary'
          ? { length: type.length, byteLength: type.length }
          : 'scale' in type
            ? { precision: 0, scale: type.scale }
            : {};
  return JSON.stringify({ type: name, ...details, nullable, fixed: false });
}

function showWarehouses(statement: Show, { engine, session }: StatementContext): RowsResult {
  const warehouses = [...engine.catalog.warehouses.values()].filter((warehouse) => engine.access.sees(session, warehouse));
  return shown(
    ['name', 'state', 'type', 'size', ['auto_suspend', number()], 'auto_resume', 'is_default', 'is_current', CREATED, 'owner', 'comment'],
    limited(statement, warehouses).map((warehouse) => [
      warehouse.name,
      warehouse.state,
      'STANDARD',
      warehouse.size,
      warehouse.autoSuspendSeconds,
      String(warehouse.autoResume),
      warehouse.name === session.user.defaultWarehouse ? 'Y' : 'N',
      warehouse.name === session.warehouse ? 'Y' : 'N',
      warehouse.createdOn,
      warehouse.owner,
      warehouse.comment,
    ]),
  );
}

function stages(statement: Show, context: StatementContext) {
  const { engine, session } = context;
  const wanted = schemas(statement, context);
  const permanent = wanted.flatMap((schema) => [...schema.stages.values()].filter((stage) => engine.access.sees(session, stage)));
  return [...permanent, ...[...session.temporaryStages.values()].filter(({ schema }) => wanted.includes(schema))];
}
