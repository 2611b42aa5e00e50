import * as z from 'zod/mini';
import { InvalidInput } from '../../../../lambda/common/errors';
import { parseInput } from '../../../../lambda/common/parse-input';

const schema = z.strictObject({
  name: z.string().check(z.regex(/^[a-z]+$/, 'small letters')),
  mode: z.optional(z.enum(['on', 'off'])),
  hours: z.optional(z.int().check(z.gte(1), z.lte(24))),
  list: z.optional(z.array(z.string()).check(z.minLength(1), z.maxLength(2))),
  inner: z.optional(z.strictObject({ flag: z.boolean() })),
  passwords: z.optional(z.record(z.string().check(z.regex(/^[a-z]+$/, 'small letters')), z.string().check(z.minLength(12)))),
});

function problemsOf(value: unknown, secretFields: readonly string[] = []): readonly string[] {
  try {
    parseInput(schema, value, 'request', secretFields);
  } catch (error) {
    if (error instanceof InvalidInput) return error.problems;
    throw error;
  }
  throw new Error('the value was taken');
}

describe('parseInput', () => {
  it('answers with what the schema makes of a value that fits', () => {
    expect(parseInput(schema, { name: 'orders', hours: 3 }, 'request')).toEqual({ name: 'orders', hours: 3 });
  });

  test.each([
    ['an unknown field', { name: 'a', nmae: 'b' }, ['nmae: unknown field']],
    ['an unknown field inside another', { name: 'a', inner: { flag: true, flga: 1 } }, ['inner.flga: unknown field']],
    ['a missing field', {}, ['name: is missing, expected string']],
    ['a wrong type', { name: 7 }, ['name: 7 is not allowed, expected string']],
    ['null', { name: null }, ['name: null is not allowed, expected string']],
    ['a text that does not fit', { name: 'A; DROP TABLE x' }, ['name: "A; DROP TABLE x" is not allowed, expected small letters']],
    ['a word that is none of the allowed', { name: 'a', mode: 'maybe' }, ['mode: "maybe" is not allowed, expected one of "on", "off"']],
    ['a number that is too small', { name: 'a', hours: 0 }, ['hours: 0 is not allowed, expected at least 1']],
    ['a number that is too big', { name: 'a', hours: 25 }, ['hours: 25 is not allowed, expected at most 24']],
    ['a list that is empty', { name: 'a', list: [] }, ['list: [] is not allowed, expected 1 or more entries']],
    ['a list that is too long', { name: 'a', list: ['x', 'y', 'z'] }, ['list: ["x","y","z"] is not allowed, expected 2 or fewer entries']],
    ['a wrong type inside a list', { name: 'a', list: [1] }, ['list.0: 1 is not allowed, expected string']],
    ['a text where an object belongs', 'name', ['the whole: "name" is not allowed, expected object']],
    ['nothing', undefined, ['the whole: is missing, expected object']],
  ])('names the field, the value and what is allowed for %s', (_case, value, problems) => {
    expect(problemsOf(value)).toEqual(problems);
  });

  it('names everything that is wrong at once, and what it belongs to', () => {
    expect(problemsOf({ name: 'A', mode: 'maybe', more: 1 })).toHaveLength(3);
    expect(() => parseInput(schema, { name: 'A' }, 'restore request for orders')).toThrow(/^restore request for orders: name: "A"/);
  });

  it('shows only the beginning of a long value', () => {
    const [problem] = problemsOf({ name: 'A'.repeat(5000) });

    expect(problem!.length).toBeLessThan(200);
    expect(problem).toContain('A...');
  });

  test.each([
    ['a value in the field', { name: 'a', passwords: { orders: 'hunter2' } }],
    ['the field itself', { name: 'a', passwords: 'hunter2' }],
    ['a field inside a value that is shown', { name: { passwords: 'hunter2' } }],
    ['a field deep inside a list that is shown', { name: [{ deep: { passwords: { orders: 'hunter2' } } }] }],
  ])('never shows what stands in a secret field: %s', (_case, value) => {
    const problems = problemsOf(value, ['passwords']).join();

    expect(problems).not.toContain('hunter2');
    expect(problems).toContain('is not allowed');
  });

  it('does not show a name that is not allowed, since a password may stand where the name should', () => {
    const problems = problemsOf({ name: 'a', passwords: { 'Hunter-2': 'long-enough-to-pass' } }, ['passwords']).join();

    expect(problems).toContain('this name is not allowed, expected small letters');
  });
});
