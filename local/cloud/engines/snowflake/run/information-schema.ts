import type { Source } from '../bind/environment';
import type { Database, Schema, Table } from '../catalog/objects';
import { beyondStandIn, compilationError, missingObject } from '../snowflake-error';
import type { Call, Expression } from '../sql/ast';
import { BOOLEAN, LTZ, number, type SqlType, TEXT } from '../sql/sql-type';
import { type InlineColumn, inlineSource, type InlineValue } from './inline-source';
import type { StatementContext } from './statement-context';

interface View {
  readonly columns: readonly InlineColumn[];
  readonly rows: (context: StatementContext, database: Database) => InlineValue[][];
}

const text = (...names: string[]): InlineColumn[] => names.map((name) => ({ name, type: TEXT }));
const numbers = (...names: string[]): InlineColumn[] => names.map((name) => ({ name, type: number() }));
const moments = (...names: string[]): InlineColumn[] => names.map((name) => ({ name, type: LTZ }));

const TABLES: View = {
  columns: [
    ...text('TABLE_CATALOG', 'TABLE_SCHEMA', 'TABLE_NAME', 'TABLE_OWNER', 'TABLE_TYPE', 'IS_TRANSIENT'),
    ...numbers('ROW_COUNT'),
    ...moments('CREATED'),
    ...text('COMMENT'),
  ],
  rows: (context, database) =>
    visibleTables(context, database).map((table) => {
      context.reads.add(table);
      const type = table.persistence === 'temporary' ? 'LOCAL TEMPORARY' : 'BASE TABLE';
      return [
        database.name,
        table.schema.name,
        table.name,
        table.owner,
        type,
        table.persistence === 'transient' ? 'YES' : 'NO',
        { sql: `(SELECT count(*) FROM "${table.physical}")` },
        table.createdOn,
        table.comment || null,
      ];
    }),
};

const COLUMNS: View = {
  columns: [
    ...text('TABLE_CATALOG', 'TABLE_SCHEMA', 'TABLE_NAME', 'COLUMN_NAME'),
    ...numbers('ORDINAL_POSITION'),
    ...text('COLUMN_DEFAULT', 'IS_NULLABLE', 'DATA_TYPE'),
    ...numbers(
      'CHARACTER_MAXIMUM_LENGTH',
      'CHARACTER_OCTET_LENGTH',
      'NUMERIC_PRECISION',
      'NUMERIC_PRECISION_RADIX',
      'NUMERIC_SCALE',
      'DATETIME_PRECISION',
    ),
    ...text('COMMENT'),
  ],
  rows: (context, database) =>
    visibleTables(context, database).flatMap((table) =>
      table.columns.map((column, index) => [
        database.name,
        table.schema.name,
        table.name,
        column.name,
        index + 1,
        column.defaultValue?.source ?? null,
        column.notNull ? 'NO' : 'YES',
        ...typeFacts(column.type),
        column.comment || null,
      ]),
    ),
};

/** DATA_TYPE and the lengths and precisions, as INFORMATION_SCHEMA.COLUMNS has them: VARCHAR is TEXT there. */
function typeFacts(type: SqlType): InlineValue[] {
  const name = type.kind === 'text' ? 'TEXT' : type.kind === 'null' ? 'TEXT' : type.kind.toUpperCase();
  const length = type.kind === 'text' || type.kind === 'binary' ? type.length : null;
  const octets = type.kind === 'text' ? Math.min(type.length * 4, 16_777_216) : length;
  const [precision, scale] = type.kind === 'number' ? [type.precision, type.scale] : [null, null];
  const fraction = 'scale' in type && type.kind !== 'number' ? type.scale : null;
  return [name, length, octets, precision, precision === null ? null : 10, scale, fraction];
}

const SCHEMATA: View = {
  columns: [...text('CATALOG_NAME', 'SCHEMA_NAME', 'SCHEMA_OWNER', 'IS_TRANSIENT'), ...moments('CREATED')],
  rows: (context, database) =>
    visibleSchemas(context, database).map((schema) => [database.name, schema.name, schema.owner, 'NO', schema.createdOn]),
};

const LOAD_HISTORY: View = {
  columns: [
    ...text('SCHEMA_NAME', 'FILE_NAME', 'TABLE_NAME'),
    ...moments('LAST_LOAD_TIME'),
    ...text('STATUS'),
    ...numbers('ROW_COUNT', 'ROW_PARSED'),
    ...text('FIRST_ERROR_MESSAGE'),
    ...numbers('ERROR_COUNT'),
  ],
  rows: (context, database) =>
    visibleTables(context, database).flatMap((table) =>
      [...table.loads.values()].map((load) => [
        table.schema.name,
        load.file,
        table.name,
        load.loadedAt,
        load.status,
        load.rowsLoaded,
        load.rowsParsed,
        load.firstError,
        load.errors,
      ]),
    ),
};

const VIEWS: Readonly<Record<string, View>> = { TABLES, COLUMNS, SCHEMATA, LOAD_HISTORY };

export function visibleSchemas({ engine, session }: StatementContext, database: Database): Schema[] {
  return [...database.schemas.values()].filter((schema) => engine.access.sees(session, schema));
}

/** Tables that the roles may know of, the session's temporary ones included. */
export function visibleTables(context: StatementContext, database: Database): Table[] {
  const { engine, session } = context;
  const permanent = visibleSchemas(context, database).flatMap((schema) =>
    [...schema.tables.values()].filter((table) => engine.access.sees(session, table)),
  );
  return [...permanent, ...[...session.temporaryTables.values()].filter(({ schema }) => schema.database === database)];
}

/** A view of INFORMATION_SCHEMA as something that can stand in FROM. */
export function informationSchemaView(context: StatementContext, database: Database, name: string): Source {
  const view = VIEWS[name];
  if (!view) throw missingObject('Object', `${database.name}.INFORMATION_SCHEMA.${name}`);
  return inlineSource(view.columns, view.rows(context, database), [database.name, 'INFORMATION_SCHEMA', name]);
}

const COPY_HISTORY_COLUMNS: readonly InlineColumn[] = [
  ...text('FILE_NAME', 'STAGE_LOCATION'),
  ...moments('LAST_LOAD_TIME'),
  ...numbers('ROW_COUNT', 'ROW_PARSED', 'FILE_SIZE'),
  ...text('FIRST_ERROR_MESSAGE'),
  ...numbers('ERROR_COUNT'),
  ...text('STATUS', 'TABLE_CATALOG_NAME', 'TABLE_SCHEMA_NAME', 'TABLE_NAME'),
];

const STATUS_TEXT = { LOADED: 'Loaded', PARTIALLY_LOADED: 'Partially loaded', LOAD_FAILED: 'Load failed' } as const;

/** COPY_HISTORY(TABLE_NAME => 'T', START_TIME => ...): the loads of one table. */
export function copyHistory(call: Call, table: (name: string) => Table): Source {
  const name = call.named.get('TABLE_NAME');
  if (name?.kind !== 'literal' || !call.named.has('START_TIME'))
    throw compilationError('000938', '22023', 'COPY_HISTORY needs TABLE_NAME and START_TIME.');
  const found = table(name.value);
  const rows = [...found.loads.values()].map((load) => [
    load.fileName,
    load.stage,
    load.loadedAt,
    load.rowsLoaded,
    load.rowsParsed,
    load.fileSize,
    load.firstError,
    load.errors,
    STATUS_TEXT[load.status],
    found.schema.database.name,
    found.schema.name,
    found.name,
  ]);
  return inlineSource(COPY_HISTORY_COLUMNS, rows);
}

const QUERY_HISTORY_COLUMNS: readonly InlineColumn[] = [
  ...text(
    'QUERY_ID',
    'QUERY_TEXT',
    'DATABASE_NAME',
    'SCHEMA_NAME',
    'QUERY_TYPE',
    'SESSION_ID',
    'USER_NAME',
    'ROLE_NAME',
    'WAREHOUSE_NAME',
    'QUERY_TAG',
    'EXECUTION_STATUS',
    'ERROR_CODE',
    'ERROR_MESSAGE',
  ),
  ...moments('START_TIME', 'END_TIME'),
  ...numbers('TOTAL_ELAPSED_TIME', 'ROWS_PRODUCED'),
  { name: 'IS_CLIENT_GENERATED_STATEMENT', type: BOOLEAN },
];

/** QUERY_HISTORY() and QUERY_HISTORY_BY_SESSION(): newest first, at most RESULT_LIMIT (100). */
export function queryHistory(call: Call, { engine, session }: StatementContext): Source {
  const limit = integerArgument(call.named.get('RESULT_LIMIT'), 100);
  const mine = call.name === 'QUERY_HISTORY_BY_SESSION';
  for (const name of call.named.keys()) if (name !== 'RESULT_LIMIT') throw beyondStandIn(`${name} of ${call.name}`);
  const entries = engine.log
    .all()
    .filter(({ sessionId, user }) =>
      mine ? sessionId === session.id : user === session.user.name || engine.access.activeRoles(session).has('ACCOUNTADMIN'),
    );
  const rows = entries
    .slice(-limit)
    .reverse()
    .map((entry): InlineValue[] => [
      entry.queryId,
      entry.sqlText,
      entry.database,
      entry.schema,
      entry.kind,
      entry.sessionId,
      entry.user,
      entry.role,
      entry.warehouse,
      entry.queryTag,
      entry.error ? 'FAILED_WITH_ERROR' : 'SUCCESS',
      entry.error?.code ?? null,
      entry.error?.message ?? null,
      entry.startedAt,
      new Date(entry.startedAt.getTime() + entry.durationMs),
      Math.round(entry.durationMs),
      entry.rowsProduced,
      false,
    ]);
  return inlineSource(QUERY_HISTORY_COLUMNS, rows);
}

function integerArgument(argument: Expression | undefined, fallback: number): number {
  if (argument === undefined) return fallback;
  if (argument.kind === 'literal' && /^\d+$/.test(argument.value)) return Number(argument.value);
  throw beyondStandIn(`argument ${argument.source}`);
}
