const formats = new Map<string, Intl.DateTimeFormat>();

/** Whether the name is one of the IANA database's, such as `Europe/Berlin`. */
export function isTimeZone(name: string): boolean {
  try {
    formatOf(name);
    return true;
  } catch {
    return false;
  }
}

/** What a clock in the time zone shows, written as if it were UTC. */
export function utcToZonedTime(utcMs: number, timeZone: string): number {
  if (timeZone === 'UTC') return utcMs;
  const parts = Object.fromEntries(formatOf(timeZone).formatToParts(utcMs).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) + (((utcMs % 1000) + 1000) % 1000);
}

/** When a clock in the time zone shows the time: the first time where it does so twice, nothing where daylight saving skips it. */
export function zonedTimeToUtc(localMs: number, timeZone: string): number | undefined {
  if (timeZone === 'UTC') return localMs;
  const offsets = [localMs - 86_400_000, localMs + 86_400_000].map((around) => utcToZonedTime(around, timeZone) - around);
  const candidates = offsets.map((offset) => localMs - offset).filter((utcMs) => utcToZonedTime(utcMs, timeZone) === localMs);
  return candidates.length === 0 ? undefined : Math.min(...candidates);
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat('en-US', { timeZone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' });
  formats.set(timeZone, known);
  return known;
}
