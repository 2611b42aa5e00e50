import type { Expression } from '../sql/ast';
import type { Options } from '../sql/parse-options';
import type { SqlType } from '../sql/sql-type';

/** A privilege that a role has on an object. */
export interface Grant {
  readonly privilege: string;
  readonly role: string;
  readonly grantedBy: string;
  readonly createdOn: Date;
}

export type SecurableKind = 'account' | 'database' | 'schema' | 'table' | 'stage' | 'file format' | 'warehouse';

/** Anything that has an owner and grants. */
export interface Securable {
  readonly kind: SecurableKind;
  name: string;
  owner: string;
  grants: Grant[];
  readonly createdOn: Date;
  comment: string;
}

export interface Account extends Securable {
  readonly kind: 'account';
}

export interface Database extends Securable {
  readonly kind: 'database';
  readonly schemas: Map<string, Schema>;
  readonly futureTableGrants: Grant[];
}

export interface Schema extends Securable {
  readonly kind: 'schema';
  readonly database: Database;
  readonly tables: Map<string, Table>;
  readonly stages: Map<string, Stage>;
  readonly fileFormats: Map<string, FileFormat>;
  readonly futureTableGrants: Grant[];
}

export interface TableColumn {
  name: string;
  /** Its name in DuckDB, which a rename leaves alone. */
  readonly physical: string;
  type: SqlType;
  notNull: boolean;
  readonly defaultValue: Expression | undefined;
  comment: string;
}

/** One file that COPY loaded into a table, or tried to. */
export interface LoadRecord {
  /** Path in the stage, with the stage's own prefix, so that two stages never meet. */
  readonly file: string;
  readonly fileName: string;
  readonly stage: string;
  readonly etag: string;
  readonly fileSize: number;
  readonly loadedAt: Date;
  readonly status: 'LOADED' | 'PARTIALLY_LOADED' | 'LOAD_FAILED';
  readonly rowsParsed: number;
  readonly rowsLoaded: number;
  readonly errors: number;
  readonly firstError: string | null;
}

export type Persistence = 'permanent' | 'transient' | 'temporary';

/**
 * A table: what the catalog says of it. Its rows are in the DuckDB table `physical`, whose name no other table ever
 * gets, so that SWAP, RENAME and a second table of the same name touch the catalog alone.
 */
export interface Table extends Securable {
  readonly kind: 'table';
  schema: Schema;
  readonly physical: string;
  readonly columns: TableColumn[];
  readonly persistence: Persistence;
  readonly loads: Map<string, LoadRecord>;
  nextColumn: number;
  /** The next number that marks the rows of a loaded file, so that they can be counted. */
  nextLoadMark: number;
  /** The commit that changed its rows last; see `Transactions`. */
  changedAt: number;
}

/** An internal stage: a prefix in the store and the key that wraps the files' keys. */
export interface Stage extends Securable {
  readonly kind: 'stage';
  readonly schema: Schema;
  readonly temporary: boolean;
  readonly prefix: string;
  readonly masterKey: string;
  readonly fileFormat: Options;
}

export interface FileFormat extends Securable {
  readonly kind: 'file format';
  readonly schema: Schema;
  readonly temporary: boolean;
  readonly options: Options;
}

export interface Warehouse extends Securable {
  readonly kind: 'warehouse';
  size: string;
  autoResume: boolean;
  autoSuspendSeconds: number;
  state: 'STARTED' | 'SUSPENDED';
  statementTimeoutSeconds: number;
}

export interface Role {
  readonly name: string;
  /** Roles whose privileges it has too. */
  readonly inherits: Set<string>;
  readonly createdOn: Date;
  owner: string;
  comment: string;
}

export interface User {
  readonly name: string;
  type: 'PERSON' | 'SERVICE' | 'LEGACY_SERVICE';
  readonly roles: Set<string>;
  defaultRole: string | undefined;
  defaultWarehouse: string | undefined;
  defaultNamespace: string | undefined;
  /** `ALL` adds the privileges of every role granted to the user, as Snowflake does by default. */
  secondaryRoles: 'ALL' | 'NONE';
  password: string | undefined;
  disabled: boolean;
  /** SPKI, PEM without its frame, or undefined. */
  rsaPublicKey: string | undefined;
  rsaPublicKey2: string | undefined;
  /** The IAM principal whose signed GetCallerIdentity logs the user in. */
  workloadIdentityArn: string | undefined;
  readonly parameters: Map<string, string>;
}
