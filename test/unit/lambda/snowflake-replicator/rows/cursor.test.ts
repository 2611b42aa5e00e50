import { advance, dueCondition, initialCursor, isOutlived, planRead, type CursorState, type Observation } from '../../../../../lambda/snowflake-replicator/rows/cursor';
import { column, mapped, ordersTable } from './fixtures';

const BY_COLUMN = { kind: 'column', column: 'changed_at', skewSeconds: 5, timeZone: 'UTC' } as const;
const BY_XMIN = { kind: 'xmin' } as const;
const FLOOR = '2026-11-21 10:00:00.000001';
const LATER: Observation = { floor: '2026-11-21 11:00:00.5', xmin: '900', nextXid: '950' };
const start: CursorState = { floor: FLOOR, xmin: '700', sweep: null };

describe('the next batch', () => {
  test('reads from the floor on, inclusive: equal times lose nothing', () => {
    const { form, where, orderBy } = planRead(mapped(), BY_COLUMN, start);

    expect(form).toBe('column');
    expect(where).toBe(`"changed_at" >= '${FLOOR}'::timestamptz`);
    expect(orderBy).toEqual(['"changed_at"', '"id"']);
  });

  test('goes on behind the last row by cursor and key, as texts to the microsecond', () => {
    const state: CursorState = { ...start, sweep: { form: 'column', after: ['2026-11-21 10:30:00.123456+00', '42'], nextFloor: FLOOR, nextXmin: '700' } };

    expect(planRead(mapped(), BY_COLUMN, state).where).toBe(`("changed_at", "id") > ('2026-11-21 10:30:00.123456+00'::timestamp with time zone, '42'::bigint)`);
  });

  test('of a column without time zone is compared in the zone that its values are in', () => {
    const local = mapped(ordersTable({ columns: [column('id', 'bigint', true), column('changed_at', 'timestamp without time zone')] }));

    expect(planRead(local, { ...BY_COLUMN, timeZone: 'Europe/Berlin' }, start).where).toBe(`"changed_at" >= ('${FLOOR}'::timestamptz AT TIME ZONE 'Europe/Berlin')`);
  });

  test('reads by transaction where no floor is known, for a prepared transaction hides when it began', () => {
    const { form, where } = planRead(mapped(), BY_COLUMN, { ...start, floor: null });

    expect(form).toBe('exact');
    expect(where).toBe(`age(xmin) <= age('700'::xid)`);
  });

  test('takes a transaction id beyond 32 bits round the circle', () => {
    expect(planRead(mapped(), BY_XMIN, { ...start, xmin: String(2n ** 32n + 700n) }).where).toBe(`age(xmin) <= age('700'::xid)`);
  });
});

describe('the state after a batch', () => {
  const plan = planRead(mapped(), BY_COLUMN, start);

  test('that reached its end stands at what was seen before its snapshot', () => {
    expect(advance(start, plan, LATER, { rows: 9, limit: 10, last: ['x', '1'] })).toEqual({ floor: LATER.floor, xmin: '900', sweep: null });
  });

  test('that did not is the position, and the floor of the first batch: a later snapshot may show rows behind us', () => {
    const first = advance(start, plan, LATER, { rows: 10, limit: 10, last: ['10:30', '1'] });
    const evenLater: Observation = { floor: '2026-11-21 12:00:00', xmin: '990', nextXid: '999' };
    const second = advance(first, plan, evenLater, { rows: 3, limit: 10, last: ['10:40', '2'] });

    expect(first).toEqual({ floor: FLOOR, xmin: '700', sweep: { form: 'column', after: ['10:30', '1'], nextFloor: LATER.floor, nextXmin: '900' } });
    expect(second).toEqual({ floor: LATER.floor, xmin: '900', sweep: null });
  });

  test('keeps its floor while a transaction is prepared', () => {
    expect(advance(start, plan, { ...LATER, floor: null }, { rows: 0, limit: 10, last: null }).floor).toBe(FLOOR);
  });

  test('after a full load stands at its snapshot', () => {
    expect(initialCursor(LATER)).toEqual({ floor: LATER.floor, xmin: '900', sweep: null });
  });
});

test.each([
  [2n ** 31n, true],
  [2n ** 31n - 2_000_000n, false],
])('a state that is %s transactions old is outlived: %s', (age, outlived) => {
  expect(isOutlived({ ...start, xmin: '700' }, { ...LATER, nextXid: String(700n + age) })).toBe(outlived);
});

test('a row is due when the cursor will bring it in some later run, and never for a NULL', () => {
  expect(dueCondition(mapped(), BY_COLUMN, start)).toBe(`coalesce("changed_at" >= '${FLOOR}'::timestamptz, false)`);
  expect(dueCondition(mapped(), BY_XMIN, start)).toBe(`age(xmin) <= age('700'::xid)`);
});
