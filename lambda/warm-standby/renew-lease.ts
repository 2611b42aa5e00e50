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
  const { system, region, register, database, ingress, now } = ports;
  const askedAt = now();
  const confirmed = await register.confirmed();
  if (confirmed.authority) await register.remember(confirmed.authority, askedAt.toISOString());
  const { held, outcome } = await database.use(async (session) => {
    const state = await readState(session);
    const decided = decide(state, confirmed, region);
    if (decided === 'renewed') await session.query(RENEW_LEASE, [state.epoch, leaseFrom(askedAt)]);
    return { held: state, outcome: decided };
  });
  // The tasks beside a replica are to find it when it is promoted.
  if (outcome === 'replica') await ingress.allowFrom(ports.applicationGroupId, POSTGRES_PORT, 'application tasks');
  if (outcome === 'fenced') await fenceDatabase(ports);
  const { epoch, heartbeat } = held;
  if (outcome === 'renewed' && epoch !== null && heartbeat) await register.reportProgress({ epoch, sequence: heartbeat.sequence, at: askedAt.toISOString() });
  if ((outcome === 'renewed' || outcome === 'replica') && heartbeat) addMetric(system, METRIC.heartbeatAge, Math.max(0, (now().getTime() - new Date(heartbeat.writtenAt).getTime()) / 1000));
  return { outcome, epoch };
}

function decide({ inRecovery, epoch }: DatabaseState, { authority, answered }: Awaited<ReturnType<RenewLeasePorts['register']['confirmed']>>, region: string): LeaseOutcome {
  // It refuses writes by itself.
  if (inRecovery) return 'replica';
  if (epoch === null) return 'unprepared';
  if (authority && authority.activeRegion !== region) return 'fenced';
  // A later epoch of this region itself: a failover has promoted the database and is about to open it.
  return answered > 0 && authority?.epoch === epoch ? 'renewed' : 'not-confirmed';
}

type DatabaseState = Awaited<ReturnType<typeof readState>>;

async function readState(session: Session) {
  const { rows: [server] } = await session.query(`SELECT pg_is_in_recovery() AS in_recovery, to_regclass('holdfast.authority') IS NOT NULL AS prepared`);
  const inRecovery = server?.['in_recovery'] === true;
  if (server?.['prepared'] !== true) return { inRecovery, epoch: null, heartbeat: null };
  const { rows: [authority] } = await session.query(READ_AUTHORITY);
  return { inRecovery, epoch: authority ? Number(authority['epoch']) : null, heartbeat: await readHeartbeat(session) };
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
