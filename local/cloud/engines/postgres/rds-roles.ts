import { escapeIdentifier, escapeLiteral } from 'pg';
import { ADMIN_USER, REPLICATION_USER } from './server-configuration';

/** Becomes a new server's first database: renaming it takes a millisecond, making one there 60 and more. */
const SPARE_DATABASE = 'rdsspare';

/** `\drg` on RDS for PostgreSQL 16 and later, all with admin option. */
const RDS_SUPERUSER_IS_MEMBER_OF = [
  'pg_checkpoint',
  'pg_create_subscription',
  'pg_monitor',
  'pg_signal_backend',
  'pg_use_reserved_connections',
  'rds_password',
  'rds_replication',
] as const;

/**
 * Lists the statements, one a line, that give a new cluster the roles and the closed database of RDS.
 *
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Appendix.PostgreSQL.CommonDBATasks.Roles.View.html
 * Not as on RDS, because AWS patches the server for it: members of `rds_replication` cannot replicate, `rds_password` does not
 * restrict who changes passwords, `rds_iam` does not switch a login to IAM tokens, and `rds_superuser` creates trusted
 * extensions only.
 */
export function systemRoleStatements(verifiers: { readonly admin: string; readonly replication: string }): readonly string[] {
  return [
    `ALTER ROLE ${ADMIN_USER} PASSWORD ${escapeLiteral(verifiers.admin)} VALID UNTIL 'infinity'`,
    `CREATE ROLE ${REPLICATION_USER} LOGIN REPLICATION PASSWORD ${escapeLiteral(verifiers.replication)}`,
    ...['rds_superuser', 'rds_iam', 'rds_replication', 'rds_password', 'rds_ad'].map((role) => `CREATE ROLE ${role} NOLOGIN`),
    ...RDS_SUPERUSER_IS_MEMBER_OF.map((role) => `GRANT ${role} TO rds_superuser WITH ADMIN OPTION`),
    `CREATE DATABASE ${SPARE_DATABASE}`,
    `CREATE DATABASE ${ADMIN_USER}`,
    `REVOKE CONNECT ON DATABASE ${ADMIN_USER} FROM PUBLIC`,
  ];
}

/**
 * Lists the statements that make the master user: no superuser, but a member of `rds_superuser` who creates roles and databases.
 *
 * The admin options stand in for the RDS patch that lets members of `rds_superuser` hand on `rds_superuser` and `rds_iam`.
 */
export function masterUserStatements(user: string, verifier: string | undefined): string[] {
  const name = escapeIdentifier(user);
  const password = verifier === undefined ? '' : ` PASSWORD ${escapeLiteral(verifier)}`;
  return [
    `CREATE ROLE ${name} LOGIN CREATEDB CREATEROLE${password} VALID UNTIL 'infinity'`,
    `GRANT rds_superuser TO ${name} WITH ADMIN OPTION`,
    `GRANT rds_iam TO ${name} WITH ADMIN TRUE, INHERIT FALSE, SET FALSE`,
    `ALTER DATABASE postgres OWNER TO ${name}`,
  ];
}

/** Lists the statements that give a new server its first database, owned by the master user. `postgres` is always there. */
export function initialDatabaseStatements(name: string | undefined, masterUser: string): readonly string[] {
  if (name === undefined || name === 'postgres') return [`DROP DATABASE ${SPARE_DATABASE}`];
  const renamed = escapeIdentifier(name);
  return [`ALTER DATABASE ${SPARE_DATABASE} RENAME TO ${renamed}`, `ALTER DATABASE ${renamed} OWNER TO ${escapeIdentifier(masterUser)}`];
}

/** Returns the name if RDS would take it for a master user; fails with what is allowed. */
export function checkMasterUser(user: string): string {
  if (/^[a-z][a-z0-9_]{0,62}$/i.test(user) && !/^(pg_|rds)/i.test(user)) return user;
  throw new Error(`masterUser ${JSON.stringify(user)} must be 1 to 63 letters, digits and underscores, begin with a letter, and not begin with pg_ or rds`);
}
