import { nextTime, parseSchedule, type ScheduleExpression } from '../../engines/schedule/schedule-expression';
import { AwsError } from '../../gateway/aws-error';

const HOUR_MS = 3_600_000;
const LONGEST_HOURS = 24;
const CHECKED_MS = 8 * 24 * HOUR_MS;
/** Without a schedule: https://docs.aws.amazon.com/redshift/latest/mgmt/working-with-snapshots.html#about-automated-snapshots */
const DEFAULT_DEFINITIONS = ['rate(8 hours)'];

/** When automated snapshots are due after a time; rates count from `anchorMs`. */
export function nextSnapshotMs(definitions: readonly string[] | undefined, afterMs: number, anchorMs: number): number {
  const schedules = (definitions ?? DEFAULT_DEFINITIONS).map(parse);
  return Math.min(...schedules.map((schedule) => nextTime(schedule, afterMs, { anchorMs }) ?? Infinity));
}

/** The next times of a schedule. */
export function nextSnapshotTimes(definitions: readonly string[], afterMs: number, anchorMs: number, count: number): readonly Date[] {
  const times: Date[] = [];
  let atMs = afterMs;
  while (times.length < count) {
    atMs = nextSnapshotMs(definitions, atMs, anchorMs);
    if (!Number.isFinite(atMs)) break;
    times.push(new Date(atMs));
  }
  return times;
}

/**
 * Fails for definitions that Redshift refuses: other than rates and its own kind of cron, more often than every hour or more than a
 * day apart, or two that come within an hour of each other.
 *
 * https://docs.aws.amazon.com/redshift/latest/mgmt/snapshot-schedule-format.html
 */
export function checkDefinitions(definitions: readonly string[], nowMs: number): void {
  if (definitions.length === 0) throw invalidSchedule('A snapshot schedule needs at least one definition.');
  definitions.forEach(parse);
  let lastMs: number | undefined;
  for (let atMs = nextSnapshotMs(definitions, nowMs, nowMs); atMs < nowMs + CHECKED_MS; atMs = nextSnapshotMs(definitions, atMs, nowMs)) {
    if (lastMs !== undefined && atMs - lastMs < HOUR_MS) throw invalidSchedule('The schedule definitions overlap: snapshots would be less than one hour apart.');
    lastMs = atMs;
  }
}

/** Redshift's cron has minutes, hours and days of the week. */
function parse(definition: string): ScheduleExpression {
  const [, minutes, hours, days] = /^cron\((\d{1,2})\s+(\S+)\s+(\S+)\)$/.exec(definition.trim()) ?? [];
  if (minutes !== undefined && hours !== undefined && days !== undefined) {
    return understood(definition, `cron(${minutes} ${hours} ${days === '*' ? '* * ?' : `? * ${days}`} *)`);
  }
  const [, number] = /^rate\((\d+) hours?\)$/.exec(definition.trim()) ?? [];
  if (number === undefined) throw new AwsError('ScheduleDefinitionTypeUnsupportedFault', `The definition ${definition} is neither rate(n hours) nor cron(minutes hours day-of-week).`);
  if (Number(number) < 1 || Number(number) > LONGEST_HOURS) throw invalidSchedule(`The rate ${definition} must be between 1 and ${LONGEST_HOURS} hours.`);
  return understood(definition, definition.trim());
}

function understood(definition: string, expression: string): ScheduleExpression {
  try {
    return parseSchedule(expression);
  } catch (error) {
    throw invalidSchedule(`The definition ${definition} is not valid: ${(error as Error).message}`);
  }
}

function invalidSchedule(message: string): AwsError {
  return new AwsError('InvalidScheduleFault', message);
}
