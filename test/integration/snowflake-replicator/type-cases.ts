import fc from 'fast-check';

/** A type of PostgreSQL with values of it, and how the stored value is read back without the replicator's own expressions. */
export interface TypeCase {
  readonly declared: string;
  /** Texts that PostgreSQL reads as values of the type. */
  readonly values: fc.Arbitrary<string>;
  /** Values that Snowflake's type has no place for. */
  readonly misfits?: readonly string[];
  /** Expression of Snowflake over the column; by default its text. */
  readonly stored?: (column: string) => string;
  /** What both texts are compared as. */
  readonly canonical?: (text: string) => string;
  readonly choice?: object;
}

const whole = (bits: number) => fc.bigInt(-(2n ** BigInt(bits - 1)), 2n ** BigInt(bits - 1) - 1n).map(String);
const pick = (...values: string[]) => fc.constantFrom(...values);
const pad = (value: number, width: number) => String(value).padStart(width, '0');
const date = fc.tuple(fc.integer({ min: 1, max: 9999 }), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 28 })).map(([year, month, day]) => `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`);
const time = fc.tuple(fc.nat(23), fc.nat(59), fc.nat(59), fc.nat(999_999)).map(([hour, minute, second, micros]) => `${pad(hour, 2)}:${pad(minute, 2)}:${pad(second, 2)}.${pad(micros, 6)}`);
const moment = fc.oneof(fc.tuple(date, time).map((parts) => parts.join(' ')), pick('0001-01-01 00:00:00', '9999-12-31 23:59:59.999999', '1969-12-31 23:59:59.999999', '1970-01-01 00:00:00'));
/** Any characters but NUL, which PostgreSQL has no text for; many of those that formats trip over. */
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 40 }).filter((value) => !value.includes('\0')),
  fc.string({ unit: fc.constantFrom("'", '"', ',', '\\', '\n', '\r', '\t', ' ', 'N', '\\N', 'é', '😀', '\u2028'), maxLength: 20 }),
  pick('', ' ', 'NULL', '\\N', "''", '\\', '\\\\.', "it's"),
);
const decimal = (digits: number, scale: number) =>
  fc.tuple(fc.bigInt(0n, 10n ** BigInt(digits) - 1n), fc.boolean()).map(([value, isNegative]) => {
    const all = value.toString().padStart(scale + 1, '0');
    return `${isNegative ? '-' : ''}${all.slice(0, all.length - scale)}${scale > 0 ? `.${all.slice(-scale)}` : ''}`;
  });
const withoutZeros = (moment: string) => moment.replace(/(\.\d*?)0+(\+00)?$/, '$1$2').replace(/\.(\+00)?$/, '$1');
const stamp = (format: string) => (column: string) => `TO_VARCHAR(${column}, '${format}')`;
const double = (value: string) => {
  const number = Number(value.replace(/^(-?)inf$/i, '$1Infinity').replace(/^nan$/i, 'NaN'));
  return Object.is(number, -0) ? '0' : String(number);
};
const json = fc.json({ maxDepth: 3 }).filter((value) => !value.includes('\\u0000'));

/** One entry a kind of type; every one is drawn into generated schemas. */
export const TYPE_CASES: readonly TypeCase[] = [
  { declared: 'smallint', values: whole(16) },
  { declared: 'integer', values: whole(32) },
  { declared: 'bigint', values: whole(64) },
  { declared: 'oid', values: fc.nat(4_294_967_295).map(String) },
  { declared: 'boolean', values: pick('true', 'false') },
  { declared: 'numeric(12,2)', values: decimal(12, 2), misfits: ['NaN'] },
  { declared: 'numeric(38,0)', values: decimal(38, 0), misfits: ['NaN'] },
  { declared: 'numeric(38,37)', values: decimal(38, 37) },
  { declared: 'numeric(5,-2)', values: decimal(5, 0).map((value) => `${value}00`) },
  { declared: 'numeric(3,5)', values: decimal(3, 5) },
  { declared: 'numeric', values: fc.oneof(decimal(60, 20), pick('NaN', 'Infinity', '-Infinity', '0.000', '1e-30')) },
  { declared: 'real', values: fc.oneof(fc.float().map(String), pick('NaN', 'Infinity', '-Infinity', '-0')), canonical: double },
  { declared: 'double precision', values: fc.oneof(fc.double().map(String), pick('NaN', 'Infinity', '-Infinity', '-0', '0.1')), canonical: double },
  { declared: 'text', values: text },
  { declared: 'varchar(60)', values: text.map((value) => value.slice(0, 30)) },
  { declared: 'char(10)', values: pick('abc', 'ä', '', 'exactly10!', "q'q") },
  { declared: 'uuid', values: fc.uuid() },
  { declared: 'bytea', values: fc.uint8Array({ maxLength: 30 }).map((bytes) => `\\x${Buffer.from(bytes).toString('hex')}`), stored: (column) => `'\\\\x' || HEX_ENCODE(${column}, 0)` },
  { declared: 'date', values: date, misfits: ['infinity', '-infinity', '0044-03-15 BC', '12024-01-01'], stored: stamp('YYYY-MM-DD') },
  { declared: 'time', values: time, misfits: ['24:00'], stored: stamp('HH24:MI:SS.FF6'), canonical: withoutZeros },
  { declared: 'timestamp', values: moment, misfits: ['infinity', '0044-03-15 12:00 BC', '20000-01-01'], stored: stamp('YYYY-MM-DD HH24:MI:SS.FF6'), canonical: withoutZeros },
  { declared: 'timestamptz', values: moment.map((value) => `${value}+00`), misfits: ['-infinity', '12000-01-01'], stored: (column) => `TO_VARCHAR(CONVERT_TIMEZONE('UTC', ${column}), 'YYYY-MM-DD HH24:MI:SS.FF6') || '+00'`, canonical: withoutZeros },
  { declared: 'interval', values: pick('1 year 2 mons', '-3 days 04:05:06.7', '0', '178000000 years') },
  { declared: 'timetz', values: pick('12:00:00+02', '24:00:00-05:30') },
  { declared: 'json', values: json },
  { declared: 'jsonb', values: json },
  { declared: 'jsonb', values: json.map((value) => `{"wrapped": ${value}}`), choice: { as: 'variant' }, canonical: () => 'lossy, by its digest' },
  { declared: 'integer[]', values: pick('{}', '{1,NULL,-3}', '{{1,2},{3,4}}', '[0:1]={7,8}') },
  { declared: 'text[]', values: pick('{}', `{"a,b",NULL,"quote\\"d","it's"}`) },
  { declared: 'integer[]', values: pick('{}', '{1,NULL,-3}', '{{1,2},{3,4}}'), choice: { as: 'array' }, canonical: () => 'lossy, by its digest' },
  { declared: 'int4range', values: pick('empty', '[1,10)', '(,5)', '[7,)') },
  { declared: 'tstzrange', values: pick('["2024-01-01 00:00:00+00","2024-02-01 00:00:00+00")', 'empty') },
  { declared: 'inet', values: pick('10.0.0.1', '10.0.0.0/8', '::1', 'fe80::1/64') },
  { declared: 'cidr', values: pick('10.0.0.0/8', '2001:db8::/32') },
  { declared: 'macaddr', values: pick('08:00:2b:01:02:03') },
  { declared: 'bit(5)', values: pick('10101', '00000') },
  { declared: 'bit varying(9)', values: pick('', '1', '010101010') },
  { declared: 'money', values: pick('12.34', '-0.01') },
  { declared: 'point', values: pick('(1.5,-2)', '(0,0)') },
  { declared: 'tsvector', values: pick("'fat' 'rat'", `'it''s':3A`) },
  { declared: 'xml', values: pick('<a>1</a>', '<b c="it\'s"/>') },
  { declared: 'mood', values: pick('happy', "it's complicated") },
  { declared: 'percentage', values: decimal(2, 1) },
  { declared: 'pair', values: pick('(1,one)', '(,"with ""quotes"", and commas")') },
];

/** Types of users that the cases name. */
export const USER_TYPES = `
  CREATE TYPE mood AS ENUM ('happy', 'it''s complicated');
  CREATE DOMAIN percentage AS numeric(4,1) CHECK (VALUE BETWEEN -100 AND 100);
  CREATE TYPE pair AS (first int, second text)`;
