import { beyondStandIn } from '../snowflake-error';
import { describeType, isTimestamp, type SqlType } from '../sql/sql-type';
import { type Bound, quoting, raise } from './bound';
import { type Conversion, impossible } from './conversion';
import type { BindEnvironment } from './environment';
import { parseDate, parseInstant, parseTime, parseWallClock, parseZoned } from './parse-date-time';
import { clockOf, fromSessionClock, instantOf, sessionOffsetMinutes, toSessionClock, zonedValue } from './time-zone';

export function toDate(value: Bound, env: BindEnvironment): Conversion {
  switch (value.type.kind) {
    case 'date':
      return { attempt: value.sql };
    case 'timestamp_ntz':
    case 'timestamp_ltz':
    case 'timestamp_tz':
      return { attempt: `CAST(${wallClock(value, env)} AS DATE)` };
    case 'text':
      return { attempt: parseDate(value.sql), failure: raise('100040', '22007', quoting('Date', value.sql, 'is not recognized')) };
    default:
      return impossible(value, { kind: 'date' });
  }
}

export function toTime(value: Bound, type: SqlType & { kind: 'time' }, env: BindEnvironment): Conversion {
  if (value.type.kind === 'text')
    return {
      attempt: truncateTime(parseTime(value.sql), type.scale),
      failure: raise('100108', '22007', quoting('Time', value.sql, 'is not recognized')),
    };
  if (value.type.kind === 'time') return { attempt: truncateTime(value.sql, Math.min(type.scale, value.type.scale)) };
  if (isTimestamp(value.type)) return { attempt: truncateTime(`CAST(${wallClock(value, env)} AS TIME)`, type.scale) };
  return impossible(value, type);
}

function truncateTime(time: string, scale: number): string {
  if (scale >= 6) return time;
  const step = 10 ** (6 - scale);
  return `(TIME '00:00:00' + to_microseconds((epoch_us(${time}) // ${step}) * ${step}))`;
}

/** The wall clock that a timestamp shows: in its own offset, or in the session's time zone. */
export function wallClock(value: Bound, env: BindEnvironment): string {
  if (value.type.kind === 'timestamp_ltz') return toSessionClock(value.sql, env);
  if (value.type.kind === 'timestamp_tz') return clockOf(value.sql);
  return value.type.kind === 'date' ? `CAST(${value.sql} AS TIMESTAMP)` : value.sql;
}

/** The UTC instant of a timestamp; a wall clock is read in the session's time zone. */
export function instant(value: Bound, env: BindEnvironment): string {
  if (value.type.kind === 'timestamp_ltz') return value.sql;
  if (value.type.kind === 'timestamp_tz') return instantOf(value.sql);
  return fromSessionClock(wallClock(value, env), env);
}

export function toTimestamp(
  value: Bound,
  type: SqlType & { kind: 'timestamp_ntz' | 'timestamp_ltz' | 'timestamp_tz' },
  env: BindEnvironment,
): Conversion {
  const failure = raise('100035', '22007', quoting('Timestamp', value.sql, 'is not recognized'));
  if (value.type.kind === 'text') {
    if (type.kind === 'timestamp_tz') {
      if (type.scale < 6) throw beyondStandIn(`${describeType(type)} from text`);
      return { attempt: parseZoned(value.sql, env), failure };
    }
    return {
      attempt: truncateTimestamp(type.kind === 'timestamp_ntz' ? parseWallClock(value.sql) : parseInstant(value.sql, env), type.scale),
      failure,
    };
  }
  if (value.type.kind !== 'date' && !isTimestamp(value.type)) return impossible(value, type);
  const scale = Math.min(type.scale, 'scale' in value.type ? value.type.scale : 9);
  if (value.type.kind === type.kind && scale === type.scale) return { attempt: value.sql };
  if (type.kind === 'timestamp_ntz') return { attempt: truncateTimestamp(wallClock(value, env), scale) };
  const moment = truncateTimestamp(instant(value, env), scale);
  if (type.kind === 'timestamp_ltz') return { attempt: moment };
  return {
    attempt: zonedValue(
      moment,
      value.type.kind === 'timestamp_tz' ? `struct_extract(${value.sql}, 'o')` : sessionOffsetMinutes(moment, env),
    ),
  };
}

export function truncateTimestamp(stamp: string, scale: number): string {
  if (scale >= 6) return stamp;
  const step = 10 ** (6 - scale);
  return `make_timestamp(CAST(floor(epoch_us(${stamp}) / ${step}) AS BIGINT) * ${step})`;
}
