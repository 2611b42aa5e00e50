import { compilationError } from '../snowflake-error';
import type { TokenCursor } from './token-cursor';

/** The right side of `KEY = value`. A bare word keeps its folded text. */
export type OptionValue = string | number | boolean | readonly (string | number)[] | Options;
export type Options = ReadonlyMap<string, OptionValue>;

/** An option's value as text; a list or a nested group has none. */
export function optionText(value: OptionValue | undefined): string {
  if (value === undefined || typeof value === 'object')
    throw compilationError('001003', '42000', 'an option has a list where it needs one value.');
  return String(value);
}

/** Reads `KEY = value KEY = value ...` (commas allowed) as far as it goes. */
export function parseOptions(cursor: TokenCursor): Options {
  const options = new Map<string, OptionValue>();
  while (cursor.peek().kind === 'word' && cursor.isOperator('=', 1)) {
    const key = cursor.next().value;
    if (options.has(key)) throw compilationError('001003', '42000', `duplicate option '${key}'.`);
    cursor.expectOperator('=');
    options.set(key, parseValue(cursor));
    cursor.acceptOperator(',');
  }
  return options;
}

function parseValue(cursor: TokenCursor): OptionValue {
  if (cursor.acceptOperator('(')) return parseGroup(cursor);
  return parseScalar(cursor);
}

/** `( KEY = value ... )` or `( 'a', 'b' )`. */
function parseGroup(cursor: TokenCursor): OptionValue {
  if (cursor.peek().kind === 'word' && cursor.isOperator('=', 1)) {
    const nested = parseOptions(cursor);
    cursor.expectOperator(')');
    return nested;
  }
  const items: (string | number)[] = [];
  while (!cursor.acceptOperator(')')) {
    const item = parseScalar(cursor);
    if (typeof item === 'boolean') cursor.fail();
    items.push(item);
    if (!cursor.isOperator(')')) cursor.expectOperator(',');
  }
  return items;
}

function parseScalar(cursor: TokenCursor): string | number | boolean {
  const token = cursor.peek();
  if (token.kind === 'string') return cursor.next().value;
  if (token.kind === 'number') return Number(cursor.next().value);
  if (cursor.acceptOperator('-')) return -Number(cursor.expectInteger());
  if (cursor.isWord('TRUE', 'FALSE')) return cursor.next().value === 'TRUE';
  if (!cursor.isIdentifier()) cursor.fail();
  // A dotted word names an object, for instance FORMAT_NAME = db.schema.format.
  const parts = cursor.expectName();
  return parts.map(({ name, quoted }) => (quoted ? `"${name}"` : name)).join('.');
}

/** Refuses options that the statement does not have. */
export function refuseUnknownOptions(options: Options, known: readonly string[], statement: string): void {
  for (const key of options.keys()) {
    if (!known.includes(key)) throw compilationError('001003', '42000', `invalid property '${key}' for '${statement}'.`);
  }
}
