import type * as z from 'zod/mini';
import { InvalidInput } from './errors';

const SHOWN_VALUE_LENGTH = 120;

/**
 * Checks a value from outside against its schema, before anything is touched.
 *
 * Raises `InvalidInput`, whose message names each field, the value it had and what is allowed. What stands in or under
 * fields of these names is never shown.
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
  if (issue.code === 'invalid_key') return `${field}: this name is not allowed, expected ${issue.issues.map(expectation).join('; ')}`;
  const actual = path.reduce<unknown>((at, key) => (at as Record<string, unknown> | null | undefined)?.[key], root);
  if (actual === undefined) return `${field}: is missing, expected ${expectation(issue)}`;
  return `${field}: ${show(actual, path, secretFields)} is not allowed, expected ${expectation(issue)}`;
}

function show(value: unknown, path: readonly string[], secretFields: readonly string[]): string {
  if (path.some((name) => secretFields.includes(name))) return 'the value given';
  const text = JSON.stringify(value, (name, inner: unknown) => (secretFields.includes(name) ? '...' : inner)) ?? typeof value;
  return text.length > SHOWN_VALUE_LENGTH ? `${text.slice(0, SHOWN_VALUE_LENGTH)}...` : text;
}

/** What is allowed, in words: the schema's own message where it has one. */
function expectation(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.message === NO_MESSAGE ? issue.expected : issue.message;
    case 'invalid_value':
      return `one of ${issue.values.map((value) => JSON.stringify(value)).join(', ')}`;
    case 'too_small':
      return COUNTED[issue.origin] ? `${issue.minimum} or more ${COUNTED[issue.origin]}` : `at least ${issue.minimum}`;
    case 'too_big':
      return COUNTED[issue.origin] ? `${issue.maximum} or fewer ${COUNTED[issue.origin]}` : `at most ${issue.maximum}`;
    default:
      return issue.message;
  }
}

/** What a limit counts, where it is not the value itself. */
const COUNTED: Readonly<Record<string, string>> = { array: 'entries', string: 'characters' };

/** What zod says where the schema has no message and no locale is loaded. */
const NO_MESSAGE = 'Invalid input';
