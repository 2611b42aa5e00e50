import * as z from 'zod/mini';
import { AuditLog } from '../common/audit-log';
import { Clusters } from '../common/aws/clusters';
import { DynamoTable } from '../common/aws/dynamo-table';
import { Secret } from '../common/aws/secret';
import { defineHandler } from '../common/define-handler';
import { parseInput } from '../common/parse-input';
import type { ConnectionDetails } from '../common/postgres/connect';
import { scramVerifier } from '../common/postgres/scram';
import { readAdminCredentials } from './admin-credentials';
import { ENV, type ClusterStepInput } from './contract';
import { openSession, withSession } from './database-session';
import type { Session } from './proof/read-manifest';
import { findRestoredCluster } from './restored-cluster';
import { withOwnersRights } from './users/borrow-ownership';
import { checkUser } from './users/check-user';
import type { Masking } from './users/mask';
import { ensureLoginRole, lockRole, rotateRole } from './users/role-statements';
import { setupDatabase } from './users/setup-database';

export interface SetupDbUsersInput extends ClusterStepInput {
  readonly databases: readonly string[];
  readonly users: { readonly application: string; readonly readOnly: string; readonly keep: readonly string[] };
  readonly masking: readonly Masking[];
}

export interface SetupDbUsersOutput {
  readonly lockedRoles: readonly string[];
  readonly rotatedRoles: readonly string[];
  readonly done: readonly string[];
}

export interface SetupDbUsersPorts {
  readonly clusters: Pick<Clusters, 'find'>;
  readonly adminSecret: Pick<Secret, 'read'>;
  readonly appSecret: Pick<Secret, 'read' | 'write' | 'newPassword'>;
  readonly open: (details: ConnectionDetails) => Promise<Session>;
  readonly audit: Pick<AuditLog, 'append'>;
}

const LOGIN_ROLES = `SELECT rolname AS name, rolcanlogin AS "canLogin" FROM pg_roles WHERE rolname !~ '^(pg_|rds)' AND rolname <> current_user ORDER BY 1`;

/** What the secret of the application holds after a run. */
const appSecretSchema = z.object({ app_username: z.string(), app_password: z.string(), readonly_user: z.string(), readonly_pwd: z.string(), rotated: z.record(z.string(), z.string()) });
type AppSecret = z.output<typeof appSecretSchema>;

/**
 * Makes the restored database fit to be opened: no login of production works any more, the application's and the
 * read-only user exist with new passwords, nothing in it acts on other systems, and what must be masked is.
 *
 * A second run uses the passwords that the first one wrote, and repeats statements that say what shall be.
 */
export async function setupDbUsers({ run, clusterIdentifier, databases, users, masking }: SetupDbUsersInput, ports: SetupDbUsersPorts): Promise<SetupDbUsersOutput> {
  const cluster = await findRestoredCluster(ports.clusters, clusterIdentifier, run.operationId);
  const admin = await readAdminCredentials(ports.adminSecret, cluster);
  const [firstDatabase = 'postgres'] = databases;
  const passwords = await newPasswords(ports.appSecret, users, cluster.resourceId);
  const roles = await withSession(() => ports.open({ ...admin, database: firstDatabase }), (session) => setupRoles(session, users, passwords));
  const done: string[] = [];
  for (const database of databases) {
    const setup = { database, application: users.application, readOnly: users.readOnly, masking };
    done.push(...(await withSession(() => ports.open({ ...admin, database }), (session) => withOwnersRights(session, () => setupDatabase(session, setup)))));
    await checkUsers(ports, { ...admin, database }, passwords);
  }
  await ports.audit.append(run.operationId, { type: 'UsersSetUp', status: 'succeeded', details: { ...roles, done } });
  return { ...roles, done };
}

async function newPasswords(secret: SetupDbUsersPorts['appSecret'], users: SetupDbUsersInput['users'], clusterResourceId: string): Promise<AppSecret> {
  const current = await secret.read();
  if (current['clusterResourceId'] === clusterResourceId) return parseInput(appSecretSchema, current, 'secret of the application', ['app_password', 'readonly_pwd']);
  const rotated: Record<string, string> = {};
  for (const role of users.keep) rotated[role] = await secret.newPassword();
  const passwords = {
    app_username: users.application,
    app_password: await secret.newPassword(),
    readonly_user: users.readOnly,
    readonly_pwd: await secret.newPassword(),
    rotated,
  };
  await secret.write({ ...passwords, clusterResourceId });
  return passwords;
}

async function setupRoles(session: Session, users: SetupDbUsersInput['users'], passwords: AppSecret): Promise<Pick<SetupDbUsersOutput, 'lockedRoles' | 'rotatedRoles'>> {
  const present = (await session.query(LOGIN_ROLES)).rows as { name: string; canLogin: boolean }[];
  const names = new Set(present.map(({ name }) => name));
  const ours = [
    { name: users.application, verifier: scramVerifier(passwords.app_password) },
    { name: users.readOnly, verifier: scramVerifier(passwords.readonly_pwd) },
  ];
  const lockedRoles = present.filter(({ name, canLogin }) => canLogin && !users.keep.includes(name) && !ours.some((role) => role.name === name)).map(({ name }) => name);
  const rotatedRoles = users.keep.filter((name) => names.has(name));
  for (const name of lockedRoles) await session.query(lockRole(name));
  for (const name of rotatedRoles) await session.query(rotateRole({ name, verifier: scramVerifier(passwords.rotated[name] ?? '') }));
  for (const role of ours) await session.query(ensureLoginRole(role, names.has(role.name)));
  return { lockedRoles, rotatedRoles };
}

async function checkUsers(ports: SetupDbUsersPorts, place: ConnectionDetails, passwords: AppSecret): Promise<void> {
  const application = { ...place, user: passwords.app_username, password: passwords.app_password };
  const readOnly = { ...place, user: passwords.readonly_user, password: passwords.readonly_pwd };
  await withSession(() => ports.open(application), (session) => checkUser(session, application.user, 'read-write'));
  await withSession(() => ports.open(readOnly), (session) => checkUser(session, readOnly.user, 'read-only'));
}

export const handler = defineHandler('aurora-restore/setup-db-users', setupDbUsers, (env) => {
  const target = { region: env.region };
  return {
    clusters: Clusters.in(target),
    adminSecret: Secret.in(target, env.required(ENV.ADMIN_SECRET_ARN)),
    appSecret: Secret.in(target, env.required(ENV.APP_SECRET_ARN)),
    open: (details) => openSession(details, 'aurora-restore/setup-db-users'),
    audit: new AuditLog({ table: DynamoTable.in(target, env.required(ENV.AUDIT_TABLE)), now: () => new Date() }),
  };
});
