import type { HoldPorts } from '../../../lambda/snowflake-replicator/load/hold-table';
import { killAt, stepsOf } from './mortal';
import { startReplicator, type TestReplicator } from './replicator';

/** Work on a table that may die: what happens to both sides before, and what is then done. */
interface Story {
  readonly disturb: (round: number) => Promise<void>;
  readonly work: (operationId: string, ports?: Partial<HoldPorts>) => Promise<unknown>;
}

/** For the figures in docs/replication.md: `statement` dies after every statement too. */
const GRAIN = process.env.KILL_AFTER_EVERY ?? 'step';
const MOST_STEPS_MS = 600_000;
/** Steps from which on readers see what a run did; before, they see what they saw, whole. */
const VISIBLE = ['swapped', 'transaction committed'];

describe('a run that is killed', () => {
  let replicator: TestReplicator;
  let round = 0;
  const killed: Record<string, readonly string[]> = {};

  beforeAll(async () => {
    replicator = await startReplicator();
    await sql(`CREATE TABLE victim (id bigint PRIMARY KEY, name text NOT NULL, amount numeric(12,2), happened timestamptz, changed_at timestamptz NOT NULL DEFAULT clock_timestamp())`);
    await sql(`INSERT INTO victim SELECT n, 'name ' || n, n, CASE WHEN n % 100 = 0 THEN 'infinity'::timestamptz ELSE '2024-01-01'::timestamptz + n * interval '1 hour' END FROM generate_series(1, 1000) n`);
    replicator.configure('public.victim', { cursor: { kind: 'column', column: 'changed_at', skewSeconds: 0 } });
    replicator.limit({ partMb: 0.05, readers: 2, loaders: 2 });
    await replicator.replicate({ table: 'public.victim' });
    await replicator.warehouse.control.execute('GRANT SELECT ON TABLE DB.APP.VICTIM TO ROLE ANALYST');
  });

  afterAll(async () => {
    process.stderr.write(`${JSON.stringify({ killed })}\n`);
    await replicator.close();
  });

  const sql = (text: string) => replicator.master.query(text);

  /** Rows change, some into and some out of what has a place in the target. */
  const change = async (round: number) => {
    await sql(`UPDATE victim SET name = 'round ${round}', changed_at = clock_timestamp() WHERE id % 50 = ${round % 50};
      UPDATE victim SET happened = CASE WHEN happened = 'infinity' THEN '2025-01-01'::timestamptz ELSE 'infinity' END, changed_at = clock_timestamp() WHERE id % 200 = ${round % 200};
      INSERT INTO victim VALUES (${10_000 + round}, 'new', 1.5, NULL)`);
  };

  const STORIES: Readonly<Record<string, Story>> = {
    'in a full load': {
      disturb: change,
      work: (operationId, ports) => replicator.replicate({ table: 'public.victim', operationId, mode: 'full' }, ports),
    },
    'in a batch of changes after a column was added': {
      disturb: async (round) => {
        await sql(`ALTER TABLE victim ADD COLUMN note_${round} text`);
        await change(round);
      },
      work: (operationId, ports) => replicator.replicate({ table: 'public.victim', operationId }, ports),
    },
    'in a comparison that repairs': {
      disturb: async (round) => {
        await sql(`DELETE FROM victim WHERE id = ${500 + round}`);
        await replicator.warehouse.control.corrupt({ table: 'DB.APP.VICTIM', set: `"NAME" = 'wrong'`, where: `"ID" IN (${250 + round}, 7)` });
      },
      work: (operationId, ports) => replicator.verify({ table: 'public.victim', operationId }, ports),
    },
  };

  test.each(Object.keys(STORIES))('%s leaves the table as the source has it, at whatever step it dies', async (name) => {
    const { disturb, work } = STORIES[name]!;
    await replicator.replicate({ table: 'public.victim' });
    await replicator.verify({ table: 'public.victim' });
    await disturb((round += 1));
    const steps = [...(await stepsOf((ports) => work('whole', ports))).keys()].filter((step) => GRAIN === 'statement' || !/^(before|after) /.test(step));
    const visibleFrom = steps.findIndex((step) => VISIBLE.includes(step));
    const fates: string[] = [];

    for (const step of steps) {
      await disturb((round += 1));
      const before = (await target()).live;
      const died = await killAt(replicator, { step, nth: 1 }, (ports) => work(`${name.length}-${round}`, ports));
      const meanwhile = (await target()).live;
      // Between two named steps a statement may have made it visible already.
      const allowed = GRAIN === 'statement' ? [before, (await expected()).live] : [died && steps.indexOf(step) < visibleFrom ? before : (await expected()).live];
      expect({ step, readersSee: allowed.some((rows) => differing(meanwhile, rows).length === 0) ? 'a whole table' : differing(meanwhile, allowed[0] ?? []) }).toEqual({ step, readersSee: 'a whole table' });
      await work(`${name.length}-${round}`);

      const [found, wanted] = [await target(), await expected()];
      expect({ step, differing: differing(found.live, wanted.live), ...found, live: found.live.length }).toEqual({ step, differing: [], ...wanted, live: wanted.live.length });
      expect({ step, ...(await bookkeeping()) }).toEqual({ step, batches: 'each once', leftovers: [] });
      // Which steps a run comes past depends on the rows that have changed.
      if (died) fates.push(step);
    }
    killed[name] = fates;
    expect(fates.length).toBeGreaterThan(10);
  }, MOST_STEPS_MS);

  interface Content {
    readonly live: readonly string[];
    readonly quarantined: readonly (string | null | undefined)[];
    readonly readers: readonly (string | null | undefined)[];
  }

  function differing(found: readonly string[], wanted: readonly string[]): string[] {
    const [has, needs] = [new Set(found), new Set(wanted)];
    return [...wanted.filter((row) => !has.has(row)).map((row) => `- ${row}`), ...found.filter((row) => !needs.has(row)).map((row) => `+ ${row}`)];
  }

  /** What readers see, and what is in quarantine. */
  async function target(): Promise<Content> {
    const { control } = replicator.warehouse;
    const live = await control.execute(`SELECT ID, NAME, AMOUNT::VARCHAR FROM DB.APP.VICTIM WHERE _HOLDFAST_DELETED_AT IS NULL ORDER BY ID`);
    const aside = await control.execute('SELECT ID FROM DB.HOLDFAST.QUARANTINE_APP_VICTIM ORDER BY ID');
    const grants = await control.execute('SHOW GRANTS ON TABLE DB.APP.VICTIM');
    return {
      live: live.map((row) => Object.values(row).join(' ')),
      quarantined: aside.map(({ ID }) => ID),
      readers: grants.filter(({ privilege }) => privilege === 'SELECT').map(({ grantee_name: role }) => role),
    };
  }

  /** The same, by what the source has. */
  async function expected(): Promise<Content> {
    const rows = async (condition: string) => (await replicator.master.query<{ id: string; name: string; amount: string }>(`SELECT id::text, name, amount::text FROM victim WHERE happened IS ${condition} 'infinity' ORDER BY victim.id`)).rows;
    return {
      live: (await rows('DISTINCT FROM')).map(({ id, name, amount }) => [id, name, amount].join(' ')),
      quarantined: (await rows('NOT DISTINCT FROM')).map(({ id }) => id),
      readers: ['ANALYST'],
    };
  }

  async function bookkeeping(): Promise<object> {
    const { control } = replicator.warehouse;
    const batches = await control.execute(`SELECT BATCH FROM DB.HOLDFAST.REPLICATION_LEDGER ORDER BY BATCH`);
    const tables = await control.execute(`SELECT TABLE_NAME FROM DB.INFORMATION_SCHEMA.TABLES WHERE STARTSWITH(TABLE_NAME, 'HF_')`);
    const numbers = batches.map(({ BATCH }) => Number(BATCH));
    return { batches: numbers.every((number, index) => number === index + 1) ? 'each once' : numbers, leftovers: tables.map(({ TABLE_NAME }) => TABLE_NAME) };
  }
});
