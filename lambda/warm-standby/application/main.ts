import { env } from 'node:process';
import { Pool } from 'pg';
import { Env } from '../../common/env';
import { connectionConfig } from '../../common/postgres/connect';
import { APPLICATION_ENV } from '../contract';
import { Ledger } from './ledger';
import { applicationServer } from './server';

const BEAT_MS = 1_000;
const STATEMENT_TIMEOUT_MS = 3_000;
const POSTGRES_PORT = 5432;

/** The small application that shows the warm standby at work: numbered transactions and a heartbeat each second. */
function main(settings: Env): void {
  const login = {
    host: settings.required(APPLICATION_ENV.DB_HOST),
    port: POSTGRES_PORT,
    database: settings.required(APPLICATION_ENV.DB_NAME),
    user: settings.required(APPLICATION_ENV.DB_USER),
    password: settings.required(APPLICATION_ENV.DB_PASSWORD),
  };
  const config = { ...connectionConfig(login, { applicationName: 'application', statementTimeoutMs: STATEMENT_TIMEOUT_MS }), query_timeout: STATEMENT_TIMEOUT_MS };
  const [pool, heart] = [new Pool({ ...config, max: 10 }), new Pool({ ...config, max: 1 })];
  // A connection that breaks while nobody uses it is replaced by its pool.
  for (const each of [pool, heart]) each.on('error', () => undefined);
  const ledger = new Ledger(pool, heart, settings.required(APPLICATION_ENV.REGION), () => new Date());
  const server = applicationServer(ledger).listen(settings.number(APPLICATION_ENV.PORT));
  let beating = false;
  let known = '';
  const tell = (): void => {
    const status = JSON.stringify(ledger.status());
    if (status !== known) process.stdout.write(`${status}\n`);
    known = status;
  };
  const beats = setInterval(() => {
    // A beat that hangs is not joined by others.
    if (beating) return;
    beating = true;
    void ledger
      .beat()
      .finally(() => (beating = false))
      .then(tell);
  }, BEAT_MS);
  process.once('SIGTERM', () => {
    clearInterval(beats);
    // Every client has its answer then; a beat may wait for a database that is gone.
    server.close(() => process.exit());
  });
}

main(new Env(env));
