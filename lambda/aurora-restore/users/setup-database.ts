import type { Session } from '../proof/read-manifest';
import { mask, type Masking } from './mask';
import { closeToPublic, grantConnect, grantSchema, type AccessLevel, type SchemaContent } from './role-statements';

const OF_NO_EXTENSION = `NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')`;
const objectsOf = (kinds: string) =>
  `array(SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c WHERE c.relnamespace = n.oid AND c.relkind IN (${kinds}) AND ${OF_NO_EXTENSION} ORDER BY 1)`;

/** Schemas of users and what is in them. What an extension has made stays as the extension made it. */
const SCHEMAS = `
  SELECT n.nspname AS schema, ${objectsOf(`'r', 'p', 'v', 'm', 'f'`)} AS tables, ${objectsOf(`'S'`)} AS sequences,
         array(SELECT r.rolname::text FROM pg_roles r
                WHERE pg_has_role(current_user, r.oid, 'USAGE') AND (r.oid = n.nspowner OR EXISTS (SELECT 1 FROM pg_class c WHERE c.relnamespace = n.oid AND c.relowner = r.oid))
                ORDER BY 1) AS owners
    FROM pg_namespace n
   WHERE n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
     AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_namespace'::regclass AND d.objid = n.oid AND d.deptype = 'e')
   ORDER BY 1`;

export interface DatabaseSetup {
  readonly database: string;
  readonly application: string;
  readonly readOnly: string;
  readonly masking: readonly Masking[];
}

/** Gives the two users their rights in one database and masks it. Answers with what was proven. */
export async function setupDatabase(session: Session, { database, application, readOnly, masking }: DatabaseSetup): Promise<readonly string[]> {
  const users: readonly (readonly [string, AccessLevel])[] = [
    [application, 'read-write'],
    [readOnly, 'read-only'],
  ];
  const schemas = (await session.query(SCHEMAS)).rows as unknown as readonly SchemaContent[];
  const statements = [
    ...users.flatMap(([role]) => grantConnect(database, role)),
    ...schemas.flatMap((content) => [...closeToPublic(content), ...users.flatMap(([role, access]) => grantSchema(content, role, access))]),
  ];
  for (const statement of statements) await session.query(statement);
  const proven: string[] = [];
  for (const masked of masking.filter((item) => item.database === database)) {
    await mask(session, masked);
    proven.push(`masking ${masked.name} proven`);
  }
  return proven;
}
