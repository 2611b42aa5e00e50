import type { Grant, Schema, Securable, Table } from '../catalog/objects';
import { qualifiedName } from '../catalog/catalog';
import { missingObject } from '../snowflake-error';
import type { ObjectName } from '../sql/ast';
import type { Statement } from '../sql/statement';
import type { Identifier } from '../sql/token-cursor';
import { type Cell, CREATED, shown } from './shown-rows';
import type { StatementContext } from './statement-context';
import type { RowsResult } from './statement-result';

const GRANT_COLUMNS = [CREATED, 'privilege', 'granted_on', 'name', 'granted_to', 'grantee_name', 'grant_option', 'granted_by'] as const;

/** SHOW GRANTS ON, TO and OF. */
export async function runShowGrants({ of }: Statement & { kind: 'showGrants' }, context: StatementContext): Promise<RowsResult> {
  const { engine, session } = context;
  if (of.kind === 'future') {
    const place = of.what === 'schema' ? engine.names.schema(session, of.name) : engine.names.database(session, of.name.at(-1)?.name);
    return shown(
      [CREATED, 'privilege', 'grant_on', 'name', 'grant_to', 'grantee_name', 'grant_option'],
      place.futureTableGrants.map((grant) => [
        grant.createdOn,
        grant.privilege,
        'TABLE',
        `${nameOf(place)}.<TABLE>`,
        'ROLE',
        grant.role,
        'false',
      ]),
    );
  }
  if (of.kind === 'on') {
    const object = grantable(of.what, of.name, context);
    return shown(GRANT_COLUMNS, grantRows(object));
  }
  if (of.kind === 'of') return grantsOfRole(of.name.name, context);
  if (of.what === 'user')
    return shown(
      ['created_on', 'role', 'granted_to', 'grantee_name', 'granted_by'],
      [...engine.catalog.user(of.name.name).roles].map((role) => [null, role, 'USER', of.name.name, '']),
    );
  const role = engine.catalog.role(of.name.name).name;
  const usages = [...engine.catalog.role(role).inherits].map((inherited): Cell[] => [
    null,
    'USAGE',
    'ROLE',
    inherited,
    'ROLE',
    role,
    'false',
    '',
  ]);
  return shown(GRANT_COLUMNS, [...allObjects(context).flatMap((object) => grantRows(object).filter((row) => row[5] === role)), ...usages]);
}

function grantsOfRole(name: string, { engine }: StatementContext): RowsResult {
  const role = engine.catalog.role(name).name;
  const users = [...engine.catalog.users.values()]
    .filter(({ roles }) => roles.has(role))
    .map((user): Cell[] => [null, role, 'USER', user.name, '']);
  const roles = [...engine.catalog.roles.values()]
    .filter(({ inherits }) => inherits.has(role))
    .map((holder): Cell[] => [null, role, 'ROLE', holder.name, '']);
  return shown(['created_on', 'role', 'granted_to', 'grantee_name', 'granted_by'], [...users, ...roles]);
}

function grantRows(object: Securable): Cell[][] {
  const ownership: Grant = { privilege: 'OWNERSHIP', role: object.owner, grantedBy: object.owner, createdOn: object.createdOn };
  return [ownership, ...object.grants]
    .sort((a, b) => (`${a.privilege} ${a.role}` < `${b.privilege} ${b.role}` ? -1 : 1))
    .map((grant) => [
      grant.createdOn,
      grant.privilege,
      object.kind.toUpperCase().replace(' ', '_'),
      nameOf(object),
      'ROLE',
      grant.role,
      grant.privilege === 'OWNERSHIP' ? 'true' : 'false',
      grant.grantedBy,
    ]);
}

function nameOf(object: Securable): string {
  if ('schema' in object) return qualifiedName((object as Table).schema, object.name);
  return 'database' in object ? `${(object as Schema).database.name}.${object.name}` : object.name;
}

function grantable(what: string, name: ObjectName, { engine, session }: StatementContext): Securable {
  const last = (name.at(-1) as Identifier).name;
  if (what === 'table') {
    const table = engine.names.findTable(session, name, 'Table');
    if (!table) throw missingObject('Table', engine.names.spelled(session, name));
    return table;
  }
  if (what === 'schema') return engine.names.schema(session, name);
  if (what === 'database') return engine.names.database(session, last);
  return what === 'warehouse' ? engine.names.warehouse(session, last) : engine.names.stage(session, name, 'READ');
}

function allObjects({ engine }: StatementContext): Securable[] {
  const found: Securable[] = [engine.catalog.account, ...engine.catalog.warehouses.values()];
  for (const database of engine.catalog.databases.values()) {
    found.push(database);
    for (const schema of database.schemas.values())
      found.push(schema, ...schema.tables.values(), ...schema.stages.values(), ...schema.fileFormats.values());
  }
  return found;
}
