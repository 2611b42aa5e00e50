import { beyondStandIn } from '../../snowflake-error';
import type { Call } from '../../sql/ast';
import { ARRAY, BINARY, BOOLEAN, DATE, FLOAT, isTimestamp, number, type SqlType, TEXT, type TypeKind } from '../../sql/sql-type';
import { type Bound, quoting, raise } from '../bound';
import { asText } from '../coerce';
import { type Conversion, strict } from '../conversion';
import { castTo, conversion, hexToBinary, plainText, tryCastTo } from '../convert';
import { isIsoFormat, parseByFormat } from '../parse-date-time';
import { dateTimeText } from '../text-format';
import {
  at,
  type CallContext,
  type FunctionDefinition,
  type FunctionTable,
  literalInteger,
  literalText,
  scalar,
  wrongArguments,
} from './function-definition';

/** TO_NUMBER(x [, precision [, scale]]); a format string is refused. */
function toNumber(lenient: boolean): FunctionDefinition {
  return scalar(1, 3, (args, { env }, call) => {
    if (call.args[1]?.kind === 'literal' && call.args[1].type === 'string') throw beyondStandIn(`${call.name} with a format`);
    const type = number(args.length > 1 ? literalInteger(call, 1) : 38, args.length > 2 ? literalInteger(call, 2) : 0);
    return lenient ? tryCastTo(at(args, 0), type, env) : castTo(at(args, 0), type, env);
  });
}

/** TO_CHAR(x [, format]): dates and times by format, numbers as they are, binaries by encoding. */
const toText: FunctionDefinition = scalar(1, 2, (args, { env }, call) => {
  const value = at(args, 0);
  if (args.length === 1) return { sql: asText(value, env), type: TEXT };
  const format = literalText(call, 1);
  if (value.type.kind === 'binary') return { sql: encoded(value.sql, format), type: TEXT };
  if (value.type.kind === 'number' && ['TM9', 'TM'].includes(format.toUpperCase())) return { sql: plainText(value, env), type: TEXT };
  if (value.type.kind !== 'date' && value.type.kind !== 'time' && !isTimestamp(value.type))
    throw beyondStandIn(`${call.name} of ${value.type.kind} with the format '${format}'`);
  return { sql: dateTimeText(value, env, format), type: TEXT };
});

function encoded(binary: string, format: string): string {
  switch (format.toUpperCase()) {
    case 'HEX':
      return `hex(${binary})`;
    case 'BASE64':
      return `to_base64(${binary})`;
    case 'UTF-8':
    case 'UTF8':
      return `decode(${binary})`;
    default:
      throw beyondStandIn(`binary format '${format}'`);
  }
}

function toBinary(lenient: boolean): FunctionDefinition {
  return scalar(1, 2, (args, { env }, call) => {
    const value = at(args, 0);
    if (value.type.kind === 'binary') return value;
    if (value.type.kind !== 'text' && value.type.kind !== 'variant') wrongArguments(call, args);
    const text: Bound = { sql: asText(value, env), type: TEXT };
    const read = binaryFrom(text, args.length > 1 ? literalText(call, 1) : 'HEX');
    return { sql: lenient ? read.attempt : strict(text, read), type: BINARY };
  });
}

function binaryFrom(text: Bound, format: string): Conversion {
  switch (format.toUpperCase()) {
    case 'HEX':
      return hexToBinary(text.sql, 8_388_608);
    case 'BASE64':
      return {
        attempt: `CASE WHEN length(${text.sql}) % 4 = 0 AND regexp_full_match(${text.sql}, '[A-Za-z0-9+/]*={0,2}') THEN from_base64(${text.sql}) END`,
        failure: raise('100116', '22000', quoting('The following string is not a legal base64-encoded value:', text.sql, '')),
      };
    case 'UTF-8':
    case 'UTF8':
      return { attempt: `encode(${text.sql})` };
    default:
      throw beyondStandIn(`binary format '${format}'`);
  }
}

/** TO_DATE, TO_TIME and TO_TIMESTAMP_*: from text, optionally by format; from a number of seconds since 1970. */
function toMoment(type: SqlType, lenient: boolean): FunctionDefinition {
  return scalar(1, 2, (args, context, call) => {
    const value = at(args, 0);
    if (value.type.kind === 'number' && isTimestamp(type))
      return fromEpoch(value, type, args.length > 1 ? literalInteger(call, 1) : 0, context);
    if (args.length > 1) {
      const format = literalText(call, 1);
      if (value.type.kind !== 'text') wrongArguments(call, args);
      if (!isIsoFormat(format)) return byFormat(value, type, format, lenient, context);
    }
    return lenient ? tryCastTo(value, type, context.env) : castTo(value, type, context.env);
  });
}

function fromEpoch(value: Bound, type: SqlType, scale: number, { env }: CallContext): Bound {
  if (scale > 6) throw beyondStandIn('epochs finer than a microsecond');
  const instant: Bound = {
    sql: `make_timestamp(CAST(${value.sql} * ${10 ** (6 - scale)} AS BIGINT))`,
    type: type.kind === 'timestamp_ntz' ? type : { kind: 'timestamp_ltz', scale: 9 },
  };
  return castTo(instant, type, env);
}

function byFormat(value: Bound, type: SqlType, format: string, lenient: boolean, { env }: CallContext): Bound {
  const clock: Bound = { sql: parseByFormat(value.sql, format), type: { kind: 'timestamp_ntz', scale: 9 } };
  const attempt = conversion(clock, type, env).attempt;
  const failure = raise(
    '100096',
    '22007',
    `concat('Can''t parse ''', ${value.sql}, ''' as ${type.kind} with format ''${format.replaceAll("'", "''")}''')`,
  );
  return { sql: lenient ? attempt : strict(value, { attempt, failure }), type };
}

function plain(type: SqlType, lenient: boolean): FunctionDefinition {
  return scalar(1, 1, ([value], { env }) => (lenient ? tryCastTo(value as Bound, type, env) : castTo(value as Bound, type, env)));
}

/** CHECK_JSON: NULL for valid JSON, else what is wrong with it. */
const checkJson: FunctionDefinition = scalar(1, 1, ([value], { env }) => {
  const text = asText(value as Bound, env);
  return { sql: `CASE WHEN ${text} IS NOT NULL AND NOT json_valid(${text}) THEN 'invalid JSON' END`, type: TEXT };
});

function parseJson(lenient: boolean): FunctionDefinition {
  return scalar(1, 1, ([value], { env }, call: Call) => {
    const argument = value as Bound;
    if (!['text', 'variant', 'null'].includes(argument.type.kind)) wrongArguments(call, [argument]);
    const text: Bound = { sql: asText(argument, env), type: TEXT };
    return { sql: lenient ? parsedJson(text.sql).attempt : strict(text, parsedJson(text.sql)), type: { kind: 'variant' } };
  });
}

/** Reads JSON text, drops its blanks and refuses objects with two attributes of one name. An empty text is NULL. */
export function parsedJson(text: string): Conversion {
  const failure = `CASE WHEN ${text} <> '' THEN ${raise('100069', '22P02', `concat('Error parsing JSON: ', substr(${text}, 1, 100))`)} END`;
  return { attempt: `sf_parse_json(${text})`, failure };
}

const toArray: FunctionDefinition = scalar(1, 1, ([value], { env }) => {
  const argument = value as Bound;
  if (argument.type.kind === 'array') return argument;
  const json = conversion(argument, { kind: 'variant' }, env).attempt;
  return {
    sql: `CASE WHEN json_type(${json}) = 'ARRAY' THEN ${json} WHEN ${json} IS NOT NULL THEN concat('[', ${json}, ']') END`,
    type: ARRAY,
  };
});

const TIMESTAMPS: readonly (readonly [string, TypeKind])[] = [
  ['TIMESTAMP', 'timestamp_ntz'],
  ['TIMESTAMP_NTZ', 'timestamp_ntz'],
  ['TIMESTAMP_LTZ', 'timestamp_ltz'],
  ['TIMESTAMP_TZ', 'timestamp_tz'],
];

/** Functions that change the type of a value. */
export const CONVERSIONS: FunctionTable = {
  ...Object.fromEntries(
    ['NUMBER', 'DECIMAL', 'NUMERIC'].flatMap((name) => [
      [`TO_${name}`, toNumber(false)],
      [`TRY_TO_${name}`, toNumber(true)],
    ]),
  ),
  ...Object.fromEntries(
    TIMESTAMPS.flatMap(([name, kind]) => {
      const type = { kind, scale: 9 } as SqlType;
      return [
        [`TO_${name}`, toMoment(type, false)],
        [`TRY_TO_${name}`, toMoment(type, true)],
      ];
    }),
  ),
  TO_CHAR: toText,
  TO_VARCHAR: toText,
  TO_DOUBLE: plain(FLOAT, false),
  TRY_TO_DOUBLE: plain(FLOAT, true),
  TO_DECFLOAT: plain({ kind: 'decfloat' }, false),
  TRY_TO_DECFLOAT: plain({ kind: 'decfloat' }, true),
  TO_BOOLEAN: plain(BOOLEAN, false),
  TRY_TO_BOOLEAN: plain(BOOLEAN, true),
  TO_DATE: toMoment(DATE, false),
  DATE: toMoment(DATE, false),
  TRY_TO_DATE: toMoment(DATE, true),
  TO_TIME: toMoment({ kind: 'time', scale: 9 }, false),
  TRY_TO_TIME: toMoment({ kind: 'time', scale: 9 }, true),
  TO_BINARY: toBinary(false),
  TRY_TO_BINARY: toBinary(true),
  TO_VARIANT: plain({ kind: 'variant' }, false),
  TO_OBJECT: plain({ kind: 'object' }, false),
  TO_ARRAY: toArray,
  PARSE_JSON: parseJson(false),
  TRY_PARSE_JSON: parseJson(true),
  CHECK_JSON: checkJson,
  TO_JSON: scalar(1, 1, ([value], { env }) => ({
    sql: `sf_canonical_json(${conversion(value as Bound, { kind: 'variant' }, env).attempt})`,
    type: TEXT,
  })),
};
