import { createHash } from 'node:crypto';
import { invalidCombination, invalidValue } from './request-errors';

const DAY_MS = 24 * 3_600_000;
const SHORTEST_MS = 30 * 60_000;
/** The block in which RDS chooses windows nobody asked for; AWS has another one for each region. */
const BLOCK_STARTS_HOUR = 3;
const BLOCK_HOURS = 8;
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/** A span of the day, in milliseconds since midnight UTC. The end may be on the next day. */
interface Span {
  readonly startMs: number;
  readonly endMs: number;
}

/** Returns the backup window if RDS would take it. https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html */
export function checkBackupWindow(window: string): string {
  const span = spanOf(window);
  if (!span || span.endMs - span.startMs < SHORTEST_MS) {
    throw invalidValue(`Invalid backup window format: ${window}. It must be hh24:mi-hh24:mi in UTC and at least 30 minutes long`);
  }
  return window;
}

/** Returns the maintenance window, such as `sun:04:00-sun:04:30`, if RDS would take it. */
export function checkMaintenanceWindow(window: string): string {
  if (!/^(mon|tue|wed|thu|fri|sat|sun):([01]\d|2[0-3]):[0-5]\d-(mon|tue|wed|thu|fri|sat|sun):([01]\d|2[0-3]):[0-5]\d$/i.test(window)) {
    throw invalidValue(`Invalid maintenance window format: ${window}. It must be ddd:hh24:mi-ddd:hh24:mi in UTC`);
  }
  return window.toLowerCase();
}

/** Fails when backups would be made during maintenance. */
export function checkWindowsApart(backupWindow: string, maintenanceWindow: string): void {
  const backup = spanOf(backupWindow);
  const maintenance = spanOf(maintenanceWindow.replaceAll(/[a-z]{3}:/gi, ''));
  if (!backup || !maintenance) return;
  const overlaps = [-DAY_MS, 0, DAY_MS].some((shift) => backup.startMs + shift < maintenance.endMs && maintenance.startMs < backup.endMs + shift);
  if (overlaps) throw invalidCombination('The backup window and maintenance window must not overlap.');
}

/** A window of half an hour that stays the same for the resource. */
export function defaultBackupWindow(resourceId: string): string {
  return windowFrom(slotOf(resourceId));
}

/** A maintenance window apart from the backup window. */
export function defaultMaintenanceWindow(resourceId: string, backupWindow: string): string {
  const day = DAYS[digestOf(resourceId) % DAYS.length] ?? 'sun';
  const backup = spanOf(backupWindow)?.endMs ?? 0;
  const [start = '', end = ''] = windowFrom((backup + 3_600_000) % (DAY_MS - SHORTEST_MS)).split('-');
  return `${day}:${start}-${day}:${end}`;
}

/** When the window opens next. */
export function nextOpening(window: string, after: Date): Date {
  const midnight = Date.UTC(after.getUTCFullYear(), after.getUTCMonth(), after.getUTCDate());
  const today = midnight + (spanOf(window)?.startMs ?? 0);
  return new Date(today > after.getTime() ? today : today + DAY_MS);
}

/**
 * Whether a database that is backed up now no longer keeps a backup of then. A backup counts for the window that it was made in,
 * however soon after the opening it began, so one more or less millisecond makes no backup more or less.
 */
export function isPastRetention(madeAt: Date, now: Date, retentionDays: number): boolean {
  return madeAt.getTime() < now.getTime() - retentionDays * DAY_MS + SHORTEST_MS;
}

function spanOf(window: string): Span | undefined {
  const match = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)$/.exec(window);
  if (!match) return undefined;
  const [startHour, startMinute, endHour, endMinute] = match.slice(1).map(Number) as [number, number, number, number];
  const startMs = (startHour * 60 + startMinute) * 60_000;
  const endMs = (endHour * 60 + endMinute) * 60_000;
  return { startMs, endMs: endMs > startMs ? endMs : endMs + DAY_MS };
}

function slotOf(resourceId: string): number {
  return BLOCK_STARTS_HOUR * 3_600_000 + (digestOf(resourceId) % (BLOCK_HOURS * 2 - 1)) * SHORTEST_MS;
}

function digestOf(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE();
}

function windowFrom(startMs: number): string {
  const clock = (ms: number) => new Date(ms).toISOString().slice(11, 16);
  return `${clock(startMs)}-${clock(startMs + SHORTEST_MS)}`;
}
