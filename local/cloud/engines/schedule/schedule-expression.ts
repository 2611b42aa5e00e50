import { parseCron, type CronFields } from './cron-fields';
import { nextCronTime } from './cron-next';
import { InvalidScheduleExpression } from './schedule-error';
import { zonedTimeToUtc } from './time-zone';

/** When something happens again and again, or once. */
export type ScheduleExpression =
  | { readonly kind: 'rate'; readonly periodMs: number }
  | { readonly kind: 'cron'; readonly fields: CronFields }
  | { readonly kind: 'at'; readonly local: Date };

const UNIT_MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;

/**
 * Parses `rate(5 minutes)`, `cron(0 3 * * ? *)` or `at(2026-11-21T10:00:00)`.
 *
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
export function parseSchedule(expression: string): ScheduleExpression {
  const [, kind, body = ''] = /^(rate|cron|at)\((.*)\)$/.exec(expression) ?? [];
  switch (kind) {
    case 'rate':
      return { kind, periodMs: periodOf(body, expression) };
    case 'cron':
      return { kind, fields: parseCron(body) };
    case 'at': {
      const local = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(body) ? new Date(`${body}Z`) : undefined;
      if (!local || Number.isNaN(local.getTime())) throw new InvalidScheduleExpression(`${expression}: at() takes a time such as 2026-11-21T10:00:00`);
      return { kind, local };
    }
    default:
      throw new InvalidScheduleExpression(`${expression} is no rate(), cron() or at() expression`);
  }
}

/**
 * The first time after `afterMs`, or nothing when there is none. Rates count from `anchorMs`; cron and at read the clock of the time zone.
 *
 * Times that daylight saving skips do not happen, and those that it repeats happen once:
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#daylist-savings-time
 */
export function nextTime(schedule: ScheduleExpression, afterMs: number, { anchorMs, timeZone = 'UTC' }: { readonly anchorMs: number; readonly timeZone?: string }): number | undefined {
  switch (schedule.kind) {
    case 'rate':
      return afterMs < anchorMs ? anchorMs : anchorMs + (Math.floor((afterMs - anchorMs) / schedule.periodMs) + 1) * schedule.periodMs;
    case 'cron':
      return nextCronTime(schedule.fields, afterMs, timeZone);
    case 'at': {
      const atMs = zonedTimeToUtc(schedule.local.getTime(), timeZone);
      return atMs !== undefined && atMs > afterMs ? atMs : undefined;
    }
  }
}

/** One takes the singular, everything else the plural. */
function periodOf(body: string, expression: string): number {
  const [, count = '', unit = '', plural] = /^(\d+) (minute|hour|day)(s?)$/.exec(body) ?? [];
  const number = Number(count);
  if (number < 1 || unit === '' || (number === 1) !== (plural === '')) throw new InvalidScheduleExpression(`${expression}: rate() takes a number from 1 and minute(s), hour(s) or day(s)`);
  return number * UNIT_MS[unit as keyof typeof UNIT_MS];
}
