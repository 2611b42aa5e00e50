import { escapeIdentifier } from 'pg';
import { randomText } from './random-text';

/** What the placeholders of a role's statements stand for. */
export interface StatementValues {
  readonly name: string;
  readonly password?: string;
  /** By the database server's clock. */
  readonly expiresAtMs: number;
}

/** What Vault runs where a role names no renewal statements of its own. */
export const DEFAULT_RENEW_STATEMENTS = [`ALTER ROLE "{{name}}" VALID UNTIL '{{expiration}}';`] as const;

/** A login outlives its lease by this much, so that a revocation in time is what ends it. */
const GRACE_MS = 5_000;
/** PostgreSQL cuts longer names. */
const MAX_NAME_LENGTH = 63;

/** Fills in `{{name}}`, `{{username}}`, `{{password}}` and `{{expiration}}`. */
export function fillStatement(statement: string, { name, password = '', expiresAtMs }: StatementValues): string {
  const values: Readonly<Record<string, string>> = { name, username: name, password, expiration: expiration(expiresAtMs) };
  return statement.replaceAll(/\{\{\s*(name|username|password|expiration)\s*\}\}/g, (_whole, key: string) => values[key] ?? '');
}

/** Names a login as Vault does: who asked, for which role, something random, when. */
export function loginName(displayName: string, role: string, nowMs: number): string {
  return ['v', displayName.slice(0, 8), role.slice(0, 8), randomText(20), String(Math.floor(nowMs / 1000))].join('-').slice(0, MAX_NAME_LENGTH);
}

export function loginPassword(): string {
  return `${randomText(10)}-${randomText(9)}`;
}

/** Lists the statements that take everything from a login and drop it, given what it was granted where. */
export function dropStatements(name: string, grantedOn: readonly string[]): readonly string[] {
  const role = escapeIdentifier(name);
  return [...grantedOn.map((object) => `REVOKE ALL PRIVILEGES ON ${object} FROM ${role}`), `DROP ROLE IF EXISTS ${role}`];
}

/** Lists what a role was granted in the current database, as the object of a REVOKE. Its parameter is the role's name. */
export const GRANTED_ON = `
  with grantee as (select oid from pg_roles where rolname = $1)
  select format('DATABASE %I', datname) as object
    from pg_database, aclexplode(datacl) acl, grantee where acl.grantee = grantee.oid and datname = current_database()
  union select format('SCHEMA %I', nspname)
    from pg_namespace, aclexplode(nspacl) acl, grantee where acl.grantee = grantee.oid
  union select format('ALL TABLES IN SCHEMA %I', nspname)
    from pg_class join pg_namespace n on n.oid = relnamespace, aclexplode(relacl) acl, grantee
   where acl.grantee = grantee.oid and relkind <> 'S'
  union select format('ALL SEQUENCES IN SCHEMA %I', nspname)
    from pg_class join pg_namespace n on n.oid = relnamespace, aclexplode(relacl) acl, grantee
   where acl.grantee = grantee.oid and relkind = 'S'
  union select format('ALL ROUTINES IN SCHEMA %I', nspname)
    from pg_proc join pg_namespace n on n.oid = pronamespace, aclexplode(proacl) acl, grantee where acl.grantee = grantee.oid`;

/** A time as Vault writes it for PostgreSQL, to the second. */
function expiration(expiresAtMs: number): string {
  const [date = '', time = ''] = new Date(expiresAtMs + GRACE_MS).toISOString().split('T');
  return `${date} ${time.slice(0, 8)}+0000`;
}
