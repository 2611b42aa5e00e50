import { nextMonday } from '../../../../local/rehearsal/next-monday';

test.each([
  ['in the week before', '2026-11-21T16:20:00Z', '2026-11-23T19:00:00.000Z'],
  ['on the Sunday before', '2026-11-22T23:59:59Z', '2026-11-23T19:00:00.000Z'],
  ['on the Monday, before the hour', '2026-11-23T18:59:59Z', '2026-11-23T19:00:00.000Z'],
  ['on the Monday, at the hour', '2026-11-23T19:00:00Z', '2026-11-30T19:00:00.000Z'],
])('is %s the next that there is', (_case, now, expected) => {
  expect(nextMonday(19, new Date(now)).toISOString()).toBe(expected);
});
