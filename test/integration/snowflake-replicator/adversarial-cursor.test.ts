import { ADVERSARIAL_TABLE, NaiveReader, startAdversaries } from './adversaries';
import { startReplicator, type TestReplicator } from './replicator';

const WRITERS = 6;
/** For the figures in docs/replication.md: 170000, so that a million rows are written. */
const ROWS_PER_WRITER = Number(process.env.ADVERSARIAL_ROWS_PER_WRITER ?? 1500);
const TIMEOUT_MS = 60_000 + ROWS_PER_WRITER * 4;

interface Outcome {
  readonly rows: number;
  readonly lostByNaive: number;
  readonly lostByUs: number;
  readonly stale: number;
}

describe('changes that are committed in another order than they were made', () => {
  let replicator: TestReplicator;

  beforeEach(async () => {
    replicator = await startReplicator(ROWS_PER_WRITER > 10_000, { max_prepared_transactions: '20' });
  });

  afterEach(() => replicator.close());

  test.each([
    ['a column of the database\'s time', { kind: 'column', column: 'changed_at', skewSeconds: 0 }],
    ['the mark of the writing transaction', { kind: 'xmin' }],
  ])('are all found by %s, while the usual predicate loses some in the same run', async (_name, cursor) => {
    const outcome = await race(cursor);

    process.stderr.write(`${JSON.stringify({ cursor: cursor.kind, ...outcome })}\n`);
    expect(outcome.lostByUs + outcome.stale).toBe(0);
    expect(outcome.lostByNaive).toBeGreaterThan(0);
  }, TIMEOUT_MS);

  async function race(cursor: object): Promise<Outcome> {
    const { master, source } = replicator;
    await master.query(ADVERSARIAL_TABLE);
    const table = 'public.events';
    replicator.configure(table, { cursor });
    replicator.limit({ batchMb: Math.max(0.1, ROWS_PER_WRITER / 20_000) });
    await replicator.replicate({ table });
    const naive = new NaiveReader(await source.connect());
    const adversaries = startAdversaries(await Promise.all([...Array(WRITERS).keys()].map(() => source.connect())), ROWS_PER_WRITER);

    let isWriting = true;
    const meanwhile = async (read: () => Promise<unknown>) => {
      while (isWriting) await read();
      await read();
    };
    const reading = [meanwhile(() => replicator.replicate({ table })), meanwhile(() => naive.read())];
    await adversaries.stop();
    isWriting = false;
    await Promise.all(reading);

    return compare(naive);
  }

  async function compare(naive: NaiveReader): Promise<Outcome> {
    const { rows } = await replicator.master.query<{ id: string; version: number; payload: string }>('SELECT id::text, version, payload FROM events');
    const target = await replicator.warehouse.control.execute('SELECT ID, VERSION, PAYLOAD FROM DB.APP.EVENTS');
    const found = new Map(target.map((row) => [row['ID'], `${row['VERSION']} ${row['PAYLOAD']}`]));
    const lost = rows.filter(({ id }) => !found.has(id)).length;
    return {
      rows: rows.length,
      lostByNaive: rows.filter(({ id, version }) => naive.versions.get(id) !== version).length,
      lostByUs: lost + (target.length - found.size),
      stale: rows.filter(({ id, version, payload }) => found.has(id) && found.get(id) !== `${version} ${payload}`).length,
    };
  }
});
