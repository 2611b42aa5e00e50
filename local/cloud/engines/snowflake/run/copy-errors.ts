import type { DuckConnection } from '../duck/duck-database';
import { snowflakeErrorOf } from '../duck/duck-errors';
import { SnowflakeError } from '../snowflake-error';
import { quoteString } from '../sql/quote';
import { type CopyPlan, widthOf } from './copy-plan';
import { readCsv } from './csv-source';

/** A record that cannot be loaded. `row` counts records from 1; 0 means that the file could not be read as records. */
export interface CopyError {
  readonly row: number;
  readonly column: string | null;
  readonly code: string;
  readonly sqlState: string;
  readonly message: string;
}

/** What is in a file: how many records, and which of them fail. */
export interface FileFindings {
  readonly rowsParsed: number;
  readonly errors: readonly CopyError[];
}

export const RECORDS = 'copy_records';

/** Reads a file into a temporary table with numbered records; records that are malformed become errors. */
export async function readRecords(plan: CopyPlan, localPath: string, connection: DuckConnection): Promise<FileFindings> {
  const width = Math.max(1, await widthOf(plan, localPath));
  const create = (source: string) =>
    connection.run(`CREATE OR REPLACE TEMP TABLE ${RECORDS} AS SELECT row_number() OVER () AS n, * FROM ${source}`);
  const rows = async () => Number((await connection.run(`SELECT count(*) FROM ${RECORDS}`)).rows[0]?.[0] ?? 0);
  try {
    await create(await readCsv([localPath], width, plan.format, ['parallel = false']));
    return { rowsParsed: await rows(), errors: [] };
  } catch (error) {
    if (!(error instanceof Error) || !error.message.includes('CSV Error')) throw error;
  }
  const scan = String(Date.now());
  await create(
    await readCsv([localPath], width, plan.format, [
      'parallel = false',
      'store_rejects = true',
      `rejects_table = ${quoteString(`bad_${scan}`)}`,
      `rejects_scan = ${quoteString(`scan_${scan}`)}`,
    ]),
  );
  const rejects = await connection.run(`SELECT DISTINCT line FROM bad_${scan} ORDER BY line`);
  const errors = rejects.rows.map(([line]) => malformed(Number(line)));
  return { rowsParsed: (await rows()) + errors.length, errors };
}

function malformed(row: number): CopyError {
  return {
    row,
    column: null,
    code: '100080',
    sqlState: '22000',
    message: 'Number of columns in file does not match that of the corresponding table, or a field is not well-formed',
  };
}

/** Finds the records whose values do not fit, by halves; `first` stops at the first one. */
export async function findErrors(plan: CopyPlan, localPath: string, connection: DuckConnection, first: boolean): Promise<FileFindings> {
  const { rowsParsed, errors } = await readRecords(plan, localPath, connection);
  const found = [...errors];
  const probe = async (from: number, to: number): Promise<void> => {
    if (from > to || (first && found.length > 0)) return;
    if (!(await failure(connection, plan.values, from, to))) return;
    if (from === to) {
      found.push(await columnFailure(connection, plan, from));
      return;
    }
    const middle = Math.floor((from + to) / 2);
    await probe(from, middle);
    await probe(middle + 1, to);
  };
  await probe(1, rowsParsed - errors.length);
  return { rowsParsed, errors: found.sort((a, b) => a.row - b.row) };
}

async function failure(
  connection: DuckConnection,
  values: readonly string[],
  from: number,
  to: number,
): Promise<SnowflakeError | undefined> {
  try {
    await connection.run(`SELECT ${values.map((value) => `count(${value})`).join(', ')} FROM ${RECORDS} WHERE n BETWEEN ${from} AND ${to}`);
    return undefined;
  } catch (error) {
    return snowflakeErrorOf(error);
  }
}

async function columnFailure(connection: DuckConnection, plan: CopyPlan, row: number): Promise<CopyError> {
  for (const [index, value] of plan.values.entries()) {
    const error = await failure(connection, [value], row, row);
    if (error)
      return {
        row,
        column: `"${plan.table.name}"["${plan.columns[index]?.name}":${index + 1}]`,
        code: error.code,
        sqlState: error.sqlState,
        message: error.message,
      };
  }
  throw new SnowflakeError('000603', 'XX000', `record ${row} fails only as a whole`);
}

/** The error of COPY with ON_ERROR = ABORT_STATEMENT, worded as Snowflake does. */
export function abortError({ row, column, code, sqlState, message }: CopyError, path: string): SnowflakeError {
  const where = `File '${path}', line ${row}, character 1\n  Row ${row}, column ${column ?? 'unknown'}`;
  const advice = `If you would like to continue loading when an error is encountered, use other values such as 'SKIP_FILE' or 'CONTINUE' for the ON_ERROR option.`;
  return new SnowflakeError(code, sqlState, `${message}\n  ${where}\n  ${advice}`);
}
