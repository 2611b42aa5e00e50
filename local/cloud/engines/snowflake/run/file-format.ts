import type { Stage } from '../catalog/objects';
import { beyondStandIn, compilationError, invalidValue } from '../snowflake-error';
import type { ObjectName } from '../sql/ast';
import { type Options, optionText, type OptionValue, refuseUnknownOptions } from '../sql/parse-options';
import { TokenCursor } from '../sql/token-cursor';
import type { StatementContext } from './statement-context';

/** How CSV text is to be read, with Snowflake's defaults (https://docs.snowflake.com/en/sql-reference/sql/create-file-format). */
export interface CsvFormat {
  readonly compression: 'AUTO' | 'GZIP' | 'ZSTD' | 'NONE';
  readonly delimiter: string;
  readonly skipHeader: number;
  readonly enclosedBy: string;
  readonly nullIf: readonly string[];
  readonly emptyFieldAsNull: boolean;
  /** False only where ESCAPE_UNENCLOSED_FIELD = NONE was said. */
  readonly backslashEscapes: boolean;
}

export const DEFAULT_CSV: CsvFormat = {
  compression: 'AUTO',
  delimiter: ',',
  skipHeader: 0,
  enclosedBy: '',
  nullIf: [],
  emptyFieldAsNull: true,
  backslashEscapes: false,
};

/** Options that may be given with these values only; another value would change the meaning in a way that is not built. */
const FIXED: Readonly<Record<string, readonly OptionValue[]>> = {
  RECORD_DELIMITER: ['\n', 'NONE'],
  ENCODING: ['UTF8', 'UTF-8'],
  ESCAPE: ['NONE', ''],
  TRIM_SPACE: [false],
  DATE_FORMAT: ['AUTO', 'YYYY-MM-DD'],
  TIME_FORMAT: ['AUTO', 'HH24:MI:SS.FF6', 'HH24:MI:SS.FF'],
  TIMESTAMP_FORMAT: [
    'AUTO',
    'YYYY-MM-DD HH24:MI:SS.FF6TZH:TZM',
    'YYYY-MM-DD HH24:MI:SS.FFTZH:TZM',
    'YYYY-MM-DD"T"HH24:MI:SS.FF6TZH:TZM',
    'YYYY-MM-DD HH24:MI:SS.FF6',
    'YYYY-MM-DD HH24:MI:SS.FF',
    'YYYY-MM-DD HH24:MI:SS.FF6 TZH:TZM',
    'YYYY-MM-DD HH24:MI:SS.FF6 TZHTZM',
    'YYYY-MM-DD HH24:MI:SS.FF6TZHTZM',
  ],
  BINARY_FORMAT: ['HEX'],
  ERROR_ON_COLUMN_COUNT_MISMATCH: [true],
  REPLACE_INVALID_CHARACTERS: [false],
  VALIDATE_UTF8: [true],
  SKIP_BLANK_LINES: [false],
  SKIP_BYTE_ORDER_MARK: [true],
  MULTI_LINE: [true],
  PARSE_HEADER: [false],
};
const KNOWN = [
  ...Object.keys(FIXED),
  'TYPE',
  'COMPRESSION',
  'FIELD_DELIMITER',
  'SKIP_HEADER',
  'FIELD_OPTIONALLY_ENCLOSED_BY',
  'NULL_IF',
  'EMPTY_FIELD_AS_NULL',
  'ESCAPE_UNENCLOSED_FIELD',
];

/** Checks the options of a file format and gives the ones that reading needs. */
export function csvFormat(options: Options): CsvFormat {
  refuseUnknownOptions(options, KNOWN, 'FILE FORMAT');
  const type = options.get('TYPE') ?? 'CSV';
  if (optionText(type).toUpperCase() !== 'CSV') throw beyondStandIn(`file format type ${optionText(type)}`);
  for (const [name, allowed] of Object.entries(FIXED)) {
    const value = options.get(name);
    if (
      value !== undefined &&
      !allowed.some((candidate) => candidate === value || (typeof value === 'string' && candidate === value.toUpperCase()))
    )
      throw beyondStandIn(`${name} = ${optionText(value)}`);
  }
  return {
    compression: oneOf(options, 'COMPRESSION', ['AUTO', 'GZIP', 'ZSTD', 'NONE'], 'AUTO'),
    delimiter: singleCharacter(options, 'FIELD_DELIMITER', ','),
    skipHeader: wholeNumber(options, 'SKIP_HEADER'),
    enclosedBy: enclosure(options),
    nullIf: nullTexts(options),
    emptyFieldAsNull: options.get('EMPTY_FIELD_AS_NULL') !== false,
    backslashEscapes: !['NONE', ''].includes(optionText(options.get('ESCAPE_UNENCLOSED_FIELD') ?? '\\').toUpperCase()),
  };
}

function oneOf<const Word extends string>(options: Options, name: string, allowed: readonly Word[], fallback: Word): Word {
  const value = optionText(options.get(name) ?? fallback).toUpperCase();
  const found = allowed.find((word) => word === value);
  if (found === undefined) throw beyondStandIn(`${name} = ${value}`);
  return found;
}

function singleCharacter(options: Options, name: string, fallback: string): string {
  const value = options.get(name) ?? fallback;
  if (typeof value !== 'string' || value.length !== 1) throw beyondStandIn(`${name} of more than one character`);
  return value;
}

function wholeNumber(options: Options, name: string): number {
  const value = options.get(name) ?? 0;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0) throw invalidValue(name, optionText(value), 'a whole number');
  return value;
}

function enclosure(options: Options): string {
  const value = options.get('FIELD_OPTIONALLY_ENCLOSED_BY') ?? 'NONE';
  if (value === 'NONE') return '';
  if (value === '"' || value === "'") return value;
  throw invalidValue('FIELD_OPTIONALLY_ENCLOSED_BY', optionText(value), `'"', '\\'', NONE`);
}

function nullTexts(options: Options): string[] {
  const value = options.get('NULL_IF') ?? ['\\N'];
  return Array.isArray(value) ? value.map(String) : [optionText(value)];
}

/** The options in force for a COPY: its own, on top of a named format's or the stage's. */
export function formatInForce(option: OptionValue | undefined, stage: Stage, context: StatementContext): CsvFormat {
  const own = option instanceof Map ? (option as Options) : undefined;
  if (option !== undefined && !own) throw compilationError('001003', '42000', 'FILE_FORMAT needs ( ... ).');
  const base = own?.has('FORMAT_NAME')
    ? namedFormat(optionText(own.get('FORMAT_NAME')), context)
    : stage.fileFormat.has('FORMAT_NAME')
      ? namedFormat(optionText(stage.fileFormat.get('FORMAT_NAME')), context)
      : stage.fileFormat;
  const merged = new Map([...base, ...(own ?? new Map<string, OptionValue>())]);
  merged.delete('FORMAT_NAME');
  return csvFormat(merged);
}

function namedFormat(text: string, { engine, session }: StatementContext): Options {
  const cursor = new TokenCursor(text);
  const name: ObjectName = cursor.expectName();
  cursor.expectEnd();
  return engine.names.fileFormat(session, name).options;
}
