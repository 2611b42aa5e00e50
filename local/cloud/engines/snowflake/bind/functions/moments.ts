import { beyondStandIn, compilationError } from '../../snowflake-error';
import { quoteString } from '../../sql/quote';
import { DATE, isTimestamp, LTZ, NTZ, number, type SqlType } from '../../sql/sql-type';
import type { Bound } from '../bound';
import { castTo } from '../convert';
import { instant, wallClock } from '../convert-moment';
import type { BindEnvironment } from '../environment';
import { toSessionClock, zonedValue } from '../time-zone';
import {
  type CallContext,
  checkCount,
  type FunctionDefinition,
  type FunctionTable,
  literalText,
  scalar,
  wrongArguments,
} from './function-definition';

/** Names of a date part and what DuckDB calls it (https://docs.snowflake.com/en/sql-reference/functions-date-time). */
const PARTS: Readonly<Record<string, string>> = {
  YEAR: 'year',
  YEARS: 'year',
  YY: 'year',
  YYYY: 'year',
  QUARTER: 'quarter',
  QUARTERS: 'quarter',
  MONTH: 'month',
  MONTHS: 'month',
  MM: 'month',
  MON: 'month',
  WEEK: 'week',
  WEEKS: 'week',
  DAY: 'day',
  DAYS: 'day',
  D: 'day',
  DD: 'day',
  DAYOFMONTH: 'day',
  HOUR: 'hour',
  HOURS: 'hour',
  H: 'hour',
  HH: 'hour',
  MINUTE: 'minute',
  MINUTES: 'minute',
  MI: 'minute',
  MIN: 'minute',
  SECOND: 'second',
  SECONDS: 'second',
  S: 'second',
  SEC: 'second',
  MILLISECOND: 'millisecond',
  MILLISECONDS: 'millisecond',
  MS: 'millisecond',
  MICROSECOND: 'microsecond',
  MICROSECONDS: 'microsecond',
  US: 'microsecond',
};
const EPOCHS: Readonly<Record<string, number>> = {
  EPOCH_SECOND: 1_000_000,
  EPOCH: 1_000_000,
  EPOCH_MILLISECOND: 1000,
  EPOCH_MICROSECOND: 1,
};

function partOf(name: string): string {
  const part = PARTS[name.toUpperCase()];
  if (part === undefined) throw compilationError('001008', '22023', `'${name}' is not a valid date/time component.`);
  return part;
}

/** A call whose first argument is a date part, which is a bare word and no column. */
function withPart(
  least: number,
  most: number,
  translate: (part: string, values: readonly Bound[], context: CallContext, fail: () => never) => Bound,
): FunctionDefinition {
  return (call, context) => {
    checkCount(call, least, most);
    const values = call.args
      .slice(1)
      .map(context.bind)
      .map((value) => moment(value, context.env));
    return translate(literalText(call, 0), values, context, () => wrongArguments(call, values));
  };
}

/** A string used as a date is read as a timestamp. */
function moment(value: Bound, env: BindEnvironment): Bound {
  return value.type.kind === 'text' ? castTo(value, NTZ, env) : value;
}

const datePart: FunctionDefinition = withPart(2, 2, (name, [value], { env }, fail) => {
  const stamp = value as Bound;
  if (stamp.type.kind !== 'date' && stamp.type.kind !== 'time' && !isTimestamp(stamp.type)) return fail();
  const divisor = EPOCHS[name.toUpperCase()];
  if (divisor !== undefined) {
    // The epoch of a TIMESTAMP_NTZ counts its wall clock as UTC.
    const micros = `epoch_us(${stamp.type.kind === 'timestamp_ntz' || stamp.type.kind === 'date' ? wallClock(stamp, env) : instant(stamp, env)})`;
    return { sql: `CAST(floor(${micros} / ${divisor}) AS DECIMAL(18,0))`, type: number(18) };
  }
  if (/^EPOCH_/i.test(name) || /^NANO/i.test(name)) throw beyondStandIn(`date part ${name}`);
  const part = partOf(name);
  if (part === 'microsecond' || part === 'millisecond') throw beyondStandIn(`DATE_PART of ${name}`);
  return {
    sql: `CAST(date_part('${part}', ${stamp.type.kind === 'time' ? stamp.sql : wallClock(stamp, env)}) AS DECIMAL(9,0))`,
    type: number(9),
  };
});

const dateAdd: FunctionDefinition = withPart(3, 3, (name, [amount, value], _context, fail) => {
  const [count, stamp] = [amount as Bound, value as Bound];
  const part = partOf(name);
  if (count.type.kind !== 'number') return fail();
  const interval =
    part === 'quarter'
      ? `to_months(CAST(${count.sql} AS INTEGER) * 3)`
      : `to_${part}s(CAST(round(${count.sql}) AS ${['year', 'month', 'week', 'day'].includes(part) ? 'INTEGER' : 'BIGINT'}))`;
  if (stamp.type.kind === 'date' && ['year', 'quarter', 'month', 'week', 'day'].includes(part))
    return { sql: `CAST(${stamp.sql} + ${interval} AS DATE)`, type: DATE };
  if (stamp.type.kind === 'date') return { sql: `(CAST(${stamp.sql} AS TIMESTAMP) + ${interval})`, type: NTZ };
  if (stamp.type.kind === 'timestamp_tz')
    return { sql: zonedValue(`(struct_extract(${stamp.sql}, 'u') + ${interval})`, `struct_extract(${stamp.sql}, 'o')`), type: stamp.type };
  return { sql: `(${stamp.sql} + ${interval})`, type: stamp.type };
});

/** DATEDIFF counts the boundaries crossed, on the wall clocks. */
const dateDiff: FunctionDefinition = withPart(3, 3, (name, [from, to], { env }) => ({
  sql: `CAST(date_diff('${partOf(name)}', ${wallClock(from as Bound, env)}, ${wallClock(to as Bound, env)}) AS DECIMAL(18,0))`,
  type: number(18),
}));

const dateTrunc: FunctionDefinition = withPart(2, 2, (name, [value], { env }, fail) => {
  const stamp = value as Bound;
  const part = partOf(name);
  if (stamp.type.kind === 'date') return { sql: `CAST(date_trunc('${part}', ${stamp.sql}) AS DATE)`, type: DATE };
  if (!isTimestamp(stamp.type)) return fail();
  const truncated: Bound = { sql: `date_trunc('${part}', ${wallClock(stamp, env)})`, type: NTZ };
  if (stamp.type.kind === 'timestamp_tz') throw beyondStandIn('DATE_TRUNC of TIMESTAMP_TZ');
  return castTo(truncated, stamp.type, env);
});

function field(part: string): FunctionDefinition {
  return scalar(1, 1, ([value], { env }) => ({
    sql: `CAST(date_part('${part}', ${wallClock(moment(value as Bound, env), env)}) AS DECIMAL(9,0))`,
    type: number(9),
  }));
}

/** The statement's one moment: every call in a statement gives the same. */
export function nowInstant(env: BindEnvironment): string {
  return `make_timestamp(${env.nowMicros})`;
}

function now(type: SqlType, translate: (env: BindEnvironment) => string): FunctionDefinition {
  return scalar(0, 1, (_args, { env }) => ({ sql: translate(env), type }));
}

const convertTimezone: FunctionDefinition = (call, context) => {
  checkCount(call, 2, 3);
  const value = moment(context.bind(call.args.at(-1) as never), context.env);
  if (call.args.length === 3) {
    const [from, to] = [quoteString(literalText(call, 0)), quoteString(literalText(call, 1))];
    return { sql: `timezone(${to}, timezone(${from}, ${castTo(value, NTZ, context.env).sql}))`, type: NTZ };
  }
  const zone = quoteString(literalText(call, 0));
  const utc = instant(value, context.env);
  return {
    sql: zonedValue(utc, `date_diff('minute', ${utc}, timezone(${zone}, timezone('UTC', ${utc})))`),
    type: { kind: 'timestamp_tz', scale: 9 },
  };
};

/** Functions of dates and times. */
export const MOMENTS: FunctionTable = {
  DATEADD: dateAdd,
  TIMESTAMPADD: dateAdd,
  DATEDIFF: dateDiff,
  TIMESTAMPDIFF: dateDiff,
  DATE_PART: datePart,
  EXTRACT: datePart,
  DATE_TRUNC: dateTrunc,
  CONVERT_TIMEZONE: convertTimezone,
  YEAR: field('year'),
  MONTH: field('month'),
  DAY: field('day'),
  HOUR: field('hour'),
  MINUTE: field('minute'),
  SECOND: field('second'),
  CURRENT_TIMESTAMP: now(LTZ, nowInstant),
  GETDATE: now(LTZ, nowInstant),
  LOCALTIMESTAMP: now(LTZ, nowInstant),
  SYSDATE: now(NTZ, nowInstant),
  CURRENT_DATE: now(DATE, (env) => `CAST(${toSessionClock(nowInstant(env), env)} AS DATE)`),
  CURRENT_TIME: now({ kind: 'time', scale: 9 }, (env) => `CAST(${toSessionClock(nowInstant(env), env)} AS TIME)`),
};
