import { InvalidInput } from '../../lambda/common/errors';

/** How often a schedule fires: what a quota has to hold. */
export interface ScheduleRuns {
  /** The most runs that fall into any window of that many days. */
  mostWithin(days: number): number;
  /** The longest that may pass between two runs. */
  readonly longestGapHours: number;
}

const MINUTES_PER = { minute: 1, hour: 60, day: 1440 } as const;
const MINUTES_A_DAY = 1440;
/** Long enough for every combination of month, day and weekday to occur, leap years left aside. */
const OBSERVED_DAYS = 366 * 2;
const FIRST_DAY_MS = Date.UTC(2027, 0, 1);
const DAY_MS = 86_400_000;

/** Reads `rate(...)` or `cron(...)` as EventBridge takes them: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cron-expressions.html */
export function runsOf(expression: string): ScheduleRuns {
  const rate = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression);
  return rate ? runsOfRate(Number(rate[1]) * MINUTES_PER[rate[2] as keyof typeof MINUTES_PER]) : runsOfCron(expression);
}

/** Whether two schedules can fire at the same time. One that is a rate can meet any other: it counts from whenever it was deployed. */
export function canMeet(one: string, other: string): boolean {
  if (!one.startsWith('cron(') || !other.startsWith('cron(')) return true;
  const otherDays = runningDays(other, OBSERVED_DAYS);
  const otherTimes = timesOfDay(other);
  return runningDays(one, OBSERVED_DAYS).some((runs, day) => runs && otherDays[day]) && timesOfDay(one).some((minute) => otherTimes.includes(minute));
}

function runsOfRate(everyMinutes: number): ScheduleRuns {
  return { mostWithin: (days) => Math.ceil((days * MINUTES_A_DAY) / everyMinutes), longestGapHours: everyMinutes / 60 };
}

function runsOfCron(expression: string): ScheduleRuns {
  const minutesOfDay = timesOfDay(expression);
  const days = runningDays(expression, OBSERVED_DAYS);
  const [firstDay, lastDay] = [days.indexOf(true), days.lastIndexOf(true)];
  if (minutesOfDay.length === 0 || firstDay < 0) throw unreadable(expression, 'it never fires');
  return {
    mostWithin: (window) => mostInWindow(runningDays(expression, OBSERVED_DAYS + Math.ceil(window)), Math.ceil(window)) * minutesOfDay.length,
    longestGapHours: longestGapMinutes(days.slice(firstDay, lastDay + 1), minutesOfDay) / 60,
  };
}

function mostInWindow(days: readonly boolean[], window: number): number {
  let within = 0;
  let most = 0;
  for (const [day, runs] of days.entries()) {
    within += Number(runs) - Number(days[day - window] ?? false);
    most = Math.max(most, within);
  }
  return most;
}

function longestGapMinutes(days: readonly boolean[], minutesOfDay: readonly number[]): number {
  const times = days.flatMap((runs, day) => (runs ? minutesOfDay.map((minute) => day * MINUTES_A_DAY + minute) : []));
  return times.reduce((longest, time, index) => Math.max(longest, time - (times[index - 1] ?? time)), 0);
}

function timesOfDay(expression: string): readonly number[] {
  const { minutes, hours } = fieldsOf(expression);
  const minuteSet = numbersIn(minutes, 0, 59, expression);
  return numbersIn(hours, 0, 23, expression).flatMap((hour) => minuteSet.map((minute) => hour * 60 + minute));
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

function runningDays(expression: string, count: number): boolean[] {
  const { dayOfMonth, month, dayOfWeek } = fieldsOf(expression);
  if (dayOfMonth !== '?' && dayOfWeek !== '?') throw unreadable(expression, 'one of day-of-month and day-of-week must be ?');
  const months = numbersIn(named(month, MONTHS, 1), 1, 12, expression);
  const monthDays = dayOfMonth === '?' ? undefined : numbersIn(dayOfMonth, 1, 31, expression);
  const weekDays = dayOfWeek === '?' ? undefined : numbersIn(named(dayOfWeek, WEEKDAYS, 1), 1, 7, expression);
  return Array.from({ length: count }, (_, index) => {
    const day = new Date(FIRST_DAY_MS + index * DAY_MS);
    return months.includes(day.getUTCMonth() + 1) && (monthDays?.includes(day.getUTCDate()) ?? true) && (weekDays?.includes(day.getUTCDay() + 1) ?? true);
  });
}

function fieldsOf(expression: string): Readonly<Record<'minutes' | 'hours' | 'dayOfMonth' | 'month' | 'dayOfWeek', string>> {
  const [minutes = '', hours = '', dayOfMonth = '', month = '', dayOfWeek = '', year] = /^cron\((.*)\)$/.exec(expression)?.[1]?.split(' ') ?? [];
  if (year !== '*') throw unreadable(expression, 'the year must be *: a backup that ends is none');
  return { minutes, hours, dayOfMonth, month, dayOfWeek };
}

function named(field: string, names: readonly string[], base: number): string {
  return names.reduce((text, name, index) => text.replaceAll(new RegExp(`\\b${name}\\b`, 'gi'), String(index + base)), field);
}

/** `*`, `a`, `a-b`, `a/n`, `a-b/n`, and lists of them. */
function numbersIn(field: string, low: number, high: number, expression: string): readonly number[] {
  const found = new Set<number>();
  for (const part of field.split(',')) {
    const match = /^(\*|\d+)(?:-(\d+))?(?:\/(\d+))?$/.exec(part);
    if (!match) throw unreadable(expression, `${JSON.stringify(part)} is not understood here: use numbers, names, ranges, steps and lists`);
    const from = match[1] === '*' ? low : Number(match[1]);
    const to = match[2] !== undefined ? Number(match[2]) : match[1] === '*' || match[3] !== undefined ? high : from;
    if (from < low || to > high || from > to) throw unreadable(expression, `${JSON.stringify(part)} is not within ${low} to ${high}`);
    for (let value = from; value <= to; value += Number(match[3] ?? 1)) found.add(value);
  }
  return [...found].sort((a, b) => a - b);
}

function unreadable(expression: string, why: string): InvalidInput {
  return new InvalidInput('schedule', [`${expression}: ${why}`]);
}
