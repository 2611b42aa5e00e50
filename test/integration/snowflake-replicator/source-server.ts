import { Client } from 'pg';
import { CertificateAuthority } from '../../../local/cloud/engines/pki/certificate-authority';
import { PostgresEngine } from '../../../local/cloud/engines/postgres/postgres-engine';
import type { PostgresServer } from '../../../local/cloud/engines/postgres/postgres-server';
import { CloudClock } from '../../../local/cloud/gateway/clock';
import type { ConnectionDetails } from '../../../lambda/common/postgres/connect';
import { SourceSession, type SessionProps } from '../../../lambda/snowflake-replicator/postgres/source-session';

const PASSWORD = 'correct horse battery';
export const READER = 'replicator';

/** A real PostgreSQL with the roles of RDS, a database `orders` and the role the replicator reads as. */
export interface SourceServer {
  readonly server: PostgresServer;
  /** A session of the master user; closed with the server. */
  readonly master: Client;
  /** Another session of the master user. */
  connect(): Promise<Client>;
  /** A session as the replicator opens it. */
  openSession(props?: Partial<SessionProps>): Promise<SourceSession>;
  readonly details: ConnectionDetails;
  close(): Promise<void>;
}

export async function startSource(parameters: Readonly<Record<string, string>> = {}): Promise<SourceServer> {
  const authority = await CertificateAuthority.create();
  const engine = await PostgresEngine.open({ clock: new CloudClock({ busy: 1, idle: 1 }), authority });
  const server = await engine.create({ name: 'orders', hostnames: ['orders.test'], masterUser: 'master', masterPassword: PASSWORD, databaseName: 'orders', parameters });
  const clients: Client[] = [];
  const connect = async (details: Partial<ConnectionDetails> = {}): Promise<Client> => {
    const client = new Client({ host: '127.0.0.1', port: server.port, user: 'master', password: PASSWORD, database: 'orders', ...details });
    client.on('error', () => undefined);
    await client.connect();
    clients.push(client);
    return client;
  };
  const master = await connect();
  await master.query(`CREATE ROLE ${READER} LOGIN PASSWORD '${PASSWORD}' IN ROLE pg_monitor; GRANT pg_read_all_data TO ${READER}`).catch(async () => {
    const admin = await server.connectAsAdmin('orders');
    await admin.query(`CREATE ROLE ${READER} LOGIN PASSWORD '${PASSWORD}' IN ROLE pg_monitor, pg_read_all_data`);
    await admin.end();
  });
  const details: ConnectionDetails = { host: '127.0.0.1', port: server.port, database: 'orders', user: READER, password: PASSWORD };
  return {
    server,
    master,
    details,
    connect: () => connect(),
    // The servers' certificates are for names; what connects by name and verifies them is tested in common/postgres.
    openSession: (props) =>
      SourceSession.open({ details, applicationName: 'holdfast-replicator/test', limits: { statementTimeoutMs: 60_000, lockTimeoutMs: 2_000, idleInTransactionMs: 60_000 }, pepper: null, ...props }, (where, options) =>
        connect({ ...where, ...{ application_name: options.applicationName, statement_timeout: options.statementTimeoutMs } }),
      ),
    close: async () => {
      await Promise.all(clients.map((client) => client.end().catch(() => undefined)));
      await engine.close();
    },
  };
}
