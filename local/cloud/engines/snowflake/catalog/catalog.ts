import { randomBytes } from 'node:crypto';
import { missingObject } from '../snowflake-error';
import type { Account, Database, Role, Schema, User, Warehouse } from './objects';

/** Roles every account has, and what each inherits (https://docs.snowflake.com/en/user-guide/security-access-control-overview). */
const SYSTEM_ROLES: Readonly<Record<string, readonly string[]>> = {
  ACCOUNTADMIN: ['SYSADMIN', 'SECURITYADMIN'],
  SECURITYADMIN: ['USERADMIN'],
  SYSADMIN: [],
  USERADMIN: [],
  PUBLIC: [],
};

const ACCOUNT_PRIVILEGES: readonly (readonly [string, string])[] = [
  ['SYSADMIN', 'CREATE DATABASE'],
  ['SYSADMIN', 'CREATE WAREHOUSE'],
  ['USERADMIN', 'CREATE ROLE'],
  ['USERADMIN', 'CREATE USER'],
  ['SECURITYADMIN', 'MANAGE GRANTS'],
];

/** Everything an account contains, by name. It knows who may do what only as data; `Access` decides. */
export class Catalog {
  readonly account: Account;
  readonly databases = new Map<string, Database>();
  readonly warehouses = new Map<string, Warehouse>();
  readonly roles = new Map<string, Role>();
  readonly users = new Map<string, User>();
  private tableCount = 0;

  constructor(
    /** The account identifier, as in the first label of its host name. */
    readonly accountName: string,
    private readonly now: () => Date,
  ) {
    const createdOn = now();
    for (const [name, inherits] of Object.entries(SYSTEM_ROLES))
      this.roles.set(name, { name, inherits: new Set(inherits), createdOn, owner: '', comment: '' });
    const grants = ACCOUNT_PRIVILEGES.map(([role, privilege]) => ({ role, privilege, grantedBy: '', createdOn }));
    this.account = { kind: 'account', name: accountName, owner: 'ACCOUNTADMIN', grants, createdOn, comment: '' };
  }

  addDatabase(name: string, owner: string): Database {
    const database: Database = {
      kind: 'database',
      name,
      owner,
      grants: [],
      createdOn: this.now(),
      comment: '',
      schemas: new Map(),
      futureTableGrants: [],
    };
    this.databases.set(name, database);
    this.addSchema(database, 'PUBLIC', owner);
    return database;
  }

  addSchema(database: Database, name: string, owner: string): Schema {
    const schema: Schema = {
      kind: 'schema',
      name,
      database,
      owner,
      grants: [],
      createdOn: this.now(),
      comment: '',
      tables: new Map(),
      stages: new Map(),
      fileFormats: new Map(),
      futureTableGrants: [],
    };
    database.schemas.set(name, schema);
    return schema;
  }

  addWarehouse(name: string, owner: string): Warehouse {
    const warehouse: Warehouse = {
      kind: 'warehouse',
      name,
      owner,
      grants: [],
      createdOn: this.now(),
      comment: '',
      size: 'X-Small',
      autoResume: true,
      autoSuspendSeconds: 600,
      state: 'STARTED',
      statementTimeoutSeconds: 172_800,
    };
    this.warehouses.set(name, warehouse);
    return warehouse;
  }

  addRole(name: string, owner: string): Role {
    const role: Role = { name, inherits: new Set(), createdOn: this.now(), owner, comment: '' };
    this.roles.set(name, role);
    return role;
  }

  addUser(name: string): User {
    const user: User = {
      name,
      type: 'PERSON',
      roles: new Set(),
      defaultRole: undefined,
      defaultWarehouse: undefined,
      defaultNamespace: undefined,
      secondaryRoles: 'ALL',
      password: undefined,
      disabled: false,
      rsaPublicKey: undefined,
      rsaPublicKey2: undefined,
      workloadIdentityArn: undefined,
      parameters: new Map(),
    };
    this.users.set(name, user);
    return user;
  }

  role(name: string): Role {
    const role = this.roles.get(name);
    if (!role) throw missingObject('Role', name);
    return role;
  }

  user(name: string): User {
    const user = this.users.get(name);
    if (!user) throw missingObject('User', name);
    return user;
  }

  /** The role itself and everything it inherits. PUBLIC is everybody's. */
  rolesWithin(names: Iterable<string>): Set<string> {
    const found = new Set<string>(['PUBLIC']);
    const pending = [...names];
    for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
      if (found.has(name) && name !== 'PUBLIC') continue;
      found.add(name);
      pending.push(...(this.roles.get(name)?.inherits ?? []));
    }
    return found;
  }

  /** A name for the next DuckDB table. */
  nextPhysicalTable(): string {
    return `t${(this.tableCount += 1)}`;
  }
}

/** `DATABASE.SCHEMA.NAME`, for messages and results. */
export function qualifiedName(schema: Schema, name: string): string {
  return `${schema.database.name}.${schema.name}.${name}`;
}

/** The key that wraps the keys of a stage's files: 128 bits, base64, as Snowflake's default. */
export function newMasterKey(): string {
  return randomBytes(16).toString('base64');
}

/** What makes two temporary or permanent objects the same name. */
export function objectKey(schema: Schema, name: string): string {
  return JSON.stringify([schema.database.name, schema.name, name]);
}
