import type { ChoiceRule } from './definition';
import { runtimeFailure } from './failure';
import type { Json } from './json';
import { readPath } from './path/json-path';
import { parsePath } from './path/parse-path';
import { parseTimestamp } from './timestamp';

/** What the paths of a choice rule refer to. */
export interface ChoiceSources {
  readonly input: Json;
  readonly context: Json;
}

type Ordering = 'Equals' | 'LessThan' | 'GreaterThan' | 'LessThanEquals' | 'GreaterThanEquals';

/** The type of the literal that a comparison operator takes. */
export type ComparedType = 'string' | 'number' | 'boolean' | 'timestamp';

/** The comparison operators. */
export const COMPARISONS: Readonly<Record<string, ComparedType>> = {
  ...orderings('String', 'string'),
  ...orderings('Numeric', 'number'),
  ...orderings('Timestamp', 'timestamp'),
  BooleanEquals: 'boolean',
  StringMatches: 'string',
  IsNull: 'boolean',
  IsPresent: 'boolean',
  IsNumeric: 'boolean',
  IsString: 'boolean',
  IsBoolean: 'boolean',
  IsTimestamp: 'boolean',
};

/** Whether the operator also exists with `Path`: its value then is a path to what is compared. */
export function hasPathForm(operator: string): boolean {
  return Object.hasOwn(COMPARISONS, operator) && operator !== 'StringMatches' && !operator.startsWith('Is');
}

function orderings(family: string, type: ComparedType): Readonly<Record<string, ComparedType>> {
  return Object.fromEntries(['Equals', 'LessThan', 'GreaterThan', 'LessThanEquals', 'GreaterThanEquals'].map((ordering) => [`${family}${ordering}`, type]));
}

/** Evaluates a rule and, as far as needed, the rules inside it. A variable that is absent fails the execution, except for IsPresent. */
export function matchesRule(rule: ChoiceRule, sources: ChoiceSources): boolean {
  if (rule.And) return rule.And.every((inner) => matchesRule(inner, sources));
  if (rule.Or) return rule.Or.some((inner) => matchesRule(inner, sources));
  if (rule.Not) return !matchesRule(rule.Not, sources);
  const variable = rule.Variable as string;
  const [operator, expected] = Object.entries(rule).find(([field]) => !['Variable', 'Next', 'Comment'].includes(field)) as [string, Json];
  if (operator === 'IsPresent') return (find(variable, sources) !== undefined) === expected;
  const value = read(variable, sources);
  if (operator.startsWith('Is')) return isOfType(operator, value) === expected;
  if (operator.endsWith('Path')) return compare(operator.slice(0, -'Path'.length), value, read(expected as string, sources));
  return compare(operator, value, expected);
}

function find(variable: string, sources: ChoiceSources): Json | undefined {
  const path = parsePath(variable);
  return readPath(path, sources[path.source]);
}

function read(variable: string, sources: ChoiceSources): Json {
  const value = find(variable, sources);
  if (value !== undefined) return value;
  throw runtimeFailure(`Invalid path '${variable}': The choice state's condition path references an invalid value.`);
}

function isOfType(operator: string, value: Json): boolean {
  if (operator === 'IsNull') return value === null;
  if (operator === 'IsTimestamp') return typeof value === 'string' && parseTimestamp(value) !== undefined;
  return typeof value === { IsNumeric: 'number', IsString: 'string', IsBoolean: 'boolean' }[operator];
}

/** Values that are not both of the operator's type never match. */
function compare(operator: string, value: Json, expected: Json): boolean {
  if (operator === 'StringMatches') return typeof value === 'string' && matchesPattern(value, expected as string);
  if (operator === 'BooleanEquals') return typeof value === 'boolean' && value === expected;
  const [, family, ordering] = /^(String|Numeric|Timestamp)(.+)$/.exec(operator) as RegExpExecArray & [string, string, Ordering];
  const [left, right] = [comparable(family, value), comparable(family, expected)];
  return left !== undefined && right !== undefined && isOrdered(left, ordering, right);
}

function comparable(family: string, value: Json): string | number | undefined {
  if (family === 'Numeric') return typeof value === 'number' ? value : undefined;
  if (typeof value !== 'string') return undefined;
  return family === 'Timestamp' ? parseTimestamp(value) : value;
}

function isOrdered(left: string | number, ordering: Ordering, right: string | number): boolean {
  switch (ordering) {
    case 'Equals':
      return left === right;
    case 'LessThan':
      return left < right;
    case 'GreaterThan':
      return left > right;
    case 'LessThanEquals':
      return left <= right;
    case 'GreaterThanEquals':
      return left >= right;
  }
}

/** `*` stands for any run of characters, `\*` and `\\` for themselves. */
function matchesPattern(value: string, pattern: string): boolean {
  const source = pattern.replaceAll(/\\([\\*])|(\*)|[^*\\]+|\\/gs, (part, escaped: string | undefined, star: string | undefined) =>
    star ? '[^]*' : (escaped ?? part).replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'),
  );
  return new RegExp(`^${source}$`).test(value);
}
