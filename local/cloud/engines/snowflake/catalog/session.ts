import { beyondStandIn, compilationError, invalidValue } from '../snowflake-error';
import type { DuckConnection } from '../duck/duck-database';
import type { FileFormat, Stage, Table, User } from './objects';
import type { OpenTransaction } from './open-transaction';

/** Session parameters with their defaults (https://docs.snowflake.com/en/sql-reference/parameters). Note the time zone. */
const DEFAULTS: Readonly<Record<string, string>> = {
  AUTOCOMMIT: 'true',
  BINARY_INPUT_FORMAT: 'HEX',
  BINARY_OUTPUT_FORMAT: 'HEX',
  CLIENT_SESSION_KEEP_ALIVE: 'false',
  CLIENT_SESSION_KEEP_ALIVE_HEARTBEAT_FREQUENCY: '3600',
  CLIENT_STAGE_ARRAY_BINDING_THRESHOLD: '65280',
  DATE_INPUT_FORMAT: 'AUTO',
  DATE_OUTPUT_FORMAT: 'YYYY-MM-DD',
  ERROR_ON_NONDETERMINISTIC_MERGE: 'true',
  ERROR_ON_NONDETERMINISTIC_UPDATE: 'false',
  JS_TREAT_INTEGER_AS_BIGINT: 'false',
  LOCK_TIMEOUT: '43200',
  QUERY_CONTEXT_CACHE_SIZE: '5',
  QUERY_TAG: '',
  QUOTED_IDENTIFIERS_IGNORE_CASE: 'false',
  STATEMENT_QUEUED_TIMEOUT_IN_SECONDS: '0',
  STATEMENT_TIMEOUT_IN_SECONDS: '172800',
  STRICT_JSON_OUTPUT: 'false',
  TIMESTAMP_INPUT_FORMAT: 'AUTO',
  TIMESTAMP_LTZ_OUTPUT_FORMAT: '',
  TIMESTAMP_NTZ_OUTPUT_FORMAT: 'YYYY-MM-DD HH24:MI:SS.FF3',
  TIMESTAMP_OUTPUT_FORMAT: 'YYYY-MM-DD HH24:MI:SS.FF3 TZHTZM',
  TIMESTAMP_TYPE_MAPPING: 'TIMESTAMP_NTZ',
  TIMESTAMP_TZ_OUTPUT_FORMAT: '',
  TIMEZONE: 'America/Los_Angeles',
  TIME_INPUT_FORMAT: 'AUTO',
  TIME_OUTPUT_FORMAT: 'HH24:MI:SS',
  TRANSACTION_ABORT_ON_ERROR: 'false',
};

/** Parameters whose other values would change what statements mean in ways that are not built. */
const FIXED = [
  'AUTOCOMMIT',
  'BINARY_INPUT_FORMAT',
  'DATE_INPUT_FORMAT',
  'TIMESTAMP_INPUT_FORMAT',
  'TIME_INPUT_FORMAT',
  'TIMESTAMP_TYPE_MAPPING',
  'ERROR_ON_NONDETERMINISTIC_MERGE',
  'ERROR_ON_NONDETERMINISTIC_UPDATE',
  'QUOTED_IDENTIFIERS_IGNORE_CASE',
  'TRANSACTION_ABORT_ON_ERROR',
];
const WHOLE_NUMBERS = ['LOCK_TIMEOUT', 'STATEMENT_TIMEOUT_IN_SECONDS', 'STATEMENT_QUEUED_TIMEOUT_IN_SECONDS'];

/** Whether sessions have a parameter of this name, which users may have too. */
export function isSessionParameter(name: string): boolean {
  return DEFAULTS[name] !== undefined;
}

/** What one login can see and has set; everything in it ends with it. */
export class Session {
  role: string;
  secondaryRoles: 'ALL' | 'NONE';
  warehouse: string | undefined;
  database: string | undefined;
  schema: string | undefined;
  transaction: OpenTransaction | undefined;
  /** The session whose lock this one waits for. */
  waitsFor: Session | undefined;
  readonly temporaryTables = new Map<string, Table>();
  readonly temporaryStages = new Map<string, Stage>();
  readonly temporaryFormats = new Map<string, FileFormat>();
  readonly queryIds: string[] = [];
  private readonly overrides = new Map<string, string>();

  constructor(
    readonly id: string,
    readonly user: User,
    readonly connection: DuckConnection,
    role: string,
    /** True for the operator, who stands above roles and needs no warehouse. */
    readonly unrestricted = false,
  ) {
    this.role = role;
    this.secondaryRoles = user.secondaryRoles;
    for (const [name, value] of user.parameters) this.overrides.set(name, value);
  }

  parameter(name: string): string {
    return this.overrides.get(name) ?? DEFAULTS[name] ?? '';
  }

  parameters(): Readonly<Record<string, string>> {
    return { ...DEFAULTS, ...Object.fromEntries(this.overrides) };
  }

  /** Sets a parameter for the rest of the session; unknown names and values are errors. */
  setParameter(name: string, value: string): void {
    const fallback = DEFAULTS[name];
    if (fallback === undefined) throw compilationError('001006', '22023', `invalid property '${name}' for 'SESSION'.`);
    if (WHOLE_NUMBERS.includes(name) && !/^\d+$/.test(value)) throw invalidValue(name, value, 'a whole number');
    if (!isBuilt(name, value)) throw beyondStandIn(`${name} = ${value}`);
    if (name === 'TIMEZONE' && !isTimeZone(value)) throw invalidValue(name, value, 'an IANA time zone');
    this.overrides.set(name, value);
  }

  /** Raises for a parameter that came with the user and means something that is not built, until the session has set it otherwise. */
  checkParameters(): void {
    for (const [name, value] of this.overrides) if (!isBuilt(name, value)) throw beyondStandIn(`${name} = ${value}`);
  }

  unsetParameter(name: string): void {
    if (DEFAULTS[name] === undefined) throw compilationError('001006', '22023', `invalid property '${name}' for 'SESSION'.`);
    this.overrides.delete(name);
  }
}

function isBuilt(name: string, value: string): boolean {
  return !FIXED.includes(name) || value.toUpperCase() === DEFAULTS[name]?.toUpperCase();
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).format() !== '';
  } catch {
    return false;
  }
}
