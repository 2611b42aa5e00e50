import { compileMatcher, InvalidEventPattern, type ValueTest } from './value-matcher';

/** Decides about an event, given as parsed JSON. */
export type EventTest = (event: unknown) => boolean;

/**
 * Compiles an event pattern of EventBridge or a filter policy of SNS; throws `InvalidEventPattern`.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
export function compileEventPattern(pattern: string): EventTest {
  let parsed: unknown;
  try {
    parsed = JSON.parse(pattern);
  } catch {
    throw new InvalidEventPattern('it is not JSON');
  }
  if (!isRecord(parsed)) throw new InvalidEventPattern('it is not an object');
  if (Object.keys(parsed).length === 0) throw new InvalidEventPattern('it is empty');
  return compileObject(parsed, '');
}

function compileObject(pattern: Record<string, unknown>, path: string): EventTest {
  const tests = Object.entries(pattern).map(([key, value]) => compileField(key, value, path === '' ? key : `${path}.${key}`));
  return (event) => tests.every((test) => test(event));
}

function compileField(key: string, value: unknown, path: string): EventTest {
  if (key === '$or') return compileAlternatives(value, path);
  if (Array.isArray(value)) {
    if (value.length === 0) throw new InvalidEventPattern(`empty arrays are not allowed at ${path}`);
    const matchers = value.map((matcher) => compileMatcher(matcher, path));
    return (event) => reachesField(event, key, (field) => anyValue(field, matchers));
  }
  if (!isRecord(value) || Object.keys(value).length === 0) throw new InvalidEventPattern(`${path} must be an object or an array`);
  const inner = compileObject(value, path);
  return (event) => reachesField(event, key, (field) => (Array.isArray(field) ? field.some(inner) : inner(field)));
}

function compileAlternatives(value: unknown, path: string): EventTest {
  if (!Array.isArray(value) || value.length < 2 || !value.every(isRecord)) {
    throw new InvalidEventPattern(`${path} must be an array of at least two objects`);
  }
  const alternatives = value.map((alternative) => compileObject(alternative, path));
  return (event) => alternatives.some((matches) => matches(event));
}

function reachesField(event: unknown, key: string, test: (field: unknown) => boolean): boolean {
  return test(isRecord(event) && Object.hasOwn(event, key) ? event[key] : undefined);
}

/** One element is enough; an empty array has no value, like an absent field. */
function anyValue(field: unknown, matchers: readonly ValueTest[]): boolean {
  const values: readonly unknown[] = Array.isArray(field) && field.length > 0 ? field : [Array.isArray(field) ? undefined : field];
  return values.some((value) => matchers.some((matches) => matches(value)));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
