import type { Call, Expression, OrderItem, WindowFrame } from './ast';
import { type Grammar, parseOrderItems, sourceFrom } from './grammar';

/** Reads a function call with everything that may follow its parenthesis: WITHIN GROUP, IGNORE NULLS, OVER. */
export function parseCall(grammar: Grammar, start: number): Call {
  const { cursor } = grammar;
  const name = cursor.next().value;
  const named = new Map<string, Expression>();
  const args: Expression[] = [];
  let distinct = false;
  let star = false;
  if (cursor.acceptOperator('(')) {
    distinct = cursor.accept('DISTINCT');
    if (cursor.acceptOperator('*')) star = true;
    else if (name === 'EXTRACT') args.push(...parseExtract(grammar));
    else if (!cursor.isOperator(')')) parseArguments(grammar, args, named);
    cursor.expectOperator(')');
  }
  const withinGroup = cursor.accept('WITHIN', 'GROUP') ? parseWithinGroup(grammar) : [];
  const ignoreNulls = cursor.accept('IGNORE', 'NULLS');
  if (!ignoreNulls) cursor.accept('RESPECT', 'NULLS');
  const over = cursor.accept('OVER') ? parseWindow(grammar) : undefined;
  return { kind: 'call', name, args, named, distinct, star, withinGroup, ignoreNulls, over, source: sourceFrom(grammar, start) };
}

function parseArguments(grammar: Grammar, args: Expression[], named: Map<string, Expression>): void {
  const { cursor } = grammar;
  do {
    if (cursor.peek().kind === 'word' && cursor.isOperator('=>', 1)) {
      const name = cursor.next().value;
      cursor.next();
      named.set(name, grammar.expression());
    } else args.push(grammar.expression());
  } while (cursor.acceptOperator(','));
}

/** `EXTRACT(part FROM value)` becomes the arguments of DATE_PART. */
function parseExtract(grammar: Grammar): Expression[] {
  const part = grammar.cursor.next();
  grammar.cursor.expect('FROM');
  return [{ kind: 'literal', type: 'string', value: part.value, source: part.value }, grammar.expression()];
}

function parseWithinGroup(grammar: Grammar): OrderItem[] {
  grammar.cursor.expectOperator('(');
  grammar.cursor.expect('ORDER', 'BY');
  const items = parseOrderItems(grammar);
  grammar.cursor.expectOperator(')');
  return items;
}

function parseWindow(grammar: Grammar): WindowFrame {
  const { cursor } = grammar;
  cursor.expectOperator('(');
  const partitionBy: Expression[] = [];
  if (cursor.accept('PARTITION', 'BY'))
    do partitionBy.push(grammar.expression());
    while (cursor.acceptOperator(','));
  const orderBy = cursor.accept('ORDER', 'BY') ? parseOrderItems(grammar) : [];
  const frame = cursor.isWord('ROWS', 'RANGE') ? parseFrame(grammar) : undefined;
  cursor.expectOperator(')');
  return { partitionBy, orderBy, frame };
}

function parseFrame({ cursor }: Grammar): string {
  const unit = cursor.expectOneOf('ROWS', 'RANGE');
  cursor.expect('BETWEEN');
  const bound = () => {
    if (cursor.accept('CURRENT', 'ROW')) return 'CURRENT ROW';
    const distance = cursor.accept('UNBOUNDED') ? 'UNBOUNDED' : String(cursor.expectInteger());
    return `${distance} ${cursor.expectOneOf('PRECEDING', 'FOLLOWING')}`;
  };
  const from = bound();
  cursor.expect('AND');
  return `${unit} BETWEEN ${from} AND ${bound()}`;
}
