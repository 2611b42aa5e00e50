import { Client, type ClientConfig } from 'pg';
import { CertificateAuthority } from '../../../../../../local/cloud/engines/pki/certificate-authority';
import { PostgresEngine, type CreateServerProps } from '../../../../../../local/cloud/engines/postgres/postgres-engine';
import type { PostgresServer } from '../../../../../../local/cloud/engines/postgres/postgres-server';
import { CloudClock } from '../../../../../../local/cloud/gateway/clock';

export const MASTER_PASSWORD = 'correct horse battery';

/** An engine with a certificate authority of its own; the caller closes it. */
export async function openEngine(): Promise<{ readonly engine: PostgresEngine; readonly authority: CertificateAuthority }> {
  const authority = await CertificateAuthority.create();
  return { engine: await PostgresEngine.open({ clock: new CloudClock({ busy: 1, idle: 1 }), authority }), authority };
}

/** Properties of a server with a database `orders`. */
export function ordersServer(props: Partial<CreateServerProps> = {}): CreateServerProps {
  return { name: 'orders', hostnames: ['orders.test'], masterUser: 'master', masterPassword: MASTER_PASSWORD, databaseName: 'orders', ...props };
}

/** A session of the master user in the database `orders`; the caller ends it. */
export async function connectAsMaster(server: PostgresServer, config: ClientConfig = {}): Promise<Client> {
  const client = new Client({ host: '127.0.0.1', port: server.port, user: 'master', password: MASTER_PASSWORD, database: 'orders', ...config });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** Runs work as the master user in the database `orders`. */
export async function asMaster<Result>(server: PostgresServer, work: (client: Client) => Promise<Result>, config: ClientConfig = {}): Promise<Result> {
  const client = await connectAsMaster(server, config);
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Returns the only value of a query's first row. */
export async function valueOf(client: Client, sql: string): Promise<unknown> {
  const { rows } = await client.query<unknown[]>({ text: sql, rowMode: 'array' });
  return rows[0]?.[0];
}

/** Waits until the condition holds; fails after ten seconds. */
export async function eventually(condition: () => Promise<boolean> | boolean): Promise<void> {
  const deadlineMs = performance.now() + 10_000;
  while (!(await condition())) {
    if (performance.now() > deadlineMs) throw new Error('the condition did not come true within 10 s');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
