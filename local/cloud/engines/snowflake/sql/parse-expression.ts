import { beyondStandIn } from '../snowflake-error';
import type { Expression } from './ast';
import { type Grammar, nestedQuery, sourceFrom } from './grammar';
import { parseCall } from './parse-call';
import { isTypeName, parseType } from './parse-type';

const COMPARISONS = ['=', '<>', '!=', '<', '>', '<=', '>='];
const RESERVED = [
  'FROM',
  'WHERE',
  'GROUP',
  'HAVING',
  'QUALIFY',
  'ORDER',
  'LIMIT',
  'UNION',
  'INTERSECT',
  'EXCEPT',
  'MINUS',
  'WHEN',
  'THEN',
  'ELSE',
  'END',
  'ON',
  'JOIN',
  'SELECT',
  'SET',
  'INTO',
  'VALUES',
  'AND',
  'OR',
  'AS',
  'USING',
];

/** Reads an expression; operators bind as in Snowflake, from OR (loosest) to `::` (tightest). */
export function parseExpression(grammar: Grammar): Expression {
  return parseOr(grammar);
}

function parseOr(grammar: Grammar): Expression {
  return leftAssociative(grammar, parseAnd, () => (grammar.cursor.accept('OR') ? 'OR' : undefined));
}

function parseAnd(grammar: Grammar): Expression {
  return leftAssociative(grammar, parseNot, () => (grammar.cursor.accept('AND') ? 'AND' : undefined));
}

function parseNot(grammar: Grammar): Expression {
  const start = grammar.cursor.peek().start;
  if (!grammar.cursor.accept('NOT')) return parsePredicate(grammar);
  const value = parseNot(grammar);
  return { kind: 'unary', operator: 'NOT', value, source: sourceFrom(grammar, start) };
}

function parsePredicate(grammar: Grammar): Expression {
  const { cursor } = grammar;
  const start = cursor.peek().start;
  let left = parseConcatenation(grammar);
  for (;;) {
    const comparison = COMPARISONS.find((operator) => cursor.acceptOperator(operator));
    if (comparison !== undefined) {
      left = {
        kind: 'binary',
        operator: comparison === '!=' ? '<>' : comparison,
        left,
        right: parseConcatenation(grammar),
        source: sourceFrom(grammar, start),
      };
      continue;
    }
    const next = parseWordPredicate(grammar, left, start);
    if (!next) return left;
    left = next;
  }
}

/** IS, IN, BETWEEN, LIKE and their negations, after their left side. */
function parseWordPredicate(grammar: Grammar, value: Expression, start: number): Expression | undefined {
  const { cursor } = grammar;
  if (cursor.accept('IS')) {
    const negated = cursor.accept('NOT');
    if (cursor.accept('DISTINCT', 'FROM')) {
      const right = parseConcatenation(grammar);
      return {
        kind: 'binary',
        operator: negated ? 'IS NOT DISTINCT FROM' : 'IS DISTINCT FROM',
        left: value,
        right,
        source: sourceFrom(grammar, start),
      };
    }
    cursor.expect('NULL');
    return { kind: 'isNull', value, negated, source: sourceFrom(grammar, start) };
  }
  const mark = cursor.mark();
  const negated = cursor.accept('NOT');
  if (cursor.accept('IN')) {
    const items =
      cursor.peek(1).kind === 'word' && ['SELECT', 'WITH'].includes(cursor.peek(1).value)
        ? nestedQuery(grammar)
        : cursor.parenthesized(() => parseExpression(grammar));
    return { kind: 'in', value, negated, items, source: sourceFrom(grammar, start) };
  }
  if (cursor.accept('BETWEEN')) {
    const low = parseConcatenation(grammar);
    cursor.expect('AND');
    return { kind: 'between', value, negated, low, high: parseConcatenation(grammar), source: sourceFrom(grammar, start) };
  }
  if (cursor.isWord('LIKE', 'ILIKE')) {
    const fold = cursor.next().value === 'ILIKE';
    const pattern = parseConcatenation(grammar);
    const escape = cursor.accept('ESCAPE') ? parseConcatenation(grammar) : undefined;
    return { kind: 'like', value, negated, pattern, fold, escape, source: sourceFrom(grammar, start) };
  }
  cursor.reset(mark);
  return undefined;
}

function parseConcatenation(grammar: Grammar): Expression {
  return leftAssociative(grammar, parseSum, () => (grammar.cursor.acceptOperator('||') ? '||' : undefined));
}

function parseSum(grammar: Grammar): Expression {
  return leftAssociative(grammar, parseProduct, () => ['+', '-'].find((operator) => grammar.cursor.acceptOperator(operator)));
}

function parseProduct(grammar: Grammar): Expression {
  return leftAssociative(grammar, parseSign, () => ['*', '/', '%'].find((operator) => grammar.cursor.acceptOperator(operator)));
}

function parseSign(grammar: Grammar): Expression {
  const start = grammar.cursor.peek().start;
  const operator = (['-', '+'] as const).find((sign) => grammar.cursor.acceptOperator(sign));
  if (!operator) return parsePostfix(grammar);
  const value = parseSign(grammar);
  return { kind: 'unary', operator, value, source: sourceFrom(grammar, start) };
}

/** Casts and paths into semi-structured values: `x::NUMBER`, `v:a.b[0]`, `v['a']`. */
function parsePostfix(grammar: Grammar): Expression {
  const { cursor } = grammar;
  const start = cursor.peek().start;
  let value = parsePrimary(grammar);
  for (;;) {
    if (cursor.acceptOperator('::'))
      value = { kind: 'cast', value, type: parseType(cursor), lenient: false, source: sourceFrom(grammar, start) };
    else if (cursor.isOperator(':') || cursor.isOperator('['))
      value = { kind: 'path', value, steps: parsePath(grammar), source: sourceFrom(grammar, start) };
    else return value;
  }
}

function parsePath(grammar: Grammar): (string | Expression)[] {
  const { cursor } = grammar;
  const steps: (string | Expression)[] = [];
  const key = () => {
    const token = cursor.next();
    // A key in a path is case-sensitive even when it is not quoted.
    steps.push(token.kind === 'word' ? cursor.sql.slice(token.start, token.end) : token.value);
  };
  if (cursor.acceptOperator(':')) key();
  for (;;) {
    if (cursor.acceptOperator('[')) {
      steps.push(parseExpression(grammar));
      cursor.expectOperator(']');
    } else if (cursor.acceptOperator('.')) key();
    else return steps;
  }
}

function parsePrimary(grammar: Grammar): Expression {
  const { cursor } = grammar;
  const { kind, value, start } = cursor.peek();
  if (kind === 'string' || kind === 'number') {
    cursor.next();
    return { kind: 'literal', type: kind, value, source: sourceFrom(grammar, start) };
  }
  if (kind === 'field') {
    cursor.next();
    return { kind: 'field', position: Number(value), source: sourceFrom(grammar, start) };
  }
  if (kind === 'bind') {
    cursor.next();
    return { kind: 'bind', index: value === '?' ? grammar.nextBind() : Number(value), source: sourceFrom(grammar, start) };
  }
  if (cursor.isOperator('(')) return parseParenthesis(grammar, start);
  return parseWordPrimary(grammar, start);
}

function parseParenthesis(grammar: Grammar, start: number): Expression {
  const { cursor } = grammar;
  if (cursor.peek(1).kind === 'word' && ['SELECT', 'WITH'].includes(cursor.peek(1).value)) {
    const query = nestedQuery(grammar);
    return { kind: 'subquery', query, source: sourceFrom(grammar, start) };
  }
  const items = cursor.parenthesized(() => parseExpression(grammar));
  const [only] = items;
  return items.length === 1 && only ? only : { kind: 'tuple', items, source: sourceFrom(grammar, start) };
}

function parseWordPrimary(grammar: Grammar, start: number): Expression {
  const { cursor } = grammar;
  if (cursor.isWord('TRUE', 'FALSE'))
    return { kind: 'literal', type: 'boolean', value: cursor.next().value, source: sourceFrom(grammar, start) };
  if (cursor.accept('NULL')) return { kind: 'literal', type: 'null', value: 'NULL', source: sourceFrom(grammar, start) };
  if (cursor.accept('CASE')) return parseCase(grammar, start);
  if (cursor.isWord('CAST', 'TRY_CAST') && cursor.isOperator('(', 1)) return parseCast(grammar, start);
  if (cursor.isWord('EXISTS') && cursor.isOperator('(', 1)) {
    cursor.next();
    return { kind: 'exists', query: nestedQuery(grammar), source: sourceFrom(grammar, start) };
  }
  const typed = cursor.peek(1);
  if (typed.kind === 'string' && cursor.isWord('INTERVAL')) {
    cursor.next();
    return { kind: 'interval', text: cursor.next().value, source: sourceFrom(grammar, start) };
  }
  if (typed.kind === 'string' && cursor.peek().kind === 'word' && isTypeName(cursor.peek().value)) {
    const type = parseType(cursor);
    const value: Expression = { kind: 'literal', type: 'string', value: cursor.next().value, source: sourceFrom(grammar, typed.start) };
    return { kind: 'cast', value, type, lenient: false, source: sourceFrom(grammar, start) };
  }
  if (cursor.peek().kind === 'word' && RESERVED.includes(cursor.peek().value)) cursor.fail();
  if (!cursor.isIdentifier()) cursor.fail();
  if (
    cursor.peek().kind === 'word' &&
    (cursor.isOperator('(', 1) || cursor.isWord('CURRENT_TIMESTAMP', 'CURRENT_DATE', 'CURRENT_TIME', 'LOCALTIMESTAMP'))
  )
    return parseCall(grammar, start);
  const parts = [cursor.expectIdentifier()];
  while (cursor.isOperator('.') && parts.length < 4) {
    cursor.next();
    parts.push(cursor.expectIdentifier());
  }
  if (cursor.isOperator('(')) throw beyondStandIn(`function ${sourceFrom(grammar, start)}`);
  return { kind: 'column', parts, source: sourceFrom(grammar, start) };
}

function parseCase(grammar: Grammar, start: number): Expression {
  const { cursor } = grammar;
  const subject = cursor.isWord('WHEN') ? undefined : parseExpression(grammar);
  const branches = [];
  while (cursor.accept('WHEN')) {
    const when = parseExpression(grammar);
    cursor.expect('THEN');
    branches.push({ when, then: parseExpression(grammar) });
  }
  if (branches.length === 0) cursor.fail();
  const otherwise = cursor.accept('ELSE') ? parseExpression(grammar) : undefined;
  cursor.expect('END');
  return { kind: 'case', subject, branches, otherwise, source: sourceFrom(grammar, start) };
}

function parseCast(grammar: Grammar, start: number): Expression {
  const { cursor } = grammar;
  const lenient = cursor.next().value === 'TRY_CAST';
  cursor.expectOperator('(');
  const value = parseExpression(grammar);
  cursor.expect('AS');
  const type = parseType(cursor);
  cursor.expectOperator(')');
  return { kind: 'cast', value, type, lenient, source: sourceFrom(grammar, start) };
}

function leftAssociative(grammar: Grammar, operand: (grammar: Grammar) => Expression, operator: () => string | undefined): Expression {
  const start = grammar.cursor.peek().start;
  let left = operand(grammar);
  for (let found = operator(); found !== undefined; found = operator()) {
    left = { kind: 'binary', operator: found, left, right: operand(grammar), source: sourceFrom(grammar, start) };
  }
  return left;
}
