import { quoteString } from '../sql/quote';
import type { BindEnvironment } from './environment';

const UTC_NAMES = ['UTC', 'ETC/UTC', 'GMT', 'ZULU', 'ETC/GMT'];

function zone(env: BindEnvironment): string | undefined {
  const name = env.parameter('TIMEZONE');
  return UTC_NAMES.includes(name.toUpperCase()) ? undefined : quoteString(name);
}

/** From a UTC instant to the wall clock of the session's time zone. */
export function toSessionClock(instant: string, env: BindEnvironment): string {
  const name = zone(env);
  return name === undefined ? instant : `timezone(${name}, timezone('UTC', ${instant}))`;
}

/** From a wall clock in the session's time zone to the UTC instant. */
export function fromSessionClock(wallClock: string, env: BindEnvironment): string {
  const name = zone(env);
  return name === undefined ? wallClock : `timezone('UTC', timezone(${name}, ${wallClock}))`;
}

/** The session zone's offset from UTC at an instant, in minutes. */
export function sessionOffsetMinutes(instant: string, env: BindEnvironment): string {
  if (zone(env) === undefined) return 'CAST(0 AS SMALLINT)';
  return `CAST(date_diff('minute', ${instant}, ${toSessionClock(instant, env)}) AS SMALLINT)`;
}

/** A TIMESTAMP_TZ value; NULL when the instant is NULL, because a struct of NULLs would not be NULL. */
export function zonedValue(instant: string, offsetMinutes: string): string {
  return `CASE WHEN ${instant} IS NULL THEN NULL ELSE {'u': ${instant}, 'o': CAST(${offsetMinutes} AS SMALLINT)} END`;
}

export const instantOf = (zoned: string): string => `struct_extract(${zoned}, 'u')`;
export const offsetOf = (zoned: string): string => `struct_extract(${zoned}, 'o')`;

/** The wall clock that a TIMESTAMP_TZ shows in its own offset. */
export function clockOf(zoned: string): string {
  return `(${instantOf(zoned)} + to_minutes(CAST(${offsetOf(zoned)} AS BIGINT)))`;
}
