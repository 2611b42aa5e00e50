import type { PostgresServer } from '../../../engines/postgres/postgres-server';
import { catalogViews } from './catalog-views';
import { dialectFunctions } from './dialect-functions';

/** From which PostgreSQL makes new databases. */
const TEMPLATE = 'template1';

/** "By default, all users have CREATE and USAGE privileges on the PUBLIC schema of a database": https://docs.aws.amazon.com/redshift/latest/dg/r_GRANT.html */
const OPEN_SCHEMA = 'grant create on schema public to public';

/** Gives a new warehouse the functions and views that Redshift has beyond PostgreSQL, in its databases and those to come. */
export async function installDialect(server: PostgresServer, databaseName: string): Promise<void> {
  const script = ['begin', 'set local allow_system_table_mods = on', ...dialectFunctions(), ...catalogViews(), OPEN_SCHEMA, 'commit'].join(';\n');
  for (const database of [TEMPLATE, databaseName]) await server.asAdmin((admin) => admin.query(script), database);
}
