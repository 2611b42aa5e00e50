import { identifier, literal } from '../../common/postgres/quote';

/** A role that can log in, with the verifier of its password: PostgreSQL stores it as it is given. */
export interface LoginRole {
  readonly name: string;
  readonly verifier: string;
}

/** Creates the role or, when it came with the snapshot, makes it the same: no attribute or setting of the copy survives. */
export function ensureLoginRole({ name, verifier }: LoginRole, exists: boolean): readonly string[] {
  const attributes = `LOGIN NOCREATEROLE NOCREATEDB INHERIT CONNECTION LIMIT -1 VALID UNTIL 'infinity'`;
  const role = identifier(name);
  return [`${exists ? 'ALTER' : 'CREATE'} ROLE ${role} WITH ${attributes} PASSWORD ${literal(verifier)}`, ...(exists ? [`ALTER ROLE ${role} RESET ALL`] : [])];
}

/** Takes a role's login and password away; what it owns stays its own. */
export function lockRole(name: string): string {
  return `ALTER ROLE ${identifier(name)} WITH NOLOGIN PASSWORD NULL`;
}

/** Gives a role that keeps its login another password than in production. */
export function rotateRole({ name, verifier }: LoginRole): string {
  return `ALTER ROLE ${identifier(name)} WITH PASSWORD ${literal(verifier)}`;
}

/** Ends a membership. Since PostgreSQL 16 there may be one by each grantor. */
export function leaveGroup(group: string, role: string, grantor: string | undefined): string {
  return `REVOKE ${identifier(group)} FROM ${identifier(role)}${grantor === undefined ? '' : ` GRANTED BY ${identifier(grantor)}`}`;
}

export type AccessLevel = 'read-write' | 'read-only';

const RIGHTS: Readonly<Record<AccessLevel, { readonly tables: string; readonly sequences: string }>> = {
  'read-write': { tables: 'SELECT, INSERT, UPDATE, DELETE', sequences: 'USAGE, SELECT' },
  'read-only': { tables: 'SELECT', sequences: 'SELECT' },
};

/** What is in a schema that users have made. Names are quoted and qualified. */
export interface SchemaContent {
  readonly schema: string;
  /** Tables, views and foreign tables. */
  readonly tables: readonly string[];
  readonly sequences: readonly string[];
  /** Who owns the schema or something in it. */
  readonly owners: readonly string[];
}

/** Gives a role its rights on everything in a schema, now and later, and nothing else: what it had before is taken away first. */
export function grantSchema({ schema, tables, sequences, owners }: SchemaContent, role: string, access: AccessLevel): readonly string[] {
  const [s, r] = [identifier(schema), identifier(role)];
  const rights = RIGHTS[access];
  const now = [
    ...exchange('SCHEMA', [s], 'USAGE', r),
    ...exchange('TABLE', tables, rights.tables, r),
    ...exchange('SEQUENCE', sequences, rights.sequences, r),
  ];
  const later = owners.flatMap((owner) => {
    const defaults = `ALTER DEFAULT PRIVILEGES FOR ROLE ${identifier(owner)} IN SCHEMA ${s}`;
    return (['tables', 'sequences'] as const).flatMap((kind) => [`${defaults} REVOKE ALL ON ${kind} FROM ${r}`, `${defaults} GRANT ${rights[kind]} ON ${kind} TO ${r}`]);
  });
  return [...now, ...later];
}

/** Takes from everybody what only named roles should have: making objects in the schema, and writing to its tables. */
export function closeToPublic({ schema, tables }: SchemaContent): readonly string[] {
  return [
    `REVOKE CREATE ON SCHEMA ${identifier(schema)} FROM PUBLIC`,
    ...(tables.length > 0 ? [`REVOKE INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER ON TABLE ${tables.join(', ')} FROM PUBLIC`] : []),
  ];
}

export function grantConnect(database: string, role: string): readonly string[] {
  return exchange('DATABASE', [identifier(database)], 'CONNECT', identifier(role));
}

function exchange(kind: string, objects: readonly string[], rights: string, role: string): readonly string[] {
  if (objects.length === 0) return [];
  const list = objects.join(', ');
  return [`REVOKE ALL ON ${kind} ${list} FROM ${role}`, `GRANT ${rights} ON ${kind} ${list} TO ${role}`];
}
