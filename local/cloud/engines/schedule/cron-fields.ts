import { InvalidScheduleExpression } from './schedule-error';

/** Whether a day counts, by the day itself and its month. */
type DayTest = (day: CalendarDay) => boolean;

/** A day as the day fields see it. */
interface CalendarDay {
  readonly day: number;
  /** 1 for Sunday. */
  readonly weekday: number;
  readonly daysInMonth: number;
  /** The weekday of the first of the month. */
  readonly firstWeekday: number;
}

/** The six fields of AWS's cron expressions. */
export interface CronFields {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly months: readonly number[];
  readonly years: readonly number[];
  readonly isDay: DayTest;
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/** Parses the inside of `cron(...)`: minutes, hours, day of month, month, day of week, year. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cron-expressions.html */
export function parseCron(text: string): CronFields {
  const fields = text.trim().split(/\s+/);
  const [minutes = '', hours = '', day = '', month = '', weekday = '', year = ''] = fields;
  if (fields.length !== 6) throw invalid(text, `it has ${fields.length} fields instead of 6`);
  if ((day === '?') === (weekday === '?')) throw invalid(text, 'exactly one of day of month and day of week must be ?');
  return {
    minutes: valuesOf(minutes, 0, 59, text),
    hours: valuesOf(hours, 0, 23, text),
    months: valuesOf(month, 1, 12, text, MONTHS),
    years: valuesOf(year, 1970, 2199, text),
    isDay: day === '?' ? anyOf(weekday.split(',').map((part) => weekdayTest(part, text))) : anyOf(day.split(',').map((part) => dayTest(part, text))),
  };
}

function anyOf(tests: readonly DayTest[]): DayTest {
  return (day) => tests.some((test) => test(day));
}

function dayTest(part: string, text: string): DayTest {
  if (part === 'L') return ({ day, daysInMonth }) => day === daysInMonth;
  if (part === 'LW') return (calendar) => calendar.day === nearestWeekday(calendar.daysInMonth, calendar);
  const nearest = /^(\d{1,2})W$/.exec(part)?.[1];
  if (nearest !== undefined) return (calendar) => calendar.day === nearestWeekday(Number(nearest), calendar);
  const values = new Set(valuesOf(part, 1, 31, text));
  return ({ day }) => values.has(day);
}

function weekdayTest(part: string, text: string): DayTest {
  if (part === 'L') return ({ weekday }) => weekday === 7;
  const [, last] = /^(\w+)L$/.exec(part) ?? [];
  if (last !== undefined) {
    const wanted = numberOf(last, 1, 7, text, WEEKDAYS);
    return ({ weekday, day, daysInMonth }) => weekday === wanted && day + 7 > daysInMonth;
  }
  const [, name, which] = /^(\w+)#([1-5])$/.exec(part) ?? [];
  if (name !== undefined) {
    const wanted = numberOf(name, 1, 7, text, WEEKDAYS);
    return ({ weekday, day }) => weekday === wanted && Math.ceil(day / 7) === Number(which);
  }
  const values = new Set(valuesOf(part, 1, 7, text, WEEKDAYS));
  return ({ weekday }) => values.has(weekday);
}

/** The Monday to Friday nearest to the day, in the same month. */
function nearestWeekday(day: number, { daysInMonth, firstWeekday }: CalendarDay): number {
  const weekday = ((firstWeekday - 1 + day - 1) % 7) + 1;
  if (weekday === 7) return day === 1 ? day + 2 : day - 1;
  if (weekday === 1) return day === daysInMonth ? day - 2 : day + 1;
  return day;
}

/** Lists, ranges, steps and names; sorted, without repetitions. */
function valuesOf(field: string, least: number, most: number, text: string, names: readonly string[] = []): readonly number[] {
  const values = field.split(',').flatMap((part) => {
    const [, range = '', step] = /^([^/]+)(?:\/(\d+))?$/.exec(part) ?? [];
    const [from, to = step === undefined ? from : undefined] = range === '*' ? [String(least), String(most)] : range.split('-');
    const first = numberOf(from ?? '', least, most, text, names);
    const last = to === undefined ? most : numberOf(to, least, most, text, names);
    const width = step === undefined ? 1 : Number(step);
    if (width < 1) throw invalid(text, `the step in ${part} must be at least 1`);
    // Ranges of weekdays and hours may run over the end, such as FRI-MON.
    const count = last >= first ? last - first + 1 : most - first + 1 + (last - least + 1);
    return Array.from({ length: Math.ceil(count / width) }, (_, index) => least + ((first - least + index * width) % (most - least + 1)));
  });
  return [...new Set(values)].sort((a, b) => a - b);
}

function numberOf(value: string, least: number, most: number, text: string, names: readonly string[]): number {
  const named = names.indexOf(value.toUpperCase());
  const number = named >= 0 ? named + least : /^\d+$/.test(value) ? Number(value) : NaN;
  if (!(number >= least && number <= most)) throw invalid(text, `${JSON.stringify(value)} is not between ${least} and ${most}`);
  return number;
}

function invalid(text: string, reason: string): InvalidScheduleExpression {
  return new InvalidScheduleExpression(`cron(${text}): ${reason}`);
}
