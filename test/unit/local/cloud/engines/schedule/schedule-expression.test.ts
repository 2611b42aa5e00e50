import { nextTime, parseSchedule } from '../../../../../../local/cloud/engines/schedule/schedule-expression';

/** The next times after the start, in the form `2026-11-21T10:00`. */
function times(expression: string, start: string, count: number, timeZone = 'UTC'): readonly string[] {
  const schedule = parseSchedule(expression);
  const found: string[] = [];
  let after = Date.parse(`${start}:00Z`);
  for (let index = 0; index < count; index += 1) {
    const next = nextTime(schedule, after, { anchorMs: Date.parse(`${start}:00Z`), timeZone });
    if (next === undefined) break;
    found.push(new Date(next).toISOString().slice(0, 16));
    after = next;
  }
  return found;
}

describe('a schedule expression', () => {
  it.each([
    ['rate(5 minutes)', '2026-11-21T10:00', ['2026-11-21T10:05', '2026-11-21T10:10']],
    ['rate(1 day)', '2026-11-21T10:00', ['2026-11-22T10:00', '2026-11-23T10:00']],
    ['at(2026-11-21T11:00:00)', '2026-11-21T10:00', ['2026-11-21T11:00']],
    ['cron(0 3 * * ? *)', '2026-11-21T03:00', ['2026-11-22T03:00', '2026-11-23T03:00']],
    ['cron(0/15 8-9 * * ? *)', '2026-11-21T08:31', ['2026-11-21T08:45', '2026-11-21T09:00']],
    ['cron(0 18 ? * MON-FRI *)', '2026-11-20T17:00', ['2026-11-20T18:00', '2026-11-23T18:00']],
    ['cron(0 10 ? * 1 *)', '2026-11-21T10:00', ['2026-11-22T10:00', '2026-11-29T10:00']],
    ['cron(0 10 ? * FRI-SUN *)', '2026-11-19T10:00', ['2026-11-20T10:00', '2026-11-21T10:00', '2026-11-22T10:00', '2026-11-27T10:00']],
    ['cron(15 10 L * ? *)', '2026-02-01T00:00', ['2026-02-28T10:15', '2026-03-31T10:15']],
    ['cron(15 10 ? * 6L *)', '2026-11-01T00:00', ['2026-11-27T10:15', '2026-12-25T10:15']],
    ['cron(15 10 ? * 6#3 *)', '2026-11-01T00:00', ['2026-11-20T10:15', '2026-12-18T10:15']],
    ['cron(0 0 1W * ? *)', '2026-07-31T12:00', ['2026-08-03T00:00', '2026-09-01T00:00']],
    ['cron(0 0 15W * ? *)', '2026-08-01T00:00', ['2026-08-14T00:00', '2026-09-15T00:00']],
    ['cron(0 0 29 FEB ? *)', '2026-01-01T00:00', ['2028-02-29T00:00', '2032-02-29T00:00']],
    ['cron(0 0 1 1 ? 2026-2027)', '2026-01-02T00:00', ['2027-01-01T00:00']],
    ['cron(0 0,12 1,15 */6 ? *)', '2026-01-01T00:00', ['2026-01-01T12:00', '2026-01-15T00:00', '2026-01-15T12:00', '2026-07-01T00:00']],
  ])('%s happens when it should', (expression, start, expected) => {
    expect(times(expression, start, expected.length + 1).slice(0, expected.length)).toEqual(expected);
  });

  it('follows the clock of its time zone', () => {
    expect(times('cron(0 3 * * ? *)', '2026-10-24T12:00', 2, 'Europe/Berlin')).toEqual(['2026-10-25T02:00', '2026-10-26T02:00']);
    expect(times('cron(0 3 * * ? *)', '2026-10-23T12:00', 2, 'Europe/Berlin')).toEqual(['2026-10-24T01:00', '2026-10-25T02:00']);
    expect(times('at(2026-07-01T12:00:00)', '2026-01-01T00:00', 1, 'America/New_York')).toEqual(['2026-07-01T16:00']);
  });

  it('leaves out a time that daylight saving skips, and repeats none', () => {
    expect(times('cron(30 2 * * ? *)', '2026-03-28T12:00', 2, 'Europe/Berlin')).toEqual(['2026-03-30T00:30', '2026-03-31T00:30']);
    expect(times('cron(30 2 * * ? *)', '2026-10-24T12:00', 2, 'Europe/Berlin')).toEqual(['2026-10-25T00:30', '2026-10-26T01:30']);
  });

  it.each([
    'every day',
    'rate(1 minutes)',
    'rate(5 minute)',
    'rate(0 minutes)',
    'rate(5 seconds)',
    'cron(0 3 * * *)',
    'cron(0 3 * * * *)',
    'cron(0 3 ? * ? *)',
    'cron(60 3 * * ? *)',
    'cron(0 24 * * ? *)',
    'cron(0 3 32 * ? *)',
    'cron(0 3 ? * 0 *)',
    'cron(0 3 ? * FRY *)',
    'at(2026-11-21)',
  ])('%s is refused', (expression) => {
    expect(() => parseSchedule(expression)).toThrow(expect.objectContaining({ name: 'InvalidScheduleExpression' }) as Error);
  });
});
