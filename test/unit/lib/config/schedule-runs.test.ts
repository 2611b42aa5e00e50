import { canMeet, runsOf } from '../../../../lib/config/schedule-runs';

describe('runsOf', () => {
  test.each([
    ['cron(0 2 * * ? *)', 7, 7, 24],
    ['cron(0 2,14 * * ? *)', 14, 28, 12],
    ['rate(12 hours)', 7, 14, 12],
    ['rate(6 hours)', 7, 28, 6],
    ['rate(1 day)', 30, 30, 24],
    ['cron(0 2 ? * MON-FRI *)', 7, 5, 72],
    ['cron(0 2 ? * MON-FRI *)', 14, 10, 72],
    ['cron(0 */4 * * ? *)', 1, 6, 4],
    ['cron(0/30 8-9 1,15 JAN-DEC ? *)', 31, 12, 406],
  ])('counts the runs of %s within %i days as %i, at most %i hours apart', (expression, days, runs, gapHours) => {
    const found = runsOf(expression);

    expect(found.mostWithin(days)).toBe(runs);
    expect(Math.floor(found.longestGapHours)).toBe(gapHours);
  });

  test.each([
    ['cron(0 2 * * * *)', 'one of day-of-month and day-of-week must be ?'],
    ['cron(0 25 * * ? *)', '"25" is not within 0 to 23'],
    ['cron(0 2 L * ? *)', '"L" is not understood here'],
    ['cron(0 2 30 2 ? *)', 'it never fires'],
    ['cron(0 2 * * ? 2027)', 'the year must be *'],
  ])('refuses %s and says why', (expression, why) => {
    expect(() => runsOf(expression)).toThrow(why);
  });
});

describe('canMeet', () => {
  test.each([
    ['cron(0 2 * * ? *)', 'cron(0 2 * * ? *)', true],
    ['cron(0 2 * * ? *)', 'cron(0 2 ? * SUN *)', true],
    ['cron(0 2 * * ? *)', 'cron(0 */2 1 * ? *)', true],
    ['cron(0 2 ? * MON-FRI *)', 'cron(0 2 15 * ? *)', true],
    ['cron(0 2 * * ? *)', 'cron(0 4 ? * SUN *)', false],
    ['cron(0 2 * * ? *)', 'cron(30 2 * * ? *)', false],
    ['cron(0 2 ? * MON-FRI *)', 'cron(0 2 ? * SAT,SUN *)', false],
    ['cron(0 2 * JAN-JUN ? *)', 'cron(0 2 * JUL-DEC ? *)', false],
    // A rate counts from whenever it is deployed.
    ['rate(12 hours)', 'cron(0 4 ? * SUN *)', true],
    ['cron(0 2 * * ? *)', 'rate(7 days)', true],
  ])('says of %s and %s: %s', (one, other, meet) => {
    expect(canMeet(one, other)).toBe(meet);
    expect(canMeet(other, one)).toBe(meet);
  });
});
