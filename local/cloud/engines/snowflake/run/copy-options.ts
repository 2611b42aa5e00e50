import { beyondStandIn, compilationError, invalidValue } from '../snowflake-error';
import { type Options, optionText, type OptionValue, refuseUnknownOptions } from '../sql/parse-options';

const KNOWN = [
  'FILE_FORMAT',
  'FILES',
  'PATTERN',
  'ON_ERROR',
  'PURGE',
  'FORCE',
  'VALIDATION_MODE',
  'LOAD_UNCERTAIN_FILES',
  'RETURN_FAILED_ONLY',
  'TRUNCATECOLUMNS',
  'ENFORCE_LENGTH',
];
const UNOFFERED = ['SIZE_LIMIT', 'MATCH_BY_COLUMN_NAME', 'INCLUDE_METADATA', 'FILE_PROCESSOR', 'LOAD_MODE', 'CLUSTER_AT_INGEST_TIME'];

/** What COPY does with a record that cannot be loaded. */
export type OnError = 'ABORT_STATEMENT' | 'CONTINUE' | 'SKIP_FILE';

/** Refuses options that COPY does not have, that the stand-in does not have, and values of the wrong kind. */
export function checkCopyOptions(options: Options): void {
  const unoffered = UNOFFERED.find((name) => options.has(name) && !(name === 'MATCH_BY_COLUMN_NAME' && options.get(name) === 'NONE'));
  if (unoffered !== undefined) throw beyondStandIn(`COPY option ${unoffered}`);
  refuseUnknownOptions(new Map([...options].filter(([name]) => name !== 'MATCH_BY_COLUMN_NAME')), KNOWN, 'COPY');
  for (const name of ['PURGE', 'FORCE', 'LOAD_UNCERTAIN_FILES', 'RETURN_FAILED_ONLY', 'TRUNCATECOLUMNS', 'ENFORCE_LENGTH']) {
    const value = options.get(name);
    if (value !== undefined && typeof value !== 'boolean') throw invalidValue(name, optionText(value), 'TRUE, FALSE');
  }
  if (options.get('TRUNCATECOLUMNS') === true || options.get('ENFORCE_LENGTH') === false) throw beyondStandIn('COPY that truncates texts');
  if (options.get('RETURN_FAILED_ONLY') === true) throw beyondStandIn('RETURN_FAILED_ONLY = TRUE');
}

/** ON_ERROR, by default ABORT_STATEMENT. */
export function onErrorOf(options: Options): OnError {
  const value: OptionValue = options.get('ON_ERROR') ?? 'ABORT_STATEMENT';
  const word = optionText(value).toUpperCase();
  if (word === 'ABORT_STATEMENT' || word === 'CONTINUE' || word === 'SKIP_FILE') return word;
  if (/^SKIP_FILE_\d+%?$/.test(word)) throw beyondStandIn(`ON_ERROR = ${word}`);
  throw compilationError('001008', '22023', `invalid value [${word}] for parameter 'ON_ERROR'`);
}
