import { beyondStandIn } from '../snowflake-error';
import { quoteString } from '../sql/quote';
import { raiseBeyondStandIn } from './bound';
import type { BindEnvironment } from './environment';
import { parseDateTimeFormat } from './text-format';
import { fromSessionClock, sessionOffsetMinutes, zonedValue } from './time-zone';

const DAY = String.raw`[0-9]{4}-[0-9]{2}-[0-9]{2}`;
const CLOCK = String.raw`[0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6}0{0,3})?)?`;
const NANOS = String.raw`[0-9]{1,2}:[0-9]{2}:[0-9]{2}\.[0-9]{7,9}`;
const OFFSET = String.raw`(Z| ?[+-][0-9]{2}(:?[0-9]{2})?)`;

const matches = (value: string, pattern: string) => `regexp_full_match(${value}, ${quoteString(pattern)})`;

/** DuckDB text that is NULL unless `value` is an ISO date; four digits of year keep out infinity and BC. */
export function parseDate(value: string): string {
  return `CASE WHEN ${matches(value, `${DAY}([ T]${CLOCK})?`)} THEN TRY_CAST(substr(${value}, 1, 10) AS DATE) END`;
}

/** DuckDB text that is NULL unless `value` is a time of day before 24:00. */
export function parseTime(value: string): string {
  const tooFine = raiseBeyondStandIn('times finer than a microsecond');
  return `CASE WHEN ${matches(value, CLOCK)} THEN CASE WHEN NOT starts_with(${value}, '24') THEN TRY_CAST(${value} AS TIME) END WHEN ${matches(value, NANOS)} THEN ${tooFine} END`;
}

/** DuckDB text of a wall-clock timestamp; an offset in the text is refused, because what Snowflake does with it was not verified. */
export function parseWallClock(value: string): string {
  return `CASE WHEN ${matches(value, `${DAY}([ T]${CLOCK})?`)} THEN TRY_CAST(${value} AS TIMESTAMP) ${refusals(value, true)} END`;
}

/** DuckDB text of an instant; a text without offset is read in the session's time zone. */
export function parseInstant(value: string, env: BindEnvironment): string {
  return zonedOrLocal(value, zonedInstant(value), localInstant(value, env));
}

/** DuckDB text of a TIMESTAMP_TZ; the offset that the text shows is kept. */
export function parseZoned(value: string, env: BindEnvironment): string {
  const sign = `(CASE WHEN regexp_matches(${value}, '-[0-9:]{2,5}$') THEN -1 ELSE 1 END)`;
  const hours = `CAST(regexp_extract(${value}, '[+-]([0-9]{2}):?([0-9]{2})?$', 1) AS SMALLINT)`;
  const minutes = `COALESCE(TRY_CAST(regexp_extract(${value}, '[+-]([0-9]{2}):?([0-9]{2})?$', 2) AS SMALLINT), 0)`;
  const isUtc = ['+00', '+00:00', 'Z'].map((end) => `suffix(${value}, '${end}')`).join(' OR ');
  const offset = `CASE WHEN ${isUtc} THEN 0 ELSE ${sign} * (${hours} * 60 + ${minutes}) END`;
  const local = localInstant(value, env);
  return zonedOrLocal(value, zonedValue(zonedInstant(value), offset), zonedValue(local, sessionOffsetMinutes(local, env)));
}

/** One reading for text with an offset, another for text without. */
function zonedOrLocal(value: string, zoned: string, local: string): string {
  const hasOffset = matches(value, `${DAY}[ T]${CLOCK}${OFFSET}`);
  const hasNone = matches(value, `${DAY}([ T]${CLOCK})?`);
  return `CASE WHEN ${hasOffset} THEN ${zoned} WHEN ${hasNone} THEN ${local} ${refusals(value, false)} END`;
}

function zonedInstant(value: string): string {
  return `make_timestamp(epoch_us(TRY_CAST(${value} AS TIMESTAMPTZ)))`;
}

function localInstant(value: string, env: BindEnvironment): string {
  return fromSessionClock(`TRY_CAST(${value} AS TIMESTAMP)`, env);
}

function refusals(value: string, offsets: boolean): string {
  const nanos = `WHEN ${matches(value, `${DAY}[ T]${NANOS}${OFFSET}?`)} THEN ${raiseBeyondStandIn('timestamps finer than a microsecond')}`;
  if (!offsets) return nanos;
  return `${nanos} WHEN ${matches(value, `${DAY}[ T]${CLOCK}${OFFSET}`)} THEN ${raiseBeyondStandIn('text with an offset as TIMESTAMP_NTZ')}`;
}

/** DuckDB text that reads a wall clock by an explicit format without offset. */
export function parseByFormat(value: string, format: string): string {
  const pattern = parseDateTimeFormat(format).map((part) => {
    if ('strftime' in part) return part.strftime;
    throw beyondStandIn(`reading dates by the format '${format}'`);
  });
  return `try_strptime(${value}, ${quoteString(pattern.join(''))})`;
}

/** True for formats whose text DuckDB's own ISO reader accepts with the same meaning. */
export function isIsoFormat(format: string): boolean {
  return /^(AUTO|YYYY-MM-DD(["T ]+HH24:MI:SS(\.FF[0-9]?)?( ?TZH(:?TZM)?)?)?|HH24:MI:SS(\.FF[0-9]?)?)$/i.test(format);
}
