import { OpenSessions } from '../../../../../lambda/snowflake-replicator/load/open-sessions';

/** Sessions that are numbered as they are asked for, and open or fail when the test says so. */
function sessionsToSettle(): { readonly sessions: OpenSessions<number>; readonly asked: PromiseWithResolvers<number>[] } {
  const asked: PromiseWithResolvers<number>[] = [];
  const sessions = new OpenSessions(() => {
    const opening = Promise.withResolvers<number>();
    asked.push(opening);
    return opening.promise;
  });
  return { sessions, asked };
}

it('opens a session once for all who ask for its position, also while it is being opened', async () => {
  const { sessions, asked } = sessionsToSettle();

  const both = [sessions.at(0), sessions.at(0)];
  asked[0]?.resolve(1);

  expect(await Promise.all([...both, sessions.at(0)])).toEqual([1, 1, 1]);
  expect(asked).toHaveLength(1);
});

it('opens another for each position', async () => {
  const { sessions, asked } = sessionsToSettle();

  const both = Promise.all([sessions.at(0), sessions.at(1)]);
  for (const [index, opening] of asked.entries()) opening.resolve(index);

  expect(await both).toEqual([0, 1]);
  expect(sessions.size).toBe(2);
});

it('opens anew what could not be opened', async () => {
  const { sessions, asked } = sessionsToSettle();

  const first = sessions.at(0);
  asked[0]?.reject(new Error('no answer'));
  await expect(first).rejects.toThrow('no answer');
  const second = sessions.at(0);
  asked[1]?.resolve(2);

  expect(await second).toBe(2);
});

it('names those that arrive after another could not be opened', async () => {
  const { sessions, asked } = sessionsToSettle();

  const both = Promise.all([sessions.at(0), sessions.at(1)]);
  asked[0]?.reject(new Error('no answer'));
  await expect(both).rejects.toThrow('no answer');
  const all = sessions.all();
  asked[1]?.resolve(1);

  expect(await all).toEqual([1]);
});
