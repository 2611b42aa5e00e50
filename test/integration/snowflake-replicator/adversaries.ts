import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';

/** How writers make life hard for cursors. */
export interface Adversaries {
  /** Rows that have been written and committed, changes counted each. */
  readonly written: () => number;
  /** Lets everybody finish what they began. */
  stop(): Promise<void>;
}

/** A table whose cursor is the database's time of the writing transaction, the most common kind. */
export const ADVERSARIAL_TABLE = `
  CREATE TABLE events (id bigint PRIMARY KEY, writer int NOT NULL, version int NOT NULL, payload text, changed_at timestamptz NOT NULL DEFAULT now());
  CREATE INDEX ON events (changed_at, id)`;

/** Longer than a run takes, so that some transactions begin before one run and commit after the next. */
const LONGEST_HOLD_MS = 2000;

/** Numbers that look random and are the same for the same seed. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/**
 * Starts writers that commit in another order than they began: short and long transactions side by side, thousands of
 * rows with one time, savepoints rolled back and kept, prepared transactions that commit long after, updates of what
 * others have just written.
 */
export function startAdversaries(clients: readonly Client[], rowsPerWriter: number): Adversaries {
  let written = 0;
  const jobs = clients.map(async (client, writer) => {
    const random = randomFrom(writer + 1);
    for (let own = 0, round = 0; own < rowsPerWriter; round += 1) {
      const count = 1 + random(Math.min(1000, rowsPerWriter / 10));
      const first = writer * 100_000_000 + own;
      await client.query('BEGIN');
      await client.query(`INSERT INTO events (id, writer, version, payload) SELECT n, $1, 0, md5(n::text) FROM generate_series($2::bigint, $3::bigint) n`, [writer, first, first + count - 1]);
      const { rowCount } = await client.query('UPDATE events SET version = version + 1, changed_at = now() WHERE writer = $1 AND id % 97 = $2', [writer, random(97)]);
      if (random(3) === 0) await withSavepoints(client, writer, first);
      if (random(3) === 0) await sleep(random(LONGEST_HOLD_MS));
      await end(client, `w${writer}-${round}`, random);
      own += count;
      written += count + (rowCount ?? 0);
    }
  });
  return {
    written: () => written,
    stop: async () => {
      await Promise.all(jobs);
    },
  };
}

/** Changes in subtransactions, one undone and one kept. */
async function withSavepoints(client: Client, writer: number, first: number): Promise<void> {
  await client.query('SAVEPOINT undone');
  await client.query('UPDATE events SET payload = $2 WHERE writer = $1 AND id >= $3', [writer, 'never seen', first]);
  await client.query('ROLLBACK TO SAVEPOINT undone');
  await client.query('SAVEPOINT kept');
  await client.query('UPDATE events SET payload = $2, version = version + 1, changed_at = now() WHERE writer = $1 AND id >= $3', [writer, 'in a subtransaction', first]);
  await client.query('RELEASE SAVEPOINT kept');
}

async function end(client: Client, name: string, random: (below: number) => number): Promise<void> {
  if (random(20) > 0) {
    await client.query('COMMIT');
    return;
  }
  await client.query(`PREPARE TRANSACTION '${name}'`);
  await sleep(random(LONGEST_HOLD_MS));
  await client.query(`COMMIT PREPARED '${name}'`);
}

/** What most tools do: reads rows beyond the greatest cursor that it has seen. Keeps the version of every row it got. */
export class NaiveReader {
  readonly versions = new Map<string, number>();
  private watermark = '-infinity';

  constructor(private readonly client: Client) {}

  async read(): Promise<void> {
    const { rows } = await this.client.query<{ id: string; version: number; at: string }>(`SELECT id::text, version, changed_at::text AS at FROM events WHERE changed_at > $1::timestamptz ORDER BY changed_at`, [this.watermark]);
    for (const { id, version } of rows) this.versions.set(id, version);
    this.watermark = rows.at(-1)?.at ?? this.watermark;
  }
}
