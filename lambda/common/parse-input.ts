import type * as z from 'zod/mini';
import { InvalidInput } from './errors';

const SHOWN_VALUE_LENGTH = 120;

/**
 * Checks a value from outside against its schema, before anything is touched.
 *
 * Raises `InvalidInput`, whose message names each field, the value it had and what is allowed. Fields listed in
 * `secretFields` (by their last name) never have their value shown.
 */
export function parseInput<Schema extends z.ZodMiniType>(schema: Schema, value: unknown, what: string, secretFields: readonly string[] = []): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new InvalidInput(
    what,
    result.error.issues.map((issue) => describeIssue(issue, value, secretFields)),
  );
}

type Issue = z.core.$ZodIssue;

function describeIssue(issue: Issue, root: unknown, secretFields: readonly string[]): string {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => `${[...path, key].join('.')}: unknown field`).join('; ');
  }
  const field = path.join('.') || 'the whole';
  const actual = path.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], root);
  const isSecret = secretFields.includes(path.at(-1) ?? '');
  const shown = isSecret ? 'the value given' : (JSON.stringify(actual) ?? 'nothing').slice(0, SHOWN_VALUE_LENGTH);
  return `${field}: ${actual === undefined ? 'is missing' : `${shown} is not allowed`}, expected ${expectation(issue)}`;
}

/** What is allowed, in words: the schema's own message where it has one. */
function expectation(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected;
    case 'invalid_value':
      return `one of ${issue.values.map((value) => JSON.stringify(value)).join(', ')}`;
    case 'too_small':
      return `at least ${issue.minimum}`;
    case 'too_big':
      return `at most ${issue.maximum}`;
    default:
      return issue.message;
  }
}
