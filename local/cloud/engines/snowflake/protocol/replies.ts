import type { Session } from '../catalog/session';
import type { ResultColumn, RowsResult, TransferResult } from '../run/statement-result';
import { STATEMENT_TYPE } from '../run/statement-result';
import type { SnowflakeError } from '../snowflake-error';
import { MAX_TEXT_LENGTH, type SqlType } from '../sql/sql-type';

/** The envelope of every answer to the driver. */
export interface Reply {
  readonly success: boolean;
  readonly code: string | null;
  readonly message: string | null;
  readonly data: unknown;
}

export function success(data: unknown): Reply {
  return { success: true, code: null, message: null, data };
}

/** A failure; `sqlState` keeps the driver from sending the statement again. */
export function failure({ code, message, sqlState }: SnowflakeError, queryId?: string): Reply {
  return {
    success: false,
    code,
    message,
    data: { errorCode: code, sqlState, ...(queryId !== undefined && { queryId }), type: null, line: -1, pos: -1, internalError: false },
  };
}

/** The statement goes on; the driver asks again at `getResultUrl`. 333334 is the first such answer, 333333 every later one. */
export function inProgress(queryId: string, code: '333333' | '333334'): Reply {
  return {
    success: true,
    code,
    message: 'Query execution in progress.',
    data: { queryId, getResultUrl: `/queries/${queryId}/result`, queryAbortsAfterSecs: 300, progressDesc: null },
  };
}

/** Session parameters as the driver reads them: numbers and booleans are not text. */
export function parameterList(session: Session): { name: string; value: string | number | boolean }[] {
  return Object.entries(session.parameters()).map(([name, value]) => ({
    name,
    value: value === 'true' ? true : value === 'false' ? false : /^\d+$/.test(value) ? Number(value) : value,
  }));
}

/** Where rows beyond the first come from: a URL that needs no token. */
export interface ResultChunk {
  readonly url: string;
  readonly rowCount: number;
  readonly uncompressedSize: number;
  readonly compressedSize: number;
}

/** The answer with a statement's rows. */
export function rowsReply(
  result: RowsResult,
  session: Session,
  queryId: string,
  inline: RowsResult['rows'],
  chunks: readonly ResultChunk[],
): Reply {
  return success({
    parameters: parameterList(session),
    rowtype: result.columns.map(rowType),
    rowset: inline,
    total: result.rows.length,
    returned: result.rows.length,
    queryId,
    databaseProvider: null,
    finalDatabaseName: session.database ?? null,
    finalSchemaName: session.schema ?? null,
    finalWarehouseName: session.warehouse ?? null,
    finalRoleName: session.role,
    numberOfBinds: 0,
    arrayBindSupported: result.statementTypeId === STATEMENT_TYPE.insert,
    statementTypeId: result.statementTypeId,
    version: 1,
    queryResultFormat: 'json',
    ...(chunks.length > 0 && { chunks, chunkHeaders: {} }),
  });
}

export function transferReply({ data }: TransferResult, session: Session, queryId: string): Reply {
  return success({ ...data, queryId, parameters: parameterList(session), statementTypeId: STATEMENT_TYPE.other });
}

/** A column of a result as the driver's Column reads it. */
function rowType({ name, type, nullable }: ResultColumn): Record<string, unknown> {
  return {
    name,
    database: '',
    schema: '',
    table: '',
    nullable,
    length: null,
    byteLength: null,
    precision: null,
    scale: null,
    collation: null,
    ...wireType(type),
  };
}

function wireType(type: SqlType): Record<string, unknown> {
  switch (type.kind) {
    case 'number':
      return { type: 'fixed', precision: type.precision, scale: type.scale };
    case 'float':
      return { type: 'real' };
    case 'text':
      return { type: 'text', length: Math.min(type.length, MAX_TEXT_LENGTH), byteLength: Math.min(type.length * 4, MAX_TEXT_LENGTH) };
    case 'null':
      return { type: 'text', length: 0, byteLength: 0 };
    case 'binary':
      return { type: 'binary', length: type.length, byteLength: type.length };
    case 'time':
    case 'timestamp_ntz':
    case 'timestamp_ltz':
    case 'timestamp_tz':
      return { type: type.kind, precision: 0, scale: type.scale };
    default:
      return { type: type.kind };
  }
}
