import { generateKeyPairSync } from 'node:crypto';
import snowflake, { type Binds, type Connection, type ConnectionOptions, type RowStatement } from 'snowflake-sdk';
import { SnowflakeWarehouse, type WarehouseOptions } from '../../../../../../local/cloud/engines/snowflake/warehouse';

process.env.SNOWFLAKE_DISABLE_PLATFORM_DETECTION = 'true';
process.env.SNOWFLAKE_DISABLE_MINICORE = 'true';
process.env.SF_TELEMETRY_DISABLE_CONNECTION_SHAPE = '1';
snowflake.configure({ logLevel: 'OFF' });

export type Row = Record<string, unknown>;

/** A key pair as a service user has it: the private half as PKCS#8, the public half as SPKI, both PEM. */
export function newKeyPair(): { readonly privateKey: string; readonly publicKey: string } {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    privateKey: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
    publicKey: String(publicKey.export({ type: 'spki', format: 'pem' })),
  };
}

const KEYS = newKeyPair();

/** A warehouse with database DB, warehouse WH, role LOADER, which owns schema DB.APP, and the service user LOADER. */
export async function startWarehouse(options: WarehouseOptions = {}): Promise<SnowflakeWarehouse> {
  const warehouse = await SnowflakeWarehouse.start(options);
  for (const sql of [
    'CREATE DATABASE DB',
    'CREATE SCHEMA DB.APP',
    'CREATE ROLE LOADER',
    'CREATE WAREHOUSE WH',
    'GRANT USAGE ON WAREHOUSE WH TO ROLE LOADER',
    'GRANT USAGE ON DATABASE DB TO ROLE LOADER',
    'GRANT CREATE SCHEMA ON DATABASE DB TO ROLE LOADER',
    'GRANT OWNERSHIP ON SCHEMA DB.APP TO ROLE LOADER',
  ])
    await warehouse.execute(sql);
  await warehouse.createUser({ name: 'LOADER', roles: ['LOADER'], publicKeyPem: KEYS.publicKey });
  // The AWS SDK inside the driver obeys this when the server names no end point.
  process.env.AWS_ENDPOINT_URL_S3 = warehouse.url;
  return warehouse;
}

/** Connects the unmodified driver, by default as LOADER with its key. */
export async function connect(warehouse: { readonly url: string }, options: Partial<ConnectionOptions> = {}): Promise<Connection> {
  const connection = snowflake.createConnection({
    account: 'LOCAL',
    accessUrl: warehouse.url,
    username: 'LOADER',
    authenticator: 'SNOWFLAKE_JWT',
    privateKey: KEYS.privateKey,
    database: 'DB',
    schema: 'APP',
    warehouse: 'WH',
    role: 'LOADER',
    sfRetryMaxLoginRetries: 0,
    representNullAsStringNull: false,
    ...options,
  });
  await new Promise<void>((resolve, reject) => connection.connect((error) => (error ? reject(error) : resolve())));
  return connection;
}

/** Runs a statement and returns the statement object and its rows, numbers and dates as text. */
export function execute(
  connection: Connection,
  sqlText: string,
  binds?: Binds,
  extra: Record<string, unknown> = {},
): Promise<{ readonly statement: RowStatement; readonly rows: Row[] }> {
  return new Promise((resolve, reject) => {
    connection.execute({
      sqlText,
      fetchAsString: ['Number', 'Date', 'JSON', 'Buffer', 'Boolean'],
      ...(binds && { binds }),
      ...extra,
      complete: (error, statement, rows) => (error ? reject(error) : resolve({ statement: statement, rows: (rows ?? []) as Row[] })),
    });
  });
}

/** The rows of a statement. */
export async function rows(connection: Connection, sqlText: string, binds?: Binds): Promise<Row[]> {
  return (await execute(connection, sqlText, binds)).rows;
}

/** The one value of a statement with one row and one column. */
export async function value(connection: Connection, sqlText: string, binds?: Binds): Promise<unknown> {
  const [row] = await rows(connection, sqlText, binds);
  return Object.values(row ?? {})[0];
}

/** The code of the error that a statement raises. */
export async function errorOf(
  run: Promise<unknown>,
): Promise<{ readonly code: string; readonly sqlState: string; readonly message: string }> {
  try {
    await run;
  } catch (error) {
    const { code, sqlState, message } = error as { code: string; sqlState: string; message: string };
    return { code: String(code), sqlState, message };
  }
  throw new Error('the statement succeeded');
}

export async function disconnect(connection: Connection): Promise<void> {
  await new Promise<void>((resolve) => connection.destroy(() => resolve()));
}
