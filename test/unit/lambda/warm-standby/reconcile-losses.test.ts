import type { UnreplicatedVersion } from '../../../../lambda/common/aws/object-versions';
import type { TablePosition } from '../../../../lambda/warm-standby/contract';
import { reconcileLosses } from '../../../../lambda/warm-standby/reconcile-losses';
import { captureOutput } from '../../../support/captured-output';
import { at, NOW, PRIMARY } from './fixtures';
import { StandbyDatabase } from './standby-database';

const output = captureOutput();
const LEASE_END = new Date(NOW.getTime() + 150_000);
const OBJECT = { key: 'invoice-1.pdf', versionId: 'v1', replicationStatus: 'PENDING', writtenAt: at(-5) };

let database: StandbyDatabase;
beforeAll(async () => {
  database = await StandbyDatabase.start();
});
beforeEach(() => database.prepare(1, PRIMARY, LEASE_END, NOW));
afterAll(() => database.stop());

interface Objects {
  readonly since?: string;
  readonly versions?: readonly UnreplicatedVersion[];
  readonly remainingMs?: number;
}

/** The old database of epoch 2, compared with where the new one began. */
async function reconcile(positions: readonly TablePosition[], { since, versions = [OBJECT], remainingMs = 900_000 }: Objects = {}) {
  const written: { key: string; content: unknown }[] = [];
  const asked: { epoch?: number; since?: Date | null } = {};
  const answer = await reconcileLosses(
    { operationId: 'epoch-2', epoch: 2, positions, ...(since && { since }) },
    {
      system: 'shop',
      tables: [{ schema: 'app', table: 'transactions', key: 'number' }],
      mostRows: 3,
      oldDatabase: async (epoch) => ((asked.epoch = epoch), database),
      versions: { notReplicated: async ({ since: from, isTimeUp }) => ((asked.since = from), { versions, isComplete: !isTimeUp() }) },
      reports: { writeJson: async (key, content) => void written.push({ key, content }) },
    },
    { awsRequestId: 'request', getRemainingTimeInMillis: () => remainingMs },
  );
  return { answer, written, asked };
}

const position = (lastNumber: number | null, gaps: readonly number[] = []): TablePosition => ({ table: 'app.transactions', lastNumber, gaps });

describe('reconcileLosses', () => {
  it('lists the rows after the end of the new database, and those in its gaps', async () => {
    await database.write(1, NOW, 1, 2, 3, 4, 5, 6);

    const { answer } = await reconcile([position(4, [2])]);

    expect(answer.lost).toEqual([{ table: 'app.transactions', numbers: [2, 5, 6], isComplete: true }]);
    expect(output.metric('LostRows')).toEqual([{ instance: 'shop', value: 3, unit: 'Count' }]);
  });

  it('says when there are more rows than the report takes', async () => {
    await database.write(1, NOW, 1, 2, 3, 4);

    const { answer, written } = await reconcile([position(null)]);

    expect(answer.lost).toEqual([{ table: 'app.transactions', numbers: [1, 2, 3], isComplete: false }]);
    expect(written[0]).toMatchObject({ content: { tables: [{ isComplete: false }] } });
  });

  it('does not count a gap that was one before', async () => {
    await database.write(1, NOW, 1, 3);

    const { answer } = await reconcile([position(3, [2])]);

    expect(answer.lost).toEqual([{ table: 'app.transactions', numbers: [], isComplete: true }]);
    expect(output.metric('LostRows')).toEqual([expect.objectContaining({ value: 0 })]);
  });

  it.each<[string, readonly TablePosition[]]>([
    ['came through empty', [position(null)]],
    ['is not in the report', []],
  ])('lists all rows of a table that %s', async (_case, positions) => {
    await database.write(1, NOW, 1, 2);

    expect((await reconcile(positions)).answer.lost).toEqual([{ table: 'app.transactions', numbers: [1, 2], isComplete: true }]);
  });

  it('does not call everything lost where nobody knows where the new database began', async () => {
    await database.write(1, NOW, 1);

    const { answer } = await reconcile([{ ...position(null), unread: 'canceling statement due to statement timeout' }]);

    expect(answer.lost).toEqual([{ table: 'app.transactions', numbers: [], isComplete: false }]);
  });

  it('keeps the rows whole, so that they can be entered again, and the objects that never left', async () => {
    await database.write(1, NOW, 1);

    const { answer, written, asked } = await reconcile([position(null)]);

    expect(asked.epoch).toBe(2);
    expect(answer).toMatchObject({ reportKey: 'losses/epoch-2.json', objects: [OBJECT] });
    expect(written).toHaveLength(1);
    expect(written[0]).toMatchObject({ key: 'losses/epoch-2.json', content: { system: 'shop', epoch: 2, tables: [{ rows: [{ number: 1, row: { number: 1, payload: 'transaction 1', epoch: 1 } }] }], objects: [OBJECT] } });
  });

  it.each<[string, string | undefined, string | null]>([
    ['all objects of the bucket, however old', undefined, null],
    ['objects written since a moment', at(-86_400), at(-86_400)],
  ])('looks at %s, and says so in the report and to whoever asks', async (_case, since, told) => {
    const { answer, written, asked } = await reconcile([], { ...(since && { since }) });

    expect(asked.since).toEqual(told === null ? null : new Date(told));
    expect(answer).toMatchObject({ objectsSince: told, objectsComplete: true, objectCount: 1 });
    expect(written[0]!.content).toMatchObject({ objectsSince: told, objectsComplete: true });
  });

  it('says when there was no time to look at all objects: the rows are told all the same', async () => {
    const { answer, written } = await reconcile([position(null)], { remainingMs: 30_000 });

    expect(answer).toMatchObject({ objectsComplete: false, lost: [{ isComplete: true }] });
    expect(written[0]!.content).toMatchObject({ objectsComplete: false });
  });

  it('answers with no more objects than an answer can hold; the report has all', async () => {
    const versions = Array.from({ length: 1_001 }, (_, index) => ({ ...OBJECT, key: `invoice-${index}.pdf` }));
    const { answer, written } = await reconcile([], { versions });

    expect([answer.objects.length, answer.objectCount]).toEqual([1_000, 1_001]);
    expect((written[0]!.content as typeof answer).objects).toHaveLength(1_001);
  });
});
