import { beyondStandIn } from '../snowflake-error';
import type { ObjectName } from './ast';
import type { Grammar } from './grammar';
import type { GrantTarget, Statement } from './statement';
import type { TokenCursor } from './token-cursor';

const TARGETS = ['DATABASE', 'SCHEMA', 'TABLE', 'STAGE', 'WAREHOUSE'] as const;

/** Reads GRANT and REVOKE of privileges, ownership and roles. */
export function parseGrant({ cursor }: Grammar): Statement {
  const kind = cursor.expectOneOf('GRANT', 'REVOKE') === 'GRANT' ? 'grant' : 'revoke';
  if (cursor.accept('ROLE')) {
    const target: GrantTarget = { kind: 'role', name: [cursor.expectIdentifier()], scope: 'one' };
    return { kind, privileges: 'role', target, grantee: parseGrantee(cursor, kind), currentGrants: undefined };
  }
  const privileges = parsePrivileges(cursor);
  cursor.expect('ON');
  const target = parseTarget(cursor);
  const grantee = parseGrantee(cursor, kind);
  const currentGrants = cursor.isWord('COPY', 'REVOKE') ? (cursor.next().value === 'COPY' ? 'copy' : 'revoke') : undefined;
  if (currentGrants) cursor.expect('CURRENT', 'GRANTS');
  if (cursor.isWord('WITH')) throw beyondStandIn('WITH GRANT OPTION');
  return { kind, privileges, target, grantee, currentGrants };
}

function parsePrivileges(cursor: TokenCursor): string[] | 'ownership' {
  if (cursor.accept('OWNERSHIP')) return 'ownership';
  const privileges: string[] = [];
  do {
    const words: string[] = [];
    while (cursor.peek().kind === 'word' && !cursor.isWord('ON')) words.push(cursor.next().value);
    if (words.length === 0) cursor.fail();
    privileges.push(words.join(' '));
  } while (cursor.acceptOperator(','));
  return privileges[0]?.startsWith('ALL') ? ['ALL'] : privileges;
}

function parseTarget(cursor: TokenCursor): GrantTarget {
  if (cursor.accept('ACCOUNT')) return { kind: 'account', name: [], scope: 'one' };
  if (cursor.isWord('ALL', 'FUTURE')) {
    const which = cursor.next().value === 'ALL' ? 'all' : 'future';
    if (!cursor.accept('TABLES')) throw beyondStandIn(`grants on ${which} ${cursor.peek().value}`);
    cursor.expect('IN');
    const where = cursor.expectOneOf('SCHEMA', 'DATABASE') === 'SCHEMA' ? 'schema' : 'database';
    return { kind: 'table', name: cursor.expectName(), scope: `${which} in ${where}` };
  }
  if (cursor.accept('FILE', 'FORMAT')) return { kind: 'file format', name: cursor.expectName(), scope: 'one' };
  const kind = cursor.isWord(...TARGETS) ? (cursor.next().value.toLowerCase() as Lowercase<(typeof TARGETS)[number]>) : 'table';
  return { kind, name: cursor.expectName(), scope: 'one' };
}

function parseGrantee(cursor: TokenCursor, kind: 'grant' | 'revoke') {
  cursor.expect(kind === 'grant' ? 'TO' : 'FROM');
  const what = cursor.accept('USER') ? ('user' as const) : ('role' as const);
  if (what === 'role') cursor.accept('ROLE');
  return { kind: what, name: cursor.expectIdentifier() };
}

/** Reads SHOW in the forms that a client of a warehouse uses. */
export function parseShow(grammar: Grammar): Statement {
  const { cursor } = grammar;
  cursor.expect('SHOW');
  if (cursor.isWords('FUTURE', 'GRANTS')) {
    cursor.accept('FUTURE', 'GRANTS');
    cursor.expect('IN');
    const what = cursor.expectOneOf('SCHEMA', 'DATABASE') === 'SCHEMA' ? 'schema' : 'database';
    return { kind: 'showGrants', of: { kind: 'future', what, name: cursor.expectName() } };
  }
  if (cursor.accept('GRANTS')) return parseShowGrants(cursor);
  cursor.accept('TERSE');
  const what = cursor.expectOneOf('TABLES', 'COLUMNS', 'SCHEMAS', 'DATABASES', 'WAREHOUSES', 'STAGES', 'ROLES', 'PARAMETERS', 'TRANSACTIONS');
  const like = cursor.accept('LIKE') ? cursor.expectString() : undefined;
  const scope = cursor.accept('IN') ? parseScope(cursor, what) : undefined;
  const startsWith = cursor.accept('STARTS', 'WITH') ? cursor.expectString() : undefined;
  const limit = cursor.accept('LIMIT') ? cursor.expectInteger() : undefined;
  return { kind: 'show', what: what.toLowerCase() as Lowercase<typeof what>, like, scope, startsWith, limit };
}

type ShowScope = { readonly kind: 'account' | 'database' | 'schema' | 'table' | 'session'; readonly name: ObjectName };

function parseScope(cursor: TokenCursor, what: string): ShowScope {
  if (cursor.accept('ACCOUNT')) return { kind: 'account', name: [] };
  if (cursor.accept('SESSION')) return { kind: 'session', name: [] };
  const named = cursor.isWord('DATABASE', 'SCHEMA', 'TABLE') ? cursor.next().value.toLowerCase() : undefined;
  const name = cursor.expectName();
  const fallback = what === 'COLUMNS' ? 'table' : name.length > 1 ? 'schema' : 'database';
  return { kind: (named ?? fallback) as ShowScope['kind'], name };
}

function parseShowGrants(cursor: TokenCursor): Statement {
  if (cursor.accept('ON')) {
    const what = cursor.expectOneOf(...TARGETS).toLowerCase() as Lowercase<(typeof TARGETS)[number]>;
    return { kind: 'showGrants', of: { kind: 'on', what, name: cursor.expectName() } };
  }
  const kind = cursor.expectOneOf('TO', 'OF') === 'TO' ? 'to' : 'of';
  const what = cursor.expectOneOf('ROLE', 'USER') === 'ROLE' ? 'role' : 'user';
  return { kind: 'showGrants', of: { kind, what, name: cursor.expectIdentifier() } };
}
