import type { Session } from '../proof/read-manifest';
import { disarm } from './disarm';
import { mask, type Masking } from './mask';
import { grantConnect, grantSchema } from './role-statements';

const SCHEMAS = `
  SELECT n.nspname AS schema, r.rolname AS owner FROM pg_namespace n JOIN pg_roles r ON r.oid = n.nspowner
   WHERE n.nspname NOT IN ('information_schema') AND n.nspname !~ '^pg_' AND n.nspname NOT IN (SELECT x.nspname FROM pg_extension e JOIN pg_namespace x ON x.oid = e.extnamespace WHERE x.nspname <> 'public')
   ORDER BY 1`;

export interface DatabaseSetup {
  readonly database: string;
  readonly application: string;
  readonly readOnly: string;
  readonly masking: readonly Masking[];
}

/** Gives the two users their rights in one database, keeps it from acting on other systems, and masks it. */
export async function setupDatabase(session: Session, { database, application, readOnly, masking }: DatabaseSetup): Promise<readonly string[]> {
  const done = [...(await disarm(session))];
  await session.query('REVOKE CREATE ON SCHEMA public FROM PUBLIC');
  for (const role of [application, readOnly]) await session.query(grantConnect(database, role));
  for (const row of (await session.query(SCHEMAS)).rows) {
    const { schema, owner } = row as { schema: string; owner: string };
    const statements = [...grantSchema(schema, owner, application, 'read-write'), ...grantSchema(schema, owner, readOnly, 'read-only')];
    for (const statement of statements) await session.query(statement);
  }
  for (const masked of masking.filter((item) => item.database === database)) {
    await mask(session, masked);
    done.push(`masking ${masked.name} proven`);
  }
  return done;
}
