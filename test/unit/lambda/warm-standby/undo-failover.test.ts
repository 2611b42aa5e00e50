import { NotReversible } from '../../../../lambda/warm-standby/contract';
import type { Authority } from '../../../../lambda/warm-standby/authority-register';
import { undoFailover } from '../../../../lambda/warm-standby/undo-failover';
import { instanceOf, MemoryInstances, MemoryRuns, now, PRIMARY, STANDBY } from './fixtures';

let runs: MemoryRuns;
let instances: MemoryInstances;
let held: Authority | undefined;
let calls: string[];
let failing: string | undefined;
let execution: string;
beforeEach(async () => {
  runs = new MemoryRuns();
  await runs.note(2, { operationId: 'epoch-2_2', status: 'failed' });
  instances = new MemoryInstances().add(instanceOf());
  held = { epoch: 2, activeRegion: STANDBY };
  calls = [];
  failing = undefined;
  execution = 'FAILED';
});

const call = (name: string) => {
  if (failing === name) throw new Error(`${name} failed`);
  calls.push(name);
};

const undo = () =>
  undoFailover(
    {},
    {
      region: STANDBY,
      peerRegion: PRIMARY,
      instance: 'shop',
      instances,
      register: {
        own: async () => held,
        begin: async (authority, where) => {
          call(`begin epoch ${authority.epoch} of ${authority.activeRegion} at ${where.join(', ')}`);
          held = authority;
        },
      },
      runs,
      peerOpenDatabase: { call: async <T>(input: unknown) => (call(`open ${(input as { epoch: number }).epoch}`), undefined as T) },
      failovers: { statusOf: async (name) => (name === 'epoch-2_2' ? execution : undefined) },
      rebuilds: { start: async (name) => (call(`start ${name}`), { executionArn: name, alreadyStarted: false }) },
      now,
    },
  );

const ALL = [`begin epoch 3 of ${PRIMARY} at witness, own, peer`, 'open 3', 'start undo-of-epoch-2'];

describe('undoFailover', () => {
  it('gives the role back in a later epoch, opens the other database and takes the tasks away', async () => {
    await expect(undo()).resolves.toEqual({ undone: true, epoch: 3 });
    expect(calls).toEqual(ALL);
    expect(await runs.ofEpoch(2)).toMatchObject({ status: 'undone' });
  });

  it.each(['open 3', 'start undo-of-epoch-2'])('goes on where it was when %s failed', async (step) => {
    failing = step;
    await expect(undo()).rejects.toThrow(`${step} failed`);
    failing = undefined;
    calls = [];

    await expect(undo()).resolves.toEqual({ undone: true, epoch: 3 });
    expect(calls).toEqual(ALL);
  });

  it('does nothing the second time', async () => {
    await undo();
    calls = [];

    await expect(undo()).resolves.toEqual({ undone: false, epoch: null });
    expect(calls).toEqual([]);
  });

  it('does nothing in a region that has not begun anything', async () => {
    held = { epoch: 1, activeRegion: PRIMARY };

    await expect(undo()).resolves.toEqual({ undone: false, epoch: null });
    held = undefined;
    await expect(undo()).resolves.toEqual({ undone: false, epoch: null });
  });

  it('refuses once the database is promoted', async () => {
    instances.add(instanceOf({ replicatesFrom: undefined }));

    await expect(undo()).rejects.toThrow(/instance shop is promoted: resume the failover/);
    expect(calls).toEqual([]);
  });

  it.each(['modifying', 'rebooting'])('refuses while the replica is %s, for its promotion may have begun', async (status) => {
    instances.add(instanceOf({ status }));

    await expect(undo()).rejects.toThrow(`instance shop is ${status}, its promotion may have begun`);
    expect(calls).toEqual([]);
  });

  it.each(['ABORTED', 'TIMED_OUT'])('takes back a failover whose execution was %s before it could say so', async (status) => {
    await runs.note(2, { status: 'running' });
    execution = status;

    await expect(undo()).resolves.toEqual({ undone: true, epoch: 3 });
  });

  it.each(['running', 'succeeded', 'undone'] as const)('refuses a failover that is %s', async (status) => {
    await runs.note(2, { status });
    execution = status === 'running' ? 'RUNNING' : 'SUCCEEDED';

    await expect(undo()).rejects.toThrow(NotReversible);
    expect(calls).toEqual([]);
  });

  it('opens nothing when somebody has begun a later epoch', async () => {
    failing = ALL[0];

    await expect(undo()).rejects.toThrow();
    expect(calls).toEqual([]);
  });
});
