import type { Bound } from '../bind/bound';
import type { BindEnvironment, Source } from '../bind/environment';
import type { Table } from '../catalog/objects';
import { beyondStandIn, compilationError, SnowflakeError } from '../snowflake-error';
import type { Call, ObjectName } from '../sql/ast';
import { quoteString } from '../sql/quote';
import { BOOLEAN, FLOAT, NULL, number, type SqlType, UNCHECKED_TEXT } from '../sql/sql-type';
import type { Identifier } from '../sql/token-cursor';
import { copyHistory, informationSchemaView, queryHistory } from './information-schema';
import { inlineSource, type InlineValue } from './inline-source';
import type { Binding, StatementContext } from './statement-context';

/** What differs between statements: where `?` and `$1` take their values from, and which functions may be called. */
export interface ValueSources {
  readonly placeholder?: (index: number) => Bound;
  readonly field?: (position: number) => Bound;
  readonly checkCall?: BindEnvironment['checkCall'];
}

/** The session as binding sees it. Tables that are read are noted in the context, and the role must be allowed to select. */
export function bindEnvironment(context: StatementContext, sources: ValueSources = {}): BindEnvironment {
  const { session, engine } = context;
  let aliases = 0;
  return {
    table: (name) => readable(name, context),
    tableFunction: (name, call) => tableFunction(name, call, context),
    placeholder: sources.placeholder ?? ((index) => bindingValue(context.bindings.get(index), index)),
    field:
      sources.field ??
      ((position) => {
        throw compilationError('000904', '42000', `invalid identifier '$${position}'`);
      }),
    checkCall: sources.checkCall,
    contextValue: (name) => contextValue(name, context),
    parameter: (name) => session.parameter(name),
    nowMicros: BigInt(engine.now().getTime()) * 1000n,
    uniqueAlias: () => `a${(aliases += 1)}`,
  };
}

function readable(name: ObjectName, context: StatementContext): Source {
  const { engine, session } = context;
  if (name.length > 1 && (name.at(-2) as Identifier).name === 'INFORMATION_SCHEMA') {
    return informationSchemaView(context, engine.names.database(session, name.at(-3)?.name), (name.at(-1) as Identifier).name);
  }
  const table = engine.names.table(session, name, ['SELECT']);
  context.reads.add(table);
  return tableSource(table);
}

/** A table as something that can stand in FROM. */
export function tableSource(table: Table): Source {
  return {
    sql: `"${table.physical}"`,
    columns: table.columns.map(({ name, physical, type, notNull }) => ({ name, physical, type, nullable: !notNull })),
    path: [table.schema.database.name, table.schema.name, table.name],
  };
}

function tableFunction(name: ObjectName, call: Call, context: StatementContext): Source {
  const { engine, session } = context;
  if (call.name === 'RESULT_SCAN') return resultScan(call, context);
  if (name.length > 1 && (name.at(-2) as Identifier).name !== 'INFORMATION_SCHEMA') throw beyondStandIn(`table function ${call.name}`);
  if (call.name === 'COPY_HISTORY') {
    return copyHistory(call, (text) =>
      engine.names.table(
        session,
        text.split('.').map((part) => ({ name: part.startsWith('"') ? part.slice(1, -1) : part.toUpperCase(), quoted: false })),
        ['SELECT', 'INSERT', 'OWNERSHIP'],
        'Table',
      ),
    );
  }
  if (call.name === 'QUERY_HISTORY' || call.name === 'QUERY_HISTORY_BY_SESSION') return queryHistory(call, context);
  throw beyondStandIn(`table function ${call.name}`);
}

/** RESULT_SCAN('query id') or RESULT_SCAN(LAST_QUERY_ID(-n)). */
function resultScan(call: Call, context: StatementContext): Source {
  const [argument] = call.args;
  const queryId =
    argument?.kind === 'literal' && argument.type === 'string'
      ? argument.value
      : argument?.kind === 'call' && argument.name === 'LAST_QUERY_ID'
        ? contextValue(`LAST_QUERY_ID ${argument.args[0]?.source ?? '-1'}`, context)
        : undefined;
  const result = queryId == null ? undefined : context.engine.resultOf(queryId);
  if (!result) throw new SnowflakeError('000709', '02000', `Statement ${queryId ?? call.source} not found`);
  return inlineSource(
    result.columns,
    result.rows.map((row) => row.map((value, column) => decoded(value, (result.columns[column] as { readonly type: SqlType }).type))),
  );
}

/** A value of an encoded result back as DuckDB text. */
function decoded(value: string | null, type: SqlType): InlineValue {
  if (value === null || ['text', 'number', 'boolean', 'float'].includes(type.kind)) return value;
  if (type.kind === 'date') return { sql: `DATE '1970-01-01' + ${Number(value)}` };
  if (type.kind === 'timestamp_ntz' || type.kind === 'timestamp_ltz')
    return { sql: `make_timestamp(CAST(CAST(${quoteString(value)} AS DECIMAL(38,9)) * 1000000 AS BIGINT))` };
  throw beyondStandIn(`RESULT_SCAN of a column of ${type.kind}`);
}

function bindingValue(binding: Binding | undefined, index: number): Bound {
  if (!binding) throw compilationError('002049', '42601', `Bind variable ${index} not set.`);
  const { type, value } = binding;
  if (Array.isArray(value)) throw beyondStandIn('array binds outside INSERT');
  if (value === null) return { sql: 'NULL', type: NULL };
  const text = quoteString(value as string);
  switch (type) {
    case 'TEXT':
      if ((value as string).includes('\0')) throw beyondStandIn('the character NUL in a bind');
      return { sql: text, type: UNCHECKED_TEXT };
    case 'FIXED':
      // The driver calls every number without fraction FIXED, 1.5e300 too.
      if (!/^-?\d{1,38}$/.test(value as string))
        throw new SnowflakeError('100039', '22003', `Numeric value '${value as string}' is out of range`);
      return { sql: `CAST(${text} AS DECIMAL(38,0))`, type: number() };
    case 'REAL':
      return { sql: `CAST(${text} AS DOUBLE)`, type: FLOAT };
    case 'BOOLEAN':
      return { sql: value === 'true' ? 'TRUE' : 'FALSE', type: BOOLEAN };
    default:
      throw beyondStandIn(`binds of type ${type}`);
  }
}

function contextValue(name: string, { session, engine, queryId }: StatementContext): string | null | undefined {
  const last = /^LAST_QUERY_ID (-?\d+)$/.exec(name);
  if (last) {
    const position = Number(last[1]);
    const earlier = session.queryIds.filter((id) => id !== queryId);
    return (position > 0 ? earlier[position - 1] : earlier.at(position)) ?? null;
  }
  const aborted = /^ABORT_TRANSACTION (\d+)$/.exec(name)?.[1];
  if (aborted !== undefined) {
    // https://docs.snowflake.com/en/sql-reference/functions/system_abort_transaction: by whoever began it, or an account administrator.
    const done = engine.transactions.abort(aborted, (owner) => owner.user === session.user || session.role === 'ACCOUNTADMIN');
    return done ? `Aborted transaction id: ${aborted}` : `Transaction ${aborted} is not running.`;
  }
  switch (name) {
    case 'CURRENT_USER':
      return session.user.name;
    case 'CURRENT_ROLE':
      return session.role;
    case 'CURRENT_SECONDARY_ROLES':
      return JSON.stringify({
        roles: session.secondaryRoles === 'ALL' ? [...session.user.roles].join(',') : '',
        value: session.secondaryRoles === 'ALL' ? 'ALL' : '',
      });
    case 'CURRENT_WAREHOUSE':
      return session.warehouse ?? null;
    case 'CURRENT_DATABASE':
      return session.database ?? null;
    case 'CURRENT_SCHEMA':
      return session.schema ?? null;
    case 'CURRENT_SESSION':
      return session.id;
    case 'CURRENT_ACCOUNT':
      return engine.catalog.accountName;
    case 'CURRENT_REGION':
      return 'AWS_US_EAST_1';
    case 'CURRENT_VERSION':
      return '9.0.0-local';
    case 'CURRENT_TRANSACTION':
      return session.transaction?.id ?? null;
    default:
      return undefined;
  }
}
