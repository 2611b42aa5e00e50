import { collectingYoung } from '../../../../../lambda/snowflake-replicator/load/collect-young';

describe('collectingYoung', () => {
  const before = Object.getOwnPropertyDescriptor(globalThis, 'gc');
  let collected: unknown[];

  beforeEach(() => {
    jest.useFakeTimers();
    collected = [];
    Object.defineProperty(globalThis, 'gc', { value: (options: unknown) => void collected.push(options), configurable: true });
  });

  afterEach(() => {
    jest.useRealTimers();
    if (before) Object.defineProperty(globalThis, 'gc', before);
    else Reflect.deleteProperty(globalThis, 'gc');
  });

  test('has young objects collected while the work goes on, and not afterwards', async () => {
    const work = Promise.withResolvers<string>();
    const done = collectingYoung(() => work.promise);

    jest.advanceTimersByTime(100);
    work.resolve('done');

    await expect(done).resolves.toBe('done');
    expect(collected).toEqual(Array(5).fill({ type: 'minor' }));
    expect(jest.getTimerCount()).toBe(0);
  });

  test('stops when the work fails', async () => {
    await expect(collectingYoung(() => Promise.reject(new Error('it broke')))).rejects.toThrow('it broke');
    expect(jest.getTimerCount()).toBe(0);
  });

  test('works where V8 does not offer it', async () => {
    Reflect.deleteProperty(globalThis, 'gc');

    await expect(collectingYoung(() => Promise.resolve(jest.getTimerCount()))).resolves.toBe(0);
  });
});
