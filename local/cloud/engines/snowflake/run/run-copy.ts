import type { LoadRecord, Stage, Table } from '../catalog/objects';
import { qualifiedName } from '../catalog/catalog';
import { beyondStandIn } from '../snowflake-error';
import { optionText } from '../sql/parse-options';
import type { CopyInto } from '../sql/statement';
import { number, TEXT } from '../sql/sql-type';
import type { StagedFile } from '../stages/stage-files';
import { parseStagePath } from '../stages/stage-path';
import { requireWarehouse } from './compute';
import { type CopyOutcome, loadFiles } from './copy-load';
import { planCopy } from './copy-plan';
import { validateFiles } from './copy-validation';
import { selectFiles } from './copy-files';
import { checkCopyOptions, onErrorOf } from './copy-options';
import { formatInForce } from './file-format';
import type { StatementContext } from './statement-context';
import { type ResultColumn, type RowsResult, STATEMENT_TYPE, statusRow } from './statement-result';

/** Runs COPY INTO a table, or with VALIDATION_MODE only looks for what would fail. */
export async function runCopy(statement: CopyInto, context: StatementContext): Promise<RowsResult> {
  requireWarehouse(context);
  const { engine, session } = context;
  const { options } = statement;
  checkCopyOptions(options);
  const table = engine.names.table(session, statement.table, ['INSERT']);
  const { stage: stageName, path } = parseStagePath(statement.stage);
  const stage = engine.names.stage(session, stageName, 'READ');
  const format = formatInForce(options.get('FILE_FORMAT'), stage, context);
  if (format.backslashEscapes) throw beyondStandIn(`backslash escapes in unenclosed fields; say ESCAPE_UNENCLOSED_FIELD = NONE`);
  const files = await selectFiles(stage, path, table, options, context);
  if (files.length === 0) {
    // What cannot be compiled is refused before Snowflake looks for files.
    await planCopy(statement, table, format, [], [], context);
    return statusRow('Copy executed with 0 files processed.', STATEMENT_TYPE.copy);
  }
  const local = await engine.stageFiles.download(stage, files);
  // An open transaction may have to do the load again, so its files stay until it ends.
  const keep = session.transaction;
  if (keep) keep.onEnd.push(local.dispose);
  try {
    const plan = await planCopy(statement, table, format, files, local.paths, context);
    if (options.has('VALIDATION_MODE')) return await validateFiles(plan, optionText(options.get('VALIDATION_MODE')), context);
    const outcomes = await loadFiles(plan, onErrorOf(options), context);
    await remember(outcomes, files, table, stage, context);
    if (options.get('PURGE') === true) await purge(stage, files, outcomes, context);
    return result(outcomes, stage);
  } finally {
    if (!keep) await local.dispose();
  }
}

/** Writes the load history: at once, or when the transaction commits. */
async function remember(
  outcomes: readonly CopyOutcome[],
  files: readonly StagedFile[],
  table: Table,
  stage: Stage,
  { engine, session }: StatementContext,
): Promise<void> {
  const loads = outcomes.map((outcome, index): LoadRecord => {
    const file = files[index] as StagedFile;
    return {
      file: stage.prefix + file.path,
      fileName: file.path,
      stage: `@${qualifiedName(stage.schema, stage.name)}`,
      etag: file.etag,
      fileSize: file.size,
      loadedAt: engine.now(),
      status: outcome.status,
      rowsParsed: outcome.rowsParsed,
      rowsLoaded: outcome.rowsLoaded,
      errors: outcome.errorsSeen,
      firstError: outcome.firstError?.message ?? null,
    };
  });
  if (session.transaction) session.transaction.pendingLoads.set(table, [...(session.transaction.pendingLoads.get(table) ?? []), ...loads]);
  else for (const load of loads) table.loads.set(load.file, load);
}

async function purge(
  stage: Stage,
  files: readonly StagedFile[],
  outcomes: readonly CopyOutcome[],
  { engine, session }: StatementContext,
): Promise<void> {
  const loaded = files.filter((_, index) => outcomes[index]?.status === 'LOADED');
  const remove = async () => {
    for (const { path } of loaded) await engine.stageFiles.remove(stage, path);
  };
  if (session.transaction) session.transaction.onCommit.push(remove);
  else await remove();
}

const text = (name: string): ResultColumn => ({ name, type: TEXT, nullable: true });
const count = (name: string): ResultColumn => ({ name, type: number(), nullable: true });
const COLUMNS = [
  text('file'),
  text('status'),
  count('rows_parsed'),
  count('rows_loaded'),
  count('error_limit'),
  count('errors_seen'),
  text('first_error'),
  count('first_error_line'),
  count('first_error_character'),
  text('first_error_column_name'),
];

function result(outcomes: readonly CopyOutcome[], stage: Stage): RowsResult {
  const rows = outcomes.map(({ path, status, rowsParsed, rowsLoaded, errorLimit, errorsSeen, firstError }) => [
    `${stage.name.toLowerCase()}/${path}`,
    status,
    ...[rowsParsed, rowsLoaded, errorLimit, errorsSeen].map(String),
    ...(firstError ? [firstError.message, String(firstError.row), '1', firstError.column] : [null, null, null, null]),
  ]);
  return { kind: 'rows', columns: COLUMNS, rows, statementTypeId: STATEMENT_TYPE.copy };
}
