/** FNV-1a with 64 bits, whose product is put together of two halves, because PostgreSQL's numbers do not wrap around. */
const FNV1A = `
create function pg_catalog.redshift_fnv1a(content bytea, seed bigint) returns bigint language plpgsql immutable strict parallel safe as $$
declare
  half constant bigint := 4294967295;
  low bigint := seed & half;
  high bigint := (seed >> 32) & half;
  product bigint;
begin
  for position in 0 .. length(content) - 1 loop
    low := low # get_byte(content, position);
    product := low * 435;
    high := (high * 435 + (product >> 32) + ((low << 8) & half)) & half;
    low := product & half;
  end loop;
  return (high << 32) | low;
end $$`;

const FNV_OFFSET_BASIS = '-3750763034362895579';

/** Numbers are hashed as they lie in memory, the low byte first. */
const REVERSED = `
create function pg_catalog.redshift_reversed(content bytea) returns bytea language sql immutable strict parallel safe as $$
  select string_agg(substring(content from position for 1), ''::bytea order by position desc) from generate_series(1, length(content)) as position
$$`;

/** The bytes that FNV_HASH takes of each type. */
const HASHED_AS = {
  smallint: 'pg_catalog.redshift_reversed(int2send(value))',
  integer: 'pg_catalog.redshift_reversed(int4send(value))',
  bigint: 'pg_catalog.redshift_reversed(int8send(value))',
  boolean: 'boolsend(value)',
  'double precision': 'pg_catalog.redshift_reversed(float8send(value))',
  date: 'pg_catalog.redshift_reversed(date_send(value))',
  timestamp: 'pg_catalog.redshift_reversed(timestamp_send(value))',
  text: "convert_to(value, 'UTF8')",
} as const;

const STRTOL = `
create function pg_catalog.strtol(digits text, base integer) returns bigint language plpgsql immutable strict parallel safe as $$
declare
  alphabet constant text := left('0123456789abcdefghijklmnopqrstuvwxyz', base);
  magnitude constant text := regexp_replace(ltrim(lower(digits), '+-'), case base when 16 then '^0x' else '^$' end, '');
  total numeric := 0;
begin
  if base not between 2 and 36 or magnitude = '' or translate(magnitude, alphabet, '') <> '' then
    raise exception 'The input % is not valid to be converted to base %', digits, base;
  end if;
  for position in 1 .. length(magnitude) loop
    total := total * base + strpos(alphabet, substr(magnitude, position, 1)) - 1;
  end loop;
  return case when digits like '-%' then -total else total end;
end $$`;

/** Functions that one expression of PostgreSQL says. */
const ONE_LINERS: readonly (readonly [signature: string, returns: string, body: string])[] = [
  ['len(value text)', 'integer', 'char_length(value)'],
  ['nvl(value anycompatible, otherwise anycompatible)', 'anycompatible', 'coalesce(value, otherwise)'],
  ['nvl2(value anyelement, present anycompatible, absent anycompatible)', 'anycompatible', 'case when value is not null then present else absent end'],
  ['getdate()', 'timestamp', "date_trunc('second', current_timestamp at time zone 'UTC')"],
  ['convert_timezone(target text, value timestamp)', 'timestamp', "value at time zone 'UTC' at time zone target"],
  ['charindex(part text, whole text)', 'integer', 'strpos(whole, part)'],
  ['sha2(value text, bits integer)', 'text', "encode(case bits when 224 then sha224(convert_to(value, 'UTF8')) when 384 then sha384(convert_to(value, 'UTF8')) when 512 then sha512(convert_to(value, 'UTF8')) else sha256(convert_to(value, 'UTF8')) end, 'hex')"],
  ['from_hex(digits text)', 'bytea', "decode(digits, 'hex')"],
];

const LISTAGG = [
  'create aggregate pg_catalog.listagg(anynonarray) (sfunc = pg_catalog.redshift_append, stype = text)',
  'create aggregate pg_catalog.listagg(anynonarray, text) (sfunc = pg_catalog.redshift_append, stype = text)',
] as const;

/**
 * The statements that create functions which Redshift has and PostgreSQL has not, in `pg_catalog`, where they are found by everybody
 * and belong to nobody. FNV_HASH gives the values of Redshift's documentation:
 * https://docs.aws.amazon.com/redshift/latest/dg/r_FNV_HASH.html
 */
export function dialectFunctions(): readonly string[] {
  return [
    FNV1A,
    REVERSED,
    ...Object.entries(HASHED_AS).flatMap(([type, bytes]) => [
      oneLiner(`fnv_hash(value ${type})`, 'bigint', `pg_catalog.redshift_fnv1a(${bytes}, ${FNV_OFFSET_BASIS})`),
      oneLiner(`fnv_hash(value ${type}, seed bigint)`, 'bigint', `pg_catalog.redshift_fnv1a(${bytes}, seed)`),
    ]),
    STRTOL,
    ...ONE_LINERS.map(([signature, returns, body]) => oneLiner(signature, returns, body)),
    "create function pg_catalog.redshift_append(list text, value anynonarray) returns text language sql immutable parallel safe as $$ select case when value is null then list else coalesce(list, '') || value::text end $$",
    "create function pg_catalog.redshift_append(list text, value anynonarray, separator text) returns text language sql immutable parallel safe as $$ select case when value is null then list else coalesce(list || separator, '') || value::text end $$",
    ...LISTAGG,
  ];
}

function oneLiner(signature: string, returns: string, body: string): string {
  const volatility = signature.startsWith('getdate') ? 'stable' : 'immutable';
  return `create function pg_catalog.${signature} returns ${returns} language sql ${volatility} parallel safe as $$ select ${body} $$`;
}
