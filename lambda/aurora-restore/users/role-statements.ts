import { identifier, literal } from '../../common/postgres/quote';

/** A role that can log in, with the verifier of its password: PostgreSQL stores it as it is given. */
export interface LoginRole {
  readonly name: string;
  readonly verifier: string;
}

/** Creates the role or, when it came with the snapshot, makes it the same: no attribute of the copy survives. */
export function ensureLoginRole({ name, verifier }: LoginRole, exists: boolean): string {
  const attributes = 'LOGIN NOCREATEROLE NOCREATEDB INHERIT CONNECTION LIMIT -1';
  return `${exists ? 'ALTER' : 'CREATE'} ROLE ${identifier(name)} WITH ${attributes} PASSWORD ${literal(verifier)}`;
}

/** Takes a role's login and password away; what it owns stays its own. */
export function lockRole(name: string): string {
  return `ALTER ROLE ${identifier(name)} WITH NOLOGIN PASSWORD NULL`;
}

/** Gives a role that keeps its login another password than in production. */
export function rotateRole({ name, verifier }: LoginRole): string {
  return `ALTER ROLE ${identifier(name)} WITH PASSWORD ${literal(verifier)}`;
}

export type AccessLevel = 'read-write' | 'read-only';

/** What a role may do with everything in a schema, now and with tables that the owner makes later. */
export function grantSchema(schema: string, owner: string, role: string, access: AccessLevel): readonly string[] {
  const [s, o, r] = [schema, owner, role].map(identifier) as [string, string, string];
  const tables = access === 'read-write' ? 'SELECT, INSERT, UPDATE, DELETE' : 'SELECT';
  const sequences = access === 'read-write' ? 'USAGE, SELECT' : 'SELECT';
  return [
    `GRANT USAGE ON SCHEMA ${s} TO ${r}`,
    `GRANT ${tables} ON ALL TABLES IN SCHEMA ${s} TO ${r}`,
    `GRANT ${sequences} ON ALL SEQUENCES IN SCHEMA ${s} TO ${r}`,
    `ALTER DEFAULT PRIVILEGES FOR ROLE ${o} IN SCHEMA ${s} GRANT ${tables} ON TABLES TO ${r}`,
    `ALTER DEFAULT PRIVILEGES FOR ROLE ${o} IN SCHEMA ${s} GRANT ${sequences} ON SEQUENCES TO ${r}`,
  ];
}

export function grantConnect(database: string, role: string): string {
  return `GRANT CONNECT ON DATABASE ${identifier(database)} TO ${identifier(role)}`;
}
