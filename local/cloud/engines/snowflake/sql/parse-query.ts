import { beyondStandIn } from '../snowflake-error';
import type { CommonTable, Expression, FromItem, Query, QueryBody, Select, SelectItem } from './ast';
import { type Grammar, nestedQuery, parseOrderItems } from './grammar';
import { parseCall } from './parse-call';
import { parseExpression } from './parse-expression';
import type { Identifier, TokenCursor } from './token-cursor';

/** Words that end a table reference, so they are no alias for it. */
const NO_ALIAS = [
  'WHERE',
  'GROUP',
  'HAVING',
  'QUALIFY',
  'ORDER',
  'LIMIT',
  'OFFSET',
  'UNION',
  'INTERSECT',
  'EXCEPT',
  'MINUS',
  'JOIN',
  'INNER',
  'LEFT',
  'RIGHT',
  'FULL',
  'CROSS',
  'NATURAL',
  'ON',
  'USING',
  'WHEN',
  'SET',
  'FETCH',
  'FROM',
  'AT',
  'BEFORE',
  'SAMPLE',
  'TABLESAMPLE',
  'PIVOT',
  'UNPIVOT',
  'MATCH_RECOGNIZE',
  'CONNECT',
  'START',
  'LATERAL',
  'ASOF',
  'INTO',
  'CHANGES',
];
const UNOFFERED = [
  'AT',
  'BEFORE',
  'SAMPLE',
  'TABLESAMPLE',
  'PIVOT',
  'UNPIVOT',
  'MATCH_RECOGNIZE',
  'CONNECT',
  'NATURAL',
  'LATERAL',
  'ASOF',
  'FETCH',
  'CHANGES',
];

/** A grammar over one statement's tokens. */
export function grammarOver(cursor: TokenCursor): Grammar {
  let binds = 0;
  const grammar: Grammar = {
    cursor,
    expression: () => parseExpression(grammar),
    query: () => parseQuery(grammar),
    nextBind: () => (binds += 1),
  };
  return grammar;
}

/** Reads WITH ... SELECT ... with its ordering and limit. */
export function parseQuery(grammar: Grammar): Query {
  const { cursor } = grammar;
  const tables: CommonTable[] = [];
  if (cursor.accept('WITH')) {
    if (cursor.isWord('RECURSIVE')) throw beyondStandIn('WITH RECURSIVE');
    do tables.push(parseCommonTable(grammar));
    while (cursor.acceptOperator(','));
  }
  const body = parseUnion(grammar);
  const orderBy = cursor.accept('ORDER', 'BY') ? parseOrderItems(grammar) : [];
  const limit = cursor.accept('LIMIT') ? parseRowCount(grammar) : undefined;
  const offset = cursor.accept('OFFSET') ? parseRowCount(grammar) : undefined;
  if (cursor.isWord('FETCH')) throw beyondStandIn('FETCH');
  return { kind: 'query', with: tables, body, orderBy, limit, offset };
}

function parseRowCount(grammar: Grammar): Expression {
  const { kind, value } = grammar.cursor.peek();
  if (kind !== 'bind' && !(kind === 'number' && /^\d+$/.test(value))) grammar.cursor.fail();
  return grammar.expression();
}

function parseCommonTable(grammar: Grammar): CommonTable {
  const { cursor } = grammar;
  const name = cursor.expectIdentifier();
  const columns = cursor.isOperator('(') ? cursor.parenthesized(() => cursor.expectIdentifier()) : [];
  cursor.expect('AS');
  return { name, columns, query: nestedQuery(grammar) };
}

function parseUnion(grammar: Grammar): QueryBody {
  const { cursor } = grammar;
  let left = parseIntersect(grammar);
  while (cursor.isWord('UNION', 'EXCEPT', 'MINUS')) {
    const word = cursor.next().value;
    if (cursor.isWords('BY', 'NAME')) throw beyondStandIn('UNION BY NAME');
    const all = word === 'UNION' && cursor.accept('ALL');
    left = { kind: 'set', operator: all ? 'UNION ALL' : word === 'UNION' ? 'UNION' : 'EXCEPT', left, right: parseIntersect(grammar) };
  }
  return left;
}

function parseIntersect(grammar: Grammar): QueryBody {
  let left = parseTerm(grammar);
  while (grammar.cursor.accept('INTERSECT')) left = { kind: 'set', operator: 'INTERSECT', left, right: parseTerm(grammar) };
  return left;
}

function parseTerm(grammar: Grammar): QueryBody {
  if (grammar.cursor.isOperator('(')) return { kind: 'nested', query: nestedQuery(grammar) };
  return parseSelect(grammar);
}

function parseSelect(grammar: Grammar): Select {
  const { cursor } = grammar;
  cursor.expect('SELECT');
  const distinct = cursor.accept('DISTINCT');
  if (!distinct) cursor.accept('ALL');
  if (cursor.isWord('TOP')) throw beyondStandIn('SELECT TOP');
  const items = [parseSelectItem(grammar)];
  while (cursor.acceptOperator(',')) items.push(parseSelectItem(grammar));
  const from = cursor.accept('FROM') ? parseFrom(grammar) : undefined;
  const where = cursor.accept('WHERE') ? parseExpression(grammar) : undefined;
  const groupBy = cursor.accept('GROUP', 'BY') ? parseGroupBy(grammar) : undefined;
  const having = cursor.accept('HAVING') ? parseExpression(grammar) : undefined;
  const qualify = cursor.accept('QUALIFY') ? parseExpression(grammar) : undefined;
  return { kind: 'select', distinct, items, from, where, groupBy, having, qualify };
}

function parseGroupBy(grammar: Grammar): Expression[] | 'all' {
  const { cursor } = grammar;
  if (cursor.accept('ALL')) return 'all';
  if (cursor.isWord('CUBE', 'ROLLUP', 'GROUPING')) throw beyondStandIn(`GROUP BY ${cursor.peek().value}`);
  const items = [parseExpression(grammar)];
  while (cursor.acceptOperator(',')) items.push(parseExpression(grammar));
  return items;
}

function parseSelectItem(grammar: Grammar): SelectItem {
  const { cursor } = grammar;
  if (cursor.acceptOperator('*')) return parseStar(grammar, undefined);
  if (cursor.isIdentifier() && cursor.isOperator('.', 1) && cursor.isOperator('*', 2)) {
    const qualifier = cursor.expectIdentifier();
    cursor.expectOperator('.');
    cursor.expectOperator('*');
    return parseStar(grammar, qualifier);
  }
  return { kind: 'value', value: parseExpression(grammar), alias: parseAlias(cursor) };
}

function parseStar(grammar: Grammar, qualifier: Identifier | undefined): SelectItem {
  const { cursor } = grammar;
  if (cursor.isWord('ILIKE', 'REPLACE', 'RENAME')) throw beyondStandIn(`SELECT * ${cursor.peek().value}`);
  let exclude: Identifier[] = [];
  if (cursor.accept('EXCLUDE'))
    exclude = cursor.isOperator('(') ? cursor.parenthesized(() => cursor.expectIdentifier()) : [cursor.expectIdentifier()];
  return { kind: 'star', qualifier, exclude };
}

/** Reads `AS name` or a bare name that is no keyword. */
export function parseAlias(cursor: TokenCursor): Identifier | undefined {
  if (cursor.accept('AS')) return cursor.expectIdentifier();
  if (cursor.isWord(...UNOFFERED)) throw beyondStandIn(cursor.peek().value);
  if (!cursor.isIdentifier() || cursor.isWord(...NO_ALIAS)) return undefined;
  return cursor.expectIdentifier();
}

/** Reads the tables of a FROM clause with their joins. */
export function parseFrom(grammar: Grammar): FromItem {
  const { cursor } = grammar;
  let left = parseTable(grammar);
  for (;;) {
    if (cursor.acceptOperator(',')) {
      left = { kind: 'join', type: 'CROSS', left, right: parseTable(grammar), on: undefined };
      continue;
    }
    const type = parseJoinType(cursor);
    if (!type) return left;
    const right = parseTable(grammar);
    if (cursor.isWord('USING')) throw beyondStandIn('JOIN ... USING');
    if (type !== 'CROSS') cursor.expect('ON');
    left = { kind: 'join', type, left, right, on: type === 'CROSS' ? undefined : parseExpression(grammar) };
  }
}

function parseJoinType(cursor: TokenCursor): 'INNER' | 'LEFT' | 'RIGHT' | 'FULL' | 'CROSS' | undefined {
  if (cursor.isWord('NATURAL')) throw beyondStandIn('NATURAL JOIN');
  if (cursor.accept('JOIN')) return 'INNER';
  if (!cursor.isWord('INNER', 'LEFT', 'RIGHT', 'FULL', 'CROSS')) return undefined;
  const type = cursor.expectOneOf('INNER', 'LEFT', 'RIGHT', 'FULL', 'CROSS');
  if (type !== 'INNER' && type !== 'CROSS') cursor.accept('OUTER');
  cursor.expect('JOIN');
  return type;
}

/** Reads one table reference: a table, a subquery, VALUES, or TABLE(function(...)). */
export function parseTable(grammar: Grammar): FromItem {
  const { cursor } = grammar;
  if (cursor.isWord('LATERAL')) throw beyondStandIn('LATERAL');
  if (cursor.isWord('IDENTIFIER') && cursor.isOperator('(', 1)) throw beyondStandIn('IDENTIFIER(...)');
  if (cursor.accept('TABLE')) return parseTableFunction(grammar);
  if (cursor.isOperator('(') && cursor.peek(1).value === 'VALUES') {
    cursor.next();
    const values = parseValues(grammar);
    cursor.expectOperator(')');
    return {
      kind: 'values',
      rows: values,
      alias: parseAlias(cursor),
      columns: cursor.isOperator('(') ? cursor.parenthesized(() => cursor.expectIdentifier()) : [],
    };
  }
  if (cursor.isWord('VALUES')) {
    const values = parseValues(grammar);
    return {
      kind: 'values',
      rows: values,
      alias: parseAlias(cursor),
      columns: cursor.isOperator('(') ? cursor.parenthesized(() => cursor.expectIdentifier()) : [],
    };
  }
  if (cursor.isOperator('(')) return { kind: 'query', query: nestedQuery(grammar), alias: parseAlias(cursor) };
  if (cursor.peek().kind === 'stage') throw beyondStandIn('SELECT from a stage outside COPY INTO');
  return { kind: 'table', name: cursor.expectName(), alias: parseAlias(cursor) };
}

/** Reads `VALUES (..), (..)`. */
export function parseValues(grammar: Grammar): Expression[][] {
  grammar.cursor.expect('VALUES');
  const rows: Expression[][] = [];
  do rows.push(grammar.cursor.parenthesized(() => parseExpression(grammar)));
  while (grammar.cursor.acceptOperator(','));
  return rows;
}

function parseTableFunction(grammar: Grammar): FromItem {
  const { cursor } = grammar;
  cursor.expectOperator('(');
  const name: Identifier[] = [];
  while (cursor.isOperator('.', 1)) {
    name.push(cursor.expectIdentifier());
    cursor.expectOperator('.');
  }
  const call = parseCall(grammar, cursor.peek().start);
  cursor.expectOperator(')');
  return { kind: 'function', name: [...name, { name: call.name, quoted: false }], call, alias: parseAlias(cursor) };
}
