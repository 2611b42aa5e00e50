import { setTimeout as sleep } from 'node:timers/promises';
import type { DBInstanceStatusInfo } from '@aws-sdk/client-rds';
import type { Client } from 'pg';
import { readReplicationState, type ReplicationState } from '../../engines/postgres/replication-state';
import type { PostgresServer } from '../../engines/postgres/postgres-server';
import type { RdsContext } from './rds-context';
import type { DbInstance, Replication } from './state/database';

type Ports = Pick<RdsContext, 'cloud' | 'metrics' | 'notices'>;

const SAMPLE_MS = 60_000;
/** RDS writes something on the source about this often, so the lag of an idle replica that keeps up goes up to it and back. */
const HEARTBEAT_MS = 5 * 60_000;
const MINUTE_MS = 60_000;
/** How long nothing arrives before RDS calls it an error. */
const BROKEN_AFTER_MS = 3 * MINUTE_MS;
/** PostgreSQL's `wal_receiver_timeout`: after that it gives up a sender that says nothing. https://www.postgresql.org/docs/current/runtime-config-replication.html */
const RECEIVER_TIMEOUT_MS = MINUTE_MS;
const RECONNECT_TRIES = 100;
const RECONNECT_TRY_MS = 50;
/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReadRepl.html#USER_ReadRepl.Monitoring */
const TERMINATED_AFTER_MS = 30 * 24 * 60 * MINUTE_MS;
/** What `ReplicaLag` says when replication does not run. */
const NOT_RUNNING = -1;

/** The state of a replica's replication as `StatusInfos` shows it. */
export function replicationStatus({ error, terminated }: Replication): DBInstanceStatusInfo {
  const status = terminated ? 'terminated' : error ? 'error' : 'replicating';
  return {
    StatusType: 'read replication',
    Status: status,
    Normal: status === 'replicating',
    Message: error && !terminated ? 'Streaming replication has stopped.' : undefined,
  };
}

/**
 * Looks at a replica's replication every minute: keeps its state, and publishes `ReplicaLag`, which is the time since the
 * newest transaction that the replica shows was committed, whether or not it lags.
 *
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PostgreSQL.Replication.ReadReplicas.html#USER_PostgreSQL.Replication.ReadReplicas.Monitor
 */
export class ReplicationMonitor {
  private session: { readonly server: PostgresServer; readonly client: Client } | undefined;
  private wasCut = false;
  /** The newest transaction that the replica shows: when it was committed by the machine's time, and by the cloud's. */
  private newest: { readonly commitAt: number; readonly cloudMs: number };

  constructor(
    private readonly rds: Ports,
    private readonly replica: DbInstance,
    private readonly replication: Replication,
  ) {
    this.newest = { commitAt: 0, cloudMs: rds.cloud.clock.nowMs() };
  }

  /** Watches until the replica is none any more. */
  async watch(): Promise<void> {
    const { clock } = this.rds.cloud;
    try {
      while (this.replica.replication === this.replication && !this.replication.terminated) {
        await clock.sleep(SAMPLE_MS, this.replica.schedule.signal);
        const looked = clock.beginLook();
        await this.sample().finally(looked);
      }
    } catch (error) {
      if (!this.replica.schedule.signal.aborted) this.rds.cloud.reportDefect(error as Error, `rds, replication of ${this.replica.identifier}`);
    } finally {
      await this.session?.client.end().catch(() => undefined);
    }
  }

  private async sample(): Promise<void> {
    const nowMs = this.rds.cloud.clock.nowMs();
    const state = await this.look();
    const isAlive = state?.receiverAlive === true && this.replication.link?.isCut === false;
    this.note(isAlive, nowMs);
    if (state?.receiverAlive && !isAlive && this.brokenMs(nowMs) >= RECEIVER_TIMEOUT_MS) await this.endReceiver();
    const value = this.replication.error || this.replication.terminated ? NOT_RUNNING : this.lagMs(state, isAlive, nowMs) / 1000;
    this.rds.metrics.put({
      place: this.replica.place,
      namespace: 'AWS/RDS',
      name: 'ReplicaLag',
      dimensions: { DBInstanceIdentifier: this.replica.identifier },
      value,
      unit: 'Seconds',
    });
  }

  /** After a partition PostgreSQL takes moments of the machine's time to connect again, in which minutes may pass here: the first look afterwards waits for it, unless the replica has been promoted. */
  private async look(): Promise<ReplicationState | undefined> {
    const isCut = this.replication.link?.isCut === true;
    const isHealed = this.wasCut && !isCut;
    this.wasCut = isCut;
    let state = await this.read();
    for (let tries = 0; isHealed && state?.inRecovery !== false && state?.receiverAlive !== true && tries < RECONNECT_TRIES; tries += 1) {
      await sleep(RECONNECT_TRY_MS);
      state = await this.read();
    }
    return state;
  }

  private note(isAlive: boolean, nowMs: number): void {
    const { replication } = this;
    const source = { type: 'db-instance', place: this.replica.place, identifier: this.replica.identifier } as const;
    if (isAlive) {
      if (replication.error) this.rds.notices.give(source, 'replicationStarted');
      replication.brokenSince = undefined;
      replication.error = false;
      return;
    }
    replication.brokenSince ??= new Date(nowMs);
    const brokenMs = this.brokenMs(nowMs);
    if (brokenMs >= BROKEN_AFTER_MS && !replication.error) {
      replication.error = true;
      this.rds.notices.give(source, 'replicationBroken');
    }
    if (brokenMs >= TERMINATED_AFTER_MS) {
      replication.terminated = true;
      this.rds.notices.give(source, 'replicationTerminated');
    }
  }

  private brokenMs(nowMs: number): number {
    return nowMs - (this.replication.brokenSince?.getTime() ?? nowMs);
  }

  /** PostgreSQL counts its time-out by the machine's time, of which little passes here; no function of SQL ends its receiver. */
  private async endReceiver(): Promise<void> {
    const found = await this.session?.client.query<{ pid: number }>('SELECT pid FROM pg_stat_wal_receiver');
    for (const { pid } of found?.rows ?? []) process.kill(pid, 'SIGTERM');
  }

  /** PostgreSQL knows the machine's time, the metric is in the cloud's: a commit counts from the moment it was first seen. */
  private lagMs(state: ReplicationState | undefined, isAlive: boolean, nowMs: number): number {
    const commitAt = state?.lastReplayedCommitAt?.getTime() ?? this.newest.commitAt;
    if (commitAt !== this.newest.commitAt) this.newest = { commitAt, cloudMs: nowMs - Math.max(0, Date.now() - commitAt) };
    const lagMs = nowMs - this.newest.cloudMs;
    if (!isAlive || state?.unreplayedBytes !== 0) return lagMs;
    this.newest = { commitAt, cloudMs: nowMs - (lagMs % HEARTBEAT_MS) };
    return lagMs % HEARTBEAT_MS;
  }

  private async read(): Promise<ReplicationState | undefined> {
    const { server } = this.replica;
    if (!server?.isRunning) return undefined;
    try {
      if (this.session?.server !== server) this.session = { server, client: await server.connectAsAdmin() };
      return await readReplicationState(this.session.client);
    } catch {
      // The server restarted or is going away; the next look has a new session.
      this.session = undefined;
      return undefined;
    }
  }
}
