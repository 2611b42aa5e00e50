import { randomUUID } from 'node:crypto';
import { newMasterKey, objectKey } from '../catalog/catalog';
import type { FileFormat, Stage, Table, User, Warehouse } from '../catalog/objects';
import { isSessionParameter } from '../catalog/session';
import { compilationError, existingObject, insufficientPrivileges, invalidValue, missingObject } from '../snowflake-error';
import { type Options, optionText, type OptionValue, refuseUnknownOptions } from '../sql/parse-options';
import type { Statement } from '../sql/statement';
import type { Identifier } from '../sql/token-cursor';
import { csvFormat } from './file-format';
import type { StatementContext } from './statement-context';
import { type RowsResult, statusRow } from './statement-result';

/** CREATE DATABASE and CREATE SCHEMA. */
export async function runCreateNamespace(
  { what, name, orReplace, ifNotExists }: Statement & { kind: 'createNamespace' },
  { engine, session }: StatementContext,
): Promise<RowsResult> {
  const last = (name.at(-1) as Identifier).name;
  if (what === 'database') {
    if (!engine.access.may(session, engine.catalog.account, 'CREATE DATABASE'))
      throw insufficientPrivileges('account', engine.catalog.accountName);
    if (engine.catalog.databases.has(last) && !orReplace) return alreadyThere(last, ifNotExists);
    engine.catalog.addDatabase(last, session.role);
    [session.database, session.schema] = [last, 'PUBLIC'];
    return statusRow(`Database ${last} successfully created.`);
  }
  const database = engine.names.database(session, name.at(-2)?.name);
  engine.access.require(session, database, 'CREATE SCHEMA');
  if (database.schemas.has(last) && !orReplace) return alreadyThere(last, ifNotExists);
  engine.catalog.addSchema(database, last, session.role);
  [session.database, session.schema] = [database.name, last];
  return statusRow(`Schema ${last} successfully created.`);
}

function alreadyThere(name: string, ifNotExists: boolean): RowsResult {
  if (!ifNotExists) throw existingObject(name);
  return statusRow(`${name} already exists, statement succeeded.`);
}

export async function runCreateStage(statement: Statement & { kind: 'createStage' }, context: StatementContext): Promise<RowsResult> {
  const { engine, session } = context;
  const { schema, last } = engine.names.placeFor(session, statement.name, statement.temporary ? 'USAGE' : 'CREATE STAGE');
  const stages = statement.temporary ? session.temporaryStages : schema.stages;
  const key = statement.temporary ? objectKey(schema, last) : last;
  const replaced = stages.get(key);
  if (replaced && !statement.orReplace) return alreadyThere(last, statement.ifNotExists);
  refuseUnknownOptions(statement.options, ['FILE_FORMAT', 'COMMENT', 'ENCRYPTION', 'DIRECTORY'], 'STAGE');
  const encryption = statement.options.get('ENCRYPTION');
  if (encryption !== undefined && !(encryption instanceof Map && encryption.get('TYPE') === 'SNOWFLAKE_FULL'))
    throw invalidValue('ENCRYPTION', 'another type', `(TYPE = 'SNOWFLAKE_FULL')`);
  const format = statement.options.get('FILE_FORMAT');
  const fileFormat: Options = format instanceof Map ? (format as Options) : new Map<string, OptionValue>();
  if (!fileFormat.has('FORMAT_NAME')) csvFormat(fileFormat);
  if (replaced) await engine.stageFiles.removeAll(replaced);
  const stage: Stage = {
    kind: 'stage',
    name: last,
    owner: session.role,
    grants: [],
    createdOn: engine.now(),
    comment: '',
    schema,
    temporary: statement.temporary,
    prefix: `stages/${randomUUID()}/`,
    masterKey: newMasterKey(),
    fileFormat,
  };
  stages.set(key, stage);
  return statusRow(`Stage area ${last} successfully created.`);
}

export async function runCreateFileFormat(
  statement: Statement & { kind: 'createFileFormat' },
  { engine, session }: StatementContext,
): Promise<RowsResult> {
  const { schema, last } = engine.names.placeFor(session, statement.name, statement.temporary ? 'USAGE' : 'CREATE FILE FORMAT');
  const formats = statement.temporary ? session.temporaryFormats : schema.fileFormats;
  const key = statement.temporary ? objectKey(schema, last) : last;
  if (formats.has(key) && !statement.orReplace) return alreadyThere(last, statement.ifNotExists);
  const options = new Map([...statement.options].filter(([name]) => name !== 'COMMENT'));
  csvFormat(options);
  const format: FileFormat = {
    kind: 'file format',
    name: last,
    owner: session.role,
    grants: [],
    createdOn: engine.now(),
    comment: '',
    schema,
    temporary: statement.temporary,
    options,
  };
  formats.set(key, format);
  return statusRow(`File format ${last} successfully created.`);
}

/** CREATE ROLE, USER and WAREHOUSE. */
export async function runCreatePrincipal(
  { what, name: { name }, orReplace, ifNotExists, options }: Statement & { kind: 'createPrincipal' },
  { engine, session }: StatementContext,
): Promise<RowsResult> {
  const { catalog, access } = engine;
  if (!access.may(session, catalog.account, `CREATE ${what.toUpperCase()}`)) throw insufficientPrivileges('account', catalog.accountName);
  const exists = { role: catalog.roles, user: catalog.users, warehouse: catalog.warehouses }[what].has(name);
  if (exists && !orReplace) return alreadyThere(name, ifNotExists);
  if (what === 'role') {
    refuseUnknownOptions(options, ['COMMENT'], 'ROLE');
    catalog.addRole(name, session.role);
  } else if (what === 'user') setUserOptions(catalog.addUser(name), options);
  else {
    setWarehouseOptions(catalog.addWarehouse(name, session.role), options);
    session.warehouse = name;
  }
  return statusRow(`${what.charAt(0).toUpperCase()}${what.slice(1)} ${name} successfully created.`);
}

const USER_TYPES = ['PERSON', 'SERVICE', 'LEGACY_SERVICE'] as const;

/** Sets the properties of a user, and what its sessions begin with; a user of TYPE = SERVICE can have no password. */
export function setUserOptions(user: User, options: Options): void {
  const parameters = [...options.keys()].filter(isSessionParameter);
  refuseUnknownOptions(
    options,
    [
      ...parameters,
      'TYPE',
      'PASSWORD',
      'RSA_PUBLIC_KEY',
      'RSA_PUBLIC_KEY_2',
      'DEFAULT_ROLE',
      'DEFAULT_WAREHOUSE',
      'DEFAULT_NAMESPACE',
      'DEFAULT_SECONDARY_ROLES',
      'DISABLED',
      'WORKLOAD_IDENTITY',
      'COMMENT',
      'LOGIN_NAME',
      'DISPLAY_NAME',
      'EMAIL',
      'MUST_CHANGE_PASSWORD',
    ],
    'USER',
  );
  for (const name of parameters) user.parameters.set(name, optionText(options.get(name)));
  const text = (name: string) => (options.has(name) ? optionText(options.get(name)) : undefined);
  const type = text('TYPE')?.toUpperCase();
  const found = USER_TYPES.find((candidate) => candidate === type);
  if (type !== undefined && !found) throw invalidValue('TYPE', type, USER_TYPES.join(', '));
  if (options.has('PASSWORD') && (found ?? user.type) === 'SERVICE')
    throw compilationError('003541', '23001', `Cannot set the property PASSWORD on a user with TYPE=SERVICE.`);
  if (found === 'SERVICE') user.password = undefined;
  user.type = found ?? user.type;
  user.password = text('PASSWORD') ?? user.password;
  user.rsaPublicKey = text('RSA_PUBLIC_KEY') ?? user.rsaPublicKey;
  user.rsaPublicKey2 = text('RSA_PUBLIC_KEY_2') ?? user.rsaPublicKey2;
  user.defaultRole = text('DEFAULT_ROLE') ?? user.defaultRole;
  user.defaultWarehouse = text('DEFAULT_WAREHOUSE') ?? user.defaultWarehouse;
  user.defaultNamespace = text('DEFAULT_NAMESPACE') ?? user.defaultNamespace;
  const secondary = options.get('DEFAULT_SECONDARY_ROLES');
  if (Array.isArray(secondary)) user.secondaryRoles = secondary.length > 0 ? 'ALL' : 'NONE';
  if (options.has('DISABLED')) user.disabled = options.get('DISABLED') === true;
  const identity = options.get('WORKLOAD_IDENTITY');
  if (identity instanceof Map) {
    if (optionText((identity as Options).get('TYPE')).toUpperCase() !== 'AWS')
      throw invalidValue('WORKLOAD_IDENTITY TYPE', optionText((identity as Options).get('TYPE')), 'AWS');
    user.workloadIdentityArn = optionText((identity as Options).get('ARN'));
  }
}

/** Takes properties of a user back to nothing. */
export function unsetUserOptions(user: User, names: readonly string[]): void {
  for (const name of names) {
    if (name === 'RSA_PUBLIC_KEY') user.rsaPublicKey = undefined;
    else if (name === 'RSA_PUBLIC_KEY_2') user.rsaPublicKey2 = undefined;
    else if (name === 'PASSWORD') user.password = undefined;
    else if (name === 'WORKLOAD_IDENTITY') user.workloadIdentityArn = undefined;
    else throw compilationError('001006', '22023', `invalid property '${name}' for 'USER'.`);
  }
}

export function setWarehouseOptions(warehouse: Warehouse, options: Options): void {
  refuseUnknownOptions(
    options,
    ['WAREHOUSE_SIZE', 'AUTO_RESUME', 'AUTO_SUSPEND', 'INITIALLY_SUSPENDED', 'STATEMENT_TIMEOUT_IN_SECONDS', 'COMMENT', 'WAREHOUSE_TYPE'],
    'WAREHOUSE',
  );
  if (options.has('WAREHOUSE_SIZE')) warehouse.size = optionText(options.get('WAREHOUSE_SIZE'));
  if (options.has('AUTO_RESUME')) warehouse.autoResume = options.get('AUTO_RESUME') === true;
  if (options.has('AUTO_SUSPEND')) warehouse.autoSuspendSeconds = Number(options.get('AUTO_SUSPEND'));
  if (options.get('INITIALLY_SUSPENDED') === true) warehouse.state = 'SUSPENDED';
  if (options.has('STATEMENT_TIMEOUT_IN_SECONDS')) warehouse.statementTimeoutSeconds = Number(options.get('STATEMENT_TIMEOUT_IN_SECONDS'));
}

/** DROP of anything; dropping takes ownership. */
export async function runDrop({ what, name, ifExists }: Statement & { kind: 'drop' }, context: StatementContext): Promise<RowsResult> {
  const { engine, session } = context;
  const last = (name.at(-1) as Identifier).name;
  try {
    if (what === 'table') await dropTable(engine.names.table(session, name, [], 'Table'), context);
    else if (what === 'stage') await dropStage(name, context);
    else dropOther(what, name, context);
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === '002003';
    if (!missing || !ifExists) throw error;
    return statusRow('Drop statement executed successfully (object already dropped).');
  }
  return statusRow(`${last} successfully dropped.`);
}

async function dropTable(table: Table, { session }: StatementContext): Promise<void> {
  if (table.persistence === 'temporary') session.temporaryTables.delete(objectKey(table.schema, table.name));
  else table.schema.tables.delete(table.name);
  await session.connection.run(`DROP TABLE IF EXISTS "${table.physical}"`);
}

async function dropStage(name: readonly Identifier[], { engine, session }: StatementContext): Promise<void> {
  const stage = engine.names.stage(session, name, 'READ');
  if (!stage.temporary) engine.access.requireOwnership(session, stage);
  if (stage.temporary) session.temporaryStages.delete(objectKey(stage.schema, stage.name));
  else stage.schema.stages.delete(stage.name);
  await engine.stageFiles.removeAll(stage);
}

function dropOther(what: (Statement & { kind: 'drop' })['what'], name: readonly Identifier[], { engine, session }: StatementContext): void {
  const last = (name.at(-1) as Identifier).name;
  const { catalog, access, names } = engine;
  if (what === 'schema') {
    const schema = names.schema(session, name);
    access.requireOwnership(session, schema);
    schema.database.schemas.delete(last);
  } else if (what === 'database') {
    access.requireOwnership(session, names.database(session, last));
    catalog.databases.delete(last);
  } else if (what === 'file format') {
    const format = names.fileFormat(session, name);
    session.temporaryFormats.delete(objectKey(format.schema, format.name));
    format.schema.fileFormats.delete(last);
  } else {
    const objects = { role: catalog.roles, user: catalog.users, warehouse: catalog.warehouses }[what as 'role' | 'user' | 'warehouse'];
    if (!access.may(session, catalog.account, what === 'warehouse' ? 'CREATE WAREHOUSE' : 'MANAGE GRANTS'))
      throw insufficientPrivileges('account', catalog.accountName);
    if (!objects.delete(last)) throw missingObject(what.charAt(0).toUpperCase() + what.slice(1), last);
  }
}
