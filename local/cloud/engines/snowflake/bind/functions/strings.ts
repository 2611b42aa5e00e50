import { beyondStandIn } from '../../snowflake-error';
import type { Expression } from '../../sql/ast';
import { BINARY, BOOLEAN, number, type SqlType, TEXT, UNCHECKED_TEXT } from '../../sql/sql-type';
import type { Bound } from '../bound';
import { asText } from '../coerce';
import { castTo } from '../convert';
import { at, type CallContext, type FunctionDefinition, type FunctionTable, scalar, wrongArguments } from './function-definition';

/** A function of texts (and whole numbers) that DuckDB has under some name with the same meaning. */
function same(name: string, least: number, most = least, type: SqlType = TEXT): FunctionDefinition {
  return scalar(least, most, (args, { env }) => ({ sql: `${name}(${args.map((arg) => textOrInteger(arg, env)).join(', ')})`, type }));
}

function textOrInteger(value: Bound, env: CallContext['env']): string {
  return value.type.kind === 'number' && value.type.scale === 0 ? `CAST(${value.sql} AS BIGINT)` : asText(value, env);
}

/** A hash of a text's UTF-8 bytes or of a binary. */
function digest(translate: (bytes: string) => string, type: SqlType): FunctionDefinition {
  return scalar(1, 1, ([value], { env }) => ({ sql: translate(hashable(value as Bound, env)), type }));
}

function hashable(value: Bound, env: CallContext['env']): string {
  return value.type.kind === 'binary' ? value.sql : asText(value, env);
}

/** Snowflake reads the 16 bytes as two big-endian numbers; DuckDB's md5_number_* reads them the other way round. */
const half = (start: number) => (bytes: string) =>
  `CAST(CAST(concat('0x', substr(md5(${bytes}), ${start}, 16)) AS UBIGINT) AS DECIMAL(20,0))`;

function sha2(finish: (hex: string) => string, type: SqlType): FunctionDefinition {
  return scalar(1, 2, (args, { env }, call) => {
    const size = call.args[1];
    if (size && !(size.kind === 'literal' && ['0', '256'].includes(size.value)))
      throw beyondStandIn(`${call.name} of another size than 256`);
    return { sql: finish(`sha256(${hashable(at(args, 0), env)})`), type };
  });
}

const substring: FunctionDefinition = scalar(2, 3, (args, { env }, call) => {
  const [value, start, length] = args;
  if (start?.type.kind !== 'number' || (length && length.type.kind !== 'number')) wrongArguments(call, args);
  const from = `CAST(${start.sql} AS BIGINT)`;
  const count = length ? `, CAST(${length.sql} AS BIGINT)` : '';
  if (value?.type.kind === 'binary') throw beyondStandIn(`${call.name} of BINARY`);
  // Position 0 is read as position 1.
  return { sql: `substr(${asText(at(args, 0), env)}, CASE WHEN ${from} = 0 THEN 1 ELSE ${from} END${count})`, type: TEXT };
});

/** True for expressions that cannot be NULL whatever the row: literals, and COALESCE down to one. */
function isNeverNull(expression: Expression): boolean {
  if (expression.kind === 'literal') return expression.type !== 'null';
  if (expression.kind !== 'call' || !['COALESCE', 'NVL', 'IFNULL'].includes(expression.name)) return false;
  return expression.args.some(isNeverNull);
}

const concat: FunctionDefinition = scalar(1, 1000, (args, { env }, call) => {
  if (args.every(({ type }) => type.kind === 'binary')) return { sql: `(${args.map(({ sql }) => sql).join(' || ')})`, type: BINARY };
  // DuckDB's concat skips NULL, Snowflake's gives NULL, as || does; but || copies the text once an argument.
  if (call.args.every(isNeverNull)) return { sql: `concat(${args.map((arg) => asText(arg, env)).join(', ')})`, type: UNCHECKED_TEXT };
  return { sql: `(${args.map((arg) => asText(arg, env)).join(' || ')})`, type: UNCHECKED_TEXT };
});

/** Unlike most dialects' CONCAT_WS, Snowflake's is NULL as soon as one argument is. */
const concatWithSeparator: FunctionDefinition = scalar(2, 1000, ([separator, ...values], { env }, call) => {
  if (call.args.every(isNeverNull))
    return { sql: `concat_ws(${[separator as Bound, ...values].map((arg) => asText(arg, env)).join(', ')})`, type: UNCHECKED_TEXT };
  const between = ` || ${asText(separator as Bound, env)} || `;
  return {
    sql: `(${values.map((value) => asText(value, env)).join(between)}${values.length === 1 ? ` || substr(${asText(separator as Bound, env)}, 1, 0)` : ''})`,
    type: TEXT,
  };
});

const replace: FunctionDefinition = scalar(2, 3, (args, { env }, call) => {
  const [subject, pattern] = [asText(at(args, 0), env), asText(at(args, 1), env)];
  const replaced = `replace(${subject}, ${pattern}, ${args[2] ? asText(args[2], env) : "''"})`;
  // DuckDB copies the text in any case, which takes ten times as long as looking.
  const isRare = call.args.slice(1).every(isNeverNull);
  return { sql: isRare ? `CASE WHEN NOT contains(${subject}, ${pattern}) THEN ${subject} ELSE ${replaced} END` : replaced, type: UNCHECKED_TEXT };
});

function trim(name: string): FunctionDefinition {
  return scalar(1, 2, (args, { env }) => ({
    sql: `${name}(${asText(at(args, 0), env)}, ${args[1] ? asText(args[1], env) : "' '"})`,
    type: TEXT,
  }));
}

const length: FunctionDefinition = scalar(1, 1, ([value], { env }) => {
  const argument = value as Bound;
  const count = argument.type.kind === 'binary' ? `octet_length(${argument.sql})` : `length(${asText(argument, env)})`;
  return { sql: `CAST(${count} AS DECIMAL(18,0))`, type: number(18) };
});

const octetLength: FunctionDefinition = scalar(1, 1, ([value], { env }) => {
  const argument = value as Bound;
  const count = argument.type.kind === 'binary' ? `octet_length(${argument.sql})` : `strlen(${asText(argument, env)})`;
  return { sql: `CAST(${count} AS DECIMAL(18,0))`, type: number(18) };
});

/** SPLIT_PART: part 0 is part 1, and a negative part counts from the end. */
const splitPart: FunctionDefinition = scalar(3, 3, ([value, separator, part], { env }) => {
  const [text, by, index] = [asText(value as Bound, env), asText(separator as Bound, env), `CAST(${(part as Bound).sql} AS BIGINT)`];
  const parts = `string_split(${text}, ${by})`;
  const found = `CASE WHEN ${by} = '' THEN CASE WHEN ${index} IN (0, 1, -1) THEN ${text} ELSE '' END ELSE COALESCE(list_extract(${parts}, CASE WHEN ${index} = 0 THEN 1 ELSE ${index} END), '') END`;
  return { sql: `CASE WHEN ${text} IS NULL OR ${by} IS NULL OR ${index} IS NULL THEN NULL ELSE ${found} END`, type: TEXT };
});

/** REGEXP_REPLACE replaces every match; the position, occurrence and flag arguments are refused. RE2 has no back references. */
const regexpReplace: FunctionDefinition = scalar(2, 3, ([subject, pattern, replacement], { env }) => ({
  sql: `regexp_replace(${asText(subject as Bound, env)}, ${asText(pattern as Bound, env)}, ${replacement ? asText(replacement, env) : "''"}, 'g')`,
  type: TEXT,
}));

const hexDecode = (finish: 'text' | 'binary'): FunctionDefinition =>
  scalar(1, 1, ([value], { env }) => {
    const bytes = castTo({ sql: asText(value as Bound, env), type: TEXT }, BINARY, env).sql;
    return finish === 'binary' ? { sql: bytes, type: BINARY } : { sql: `decode(${bytes})`, type: TEXT };
  });

const position = (needleFirst: boolean): FunctionDefinition =>
  scalar(2, 2, (args, { env }) => {
    const [needle, hay] = needleFirst ? [at(args, 0), at(args, 1)] : [at(args, 1), at(args, 0)];
    return { sql: `CAST(strpos(${asText(hay, env)}, ${asText(needle, env)}) AS DECIMAL(18,0))`, type: number(18) };
  });

const hexEncode: FunctionDefinition = scalar(1, 2, (args, { env }, call) => {
  const hex = `hex(${args[0]?.type.kind === 'binary' ? args[0].sql : `encode(${asText(at(args, 0), env)})`})`;
  const lower = call.args[1]?.kind === 'literal' && call.args[1].value === '0';
  return { sql: lower ? `lower(${hex})` : hex, type: TEXT };
});

/** Functions of texts and binaries. */
export const STRINGS: FunctionTable = {
  UPPER: same('upper', 1),
  LOWER: same('lower', 1),
  REVERSE: same('reverse', 1),
  REPLACE: replace,
  TRANSLATE: same('translate', 3),
  LEFT: same('left', 2),
  RIGHT: same('right', 2),
  LPAD: same('lpad', 3, 3, UNCHECKED_TEXT),
  RPAD: same('rpad', 3, 3, UNCHECKED_TEXT),
  REPEAT: same('repeat', 2, 2, UNCHECKED_TEXT),
  CHR: scalar(1, 1, ([value]) => ({ sql: `chr(CAST(${(value as Bound).sql} AS INTEGER))`, type: TEXT })),
  ASCII: scalar(1, 1, ([value], { env }) => ({
    sql: `CAST(CASE WHEN ${asText(value as Bound, env)} = '' THEN 0 ELSE unicode(${asText(value as Bound, env)}) END AS DECIMAL(7,0))`,
    type: number(7),
  })),
  STARTSWITH: same('starts_with', 2, 2, BOOLEAN),
  ENDSWITH: same('suffix', 2, 2, BOOLEAN),
  CONTAINS: same('contains', 2, 2, BOOLEAN),
  REGEXP_LIKE: same('regexp_full_match', 2, 2, BOOLEAN),
  RLIKE: same('regexp_full_match', 2, 2, BOOLEAN),
  REGEXP_SUBSTR: scalar(2, 2, (args, { env }) => ({
    sql: `NULLIF(regexp_extract(${asText(at(args, 0), env)}, ${asText(at(args, 1), env)}), '')`,
    type: TEXT,
  })),
  REGEXP_REPLACE: regexpReplace,
  TRIM: trim('trim'),
  LTRIM: trim('ltrim'),
  RTRIM: trim('rtrim'),
  SUBSTR: substring,
  SUBSTRING: substring,
  CONCAT: concat,
  CONCAT_WS: concatWithSeparator,
  SPLIT_PART: splitPart,
  LENGTH: length,
  LEN: length,
  OCTET_LENGTH: octetLength,
  POSITION: position(true),
  CHARINDEX: position(true),
  MD5: digest((bytes) => `md5(${bytes})`, { kind: 'text', length: 32 }),
  MD5_HEX: digest((bytes) => `md5(${bytes})`, { kind: 'text', length: 32 }),
  MD5_BINARY: digest((bytes) => `unhex(md5(${bytes}))`, { kind: 'binary', length: 16 }),
  MD5_NUMBER_UPPER64: digest(half(1), number(20)),
  MD5_NUMBER_LOWER64: digest(half(17), number(20)),
  SHA1: digest((bytes) => `sha1(${bytes})`, { kind: 'text', length: 40 }),
  SHA1_HEX: digest((bytes) => `sha1(${bytes})`, { kind: 'text', length: 40 }),
  SHA2: sha2((hex) => hex, { kind: 'text', length: 128 }),
  SHA2_HEX: sha2((hex) => hex, { kind: 'text', length: 128 }),
  SHA2_BINARY: sha2((hex) => `unhex(${hex})`, { kind: 'binary', length: 64 }),
  HEX_ENCODE: hexEncode,
  HEX_DECODE_STRING: hexDecode('text'),
  HEX_DECODE_BINARY: hexDecode('binary'),
  BASE64_ENCODE: scalar(1, 1, ([value], { env }) => ({
    sql: `to_base64(${value?.type.kind === 'binary' ? value.sql : `encode(${asText(value as Bound, env)})`})`,
    type: TEXT,
  })),
  BASE64_DECODE_STRING: scalar(1, 1, ([value], { env }) => ({ sql: `decode(from_base64(${asText(value as Bound, env)}))`, type: TEXT })),
};
