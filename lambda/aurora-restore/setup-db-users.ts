import { type AuditEvent, type AuditLog, happened } from '../common/audit-log';
import { Clusters } from '../common/aws/clusters';
import { Secret } from '../common/aws/secret';
import { defineHandler } from '../common/define-handler';
import type { ConnectionDetails } from '../common/postgres/connect';
import { readAdminCredentials } from './admin-credentials';
import { ENV, UserSetupFailed, WrongDatabase, type ClusterStepInput } from './contract';
import { openSession, withSession } from './database-session';
import { journalOf } from './journal';
import type { Session } from './proof/read-manifest';
import { findRestoredCluster } from './restored-cluster';
import { completeAppSecret, type AppSecret, type UserNames } from './users/app-secret';
import { withOwnersRights } from './users/borrow-ownership';
import { checkUser } from './users/check-user';
import { databasesToDisarm, disarm } from './users/disarm';
import type { Masking } from './users/mask';
import type { AccessLevel } from './users/role-statements';
import { setupDatabase } from './users/setup-database';
import { setupRoles } from './users/setup-roles';

export interface SetupDbUsersInput extends ClusterStepInput {
  readonly databases: readonly string[];
  readonly users: UserNames;
  readonly masking: readonly Masking[];
}

export interface SetupDbUsersOutput {
  readonly lockedRoles: readonly string[];
  readonly rotatedRoles: readonly string[];
  readonly done: readonly string[];
}

export interface SetupDbUsersPorts {
  readonly clientGroup: string;
  readonly clusters: Pick<Clusters, 'find'>;
  readonly adminSecret: Pick<Secret, 'read'>;
  readonly appSecret: Pick<Secret, 'read' | 'write' | 'newPassword'>;
  readonly open: (details: ConnectionDetails) => Promise<Session>;
  readonly audit: Pick<AuditLog, 'append' | 'events'>;
}

/**
 * Makes the restored database fit to be opened: no login of production works any more, the application's and the
 * read-only user exist with passwords from the secret, nothing in it acts on other systems, and what must be masked is.
 *
 * A second run repeats statements that say what shall be; each database is changed in one transaction. A database that
 * was opened belongs to its clients: a run that is resumed later leaves it alone and answers as before.
 */
export async function setupDbUsers({ run, clusterIdentifier, databases, users, masking }: SetupDbUsersInput, ports: SetupDbUsersPorts): Promise<SetupDbUsersOutput> {
  const stray = masking.find(({ database }) => !databases.includes(database));
  if (stray) throw new UserSetupFailed(`masking ${stray.name} is for database ${stray.database}, which is not one of ${databases.join(', ')}: it would not run`, { name: stray.name });
  const cluster = await findRestoredCluster(ports.clusters, clusterIdentifier, run.operationId);
  if (cluster.securityGroupIds.includes(ports.clientGroup)) return setUpBefore(await ports.audit.events(run.operationId), clusterIdentifier);
  const admin = await readAdminCredentials(ports.adminSecret, cluster);
  const passwords = await completeAppSecret(ports.appSecret, users);
  const inDatabase = <T>(database: string, work: (session: Session) => Promise<T>) => withSession(() => ports.open({ ...admin, database }), work);
  const [firstDatabase = 'postgres'] = databases;
  const { roles, all } = await inDatabase(firstDatabase, async (session) => ({ roles: await setupRoles(session, users, passwords), all: await databasesToDisarm(session) }));
  const done: string[] = [];
  for (const database of new Set([...databases, ...all])) done.push(...(await inDatabase(database, disarm)));
  for (const database of databases) {
    const setup = { database, application: users.application, readOnly: users.readOnly, masking };
    done.push(...(await inDatabase(database, (session) => withOwnersRights(session, () => setupDatabase(session, setup)))));
    await checkUsers(ports, { ...admin, database }, passwords);
  }
  await ports.audit.append(run.operationId, { type: 'UsersSetUp', status: 'succeeded', details: { ...roles, done } });
  return { ...roles, done };
}

function setUpBefore(events: readonly AuditEvent[], clusterIdentifier: string): SetupDbUsersOutput {
  const [earlier] = happened(events, 'UsersSetUp').slice(-1) as unknown as readonly SetupDbUsersOutput[];
  if (!earlier) throw new UserSetupFailed(`cluster ${clusterIdentifier} is open to its clients, but this operation has set up no users in it`, { clusterIdentifier });
  return { lockedRoles: earlier.lockedRoles, rotatedRoles: earlier.rotatedRoles, done: earlier.done };
}

async function checkUsers(ports: SetupDbUsersPorts, place: ConnectionDetails, passwords: AppSecret): Promise<void> {
  await checkLogin(ports, { ...place, user: passwords.app_username, password: passwords.app_password }, 'read-write');
  await checkLogin(ports, { ...place, user: passwords.readonly_user, password: passwords.readonly_pwd }, 'read-only');
}

async function checkLogin({ open }: SetupDbUsersPorts, details: ConnectionDetails, access: AccessLevel): Promise<void> {
  try {
    await withSession(() => open(details), (session) => checkUser(session, details.user, access));
  } catch (error) {
    // The administrator has just been in this database, so what is wrong is the user.
    if (error instanceof WrongDatabase) throw new UserSetupFailed(`user ${details.user} cannot log in: ${error.message}`, { user: details.user }, { cause: error });
    throw error;
  }
}

export const handler = defineHandler('aurora-restore/setup-db-users', setupDbUsers, (env) => {
  const target = { region: env.region };
  return {
    clientGroup: env.required(ENV.CLIENT_SECURITY_GROUP),
    clusters: Clusters.in(target),
    adminSecret: Secret.in(target, env.required(ENV.ADMIN_SECRET_ARN)),
    appSecret: Secret.in(target, env.required(ENV.APP_SECRET_ARN)),
    open: (details) => openSession(details, 'aurora-restore/setup-db-users'),
    audit: journalOf(env),
  };
});
