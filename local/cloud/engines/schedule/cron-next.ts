import type { CronFields } from './cron-fields';
import { utcToZonedTime, zonedTimeToUtc } from './time-zone';

/** The first time after `afterMs` at which the fields fit the clock of the time zone; nothing when the years are over. */
export function nextCronTime(fields: CronFields, afterMs: number, timeZone: string): number | undefined {
  const startMs = utcToZonedTime(afterMs, timeZone);
  for (const localMs of localTimes(fields, new Date(startMs))) {
    const atMs = zonedTimeToUtc(localMs, timeZone);
    if (atMs !== undefined && atMs > afterMs) return atMs;
  }
  return undefined;
}

/** The fitting times of a wall clock, from the start's minute on; dates are read as UTC. */
function* localTimes({ minutes, hours, months, years, isDay }: CronFields, start: Date): Generator<number> {
  const startMs = start.getTime() - (start.getTime() % 60_000);
  for (const year of years) {
    if (year < start.getUTCFullYear()) continue;
    for (const month of months) {
      if (year === start.getUTCFullYear() && month < start.getUTCMonth() + 1) continue;
      for (const day of daysOf(year, month, isDay)) {
        const dayMs = Date.UTC(year, month - 1, day);
        if (dayMs + 86_400_000 <= startMs) continue;
        for (const hour of hours) {
          for (const minute of minutes) {
            const time = dayMs + hour * 3_600_000 + minute * 60_000;
            if (time >= startMs) yield time;
          }
        }
      }
    }
  }
}

function daysOf(year: number, month: number, isDay: CronFields['isDay']): readonly number[] {
  const daysInMonth = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const firstWeekday = new Date(Date.UTC(year, month - 1, 1)).getUTCDay() + 1;
  const days = Array.from({ length: daysInMonth }, (_, index) => index + 1);
  return days.filter((day) => isDay({ day, weekday: ((firstWeekday - 1 + day - 1) % 7) + 1, daysInMonth, firstWeekday }));
}
