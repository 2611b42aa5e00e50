import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Client } from 'pg';
import type { ClientMachine, DatabaseLogin } from '../../rehearsal/client-machine';
import type { Stage } from '../../rehearsal/stage';
import { machineBeside } from './machine-beside';
import type { PipelineOnStage } from './pipeline-on-stage';
import { PRODUCTION_LOGINS, productionPassword } from './source-data';
import { MASTER, type AuroraRestoreWorld } from './world';

interface AppSecret {
  readonly app_username: string;
  readonly app_password: string;
  readonly readonly_user: string;
  readonly readonly_pwd: string;
}

/** Logs in to a restored database as everybody who may and everybody who may not, and shows what each can do. */
export async function showUsers(stage: Stage<AuroraRestoreWorld>, pipeline: PipelineOnStage): Promise<void> {
  const { config, rows } = pipeline.source;
  const cluster = await pipeline.cluster(config.target.clusterIdentifier);
  const machine = await machineBeside(stage, pipeline, cluster?.DBSubnetGroup ?? '');
  const { SecretString = '{}' } = await stage.client(SecretsManagerClient, pipeline.target).send(new GetSecretValueCommand({ SecretId: `aurora-restore/${pipeline.name}/app` }));
  const secret = JSON.parse(SecretString) as AppSecret;
  const [database = ''] = config.source.databases;
  const login = (user: string, password: string): DatabaseLogin => ({ host: cluster?.Endpoint ?? '', port: 5432, database, user, password });

  await machine.query(login(secret.app_username, secret.app_password), async (client) => {
    const { rows: [lines] } = await client.query<{ count: string }>('SELECT count(*) FROM sales.order_lines');
    stage.check(Number(lines?.count) === rows.orderLines, `${secret.app_username} reads ${rows.orderLines} rows of sales.order_lines`);
    await client.query(`UPDATE sales.customers SET name = 'Somebody else' WHERE id = 1`);
    stage.check((await refusal(client, 'DROP TABLE sales.order_lines')) === '42501', `${secret.app_username} writes rows and may not drop a table`);
    for (const { name, countsUnmasked } of config.masking) {
      const { rows: [left] } = await client.query<{ count: string }>(countsUnmasked);
      stage.check(Number(left?.count) === 0, `masking ${name} left nothing unmasked`);
    }
  });
  await machine.query(login(secret.readonly_user, secret.readonly_pwd), async (client) => {
    await client.query('SELECT id, name FROM sales.open_orders LIMIT 1');
    stage.check((await refusal(client, `UPDATE sales.customers SET name = 'Nobody'`)) === '42501', `${secret.readonly_user} reads and may not write`);
  });
  const copied = [...PRODUCTION_LOGINS.map((user) => login(user, productionPassword(user))), login(MASTER.user, MASTER.password)];
  const inside = await loginsThatWork(machine, copied);
  stage.check(inside.length === 0, `no password of production opens it: ${copied.map(({ user }) => user).join(', ')}`, ...inside);
}

/** SQLSTATE with which PostgreSQL refuses a statement: https://www.postgresql.org/docs/current/errcodes-appendix.html */
async function refusal(client: Client, statement: string): Promise<string | undefined> {
  return client.query(statement).then(
    () => undefined,
    (error: unknown) => (error as { code?: string }).code,
  );
}

async function loginsThatWork(machine: ClientMachine, logins: readonly DatabaseLogin[]): Promise<readonly string[]> {
  const working: string[] = [];
  for (const login of logins) {
    const opened = await machine.query(login, () => Promise.resolve(true)).catch((error: unknown) => {
      // 28P01 and 28000: PostgreSQL answered and refused; anything else would prove nothing.
      if (['28P01', '28000'].includes((error as { code?: string }).code ?? '')) return false;
      throw error;
    });
    if (opened) working.push(login.user);
  }
  return working;
}
