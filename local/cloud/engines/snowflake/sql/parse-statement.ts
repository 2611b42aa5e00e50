import { beyondStandIn, syntaxError } from '../snowflake-error';
import type { ObjectName } from './ast';
import type { Grammar } from './grammar';
import { parseAlter, parseCreate, parseDrop } from './parse-ddl';
import { expectStage, parseCopy, parseDelete, parseInsert, parseMerge, parseTruncate, parseUpdate } from './parse-dml';
import { parseGrant, parseShow } from './parse-grants';
import { parseOptions } from './parse-options';
import { grammarOver } from './parse-query';
import type { Statement } from './statement';
import { TokenCursor } from './token-cursor';

/** One parsed statement and how many `?` placeholders it has. */
export interface ParsedStatement {
  readonly statement: Statement;
  readonly binds: number;
}

/** Reads exactly one statement; anything the grammar does not know, at the end too, is an error. */
export function parseStatement(sql: string): ParsedStatement {
  if (/^\s*(PUT|GET)\s/i.test(sql)) return { statement: parseFileTransfer(sql), binds: 0 };
  const cursor = new TokenCursor(sql);
  const grammar = grammarOver(cursor);
  const statement = dispatch(grammar);
  cursor.expectEnd();
  return { statement, binds: grammar.nextBind() - 1 };
}

function dispatch(grammar: Grammar): Statement {
  const { cursor } = grammar;
  if (cursor.peek().kind === 'end') throw syntaxError('empty statement');
  if (cursor.isOperator('(')) return { kind: 'query', query: grammar.query() };
  switch (cursor.peek().value) {
    case 'SELECT':
    case 'WITH':
      return { kind: 'query', query: grammar.query() };
    case 'INSERT':
      return parseInsert(grammar);
    case 'UPDATE':
      return parseUpdate(grammar);
    case 'DELETE':
      return parseDelete(grammar);
    case 'MERGE':
      return parseMerge(grammar);
    case 'TRUNCATE':
      return parseTruncate(grammar);
    case 'COPY':
      return parseCopy(grammar);
    case 'CREATE':
      return parseCreate(grammar);
    case 'DROP':
      return parseDrop(grammar);
    case 'ALTER':
      return parseAlter(grammar);
    case 'GRANT':
    case 'REVOKE':
      return parseGrant(grammar);
    case 'SHOW':
      return parseShow(grammar);
    default:
      return parseSessionStatement(grammar);
  }
}

function parseSessionStatement(grammar: Grammar): Statement {
  const { cursor } = grammar;
  if (cursor.accept('BEGIN') || cursor.accept('START', 'TRANSACTION')) {
    if (!cursor.accept('WORK')) cursor.accept('TRANSACTION');
    const name = cursor.accept('NAME') ? cursor.expectIdentifier() : undefined;
    if (cursor.peek().kind === 'word') throw beyondStandIn('Snowflake Scripting');
    return { kind: 'transaction', action: 'begin', name };
  }
  if (cursor.isWord('COMMIT', 'ROLLBACK')) {
    const action = cursor.next().value === 'COMMIT' ? 'commit' : 'rollback';
    cursor.accept('WORK');
    return { kind: 'transaction', action };
  }
  if (cursor.accept('USE')) return parseUse(grammar);
  if (cursor.accept('DESCRIBE') || cursor.accept('DESC')) {
    const what = cursor.expectOneOf('TABLE', 'STAGE', 'USER').toLowerCase() as 'table' | 'stage' | 'user';
    return { kind: 'describe', what, name: cursor.expectName() };
  }
  if (cursor.isWord('LIST', 'LS', 'REMOVE', 'RM')) {
    const action = cursor.next().value.startsWith('L') ? 'list' : 'remove';
    const stage = expectStage(grammar);
    const pattern = parseOptions(cursor).get('PATTERN');
    return { kind: 'files', action, stage, pattern: typeof pattern === 'string' ? pattern : undefined };
  }
  if (cursor.isWord('CALL', 'EXECUTE', 'DECLARE', 'EXPLAIN', 'SET', 'UNSET', 'UNDROP', 'COMMENT')) throw beyondStandIn(cursor.peek().value);
  return cursor.fail();
}

function parseUse({ cursor }: Grammar): Statement {
  if (cursor.accept('SECONDARY', 'ROLES'))
    return { kind: 'use', what: 'secondary roles', name: [{ name: cursor.expectOneOf('ALL', 'NONE'), quoted: false }] };
  const what =
    cursor.isWord('ROLE', 'WAREHOUSE', 'DATABASE', 'SCHEMA') && cursor.peek(1).kind !== 'end'
      ? cursor.next().value.toLowerCase()
      : undefined;
  const name: ObjectName = cursor.expectName();
  return { kind: 'use', what: (what ?? (name.length > 1 ? 'schema' : 'database')) as 'role' | 'warehouse' | 'database' | 'schema', name };
}

/**
 * Reads PUT and GET, whose file URI is no token of SQL.
 *
 * The driver writes the PUT of its own array binds as `PUT file://1'@SYSTEM$BIND/...'`, without a blank and with a
 * quote on one side only (snowflake-sdk 3.3.0, connection/bind_uploader.js).
 */
function parseFileTransfer(sql: string): Statement {
  const uri = String.raw`(?:'(file:\/\/(?:[^'\\]|\\.|'')*)'|(file:\/\/[^\s';]+))`;
  const stage = String.raw`(?:'(@[^']*)'|(@(?:"[^"]*"|[^\s;"'])+))`;
  const put = new RegExp(String.raw`^\s*PUT\s+${uri}\s*${stage}\s*([^;]*);?\s*$`, 'is').exec(sql);
  if (put) return transfer('put', put[1] ?? put[2], put[3] ?? put[4], put[5]);
  const get = new RegExp(String.raw`^\s*GET\s+${stage}\s+${uri}\s*([^;]*);?\s*$`, 'is').exec(sql);
  if (get) return transfer('get', get[3] ?? get[4], get[1] ?? get[2], get[5]);
  throw syntaxError(`unexpected '${sql.trim().split(/\s+/)[1] ?? '<EOF>'}'`);
}

function transfer(direction: 'put' | 'get', file = '', stage = '', rest = ''): Statement {
  const cursor = new TokenCursor(rest);
  const options = parseOptions(cursor);
  cursor.expectEnd();
  return { kind: 'putFile', direction, file: file.replaceAll("''", "'"), stage, options };
}
