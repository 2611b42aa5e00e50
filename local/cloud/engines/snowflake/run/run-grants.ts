import { addGrant } from '../catalog/access';
import type { Grant, Securable, SecurableKind } from '../catalog/objects';
import { beyondStandIn, compilationError, insufficientPrivileges, missingObject } from '../snowflake-error';
import type { GrantTarget, Statement } from '../sql/statement';
import type { Identifier } from '../sql/token-cursor';
import type { StatementContext } from './statement-context';
import { type RowsResult, statusRow } from './statement-result';

type GrantStatement = Statement & { kind: 'grant' | 'revoke' };

/** Privileges by kind of object (https://docs.snowflake.com/en/user-guide/security-access-control-privileges), as far as they are looked at. */
const PRIVILEGES: Readonly<Record<SecurableKind, readonly string[]>> = {
  account: ['CREATE DATABASE', 'CREATE WAREHOUSE', 'CREATE ROLE', 'CREATE USER', 'MANAGE GRANTS'],
  database: ['USAGE', 'CREATE SCHEMA', 'MONITOR', 'MODIFY'],
  schema: ['USAGE', 'CREATE TABLE', 'CREATE STAGE', 'CREATE FILE FORMAT', 'MONITOR', 'MODIFY'],
  table: ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES'],
  stage: ['READ', 'WRITE'],
  'file format': ['USAGE'],
  warehouse: ['USAGE', 'OPERATE', 'MONITOR', 'MODIFY'],
};

/** Runs GRANT and REVOKE of roles, privileges and ownership. */
export async function runGrant(statement: GrantStatement, context: StatementContext): Promise<RowsResult> {
  if (statement.privileges === 'role') grantRole(statement, context);
  else if (statement.target.scope.startsWith('future')) changeFutureGrants(statement, context);
  else if (statement.privileges === 'ownership') transferOwnership(statement, context);
  else changeGrants(statement, statement.privileges, context);
  return statusRow('Statement executed successfully.');
}

function grantRole({ kind, target, grantee }: GrantStatement, { engine, session }: StatementContext): void {
  const { catalog, access } = engine;
  const role = catalog.role((target.name[0] as Identifier).name);
  if (!access.activeRoles(session).has(role.owner) && !access.may(session, catalog.account, 'MANAGE GRANTS'))
    throw insufficientPrivileges('role', role.name);
  const holders = grantee.kind === 'user' ? catalog.user(grantee.name.name).roles : catalog.role(grantee.name.name).inherits;
  if (kind === 'grant') holders.add(role.name);
  else holders.delete(role.name);
}

function changeGrants({ kind, target, grantee }: GrantStatement, privileges: readonly string[], context: StatementContext): void {
  const { engine, session } = context;
  const role = roleOf(grantee, context);
  for (const object of targets(target, context)) {
    engine.access.requireGrantor(session, object);
    for (const privilege of checked(privileges, object.kind)) {
      if (kind === 'grant') addGrant(object.grants, { privilege, role, grantedBy: session.role, createdOn: engine.now() });
      else object.grants = object.grants.filter((grant) => grant.privilege !== privilege || grant.role !== role);
    }
  }
}

function checked(privileges: readonly string[], kind: SecurableKind): readonly string[] {
  const known = PRIVILEGES[kind];
  if (privileges[0] === 'ALL') return known;
  const unknown = privileges.find((privilege) => !known.includes(privilege));
  if (unknown !== undefined)
    throw compilationError(
      '003008',
      '42501',
      `Invalid privilege [${unknown}] for object of type [${kind.toUpperCase()}], allowed: ${known.join(', ')}.`,
    );
  return privileges;
}

function roleOf(grantee: GrantStatement['grantee'], { engine }: StatementContext): string {
  if (grantee.kind === 'user') throw beyondStandIn('privileges granted to a user');
  return engine.catalog.role(grantee.name.name).name;
}

/** Grants on tables that will be created later in a schema or database. */
function changeFutureGrants({ kind, privileges, target, grantee }: GrantStatement, context: StatementContext): void {
  const { engine, session } = context;
  if (!Array.isArray(privileges)) throw beyondStandIn('future grants of OWNERSHIP');
  if (!engine.access.may(session, engine.catalog.account, 'MANAGE GRANTS'))
    throw insufficientPrivileges('account', engine.catalog.accountName);
  const place =
    target.scope === 'future in schema'
      ? engine.names.schema(session, target.name)
      : engine.names.database(session, target.name.at(-1)?.name);
  const role = roleOf(grantee, context);
  for (const privilege of checked(privileges as readonly string[], 'table')) {
    const at = place.futureTableGrants.findIndex((grant) => grant.privilege === privilege && grant.role === role);
    if (kind === 'revoke' && at >= 0) place.futureTableGrants.splice(at, 1);
    if (kind === 'grant') addGrant(place.futureTableGrants, { privilege, role, grantedBy: session.role, createdOn: engine.now() });
  }
}

/** Ownership moves only when no other grants are in the way, unless they are copied or revoked. */
function transferOwnership({ kind, target, grantee, currentGrants }: GrantStatement, context: StatementContext): void {
  if (kind === 'revoke') throw compilationError('003008', '42501', 'Ownership cannot be revoked, only granted to another role.');
  const { engine, session } = context;
  const role = roleOf(grantee, context);
  for (const object of targets(target, context)) {
    engine.access.requireGrantor(session, object);
    if (object.grants.length > 0 && currentGrants === undefined)
      throw compilationError(
        '003036',
        '42501',
        `Dependent grant of privilege '${(object.grants[0] as Grant).privilege}' on '${object.name}' must be revoked first, or use COPY CURRENT GRANTS.`,
      );
    if (currentGrants === 'revoke') object.grants = [];
    object.owner = role;
  }
}

function targets(target: GrantTarget, context: StatementContext): Securable[] {
  const { engine, session } = context;
  const { catalog, names } = engine;
  if (target.scope === 'all in schema') return [...names.schema(session, target.name).tables.values()];
  if (target.scope === 'all in database')
    return [...names.database(session, target.name.at(-1)?.name).schemas.values()].flatMap((schema) => [...schema.tables.values()]);
  if (target.kind === 'account') return [catalog.account];
  const last = (target.name.at(-1) as Identifier).name;
  if (target.kind === 'warehouse') return [found(catalog.warehouses.get(last), 'Warehouse', last)];
  if (target.kind === 'database') return [found(catalog.databases.get(last), 'Database', last)];
  const database = found(
    catalog.databases.get(target.name.at(target.kind === 'schema' ? -2 : -3)?.name ?? session.database ?? ''),
    'Database',
    target.name.at(-3)?.name ?? '',
  );
  const schemaName = target.kind === 'schema' ? last : (target.name.at(-2)?.name ?? session.schema ?? '');
  const schema = found(database.schemas.get(schemaName), 'Schema', `${database.name}.${schemaName}`);
  if (target.kind === 'schema') return [schema];
  const objects: ReadonlyMap<string, Securable> =
    target.kind === 'stage' ? schema.stages : target.kind === 'file format' ? schema.fileFormats : schema.tables;
  return [found(objects.get(last), target.kind.charAt(0).toUpperCase() + target.kind.slice(1), `${database.name}.${schema.name}.${last}`)];
}

function found<T extends Securable>(object: T | undefined, kind: string, name: string): T {
  if (!object) throw missingObject(kind, name);
  return object;
}
