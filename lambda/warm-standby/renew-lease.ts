import { SecurityGroup } from '../common/aws/security-group';
import { defineHandler } from '../common/define-handler';
import { addMetric } from '../common/metric';
import { AuthorityRegister, registersOf } from './authority-register';
import { READ_AUTHORITY, RENEW_LEASE } from './authority-sql';
import { ENV, METRIC } from './contract';
import { OwnDatabase, type Session } from './database-session';
import { fenceDatabase, type FencePorts } from './fence-database';
import { leaseFrom } from './lease-from';
import { readHeartbeat } from './read-evidence';

export type LeaseOutcome = 'renewed' | 'not-confirmed' | 'fenced' | 'replica' | 'unprepared';

const POSTGRES_PORT = 5432;

export interface RenewLeasePorts extends FencePorts {
  readonly ingress: Pick<SecurityGroup, 'allowFrom' | 'revokeFrom'>;
  readonly system: string;
  readonly region: string;
  readonly register: Pick<AuthorityRegister, 'confirmed' | 'remember' | 'reportProgress'>;
}

/**
 * Asks every minute whether this region may still write: the witness, and the other region when the witness is silent.
 *
 * One that confirms is enough: the lease goes on. One that knows a later epoch of another region ends it at once: the
 * database is fenced and closed, whatever the reason was that this region did not hear of it before. Silence lets it run out.
 */
export async function renewLease(_input: unknown, ports: RenewLeasePorts): Promise<{ readonly outcome: LeaseOutcome; readonly epoch: number | null }> {
  const { region, register, database, now } = ports;
  const askedAt = now();
  const { authority, answered } = await register.confirmed();
  if (authority) await register.remember(authority, askedAt.toISOString());
  const held = await database.use(readState);
  if (held.inRecovery) {
    // A replica refuses writes by itself; the tasks beside it are to find it when it is promoted.
    await ports.ingress.allowFrom(ports.applicationGroupId, POSTGRES_PORT, 'application tasks');
    return report(ports, 'replica', held);
  }
  if (held.epoch === null) return { outcome: 'unprepared', epoch: null };
  if (authority && authority.activeRegion !== region) {
    await fenceDatabase(ports);
    return { outcome: 'fenced', epoch: held.epoch };
  }
  // A later epoch of this region itself: a failover has promoted the database and is about to open it.
  if (answered === 0 || authority?.epoch !== held.epoch) return { outcome: 'not-confirmed', epoch: held.epoch };
  await database.use((session) => session.query(RENEW_LEASE, [held.epoch, leaseFrom(askedAt)]));
  if (held.heartbeat) await register.reportProgress({ epoch: held.epoch, sequence: held.heartbeat.sequence, at: askedAt.toISOString() });
  return report(ports, 'renewed', held);
}

type DatabaseState = Awaited<ReturnType<typeof readState>>;

async function readState(session: Session) {
  const { rows: [recovery] } = await session.query('SELECT pg_is_in_recovery() AS in_recovery');
  const { rows: [schema] } = await session.query(`SELECT to_regclass('holdfast.authority') IS NOT NULL AS prepared`);
  if (schema?.['prepared'] !== true) return { inRecovery: recovery?.['in_recovery'] === true, epoch: null, heartbeat: null };
  const { rows: [authority] } = await session.query(READ_AUTHORITY);
  return { inRecovery: recovery?.['in_recovery'] === true, epoch: authority ? Number(authority['epoch']) : null, heartbeat: await readHeartbeat(session) };
}

function report({ system, now }: RenewLeasePorts, outcome: LeaseOutcome, { epoch, heartbeat }: DatabaseState): { readonly outcome: LeaseOutcome; readonly epoch: number | null } {
  if (heartbeat) addMetric(system, METRIC.heartbeatAge, Math.max(0, (now().getTime() - new Date(heartbeat.writtenAt).getTime()) / 1000));
  return { outcome, epoch };
}

export const handler = defineHandler('warm-standby/renew-lease', renewLease, (env) => ({
  system: env.required(ENV.SYSTEM),
  region: env.region,
  database: OwnDatabase.from(env),
  ingress: SecurityGroup.in({ region: env.region }, env.required(ENV.DATABASE_GROUP)),
  applicationGroupId: env.required(ENV.APP_GROUP),
  register: new AuthorityRegister(registersOf(env)),
  now: () => new Date(),
}));
