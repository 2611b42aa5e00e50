import { UserSetupFailed } from '../contract';
import type { Session } from '../proof/read-manifest';
import type { AccessLevel } from './role-statements';

/** Tables on which the current user's rights are other than the access level says. */
const WRONG_RIGHTS = `
  SELECT c.oid::regclass::text AS name
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relkind IN ('r', 'p') AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
     AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
     AND NOT (has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')
              AND has_table_privilege(c.oid, 'INSERT') = $1 AND has_table_privilege(c.oid, 'UPDATE') = $1 AND has_table_privilege(c.oid, 'DELETE') = $1
              AND NOT has_table_privilege(c.oid, 'TRUNCATE') AND NOT has_table_privilege(c.oid, 'TRIGGER') AND NOT has_table_privilege(c.oid, 'REFERENCES'))
   ORDER BY 1`;

const WIDE_RIGHTS = `
  SELECT concat_ws(', ', CASE WHEN r.rolsuper THEN 'superuser' END, CASE WHEN r.rolcreaterole THEN 'createrole' END, CASE WHEN r.rolcreatedb THEN 'createdb' END,
           CASE WHEN r.rolbypassrls THEN 'bypassrls' END, CASE WHEN r.rolreplication THEN 'replication' END,
           (SELECT 'member of ' || string_agg(DISTINCT g.rolname, ', ') FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid WHERE m.member = r.oid),
           CASE WHEN has_database_privilege(current_database(), 'CREATE') THEN 'may create schemas' END,
           (SELECT 'may create objects in ' || string_agg(n.nspname, ', ' ORDER BY n.nspname) FROM pg_namespace n WHERE n.nspname !~ '^pg_' AND has_schema_privilege(n.oid, 'CREATE')),
           (SELECT 'owner of ' || string_agg(c.oid::regclass::text, ', ') FROM pg_class c WHERE c.relowner = r.oid AND c.relkind IN ('r', 'p', 'v', 'm', 'S'))) AS wide
    FROM pg_roles r WHERE r.rolname = current_user`;

/** Proves, logged in as the user, that it can do what it is for and nothing else. */
export async function checkUser(session: Session, user: string, access: AccessLevel): Promise<void> {
  const wide = (await session.query(WIDE_RIGHTS)).rows[0]?.['wide'] as string | undefined;
  if (wide) throw new UserSetupFailed(`user ${user} may do more than it should: ${wide}`, { user, wide });
  const wrong = (await session.query(WRONG_RIGHTS, [access === 'read-write'])).rows.map((row) => row['name'] as string);
  if (wrong.length > 0) throw new UserSetupFailed(`user ${user} should have ${access} access to every table, but has not to ${wrong.join(', ')}`, { user, wrong });
}
