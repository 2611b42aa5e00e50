import type { Expression, FromItem, ObjectName, Query } from './ast';
import type { Options } from './parse-options';
import type { SqlType } from './sql-type';
import type { Identifier } from './token-cursor';

export interface ColumnDefinition {
  readonly name: Identifier;
  readonly type: SqlType;
  readonly notNull: boolean;
  readonly defaultValue: Expression | undefined;
  readonly comment: string | undefined;
}

/** Kept for `SHOW`-like questions only: Snowflake enforces no constraint but NOT NULL. */
export interface CreateTable {
  readonly kind: 'createTable';
  readonly orReplace: boolean;
  readonly ifNotExists: boolean;
  readonly persistence: 'permanent' | 'transient' | 'temporary';
  readonly name: ObjectName;
  readonly columns: readonly ColumnDefinition[] | undefined;
  readonly origin:
    { readonly kind: 'like' | 'clone'; readonly table: ObjectName } | { readonly kind: 'query'; readonly query: Query } | undefined;
  readonly copyGrants: boolean;
  readonly comment: string | undefined;
}

export type AlterTableAction =
  | { readonly kind: 'rename'; readonly to: ObjectName }
  | { readonly kind: 'swap'; readonly with: ObjectName }
  | { readonly kind: 'addColumns'; readonly ifNotExists: boolean; readonly columns: readonly ColumnDefinition[] }
  | { readonly kind: 'dropColumns'; readonly ifExists: boolean; readonly names: readonly Identifier[] }
  | { readonly kind: 'renameColumn'; readonly from: Identifier; readonly to: Identifier }
  | { readonly kind: 'alterType'; readonly column: Identifier; readonly type: SqlType }
  | { readonly kind: 'nullability'; readonly column: Identifier; readonly notNull: boolean }
  | { readonly kind: 'setComment'; readonly comment: string };

export interface MergeAction {
  readonly matched: boolean;
  readonly condition: Expression | undefined;
  readonly action:
    | { readonly kind: 'update'; readonly sets: readonly Assignment[] }
    | { readonly kind: 'delete' }
    | { readonly kind: 'insert'; readonly columns: readonly Identifier[] | undefined; readonly values: readonly InsertValue[] };
}

export interface Assignment {
  readonly column: Identifier;
  readonly value: InsertValue;
}

export type InsertValue = Expression | 'default';

export interface CopyInto {
  readonly kind: 'copyInto';
  readonly table: ObjectName;
  readonly columns: readonly Identifier[] | undefined;
  readonly stage: string;
  /** The select list of a transformation, over `$1`, `$2`, ... */
  readonly transformation: readonly Expression[] | undefined;
  readonly options: Options;
}

/** What a privilege is granted on. `future` grants apply to tables that do not exist yet. */
export interface GrantTarget {
  readonly kind: 'role' | 'account' | 'database' | 'schema' | 'table' | 'stage' | 'warehouse' | 'file format';
  readonly name: ObjectName;
  readonly scope: 'one' | 'all in schema' | 'future in schema' | 'all in database' | 'future in database';
}

export type Statement =
  | { readonly kind: 'query'; readonly query: Query }
  | {
      readonly kind: 'insert';
      readonly table: ObjectName;
      readonly columns: readonly Identifier[] | undefined;
      readonly overwrite: boolean;
      readonly source: { readonly rows: readonly (readonly InsertValue[])[] } | { readonly query: Query };
    }
  | {
      readonly kind: 'update';
      readonly table: ObjectName;
      readonly alias: Identifier | undefined;
      readonly sets: readonly Assignment[];
      readonly from: FromItem | undefined;
      readonly where: Expression | undefined;
    }
  | {
      readonly kind: 'delete';
      readonly table: ObjectName;
      readonly alias: Identifier | undefined;
      readonly using: FromItem | undefined;
      readonly where: Expression | undefined;
    }
  | {
      readonly kind: 'merge';
      readonly table: ObjectName;
      readonly alias: Identifier | undefined;
      readonly source: FromItem;
      readonly on: Expression;
      readonly actions: readonly MergeAction[];
    }
  | { readonly kind: 'truncate'; readonly table: ObjectName; readonly ifExists: boolean }
  | CopyInto
  | { readonly kind: 'transaction'; readonly action: 'begin'; readonly name: Identifier | undefined }
  | { readonly kind: 'transaction'; readonly action: 'commit' | 'rollback' }
  | { readonly kind: 'use'; readonly what: 'role' | 'warehouse' | 'database' | 'schema' | 'secondary roles'; readonly name: ObjectName }
  | { readonly kind: 'alterSession'; readonly set: Options; readonly unset: readonly string[] }
  | CreateTable
  | {
      readonly kind: 'createNamespace';
      readonly what: 'database' | 'schema';
      readonly name: ObjectName;
      readonly orReplace: boolean;
      readonly ifNotExists: boolean;
      readonly transient: boolean;
    }
  | {
      readonly kind: 'createStage';
      readonly name: ObjectName;
      readonly orReplace: boolean;
      readonly ifNotExists: boolean;
      readonly temporary: boolean;
      readonly options: Options;
    }
  | {
      readonly kind: 'createFileFormat';
      readonly name: ObjectName;
      readonly orReplace: boolean;
      readonly ifNotExists: boolean;
      readonly temporary: boolean;
      readonly options: Options;
    }
  | {
      readonly kind: 'createPrincipal';
      readonly what: 'role' | 'user' | 'warehouse';
      readonly name: Identifier;
      readonly orReplace: boolean;
      readonly ifNotExists: boolean;
      readonly options: Options;
    }
  | {
      readonly kind: 'drop';
      readonly what: 'table' | 'stage' | 'schema' | 'database' | 'file format' | 'role' | 'user' | 'warehouse';
      readonly name: ObjectName;
      readonly ifExists: boolean;
    }
  | { readonly kind: 'alterTable'; readonly table: ObjectName; readonly ifExists: boolean; readonly action: AlterTableAction }
  | { readonly kind: 'alterWarehouse'; readonly name: Identifier; readonly action: 'suspend' | 'resume' | { readonly set: Options } }
  | { readonly kind: 'alterUser'; readonly name: Identifier; readonly set: Options; readonly unset: readonly string[] }
  | {
      readonly kind: 'grant' | 'revoke';
      readonly privileges: readonly string[] | 'role' | 'ownership';
      readonly target: GrantTarget;
      readonly grantee: { readonly kind: 'role' | 'user'; readonly name: Identifier };
      readonly currentGrants: 'copy' | 'revoke' | undefined;
    }
  | {
      readonly kind: 'show';
      readonly what: 'tables' | 'columns' | 'schemas' | 'databases' | 'warehouses' | 'stages' | 'roles' | 'parameters' | 'transactions';
      readonly like: string | undefined;
      readonly scope: { readonly kind: 'account' | 'database' | 'schema' | 'table' | 'session'; readonly name: ObjectName } | undefined;
      readonly startsWith: string | undefined;
      readonly limit: number | undefined;
    }
  | {
      readonly kind: 'showGrants';
      readonly of:
        | { readonly kind: 'on'; readonly what: 'table' | 'schema' | 'database' | 'warehouse' | 'stage'; readonly name: ObjectName }
        | { readonly kind: 'to' | 'of'; readonly what: 'role' | 'user'; readonly name: Identifier }
        | { readonly kind: 'future'; readonly what: 'schema' | 'database'; readonly name: ObjectName };
    }
  | { readonly kind: 'describe'; readonly what: 'table' | 'stage' | 'user'; readonly name: ObjectName }
  | {
      readonly kind: 'putFile';
      readonly direction: 'put' | 'get';
      readonly file: string;
      readonly stage: string;
      readonly options: Options;
    }
  | { readonly kind: 'files'; readonly action: 'list' | 'remove'; readonly stage: string; readonly pattern: string | undefined };
