import type { Pool } from 'pg';
import { isServerAnswer } from '../../common/postgres/connect';
import { READ_AUTHORITY, REFUSED_WRITE } from '../authority-sql';

/** What the application is here and now: it writes, it stands by, or it is refused. */
export type Role = 'active' | 'standby' | 'refused';

export interface LedgerStatus {
  readonly region: string;
  readonly epoch: number;
  readonly role: Role;
}

/** This region may not write at present. Somebody else may. */
export class WriteRefused extends Error {
  override readonly name = 'WriteRefused';
}

/** https://www.postgresql.org/docs/current/errcodes-appendix.html: a replica; a number that is there already. */
const READ_ONLY = '25006';
const DUPLICATE = '23505';

/** Numbered transactions in the database, written only with the epoch that this region holds. */
export class Ledger {
  private epoch = 0;
  private role: Role = 'standby';

  /** The heart has a connection of its own: clients who take all others do not silence it, nor does a way in that is closed to new ones. */
  constructor(
    private readonly pool: Pick<Pool, 'connect'>,
    private readonly heart: Pick<Pool, 'query'>,
    private readonly region: string,
    private readonly now: () => Date,
  ) {}

  status(): LedgerStatus {
    return { region: this.region, epoch: this.epoch, role: this.role };
  }

  /**
   * Finds out who may write, and if it is this region gives a sign of life: replicas show by it how far they are. In the epoch
   * that it writes in it need not ask: the sign is refused when that has ended, and the next one asks.
   */
  async beat(): Promise<void> {
    try {
      if (this.role !== 'active' && !(await this.mayWrite())) {
        this.role = 'standby';
        return;
      }
      await this.heart.query('SELECT holdfast.beat($1, $2)', [this.epoch, this.now()]);
      this.role = 'active';
    } catch (error) {
      this.role = codeOf(error) === REFUSED_WRITE ? 'refused' : 'standby';
    }
  }

  /** Writes the transaction, once: a number that is there already counts as written. Raises `WriteRefused` when this region may not write. */
  async record(number: number, payload: string): Promise<LedgerStatus> {
    // The heartbeat finds out every second; a client is told at once instead of waiting for a database that is closed.
    if (this.role !== 'active') throw new WriteRefused(`this region is ${this.role}`);
    const client = await this.pool.connect();
    try {
      await client.query('BEGIN');
      await client.query('SELECT holdfast.admit($1, $2)', [this.epoch, this.now()]);
      await client.query('INSERT INTO app.transactions (number, payload, epoch, written_at) VALUES ($1, $2, $3, $4)', [number, payload, this.epoch, this.now()]);
      await client.query('COMMIT');
      client.release();
      return { region: this.region, epoch: this.epoch, role: 'active' };
    } catch (error) {
      await client.query('ROLLBACK').then(
        () => client.release(),
        () => client.release(true),
      );
      if (codeOf(error) === DUPLICATE) return this.status();
      if (codeOf(error) === REFUSED_WRITE || codeOf(error) === READ_ONLY) throw new WriteRefused((error as Error).message, { cause: error });
      throw error;
    }
  }

  private async mayWrite(): Promise<boolean> {
    const { rows: [authority] } = await this.heart.query<{ epoch: number; region: string }>(READ_AUTHORITY);
    this.epoch = authority?.epoch ?? 0;
    return authority?.region === this.region;
  }
}

function codeOf(error: unknown): string | undefined {
  return isServerAnswer(error) ? error.code : undefined;
}
