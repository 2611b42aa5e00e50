import { identifier } from '../../common/postgres/quote';
import type { Session } from '../proof/read-manifest';

/** Roles that own something here and whose rights the administrator does not have. */
const FOREIGN_OWNERS = `
  SELECT r.rolname AS owner FROM pg_roles r
   WHERE r.rolname !~ '^(pg_|rds)' AND NOT pg_has_role(current_user, r.oid, 'USAGE')
     AND (EXISTS (SELECT 1 FROM pg_class c WHERE c.relowner = r.oid) OR EXISTS (SELECT 1 FROM pg_namespace n WHERE n.nspowner = r.oid))
   ORDER BY 1`;

/**
 * Lets the administrator act for every owner while the work runs, and takes that back afterwards.
 *
 * The administrator of RDS is no superuser: it may neither read nor grant what others own.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Appendix.PostgreSQL.CommonDBATasks.Roles.rds_superuser.html
 */
export async function withOwnersRights<T>(session: Session, work: () => Promise<T>): Promise<T> {
  const owners = (await session.query(FOREIGN_OWNERS)).rows.map((row) => row['owner'] as string);
  for (const owner of owners) await session.query(`GRANT ${identifier(owner)} TO CURRENT_USER WITH INHERIT TRUE, SET TRUE`);
  try {
    return await work();
  } finally {
    for (const owner of owners) await session.query(`REVOKE INHERIT OPTION FOR ${identifier(owner)} FROM CURRENT_USER`);
  }
}
