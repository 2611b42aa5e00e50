import type { Expression, OrderItem, Query } from './ast';
import type { TokenCursor } from './token-cursor';

/** What the parts of the grammar need of each other: queries nest in expressions, expressions in calls and queries. */
export interface Grammar {
  readonly cursor: TokenCursor;
  readonly expression: () => Expression;
  readonly query: () => Query;
  /** Numbers the `?` placeholders from left to right, over the whole statement. */
  readonly nextBind: () => number;
}

/** The statement's text from an offset to the token read last. */
export function sourceFrom({ cursor }: Grammar, start: number): string {
  return cursor.sql.slice(start, cursor.lastEnd());
}

/** Reads `( query )`. */
export function nestedQuery(grammar: Grammar): Query {
  grammar.cursor.expectOperator('(');
  const query = grammar.query();
  grammar.cursor.expectOperator(')');
  return query;
}

/** Reads what follows ORDER BY. */
export function parseOrderItems({ cursor, expression }: Grammar): OrderItem[] {
  const items: OrderItem[] = [];
  do {
    const value = expression();
    const descending = cursor.accept('DESC');
    if (!descending) cursor.accept('ASC');
    const nulls = cursor.accept('NULLS', 'FIRST') ? 'first' : cursor.accept('NULLS', 'LAST') ? 'last' : undefined;
    items.push({ value, descending, nulls });
  } while (cursor.acceptOperator(','));
  return items;
}
