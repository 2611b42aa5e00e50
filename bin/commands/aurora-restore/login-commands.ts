import { Option, type Command } from 'commander';
import { InvalidInput } from '../../../lambda/common/errors';
import { openPsql, runStatement, type DatabaseLogin } from '../../command-line/database-login';
import type { Operator } from '../../command-line/operator';
import { table } from '../../command-line/table';
import { openPipeline } from './pipeline';

/** What the secret of the application holds after a restore, by whom one may log in as. */
const CREDENTIALS = {
  application: { user: 'app_username', password: 'app_password' },
  'read-only': { user: 'readonly_user', password: 'readonly_pwd' },
} as const;

interface LoginOptions {
  readonly as: keyof typeof CREDENTIALS;
  readonly database?: string;
}

/** `restore query` and `psql`: into the restored database, as the users that the restore has made. */
export function addLoginCommands(restore: Command, operator: Operator): void {
  withLoginOptions(restore.command('query <pipeline> <statement>'))
    .description('runs one SQL statement in the restored database')
    .action(async (name: string, statement: string, options: LoginOptions) => {
      const rows = await runStatement(await findLogin(name, options, operator), statement);
      const headings = Object.keys(rows[0] ?? {});
      operator.answer(rows, [...table(headings, rows.map((row) => headings.map((heading) => textOf(row[heading])))), `(${rows.length} rows)`]);
    });
  withLoginOptions(restore.command('psql <pipeline>'))
    .description('opens psql in the restored database')
    .action(async (name: string, options: LoginOptions) => {
      process.exitCode = await openPsql(await findLogin(name, options, operator));
    });
}

function withLoginOptions(command: Command): Command {
  return command
    .addOption(new Option('--as <user>', 'which of the two users').choices(Object.keys(CREDENTIALS)).default('read-only'))
    .option('--database <name>', 'the first of the configured databases unless named');
}

async function findLogin(name: string, options: LoginOptions, operator: Operator): Promise<DatabaseLogin> {
  const { config, clusters, appSecret } = await openPipeline(operator, name);
  const { databases } = config.source;
  const database = options.database ?? databases[0] ?? '';
  if (!databases.includes(database)) throw new InvalidInput('login', [`database: ${JSON.stringify(database)} is not allowed, expected one of ${databases.join(', ')}`]);
  const cluster = await clusters.find(config.target.clusterIdentifier);
  const secret = await appSecret.read();
  const fields = CREDENTIALS[options.as];
  const [user, password] = [secret[fields.user], secret[fields.password]];
  if (!cluster?.endpoint || typeof user !== 'string' || typeof password !== 'string') {
    throw new InvalidInput('login', [`pipeline: ${JSON.stringify(name)} is not allowed, cluster ${config.target.clusterIdentifier} is not there at present: no restore has made it yet, or one is just replacing it`]);
  }
  return { host: cluster.endpoint, port: cluster.port, database, user, password };
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
