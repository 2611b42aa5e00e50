import type { DuckConnection } from '../duck/duck-database';
import { snowflakeErrorOf } from '../duck/duck-errors';
import { physicalNames } from './column-values';
import { abortError, type CopyError, type FileFindings, findErrors, readRecords, RECORDS } from './copy-errors';
import { type CopyPlan, widthOf } from './copy-plan';
import { compressionOf, readCsv } from './csv-source';
import type { OnError } from './copy-options';
import type { StatementContext } from './statement-context';

/** What became of one file. */
export interface CopyOutcome {
  readonly path: string;
  readonly status: 'LOADED' | 'PARTIALLY_LOADED' | 'LOAD_FAILED';
  readonly rowsParsed: number;
  readonly rowsLoaded: number;
  readonly errorLimit: number;
  readonly errorsSeen: number;
  readonly firstError: CopyError | undefined;
}

/** Names the column of a table in which a load marks its rows, to count them by file afterwards. */
export const LOAD_MARK = '_load';

/** Loads the files in one go, or with ON_ERROR = CONTINUE or SKIP_FILE after finding out what to leave out. */
export async function loadFiles(plan: CopyPlan, onError: OnError, context: StatementContext): Promise<CopyOutcome[]> {
  const { engine, session } = context;
  const findings = onError === 'ABORT_STATEMENT' ? undefined : await inspect(plan, context, false);
  const firstMark = plan.table.nextLoadMark;
  plan.table.nextLoadMark += plan.files.length;
  const footprint = { reads: new Set<never>(), appends: new Set([plan.table]), changes: new Set<never>() };
  try {
    const loaded = await engine.transactions.run(session, footprint, async (connection) => {
      for (const group of await groups(plan, wholeFiles(plan, findings))) await insertGroup(plan, group, firstMark, connection);
      if (onError === 'CONTINUE') await insertGoodRecords(plan, findings ?? [], firstMark, connection);
      return countByMark(plan, firstMark, connection);
    });
    return plan.files.map(({ path }, index) => outcome(path, loaded.get(index) ?? 0, findings?.[index], onError));
  } catch (error) {
    if (onError !== 'ABORT_STATEMENT') throw error;
    throw await explained(error, plan, context);
  }
}

function outcome(path: string, rowsLoaded: number, findings: FileFindings | undefined, onError: OnError): CopyOutcome {
  const errorsSeen = findings?.errors.length ?? 0;
  const rowsParsed = findings?.rowsParsed ?? rowsLoaded;
  const status = errorsSeen === 0 ? 'LOADED' : rowsLoaded > 0 ? 'PARTIALLY_LOADED' : 'LOAD_FAILED';
  return {
    path,
    status,
    rowsParsed,
    rowsLoaded,
    errorLimit: onError === 'CONTINUE' ? Math.max(1, rowsParsed) : 1,
    errorsSeen,
    firstError: findings?.errors[0],
  };
}

/** Indexes of the files without a known error. */
function wholeFiles(plan: CopyPlan, findings: readonly FileFindings[] | undefined): number[] {
  return [...plan.files.keys()].filter((index) => (findings?.[index]?.errors.length ?? 0) === 0);
}

interface FileGroup {
  readonly width: number;
  readonly paths: string[];
}

/** Files that one read can take together: of one compression and with as many fields. Empty files have nothing to read. */
async function groups(plan: CopyPlan, indexes: readonly number[]): Promise<FileGroup[]> {
  const found = new Map<string, FileGroup>();
  for (const index of indexes) {
    const { localPath } = plan.files[index] as CopyPlan['files'][number];
    const width = await widthOf(plan, localPath);
    if (width === 0) continue;
    const key = `${await compressionOf(localPath)} ${width}`;
    const group = found.get(key) ?? { width, paths: [] };
    group.paths.push(localPath);
    found.set(key, group);
  }
  return [...found.values()];
}

async function insertGroup(plan: CopyPlan, { width, paths }: FileGroup, firstMark: number, connection: DuckConnection): Promise<void> {
  // A local file is named by its index, in six digits.
  const mark = `${firstMark} + CAST(right(filename, 6) AS UBIGINT)`;
  await connection.run(`${insertInto(plan)} SELECT ${[...plan.values, mark].join(', ')} FROM ${await readCsv(paths, width, plan.format)}`);
}

async function insertGoodRecords(
  plan: CopyPlan,
  findings: readonly FileFindings[],
  firstMark: number,
  connection: DuckConnection,
): Promise<void> {
  for (const [index, { errors }] of findings.entries()) {
    if (errors.length === 0) continue;
    await readRecords(plan, (plan.files[index] as CopyPlan['files'][number]).localPath, connection);
    const bad = errors.filter(({ column }) => column !== null).map(({ row }) => row);
    const where = bad.length > 0 ? ` WHERE n NOT IN (${bad.join(', ')})` : '';
    await connection.run(
      `${insertInto(plan)} SELECT ${[...plan.values, String(firstMark + index)].join(', ')} FROM temp.main.${RECORDS}${where}`,
    );
    await connection.run(`DROP TABLE temp.main.${RECORDS}`);
  }
}

function insertInto({ table, columns }: CopyPlan): string {
  return `INSERT INTO "${table.physical}" (${physicalNames(columns)}, "${LOAD_MARK}")`;
}

async function countByMark({ table, files }: CopyPlan, firstMark: number, connection: DuckConnection): Promise<Map<number, number>> {
  const { rows } = await connection.run(
    `SELECT "${LOAD_MARK}", count(*) FROM "${table.physical}" WHERE "${LOAD_MARK}" >= ${firstMark} AND "${LOAD_MARK}" < ${firstMark + files.length} GROUP BY 1`,
  );
  return new Map(rows.map(([mark, count]) => [Number(mark) - firstMark, Number(count)]));
}

/** Looks through all files for records that cannot be loaded, on a connection of its own. */
export async function inspect(plan: CopyPlan, { engine }: StatementContext, first: boolean): Promise<FileFindings[]> {
  const connection = await engine.database.connect();
  try {
    const findings: FileFindings[] = [];
    for (const { localPath } of plan.files) {
      const found = await findErrors(plan, localPath, connection, first);
      findings.push(found);
      if (first && found.errors.length > 0) break;
    }
    return findings;
  } finally {
    await connection.close();
  }
}

/** Finds out which record made the load fail; errors that no record caused stay as they are. */
async function explained(error: unknown, plan: CopyPlan, context: StatementContext): Promise<Error> {
  const known = snowflakeErrorOf(error);
  if (['000002', '000604', '000625'].includes(known.code)) return known;
  const findings = await inspect(plan, context, true);
  const index = findings.findIndex(({ errors }) => errors.length > 0);
  const first = findings[index]?.errors[0];
  return first ? abortError(first, (plan.files[index] as CopyPlan['files'][number]).path) : known;
}
