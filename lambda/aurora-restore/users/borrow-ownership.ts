import { identifier } from '../../common/postgres/quote';
import { UserSetupFailed } from '../contract';
import type { Session } from '../proof/read-manifest';

/** `WITH INHERIT` and several grantors of one membership came with PostgreSQL 16; before, every membership inherits and who creates roles may grant any. */
const MEMBERSHIP_OPTIONS_SINCE = 160_000;

/** Roles that own something in this database and whose rights the administrator does not have. */
const FOREIGN_OWNERS = `
  SELECT r.oid, r.rolname AS name FROM pg_roles r
   WHERE r.rolname !~ '^(pg_|rds)' AND NOT pg_has_role(current_user, r.oid, 'USAGE')
     AND (EXISTS (SELECT 1 FROM pg_class c WHERE c.relowner = r.oid) OR EXISTS (SELECT 1 FROM pg_namespace n WHERE n.nspowner = r.oid)
          OR EXISTS (SELECT 1 FROM pg_database d WHERE d.datname = current_database() AND d.datdba = r.oid)
          OR EXISTS (SELECT 1 FROM pg_foreign_server f WHERE f.srvowner = r.oid)
          OR EXISTS (SELECT 1 FROM pg_subscription s WHERE s.subowner = r.oid AND s.subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())))`;

/** Of those, and of the roles that may grant them, the ones that the administrator may grant now. */
const GRANTABLE_NOW = `
  WITH RECURSIVE owners AS (${FOREIGN_OWNERS}),
       wanted AS (SELECT oid FROM owners UNION SELECT m.member FROM wanted w JOIN pg_auth_members m ON m.roleid = w.oid AND m.admin_option)
  SELECT r.rolname AS name FROM pg_roles r JOIN wanted w ON w.oid = r.oid
   WHERE r.rolname !~ '^(pg_|rds)' AND NOT pg_has_role(current_user, r.oid, 'USAGE')
     AND ($1 < ${MEMBERSHIP_OPTIONS_SINCE} OR EXISTS (SELECT 1 FROM pg_auth_members m WHERE m.roleid = r.oid AND m.admin_option AND pg_has_role(current_user, m.member, 'USAGE')))
   ORDER BY 1`;

/** What the administrator is a member of, and by whose grant, the newest first. */
const MEMBERSHIPS = `
  SELECT r.rolname AS role, g.rolname AS grantor, to_jsonb(m) ->> 'inherit_option' AS inherits, to_jsonb(m) ->> 'set_option' AS sets
    FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.roleid JOIN pg_roles g ON g.oid = m.grantor
   WHERE m.member = (SELECT oid FROM pg_roles WHERE rolname = current_user)
   ORDER BY (to_jsonb(m) ->> 'oid')::bigint DESC`;

interface Membership {
  readonly role: string;
  readonly grantor: string;
  readonly inherits: string | null;
  readonly sets: string | null;
}

/**
 * Does the work in a transaction in which the administrator acts for every owner, and takes that back at its end.
 *
 * The administrator of RDS is no superuser: it may neither read nor grant what others own. Nobody else sees the rights
 * that it lends itself, and whatever ends the work early undoes them and the work.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Appendix.PostgreSQL.CommonDBATasks.Roles.rds_superuser.html
 */
export async function withOwnersRights<T>(session: Session, work: () => Promise<T>): Promise<T> {
  return inTransaction(session, 'COMMIT', async () => {
    const before = await membershipsOf(session);
    const version = await borrow(session);
    const result = await work();
    await giveBack(session, before, version);
    return result;
  });
}

/** Does work that only reads, with the rights of every owner: the transaction leaves nothing behind. */
export async function readWithOwnersRights<T>(session: Session, work: () => Promise<T>): Promise<T> {
  return inTransaction(session, 'ROLLBACK', async () => {
    await borrow(session);
    return work();
  });
}

async function inTransaction<T>(session: Session, end: 'COMMIT' | 'ROLLBACK', work: () => Promise<T>): Promise<T> {
  await session.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
  try {
    const result = await work();
    await session.query(end);
    return result;
  } catch (error) {
    await session.query('ROLLBACK');
    throw error;
  }
}

/** Round by round: the rights of a role that has created others are needed to grant those. Answers with the server's version. */
async function borrow(session: Session): Promise<number> {
  const version = Number((await session.query(`SELECT current_setting('server_version_num') AS version`)).rows[0]?.['version']);
  const options = version < MEMBERSHIP_OPTIONS_SINCE ? '' : ' WITH INHERIT TRUE, SET TRUE';
  for (;;) {
    const roles = await namesIn(session, GRANTABLE_NOW, [version]);
    if (roles.length === 0) break;
    for (const role of roles) await session.query(`GRANT ${identifier(role)} TO CURRENT_USER${options}`);
  }
  const owners = await namesIn(session, `${FOREIGN_OWNERS} ORDER BY 2`);
  if (owners.length === 0) return version;
  throw new UserSetupFailed(`the administrator may not act for ${owners.join(', ')}: it needs the admin option of these roles, which only the source can give it`, { owners });
}

async function giveBack(session: Session, before: readonly Membership[], version: number): Promise<void> {
  const known = new Map(before.map((membership) => [`${membership.role} by ${membership.grantor}`, membership]));
  for (const { role, grantor, inherits, sets } of await membershipsOf(session)) {
    const earlier = known.get(`${role} by ${grantor}`);
    const by = version < MEMBERSHIP_OPTIONS_SINCE ? '' : ` GRANTED BY ${identifier(grantor)}`;
    if (!earlier) await session.query(`REVOKE ${identifier(role)} FROM CURRENT_USER${by}`);
    else if (earlier.inherits !== inherits || earlier.sets !== sets) {
      await session.query(`GRANT ${identifier(role)} TO CURRENT_USER WITH INHERIT ${earlier.inherits ?? 'true'}, SET ${earlier.sets ?? 'true'}${by}`);
    }
  }
}

async function membershipsOf(session: Session): Promise<readonly Membership[]> {
  return (await session.query(MEMBERSHIPS)).rows as unknown as readonly Membership[];
}

async function namesIn(session: Session, query: string, values: unknown[] = []): Promise<readonly string[]> {
  return (await session.query(query, values)).rows.map((row) => row['name'] as string);
}
