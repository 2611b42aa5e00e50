import { randomInt } from 'node:crypto';
import type { Table } from '../catalog/objects';
import type { Footprint, OpenTransaction } from '../catalog/open-transaction';
import type { Session } from '../catalog/session';
import type { DuckConnection } from '../duck/duck-database';
import { beyondStandIn, SnowflakeError } from '../snowflake-error';

type Work<T> = (connection: DuckConnection) => Promise<T>;

/**
 * Gives statements Snowflake's READ COMMITTED over DuckDB's snapshots.
 *
 * Every statement sees what others have committed before it began, also in the middle of a transaction. DuckDB shows
 * a transaction one snapshot for its whole life, so the DuckDB transaction opens only at the first write, and when a
 * later statement touches a table that somebody else has changed since, it is rolled back and its writes are done
 * again on the newer snapshot. That gives the same rows as long as nothing they read has changed; when it has, the
 * statement is refused rather than answered wrongly.
 */
export class Transactions {
  private commits = 0;
  private readonly locks = new Map<Table, Session>();
  private waiters: (() => void)[] = [];
  private readonly open = new Set<Session>();
  /** Transactions that were aborted from outside, until DuckDB has forgotten them too. */
  private aborting: Promise<unknown> = Promise.resolve();

  /** Sessions that are in a transaction. */
  get sessions(): readonly Session[] {
    return [...this.open];
  }

  begin(session: Session, name: string, startedOn: Date): void {
    this.open.add(session);
    session.transaction ??= {
      id: String(randomInt(1, 2 ** 47)),
      name,
      startedOn,
      snapshot: undefined,
      writes: [],
      pendingLoads: new Map(),
      onCommit: [],
      onEnd: [],
      broken: false,
    };
  }

  async commit(session: Session): Promise<void> {
    const { transaction } = session;
    if (!transaction) return;
    if (transaction.broken) {
      await this.rollback(session);
      throw beyondStandIn('a transaction whose earlier writes could not be kept after an error');
    }
    try {
      if (transaction.snapshot !== undefined) await session.connection.run('COMMIT');
    } catch (error) {
      await this.rollback(session).catch(() => undefined);
      throw error;
    }
    this.published(transaction.writes.map(({ footprint }) => footprint));
    for (const [table, loads] of transaction.pendingLoads) for (const load of loads) table.loads.set(load.file, load);
    this.finish(session);
    for (const task of [...transaction.onCommit, ...transaction.onEnd]) await task();
  }

  async rollback(session: Session): Promise<void> {
    const { transaction } = session;
    this.finish(session);
    if (transaction?.snapshot !== undefined) await session.connection.run('ROLLBACK');
    for (const task of transaction?.onEnd ?? []) await task();
  }

  /** Ends the transaction of another session, whose next statement is outside of any. Answers whether there was one. */
  abort(id: string, mayAbort: (owner: Session) => boolean): boolean {
    const owner = this.sessions.find((session) => session.transaction?.id === id);
    if (!owner || !mayAbort(owner)) return false;
    const aborted = owner.connection.quiesce().then(() => this.rollback(owner));
    this.aborting = Promise.all([this.aborting, aborted.catch(() => undefined)]);
    return true;
  }

  /** Runs one statement, in the session's transaction or in one of its own. */
  async run<T>(session: Session, footprint: Footprint, work: Work<T>): Promise<T> {
    await this.aborting;
    for (const table of footprint.changes) await this.lock(session, table);
    const { transaction } = session;
    try {
      if (!transaction) return await this.runAlone(session, footprint, work);
      return await this.runWithin(session, transaction, footprint, work);
    } finally {
      if (!transaction) this.finish(session);
    }
  }

  private async runAlone<T>(session: Session, footprint: Footprint, work: Work<T>): Promise<T> {
    if (!writes(footprint)) return work(session.connection);
    await session.connection.run('BEGIN TRANSACTION');
    try {
      const result = await work(session.connection);
      await session.connection.run('COMMIT');
      this.published([footprint]);
      return result;
    } catch (error) {
      await session.connection.run('ROLLBACK').catch(() => undefined);
      throw error;
    }
  }

  private async runWithin<T>(session: Session, transaction: OpenTransaction, footprint: Footprint, work: Work<T>): Promise<T> {
    if (transaction.broken) throw beyondStandIn('a transaction whose earlier writes could not be kept after an error');
    if (transaction.snapshot === undefined && !writes(footprint)) return work(session.connection);
    if (transaction.snapshot === undefined) await this.takeSnapshot(session, transaction);
    else if (this.changedSince(transaction.snapshot, [footprint.reads, footprint.appends, footprint.changes]))
      await this.rebase(session, transaction);
    try {
      const result = await work(session.connection);
      if (writes(footprint)) transaction.writes.push({ footprint, work });
      return result;
    } catch (error) {
      // DuckDB gives up the whole transaction; Snowflake undoes the statement alone and keeps the transaction open.
      await this.rebase(session, transaction).catch(() => {
        transaction.broken = true;
        transaction.snapshot = undefined;
      });
      throw error;
    }
  }

  private async takeSnapshot(session: Session, transaction: OpenTransaction): Promise<void> {
    // Counted before DuckDB takes its snapshot: a commit in between counts as unseen, which is safe.
    const snapshot = this.commits;
    await session.connection.run('BEGIN TRANSACTION');
    transaction.snapshot = snapshot;
  }

  /** Does the transaction's writes again on what is committed now. */
  private async rebase(session: Session, transaction: OpenTransaction): Promise<void> {
    const since = transaction.snapshot as number;
    const read = transaction.writes.flatMap(({ footprint }) => [footprint.reads, footprint.changes]);
    const changed = this.changedSince(since, read);
    await session.connection.run('ROLLBACK');
    if (changed) {
      transaction.broken = true;
      transaction.snapshot = undefined;
      throw beyondStandIn(`reading on after another session changed ${changed.name}, which this transaction had read for a write`);
    }
    await this.takeSnapshot(session, transaction);
    for (const { work } of transaction.writes) await work(session.connection);
  }

  private changedSince(snapshot: number, sets: readonly ReadonlySet<Table>[]): Table | undefined {
    for (const set of sets) for (const table of set) if (table.changedAt > snapshot) return table;
    return undefined;
  }

  private published(footprints: readonly Footprint[]): void {
    this.commits += 1;
    for (const { appends, changes } of footprints) for (const table of [...appends, ...changes]) table.changedAt = this.commits;
  }

  /** Updates, deletes and merges of one table wait for each other until the end of the transaction. */
  private async lock(session: Session, table: Table): Promise<void> {
    const deadline = Date.now() + Number(session.parameter('LOCK_TIMEOUT')) * 1000;
    for (let holder = this.locks.get(table); holder && holder !== session; holder = this.locks.get(table)) {
      session.waitsFor = holder;
      try {
        if (isCircular(session))
          throw new SnowflakeError('000625', '57014', `Statement has been aborted because of a deadlock on table '${table.name}'.`);
        if (!(await this.released(deadline - Date.now())))
          throw new SnowflakeError(
            '000625',
            '57014',
            `Statement has waited for table '${table.name}' longer than LOCK_TIMEOUT, this lock has not yet been released.`,
          );
      } finally {
        session.waitsFor = undefined;
      }
    }
    this.locks.set(table, session);
  }

  private released(withinMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), Math.max(0, Math.min(withinMs, 2_147_483_647)));
      this.waiters.push(() => {
        clearTimeout(timer);
        resolve(true);
      });
    });
  }

  private finish(session: Session): void {
    session.transaction = undefined;
    this.open.delete(session);
    for (const [table, holder] of this.locks) if (holder === session) this.locks.delete(table);
    const woken = this.waiters;
    this.waiters = [];
    for (const wake of woken) wake();
  }
}

function writes({ appends, changes }: Footprint): boolean {
  return appends.size + changes.size > 0;
}

function isCircular(session: Session): boolean {
  for (let other = session.waitsFor; other; other = other.waitsFor) if (other === session) return true;
  return false;
}
