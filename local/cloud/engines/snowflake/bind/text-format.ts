import { beyondStandIn } from '../snowflake-error';
import { quoteString } from '../sql/quote';
import type { Bound } from './bound';
import type { BindEnvironment } from './environment';
import { clockOf, offsetOf, sessionOffsetMinutes, toSessionClock } from './time-zone';

/** What each element of a Snowflake date-time format is in strftime; offsets and most fractions need more than strftime has. */
const ELEMENTS: readonly (readonly [string, string])[] = [
  ['YYYY', '%Y'],
  ['YY', '%y'],
  ['MMMM', '%B'],
  ['MON', '%b'],
  ['MM', '%m'],
  ['DD', '%d'],
  ['DY', '%a'],
  ['HH24', '%H'],
  ['HH12', '%I'],
  ['AM', '%p'],
  ['PM', '%p'],
  ['MI', '%M'],
  ['SS', '%S'],
];

/** Fractions that strftime writes itself; nothing is kept beyond the microsecond. */
const FRACTIONS: Readonly<Record<number, string>> = { 0: '', 3: '%g', 6: '%f', 7: '%f0', 8: '%f00', 9: '%f000' };

/** The parts of a date-time format: strftime text, a fraction of so many digits, or the offset's hours or minutes. */
export type FormatPart = { readonly strftime: string } | { readonly fractionDigits: number } | { readonly offset: 'TZH' | 'TZM' };

/** Splits a format such as `YYYY-MM-DD"T"HH24:MI:SS.FF6TZH:TZM`. */
export function parseDateTimeFormat(format: string): FormatPart[] {
  const parts: FormatPart[] = [];
  let pending = '';
  const flush = () => {
    if (pending !== '') parts.push({ strftime: pending });
    pending = '';
  };
  for (let at = 0; at < format.length;) {
    const rest = format.slice(at).toUpperCase();
    const fraction = /^FF([0-9])?/.exec(rest);
    const offset = /^TZ[HM]/.exec(rest)?.[0];
    const literal = /^"([^"]*)"/.exec(format.slice(at));
    const element = ELEMENTS.find(([name]) => rest.startsWith(name));
    if (fraction) {
      const digits = Number(fraction[1] ?? 9);
      const known = FRACTIONS[digits];
      if (known === undefined) {
        flush();
        parts.push({ fractionDigits: digits });
      } else pending += known;
      at += fraction[0].length;
    } else if (offset) {
      flush();
      parts.push({ offset: offset as 'TZH' | 'TZM' });
      at += 3;
    } else if (literal) {
      pending += (literal[1] ?? '').replaceAll('%', '%%');
      at += literal[0].length;
    } else if (element) {
      pending += element[1];
      at += element[0].length;
    } else {
      const char = format.charAt(at);
      if (/[A-Za-z]/.test(char) && char !== 'T') throw beyondStandIn(`date-time format element at '${format.slice(at)}'`);
      pending += char === '%' ? '%%' : char;
      at += 1;
    }
  }
  flush();
  return parts;
}

/** DuckDB text that renders a DATE, TIME or TIMESTAMP by a format; TIME values come as a timestamp on some day. */
function render(clock: string, offsetMinutes: string | undefined, format: string): string {
  const pieces = parseDateTimeFormat(format).map((part) => {
    if ('strftime' in part) return `strftime(${clock}, ${quoteString(part.strftime)})`;
    if ('fractionDigits' in part) return fraction(clock, part.fractionDigits);
    return offsetText(offsetMinutes ?? '0', part.offset);
  });
  return pieces.length === 1 ? (pieces[0] as string) : `(${pieces.join(' || ')})`;
}

function fraction(clock: string, digits: number): string {
  return `substr(strftime(${clock}, '%f'), 1, ${digits})`;
}

function offsetText(minutes: string, part: 'TZH' | 'TZM'): string {
  if (part === 'TZM') return `(CASE WHEN ${minutes} % 60 = 0 THEN '00' ELSE lpad(CAST(abs(${minutes}) % 60 AS VARCHAR), 2, '0') END)`;
  return `(CASE WHEN ${minutes} = 0 THEN '+00' ELSE (CASE WHEN ${minutes} < 0 THEN '-' ELSE '+' END) || lpad(CAST(abs(${minutes}) // 60 AS VARCHAR), 2, '0') END)`;
}

/**
 * Renders a date or time value as text. Without a format it is the session's output format, which for timestamps
 * keeps three digits of the fraction only, as in Snowflake.
 */
export function dateTimeText(value: Bound, env: BindEnvironment, format?: string): string {
  const fallback = (parameter: string) => format ?? (env.parameter(parameter) || env.parameter('TIMESTAMP_OUTPUT_FORMAT'));
  switch (value.type.kind) {
    case 'date':
      return render(`CAST(${value.sql} AS TIMESTAMP)`, undefined, fallback('DATE_OUTPUT_FORMAT'));
    case 'time':
      return render(`(DATE '1970-01-01' + ${value.sql})`, undefined, fallback('TIME_OUTPUT_FORMAT'));
    case 'timestamp_ntz':
      return render(value.sql, undefined, fallback('TIMESTAMP_NTZ_OUTPUT_FORMAT'));
    case 'timestamp_ltz':
      return render(toSessionClock(value.sql, env), sessionOffsetMinutes(value.sql, env), fallback('TIMESTAMP_LTZ_OUTPUT_FORMAT'));
    default:
      return render(clockOf(value.sql), offsetOf(value.sql), fallback('TIMESTAMP_TZ_OUTPUT_FORMAT'));
  }
}
