import type { LoadRecord, Stage, Table } from '../catalog/objects';
import { compilationError, invalidValue, SnowflakeError } from '../snowflake-error';
import { type Options, optionText } from '../sql/parse-options';
import { remoteFileMissing, type StagedFile } from '../stages/stage-files';
import { asDirectory } from '../stages/stage-path';
import type { StatementContext } from './statement-context';

/** Load metadata is kept so long (https://docs.snowflake.com/en/user-guide/data-load-considerations-load). */
const HISTORY_DAYS = 64;
const DAY_MS = 86_400_000;
const MOST_NAMED_FILES = 1000;

/** The files that a COPY has to load: those it names or finds, less those it loaded before with the same content. */
export async function selectFiles(
  stage: Stage,
  path: string,
  table: Table,
  options: Options,
  context: StatementContext,
): Promise<StagedFile[]> {
  const found = await candidates(stage, path, options, context);
  if (options.get('FORCE') === true || options.has('VALIDATION_MODE')) return found;
  const pending = context.session.transaction?.pendingLoads.get(table) ?? [];
  const history = new Map([...table.loads, ...pending.map((load): [string, LoadRecord] => [load.file, load])]);
  const oldest = context.engine.now().getTime() - HISTORY_DAYS * DAY_MS;
  return found.filter((file) => {
    const load = history.get(stage.prefix + file.path);
    if (load && load.status !== 'LOAD_FAILED' && load.loadedAt.getTime() >= oldest) return load.etag !== file.etag;
    // Nobody knows any more whether so old a file was loaded; by default it is left alone.
    return file.lastModified.getTime() >= oldest || options.get('LOAD_UNCERTAIN_FILES') === true;
  });
}

async function candidates(stage: Stage, path: string, options: Options, { engine }: StatementContext): Promise<StagedFile[]> {
  const names = options.get('FILES');
  const pattern = options.get('PATTERN');
  if (names !== undefined && pattern !== undefined) throw compilationError('001003', '42000', 'FILES and PATTERN exclude each other.');
  if (names !== undefined) {
    if (!Array.isArray(names)) throw invalidValue('FILES', optionText(names), 'a list of file names');
    return namedFiles(stage, path, names.map(String), engine.stageFiles);
  }
  const listed = await engine.stageFiles.list(stage, path);
  if (pattern === undefined) return listed;
  // The pattern must match the whole path, the stage's name before it included or not.
  const regex = new RegExp(`^(?:.*/)?(?:${optionText(pattern)})$`);
  return listed.filter((file) => regex.test(file.path));
}

async function namedFiles(
  stage: Stage,
  path: string,
  names: readonly string[],
  files: StatementContext['engine']['stageFiles'],
): Promise<StagedFile[]> {
  if (names.length > MOST_NAMED_FILES)
    throw new SnowflakeError(
      '001080',
      '22023',
      `SQL compilation error:\nThe number of files in FILES is ${names.length}, allowed: ${MOST_NAMED_FILES}.`,
    );
  const prefix = asDirectory(path);
  const listed = new Map((await files.list(stage, prefix)).map((file) => [file.path, file]));
  return names.map((name) => {
    const file = listed.get(prefix + name);
    if (!file) throw remoteFileMissing(`${stage.name.toLowerCase()}/${prefix}${name}`);
    return file;
  });
}
