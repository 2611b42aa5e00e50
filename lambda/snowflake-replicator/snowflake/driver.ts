import snowflake, { type Connection, type ConnectionOptions } from 'snowflake-sdk';

/** How the replicator logs in: with a key pair, or with the function's own AWS identity. Passwords are none of the ways. */
export type Login =
  | { readonly kind: 'key-pair'; readonly user: string; readonly privateKey: string; readonly passphrase: string | undefined }
  | { readonly kind: 'workload-identity' };

export interface Destination {
  readonly account: string;
  /** Such as `https://xy12345.eu-west-1.privatelink.snowflakecomputing.com`; by default what the account's name leads to. */
  readonly accessUrl: string | undefined;
  readonly role: string;
  readonly warehouse: string;
  readonly database: string;
  readonly schema: string;
}

/** Retries of a login by the driver itself. Its own seven take nearly three minutes against a server that answers 503. */
const LOGIN_RETRIES = 2;

let configured = false;

/**
 * The driver's settings that hold for the whole process.
 *
 * It would log host and user at level INFO, to the console and a file; would send everything through HTTP_PROXY; and
 * would ask revocation servers that a subnet without a way out cannot reach, only to go on without their answer.
 */
function configureOnce(): void {
  if (configured) return;
  snowflake.configure({ logLevel: 'OFF', additionalLogToConsole: false, useEnvProxy: false, disableOCSPChecks: true });
  configured = true;
}

/** A connection that is not open yet. Values come as text: numbers would lose digits, and NULL must not become 'NULL'. */
export function newConnection(destination: Destination, login: Login): Connection {
  configureOnce();
  const options: ConnectionOptions = {
    account: destination.account,
    accessUrl: destination.accessUrl,
    role: destination.role,
    warehouse: destination.warehouse,
    database: destination.database,
    schema: destination.schema,
    application: 'Holdfast',
    sfRetryMaxLoginRetries: LOGIN_RETRIES,
    fetchAsString: ['Number', 'Date', 'JSON', 'Buffer', 'Boolean'],
    representNullAsStringNull: false,
    ...credentialsOf(login),
  };
  return snowflake.createConnection(options);
}

function credentialsOf(login: Login): Partial<ConnectionOptions> {
  if (login.kind === 'workload-identity') return { authenticator: 'WORKLOAD_IDENTITY', workloadIdentityProvider: 'AWS' };
  return { authenticator: 'SNOWFLAKE_JWT', username: login.user, privateKey: login.privateKey, privateKeyPass: login.passphrase };
}
