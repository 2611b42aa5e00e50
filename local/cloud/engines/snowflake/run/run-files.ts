import { invalidValue } from '../snowflake-error';
import { optionText, refuseUnknownOptions } from '../sql/parse-options';
import { number, TEXT } from '../sql/sql-type';
import type { Statement } from '../sql/statement';
import { remoteFileMissing } from '../stages/stage-files';
import { asDirectory, parseStagePath } from '../stages/stage-path';
import type { StatementContext } from './statement-context';
import { type RowsResult, STATEMENT_TYPE, textRows, type TransferResult } from './statement-result';

type Transfer = Statement & { kind: 'putFile' };

const PUT_OPTIONS = ['PARALLEL', 'AUTO_COMPRESS', 'SOURCE_COMPRESSION', 'OVERWRITE'];
const SOURCE_COMPRESSIONS = ['AUTO_DETECT', 'GZIP', 'BZ2', 'BROTLI', 'ZSTD', 'DEFLATE', 'RAW_DEFLATE', 'NONE'];

/** Answers PUT and GET with where the files go or come from; the driver moves, compresses and encrypts them. */
export async function runTransfer(statement: Transfer, context: StatementContext): Promise<TransferResult> {
  return { kind: 'transfer', data: statement.direction === 'put' ? await putData(statement, context) : await getData(statement, context) };
}

async function putData(
  { file, stage: reference, options }: Transfer,
  { engine, session, queryId }: StatementContext,
): Promise<Record<string, unknown>> {
  refuseUnknownOptions(options, PUT_OPTIONS, 'PUT');
  const { stage: name, path } = parseStagePath(reference);
  const stage = engine.names.stage(session, name, 'WRITE');
  const compression = optionText(options.get('SOURCE_COMPRESSION') ?? 'AUTO_DETECT').toUpperCase();
  if (!SOURCE_COMPRESSIONS.includes(compression)) throw invalidValue('SOURCE_COMPRESSION', compression, SOURCE_COMPRESSIONS.join(', '));
  return {
    command: 'UPLOAD',
    src_locations: [decodeURI(file.replace(/^file:\/\//i, ''))],
    parallel: numberOption(options.get('PARALLEL') ?? 4, 'PARALLEL'),
    autoCompress: flagOption(options.get('AUTO_COMPRESS') ?? true, 'AUTO_COMPRESS'),
    overwrite: flagOption(options.get('OVERWRITE') ?? false, 'OVERWRITE'),
    sourceCompression: compression.toLowerCase(),
    encryptionMaterial: { queryStageMasterKey: stage.masterKey, queryId, smkId: 1 },
    stageInfo: await stageInfo(engine.stageFiles, stage.prefix + asDirectory(path)),
  };
}

async function getData(
  { file, stage: reference, options }: Transfer,
  { engine, session, queryId }: StatementContext,
): Promise<Record<string, unknown>> {
  refuseUnknownOptions(options, ['PARALLEL'], 'GET');
  const { stage: name, path } = parseStagePath(reference);
  const stage = engine.names.stage(session, name, 'READ');
  const files = await engine.stageFiles.list(stage, path);
  if (files.length === 0) throw remoteFileMissing(`${stage.name.toLowerCase()}/${path}`);
  return {
    command: 'DOWNLOAD',
    localLocation: decodeURI(file.replace(/^file:\/\//i, '')),
    src_locations: files.map((found) => found.path),
    parallel: numberOption(options.get('PARALLEL') ?? 4, 'PARALLEL'),
    encryptionMaterial: files.map(() => ({ queryStageMasterKey: stage.masterKey, queryId, smkId: 1 })),
    stageInfo: await stageInfo(engine.stageFiles, stage.prefix),
  };
}

/** The fields that the driver's S3 client reads (snowflake-sdk 3.3.0, file_transfer_agent/s3_util.js). */
async function stageInfo({ store }: StatementContext['engine']['stageFiles'], prefix: string): Promise<Record<string, unknown>> {
  const { accessKeyId, secretAccessKey, sessionToken } = await store.credentials(prefix);
  return {
    locationType: 'S3',
    location: `${store.bucket}/${prefix}`,
    path: prefix,
    region: store.region,
    endPoint: store.endPoint,
    isClientSideEncrypted: true,
    useS3RegionalUrl: false,
    creds: {
      AWS_KEY_ID: accessKeyId,
      AWS_SECRET_KEY: secretAccessKey,
      AWS_TOKEN: sessionToken,
      AWS_ID: accessKeyId,
      AWS_KEY: secretAccessKey,
    },
  };
}

function numberOption(value: unknown, name: string): number {
  if (typeof value === 'number' && value >= 1 && value <= 99) return value;
  throw invalidValue(name, String(value), '1 to 99');
}

function flagOption(value: unknown, name: string): boolean {
  if (typeof value === 'boolean') return value;
  throw invalidValue(name, String(value), 'TRUE, FALSE');
}

/** LIST and REMOVE. */
export async function runFiles(
  { action, stage: reference, pattern }: Statement & { kind: 'files' },
  { engine, session }: StatementContext,
): Promise<RowsResult> {
  const { stage: name, path } = parseStagePath(reference);
  const stage = engine.names.stage(session, name, action === 'list' ? 'READ' : 'WRITE');
  const regex = pattern === undefined ? undefined : new RegExp(`^(?:.*/)?(?:${pattern})$`);
  const files = (await engine.stageFiles.list(stage, path)).filter((file) => regex?.test(file.path) ?? true);
  const shown = (filePath: string) => `${stage.name.toLowerCase()}/${filePath}`;
  if (action === 'remove') {
    for (const file of files) await engine.stageFiles.remove(stage, file.path);
    return textRows(
      ['name', 'result'],
      files.map((file) => [shown(file.path), 'removed']),
      STATEMENT_TYPE.other,
    );
  }
  const columns = [
    { name: 'name', type: TEXT },
    { name: 'size', type: number() },
    { name: 'md5', type: TEXT },
    { name: 'last_modified', type: TEXT },
  ].map((column) => ({ ...column, nullable: true }));
  return {
    kind: 'rows',
    columns,
    rows: files.map((file) => [shown(file.path), String(file.size), file.etag, file.lastModified.toUTCString()]),
    statementTypeId: STATEMENT_TYPE.select,
  };
}
