import { numericMapping } from './numeric-type';
import type { SourceType } from './source-table';
import { TEMPORAL_TYPES } from './temporal-types';
import type { TypeMapping, Unrepresentable } from './type-mapping';

/** What may be said of a column's type in the configuration. */
export interface TypeChoice {
  /** `text` carries PostgreSQL's own text of any type; `variant`, `array`, `decfloat` and `number` are what their names say in Snowflake. */
  readonly as?: 'text' | 'variant' | 'array' | 'decfloat' | 'number' | undefined;
  /** Digits of `number`. */
  readonly precision?: number | undefined;
  readonly scale?: number | undefined;
  /** @default quarantine */
  readonly unrepresentable?: Unrepresentable | undefined;
}

/** A choice that makes no sense for the type; the message says what does. */
export class ImpossibleChoice extends Error {
  override readonly name = 'ImpossibleChoice';
}

const bare = (column: string) => column;
const castToText = (column: string) => `${column}::text`;

/** PostgreSQL's text of any type as VARCHAR: exact, because PostgreSQL reads it back as the same value. */
const anyText: TypeMapping = { target: 'VARCHAR', source: castToText, enclosed: true, text: bare, lossy: false, orderable: false };

const integer = (digits: number): TypeMapping => ({
  target: `NUMBER(${digits},0)`,
  source: bare,
  enclosed: false,
  tryLoad: (text) => `TRY_TO_NUMBER(${text}, ${digits}, 0)`,
  text: (column) => `TO_VARCHAR(${column})`,
  lossy: false,
  orderable: true,
});

/** Types of which equal values have equal texts, so that the text may be a key. */
const orderableText: TypeMapping = { ...anyText, orderable: true };

/** Text whose form is fixed and free of commas, quotes and line breaks. */
const word: TypeMapping = { ...orderableText, enclosed: false };

/** A double has no text that two systems are known to agree on, so rows carry a digest. Zero loses its sign. */
const float = (type: string): TypeMapping => ({
  target: 'FLOAT',
  source: (column) => `(${column} + 0::${type})`,
  enclosed: false,
  load: (text) => `TO_DOUBLE(REPLACE(${text}, 'Infinity', 'inf'))`,
  tryLoad: (text) => `TRY_TO_DOUBLE(REPLACE(${text}, 'Infinity', 'inf'))`,
  text: (column) => `TO_VARCHAR(${column})`,
  lossy: true,
  orderable: false,
});

const boolean: TypeMapping = {
  target: 'BOOLEAN',
  source: castToText,
  enclosed: false,
  tryLoad: (text) => `TRY_TO_BOOLEAN(${text})`,
  text: (column) => `TO_VARCHAR(${column})`,
  lossy: false,
  orderable: true,
};

const binary: TypeMapping = {
  target: 'BINARY',
  source: (column) => `encode(${column}, 'hex')`,
  // The text of an empty value is empty, which would be read as NULL without quotes around it.
  enclosed: true,
  tryLoad: (text) => `TRY_TO_BINARY(${text}, 'HEX')`,
  text: (column) => `HEX_ENCODE(${column}, 0)`,
  lossy: false,
  orderable: true,
};

const variant: TypeMapping = {
  target: 'VARIANT',
  source: castToText,
  enclosed: true,
  load: (text) => `PARSE_JSON(${text})`,
  tryLoad: (text) => `TRY_PARSE_JSON(${text})`,
  text: (column) => `TO_VARCHAR(${column})`,
  lossy: true,
  orderable: false,
};

const array: TypeMapping = {
  ...variant,
  target: 'ARRAY',
  source: (column) => `to_json(${column})::text`,
  load: (text) => `TO_ARRAY(PARSE_JSON(${text}))`,
  tryLoad: (text) => `TO_ARRAY(TRY_PARSE_JSON(${text}))`,
};

/** Types whose mapping does not depend on their modifier. What is not listed travels as text. */
export const BASE_TYPES: Readonly<Record<string, TypeMapping>> = {
  int2: integer(5),
  int4: integer(10),
  int8: integer(19),
  oid: integer(10),
  bool: boolean,
  float4: float('float4'),
  float8: float('float8'),
  uuid: word,
  bytea: binary,
  text: orderableText,
  varchar: orderableText,
  bpchar: orderableText,
  name: orderableText,
  char: orderableText,
  inet: orderableText,
  cidr: orderableText,
  macaddr: orderableText,
  ...TEMPORAL_TYPES,
};

const JSON_TYPES = ['json', 'jsonb'];

/**
 * Finds how a type travels: exactly, unless the choice says otherwise.
 *
 * Raises `ImpossibleChoice` for a choice that the type does not offer.
 */
export function mappingOf(type: SourceType, choice: TypeChoice = {}): TypeMapping {
  const mapping = withoutSpecialValues(type, choice);
  const { unrepresentable = 'quarantine' } = choice;
  if (unrepresentable === 'quarantine') return mapping;
  const replaced = specialValues(type, mapping, unrepresentable);
  if (!replaced) throw new ImpossibleChoice(`unrepresentable: "${unrepresentable}" is not allowed for ${type.declared} as ${mapping.target}, expected "quarantine"`);
  return replaced;
}

function withoutSpecialValues(type: SourceType, { as, precision, scale }: TypeChoice): TypeMapping {
  const asText = type.kind === 'enum' || (type.kind === 'base' && BASE_TYPES[type.name]?.orderable) ? orderableText : anyText;
  if (as === 'text') return asText;
  if (type.name === 'numeric' && type.kind === 'base') return numericMapping(type, { as, precision, scale }) ?? refuse(type, as);
  if (as === 'variant' && JSON_TYPES.includes(type.name)) return variant;
  if (as === 'array' && type.kind === 'array') return array;
  if (as !== undefined) refuse(type, as);
  return (type.kind === 'base' && BASE_TYPES[type.name]) || asText;
}

function refuse(type: SourceType, as: string | undefined): never {
  throw new ImpossibleChoice(`as: ${JSON.stringify(as)} is not allowed for ${type.declared}, expected one of ${choicesFor(type).map((choice) => JSON.stringify(choice)).join(', ')}`);
}

/** What `as` may be for a type. */
export function choicesFor({ name, kind }: SourceType): readonly NonNullable<TypeChoice['as']>[] {
  if (kind === 'array') return ['text', 'array'];
  if (JSON_TYPES.includes(name)) return ['text', 'variant'];
  return name === 'numeric' ? ['text', 'number', 'decfloat'] : ['text'];
}

/** Values that the type of the target has no place for, replaced in PostgreSQL before they travel. */
function specialValues(type: SourceType, mapping: TypeMapping, instead: 'null' | 'clip'): TypeMapping | undefined {
  if (type.name === 'numeric' && mapping.target !== 'VARCHAR' && instead === 'null') {
    return { ...mapping, dropsValues: true, source: (column) => `CASE WHEN ${column} NOT IN ('NaN', 'Infinity', '-Infinity') THEN ${mapping.source(column)} END` };
  }
  const limits = LIMITS[type.name];
  if (!limits || mapping.target === 'VARCHAR') return undefined;
  const [least, most] = limits.map((limit) => `'${limit}'::${type.name}`) as [string, string];
  if (instead === 'null') return { ...mapping, dropsValues: true, source: (column) => `CASE WHEN ${column} BETWEEN ${least} AND ${most} THEN ${column} END` };
  return { ...mapping, source: (column) => `least(greatest(${column}, ${least}), ${most})` };
}

/** First and last value that Snowflake's type has. https://docs.snowflake.com/en/sql-reference/date-time-input-output */
const LIMITS: Readonly<Record<string, readonly [string, string]>> = {
  date: ['0001-01-01', '9999-12-31'],
  timestamp: ['0001-01-01 00:00:00', '9999-12-31 23:59:59.999999'],
  timestamptz: ['0001-01-01 00:00:00+00', '9999-12-31 23:59:59.999999+00'],
  time: ['00:00:00', '23:59:59.999999'],
};
