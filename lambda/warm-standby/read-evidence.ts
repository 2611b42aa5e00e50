import { defineHandler } from '../common/define-handler';
import { addMetric } from '../common/metric';
import { READ_AUTHORITY, READ_HEARTBEAT, READ_REPLICATION } from './authority-sql';
import { AuthorityRegister, registersOf } from './authority-register';
import { ENV, type Drained, type Evidence, EvidenceInsufficient, type Heartbeat, METRIC, ReplicaBehind, type StepInput } from './contract';
import { OwnDatabase, type Session } from './database-session';
import { judgeEvidence } from './judge-evidence';
import { isAtLeast } from './log-position';

export interface ReadEvidenceInput extends StepInput {
  /** Where the other region stopped writing: the replica has caught up when it shows all of it. */
  readonly drained?: Drained | null;
}

export interface ReadEvidenceOutput extends Evidence {
  /** Whether a failover may go on without a signature for what it loses. */
  readonly withinObjective: boolean;
  /** The database was promoted before, by an execution that this one resumes. */
  readonly promotedAlready: boolean;
}

export interface ReadEvidencePorts {
  readonly system: string;
  readonly region: string;
  readonly rpoSeconds: number;
  readonly database: Pick<OwnDatabase, 'use'>;
  readonly register: Pick<AuthorityRegister, 'lastProgress'>;
  readonly now: () => Date;
}

/** Reads on the replica, and nowhere in the other region, what a promotion would lose. Raises `ReplicaBehind` until everything of a drained region is there. */
export async function readEvidence({ run, drained }: ReadEvidenceInput, { system, region, rpoSeconds, database, register, now }: ReadEvidencePorts): Promise<ReadEvidenceOutput> {
  const lastProgress = await register.lastProgress();
  const { authority, ...observed } = await database.use(async (session) => ({ ...(await readReplication(session)), heartbeat: await readHeartbeat(session), authority: await readAuthority(session) }));
  if (!observed.inRecovery && authority?.region === region && authority.epoch !== run.epoch) {
    throw new EvidenceInsufficient(`this database was the primary of epoch ${authority.epoch} and has not followed since: make it a replica first`, { ...authority });
  }
  const evidence = judgeEvidence({ ...observed, takenAt: now().toISOString(), lastProgress, lastServedAt: run.lastServedAt }, rpoSeconds);
  if (evidence.heartbeat) addMetric(system, METRIC.heartbeatAge, (now().getTime() - new Date(evidence.heartbeat.writtenAt).getTime()) / 1000);
  if (drained && evidence.inRecovery && !hasAll(evidence, drained)) throw new ReplicaBehind(`the replica is at ${evidence.replayedLsn ?? 'nothing'} and the drained region ended at ${drained.finalLsn}`, { ...drained });
  return { ...evidence, withinObjective: evidence.verdict !== 'stale', promotedAlready: !evidence.inRecovery };
}

function hasAll({ replayedLsn, heartbeat }: Evidence, { finalLsn, finalSequence }: Drained): boolean {
  return isAtLeast(replayedLsn, finalLsn) && (heartbeat?.sequence ?? 0) >= finalSequence;
}

/** The region that the database says may write: in a replica, and in one that was promoted and not opened yet, the other. */
async function readAuthority(session: Session): Promise<{ readonly epoch: number; readonly region: string } | undefined> {
  const { rows: [row] } = await session.query(READ_AUTHORITY);
  return row && { epoch: Number(row['epoch']), region: String(row['region']) };
}

/** The newest heartbeat that the database shows. */
export async function readHeartbeat(session: Session): Promise<Heartbeat | null> {
  const { rows: [row] } = await session.query(READ_HEARTBEAT);
  return row ? { epoch: Number(row['epoch']), sequence: Number(row['sequence']), writtenAt: (row['written_at'] as Date).toISOString() } : null;
}

async function readReplication(session: Session) {
  const { rows: [row] } = await session.query(READ_REPLICATION);
  return {
    inRecovery: row?.['in_recovery'] === true,
    receiverAlive: row?.['receiver_alive'] === true,
    receivedLsn: (row?.['received'] as string | null) ?? null,
    replayedLsn: (row?.['replayed'] as string | null) ?? null,
    unreplayedBytes: Number(row?.['unreplayed_bytes'] ?? 0),
  };
}

export const handler = defineHandler('warm-standby/read-evidence', readEvidence, (env) => ({
  system: env.required(ENV.SYSTEM),
  region: env.region,
  rpoSeconds: env.number(ENV.RPO_SECONDS),
  database: OwnDatabase.from(env),
  register: new AuthorityRegister(registersOf(env)),
  now: () => new Date(),
}));
