import { beyondStandIn } from '../snowflake-error';
import type { Expression } from './ast';
import type { Grammar } from './grammar';
import { parseOptions } from './parse-options';
import { parseAlias, parseFrom, parseTable } from './parse-query';
import type { Assignment, InsertValue, MergeAction, Statement } from './statement';
import type { Identifier } from './token-cursor';

/** Reads INSERT [OVERWRITE] INTO. */
export function parseInsert(grammar: Grammar): Statement {
  const { cursor } = grammar;
  cursor.expect('INSERT');
  const overwrite = cursor.accept('OVERWRITE');
  if (cursor.isWord('ALL', 'FIRST')) throw beyondStandIn('multi-table INSERT');
  cursor.expect('INTO');
  const table = cursor.expectName();
  const columns = cursor.isOperator('(') && !isQueryAhead(grammar) ? cursor.parenthesized(() => cursor.expectIdentifier()) : undefined;
  if (cursor.isWord('VALUES')) {
    cursor.next();
    const rows: InsertValue[][] = [];
    do rows.push(cursor.parenthesized(() => insertValue(grammar)));
    while (cursor.acceptOperator(','));
    return { kind: 'insert', table, columns, overwrite, source: { rows } };
  }
  return { kind: 'insert', table, columns, overwrite, source: { query: grammar.query() } };
}

function isQueryAhead({ cursor }: Grammar): boolean {
  return cursor.peek(1).kind === 'word' && ['SELECT', 'WITH'].includes(cursor.peek(1).value);
}

function insertValue(grammar: Grammar): InsertValue {
  return grammar.cursor.accept('DEFAULT') ? 'default' : grammar.expression();
}

/** Reads `column = value, ...`; the column may carry the target's alias. */
function parseAssignments(grammar: Grammar): Assignment[] {
  const assignments: Assignment[] = [];
  do {
    const column = grammar.cursor.expectName().at(-1) as Identifier;
    grammar.cursor.expectOperator('=');
    assignments.push({ column, value: insertValue(grammar) });
  } while (grammar.cursor.acceptOperator(','));
  return assignments;
}

function optionalWhere(grammar: Grammar): Expression | undefined {
  return grammar.cursor.accept('WHERE') ? grammar.expression() : undefined;
}

export function parseUpdate(grammar: Grammar): Statement {
  const { cursor } = grammar;
  cursor.expect('UPDATE');
  const table = cursor.expectName();
  const alias = parseAlias(cursor);
  cursor.expect('SET');
  const sets = parseAssignments(grammar);
  const from = cursor.accept('FROM') ? parseFrom(grammar) : undefined;
  return { kind: 'update', table, alias, sets, from, where: optionalWhere(grammar) };
}

export function parseDelete(grammar: Grammar): Statement {
  const { cursor } = grammar;
  cursor.expect('DELETE', 'FROM');
  const table = cursor.expectName();
  const alias = parseAlias(cursor);
  const using = cursor.accept('USING') ? parseFrom(grammar) : undefined;
  return { kind: 'delete', table, alias, using, where: optionalWhere(grammar) };
}

export function parseMerge(grammar: Grammar): Statement {
  const { cursor } = grammar;
  cursor.expect('MERGE', 'INTO');
  const table = cursor.expectName();
  const alias = parseAlias(cursor);
  cursor.expect('USING');
  const source = parseTable(grammar);
  cursor.expect('ON');
  const on = grammar.expression();
  const actions: MergeAction[] = [];
  while (cursor.accept('WHEN')) actions.push(parseMergeAction(grammar));
  if (actions.length === 0) cursor.fail();
  return { kind: 'merge', table, alias, source, on, actions };
}

function parseMergeAction(grammar: Grammar): MergeAction {
  const { cursor } = grammar;
  const matched = !cursor.accept('NOT');
  cursor.expect('MATCHED');
  if (cursor.isWord('BY')) throw beyondStandIn('WHEN NOT MATCHED BY');
  const condition = cursor.accept('AND') ? grammar.expression() : undefined;
  cursor.expect('THEN');
  if (!matched) {
    cursor.expect('INSERT');
    if (cursor.isWord('ALL')) throw beyondStandIn('INSERT ALL BY NAME');
    const columns = cursor.isOperator('(') ? cursor.parenthesized(() => cursor.expectIdentifier()) : undefined;
    cursor.expect('VALUES');
    return { matched, condition, action: { kind: 'insert', columns, values: cursor.parenthesized(() => insertValue(grammar)) } };
  }
  if (cursor.accept('DELETE')) return { matched, condition, action: { kind: 'delete' } };
  cursor.expect('UPDATE');
  if (cursor.isWord('ALL')) throw beyondStandIn('UPDATE ALL BY NAME');
  cursor.expect('SET');
  return { matched, condition, action: { kind: 'update', sets: parseAssignments(grammar) } };
}

export function parseTruncate({ cursor }: Grammar): Statement {
  cursor.expect('TRUNCATE');
  cursor.accept('TABLE');
  const ifExists = cursor.accept('IF', 'EXISTS');
  return { kind: 'truncate', table: cursor.expectName(), ifExists };
}

/** Reads COPY INTO table FROM @stage, or FROM (SELECT $1, ... FROM @stage). */
export function parseCopy(grammar: Grammar): Statement {
  const { cursor } = grammar;
  cursor.expect('COPY', 'INTO');
  if (cursor.peek().kind === 'stage' || cursor.peek().kind === 'string') throw beyondStandIn('COPY INTO a location');
  const table = cursor.expectName();
  const columns = cursor.isOperator('(') ? cursor.parenthesized(() => cursor.expectIdentifier()) : undefined;
  cursor.expect('FROM');
  if (!cursor.isOperator('(')) {
    const stage = expectStage(grammar);
    return { kind: 'copyInto', table, columns, stage, transformation: undefined, options: parseOptions(cursor) };
  }
  cursor.expectOperator('(');
  cursor.expect('SELECT');
  const transformation = [selectValue(grammar)];
  while (cursor.acceptOperator(',')) transformation.push(selectValue(grammar));
  cursor.expect('FROM');
  const stage = expectStage(grammar);
  if (!cursor.isOperator(')')) {
    const alias = parseAlias(cursor);
    if (alias) throw beyondStandIn('an alias for the stage in COPY INTO');
    if (!cursor.isOperator(')')) throw beyondStandIn(`${cursor.peek().value} in a COPY INTO transformation`);
  }
  cursor.expectOperator(')');
  return { kind: 'copyInto', table, columns, stage, transformation, options: parseOptions(cursor) };
}

function selectValue(grammar: Grammar): Expression {
  const value = grammar.expression();
  if (grammar.cursor.accept('AS')) grammar.cursor.expectIdentifier();
  return value;
}

/** Reads `@stage/path`, bare or in quotes. */
export function expectStage({ cursor }: Grammar): string {
  const token = cursor.peek();
  if (token.kind !== 'stage' && !(token.kind === 'string' && token.value.startsWith('@'))) cursor.fail();
  return cursor.next().value;
}
