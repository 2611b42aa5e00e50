import { scramVerifier } from '../../common/postgres/scram';
import { UserSetupFailed } from '../contract';
import type { Session } from '../proof/read-manifest';
import type { AppSecret, UserNames } from './app-secret';
import { ensureLoginRole, leaveGroup, lockRole, rotateRole } from './role-statements';

/** Roles that may have come with the snapshot. RDS's own cannot be changed by anybody; others that begin like them can. */
const ROLES = `
  SELECT rolname AS name, rolcanlogin AS "canLogin" FROM pg_roles r
   WHERE rolname !~ '^pg_' AND rolname <> current_user AND (rolname !~ '^rds' OR pg_has_role(current_user, r.oid, 'MEMBER WITH ADMIN OPTION'))
   ORDER BY 1`;

/** Memberships of the roles that the administrator may end; since PostgreSQL 16 each grantor's is one of its own. */
const MEMBERSHIPS = `
  SELECT g.rolname AS "group", r.rolname AS role, CASE WHEN current_setting('server_version_num')::int >= 160000 THEN b.rolname END AS grantor
    FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member JOIN pg_roles g ON g.oid = m.roleid JOIN pg_roles b ON b.oid = m.grantor
   WHERE r.rolname = ANY ($1) AND pg_has_role(current_user, m.grantor, 'USAGE') ORDER BY 1, 2`;

export interface RolesSetUp {
  readonly lockedRoles: readonly string[];
  readonly rotatedRoles: readonly string[];
}

/** Locks every login that came with the snapshot, gives those that are kept another password, and makes the two users. */
export async function setupRoles(session: Session, { application, readOnly, keep }: UserNames, passwords: AppSecret): Promise<RolesSetUp> {
  const present = (await session.query(ROLES)).rows as { name: string; canLogin: boolean }[];
  const names = new Set(present.map(({ name }) => name));
  const ours = [
    { name: application, verifier: scramVerifier(passwords.app_password) },
    { name: readOnly, verifier: scramVerifier(passwords.readonly_pwd) },
  ];
  const lockedRoles = present.filter(({ name, canLogin }) => canLogin && !keep.includes(name) && name !== application && name !== readOnly).map(({ name }) => name);
  const rotatedRoles = keep.filter((name) => names.has(name));
  for (const name of lockedRoles) await change(session, name, [lockRole(name)]);
  for (const name of rotatedRoles) await change(session, name, [rotateRole({ name, verifier: scramVerifier(passwords.rotated[name] ?? '') })]);
  for (const role of ours) await change(session, role.name, ensureLoginRole(role, names.has(role.name)));
  const memberships = (await session.query(MEMBERSHIPS, [[application, readOnly]])).rows as { group: string; role: string; grantor: string | null }[];
  for (const { group, role, grantor } of memberships) await change(session, role, [leaveGroup(group, role, grantor ?? undefined)]);
  return { lockedRoles, rotatedRoles };
}

const INSUFFICIENT_PRIVILEGE = '42501';

async function change(session: Session, role: string, statements: readonly string[]): Promise<void> {
  try {
    for (const statement of statements) await session.query(statement);
  } catch (error) {
    if ((error as { code?: string }).code !== INSUFFICIENT_PRIVILEGE) throw error;
    throw new UserSetupFailed(`the administrator may not change role ${role}: it needs its admin option, which only the source can give it`, { role }, { cause: error });
  }
}
