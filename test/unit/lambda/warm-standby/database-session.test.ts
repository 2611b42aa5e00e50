import { OwnDatabase, type Session } from '../../../../lambda/warm-standby/database-session';
import { DatabaseUnreachable } from '../../../../lambda/warm-standby/contract';
import type { ConnectionDetails } from '../../../../lambda/common/postgres/connect';
import { instanceOf, MemoryInstances } from './fixtures';

const failure = (code: string, message = code) => Object.assign(new Error(message), { code });

let instances: MemoryInstances;
let connected: ConnectionDetails[];
let ended: number;
let refusal: Error | undefined;
let unreachable: string | undefined;
beforeEach(() => {
  instances = new MemoryInstances().add(instanceOf());
  connected = [];
  ended = 0;
  refusal = undefined;
  unreachable = undefined;
});

const database = () =>
  new OwnDatabase({
    instances,
    instance: 'shop',
    secret: { read: async () => ({ username: 'holdfast_admin', password: 'hunter2' }) },
    database: 'shop',
    connect: (async (details: ConnectionDetails) => {
      connected.push(details);
      if (refusal) throw refusal;
      if (details.host === unreachable) throw failure('ENOTFOUND');
      return { query: async () => ({ rows: [{ one: 1 }], rowCount: 1 }), end: async () => void (ended += 1) } satisfies Session;
    }) as unknown as ConstructorParameters<typeof OwnDatabase>[0]['connect'],
  });

describe('OwnDatabase', () => {
  it('lends a session of the administrator, at the address that the instance has now, and closes it', async () => {
    await expect(database().use(async (session) => (await session.query('SELECT 1 AS one')).rows)).resolves.toEqual([{ one: 1 }]);

    expect(connected).toEqual([expect.objectContaining({ host: 'shop.example.test', port: 5432, database: 'shop', user: 'holdfast_admin', password: 'hunter2' })]);
    expect(ended).toBe(1);
  });

  it('goes the same way again without asking, and asks when it leads nowhere any more', async () => {
    const own = database();
    const hosts = () => connected.map(({ host }) => host);

    await own.use(async () => undefined);
    instances.add(instanceOf({ endpoint: 'moved.example.test' }));
    await own.use(async () => undefined);
    expect(hosts()).toEqual(['shop.example.test', 'shop.example.test']);

    unreachable = 'shop.example.test';
    await own.use(async () => undefined);
    await own.use(async () => undefined);
    expect(hosts().slice(2)).toEqual(['shop.example.test', 'moved.example.test', 'moved.example.test']);
  });

  it('closes the session of work that fails, and lets an answer of the server pass', async () => {
    const answer = failure('HF001', 'writes are refused');

    await expect(database().use(async () => Promise.reject(answer))).rejects.toBe(answer);
    expect(ended).toBe(1);
  });

  it.each([failure('ECONNRESET'), failure('EPIPE'), new Error('Connection terminated unexpectedly')])('says that the way to the database broke: %s', async (error) => {
    await expect(database().use(async () => Promise.reject(error))).rejects.toThrow(DatabaseUnreachable);
    expect(ended).toBe(1);
  });

  it('says that nobody listens, and not the password', async () => {
    refusal = failure('ECONNREFUSED', 'connect ECONNREFUSED');

    await expect(database().use(async () => undefined)).rejects.toThrow(/shop cannot be reached: connect ECONNREFUSED/);
    await expect(database().use(async () => undefined)).rejects.not.toThrow(/hunter2/);
  });

  it.each<[string, MemoryInstances, RegExp]>([
    ['there is no instance', new MemoryInstances(), /instance shop does not exist/],
    ['it is still being made', new MemoryInstances().add(instanceOf({ endpoint: undefined, status: 'creating' })), /instance shop is creating and has no endpoint/],
  ])('waits when %s', async (_case, found, message) => {
    instances = found;

    await expect(database().use(async () => undefined)).rejects.toThrow(message);
    expect(connected).toEqual([]);
  });
});
