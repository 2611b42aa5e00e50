import { escapeIdentifier, escapeLiteral } from 'pg';

/** Quotes an identifier: `Order "A"` becomes `"Order ""A"""`. */
export function identifier(name: string): string {
  if (name.includes('\0')) throw new Error('an identifier cannot hold a NUL character');
  return escapeIdentifier(name);
}

/** Quotes a name with its schema. */
export function qualified(schema: string, name: string): string {
  return `${identifier(schema)}.${identifier(name)}`;
}

/** Quotes a text where a statement takes no parameters, as in `ALTER ROLE ... PASSWORD`. */
export function literal(text: string): string {
  return escapeLiteral(text);
}
