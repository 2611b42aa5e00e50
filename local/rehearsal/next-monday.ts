/**
 * The next Monday at an hour, UTC: where a rehearsal's time begins, so that schedules fire between the same steps in
 * every rehearsal, whatever day it is.
 */
export function nextMonday(hourUtc: number, now = new Date()): Date {
  const monday = new Date(now);
  monday.setUTCHours(hourUtc, 0, 0, 0);
  monday.setUTCDate(monday.getUTCDate() + ((8 - monday.getUTCDay()) % 7));
  return monday.getTime() > now.getTime() ? monday : new Date(monday.getTime() + 7 * 86_400_000);
}
