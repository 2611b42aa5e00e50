import { SourceBusy } from '../../../../../lambda/snowflake-replicator/contract';
import { checkLoad } from '../../../../../lambda/snowflake-replicator/postgres/governor';

const LIMITS = { mostSessions: 12, mostActiveSessions: 64, mostReplicaLagBytes: 1000 };

/** A source that has so much to do. */
function source(load: Partial<Record<'ours' | 'active' | 'lag', number>>) {
  return { queryOne: () => Promise.resolve({ ours: 1, active: 0, lag: 0, ...load }) };
}

describe('checkLoad', () => {
  test.each([
    [{ ours: 12, active: 64, lag: 1000 }, 0],
    [{ ours: 10 }, 2],
  ])('lets a source with %j be read through %d sessions more', async (load, more) => {
    await expect(checkLoad(source(load), LIMITS, more)).resolves.toBeUndefined();
  });

  test.each([
    [{ ours: 13 }, 0, /13 sessions of replicators, allowed are 12/],
    [{ ours: 11 }, 2, /11 sessions of replicators and 2 to come, allowed are 12/],
    [{ active: 65 }, 0, /65 other sessions at work, allowed are 64/],
    [{ lag: 1001 }, 0, /a replica 1001 bytes behind, allowed are 1000/],
  ])('leaves one with %j alone that is to be read through %d sessions more', async (load, more, words) => {
    const failure: unknown = await checkLoad(source(load), LIMITS, more).catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(SourceBusy);
    expect((failure as Error).message).toMatch(words);
  });
});
