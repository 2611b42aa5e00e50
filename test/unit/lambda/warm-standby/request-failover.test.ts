import { FailoverRefused, type FailoverRequest } from '../../../../lambda/warm-standby/contract';
import { requestFailover } from '../../../../lambda/warm-standby/request-failover';
import { at, MemoryRuns, now, PRIMARY, STANDBY } from './fixtures';

const UNPLANNED: FailoverRequest = { kind: 'unplanned', requestedBy: 'alarm ServiceUnreachable', reason: 'no answer' };
const PLANNED: FailoverRequest = { kind: 'planned', requestedBy: 'operator', reason: 'maintenance' };

let runs: MemoryRuns;
let started: Map<string, { status: string; input: unknown }>;
let authority: { epoch: number; activeRegion: string } | undefined;
beforeEach(() => {
  runs = new MemoryRuns();
  started = new Map();
  authority = { epoch: 1, activeRegion: PRIMARY };
});

const request = (asked: FailoverRequest) =>
  requestFailover(asked, {
    region: STANDBY,
    register: { highest: async () => ({ authority, answered: 2 }) },
    runs,
    executions: {
      statusOf: async (name) => started.get(name)?.status,
      start: async (name, input) => {
        const alreadyStarted = started.has(name);
        if (!alreadyStarted) started.set(name, { status: 'RUNNING', input });
        return { executionArn: `arn:${name}`, alreadyStarted };
      },
    },
    now,
  });

describe('requestFailover', () => {
  it('begins the next epoch, and names the execution after it', async () => {
    await expect(request(PLANNED)).resolves.toEqual({ operationId: 'epoch-2', executionArn: 'arn:epoch-2', status: 'started' });
    expect(started.get('epoch-2')!.input).toMatchObject({ operationId: 'epoch-2', run: { epoch: 2, kind: 'planned', requestedAt: at(0), lastServedAt: at(0) } });
  });

  it('makes one failover of two triggers, also of two at once', async () => {
    const answers = await Promise.all([request(PLANNED), request(PLANNED)]);
    const late = await request(UNPLANNED);

    expect([...started.keys()]).toEqual(['epoch-2']);
    expect(answers.map(({ status }) => status).sort()).toEqual(['running', 'started']);
    expect(late).toMatchObject({ operationId: 'epoch-2', status: 'running' });
  });

  it.each(['FAILED', 'ABORTED', 'TIMED_OUT'])('resumes an execution that ended as %s under the next name of the same epoch, counting from the last answer', async (status) => {
    runs.seenAt = at(-300);
    await request(UNPLANNED);
    started.get('epoch-2')!.status = status;
    await runs.note(2, { status: 'failed' });

    await expect(request(UNPLANNED)).resolves.toMatchObject({ operationId: 'epoch-2_2', status: 'started' });
    expect(started.get('epoch-2_2')!.input).toMatchObject({ run: { epoch: 2, lastServedAt: at(-300) } });
  });

  it.each([
    ['that works', -60, 0],
    ['that its first attempt has interrupted', -600, -600],
  ])('resumes a planned failover of a service %s', async (_case, seenSecond, lastServedSecond) => {
    runs.seenAt = at(seenSecond);
    started.set('epoch-2', { status: 'FAILED', input: undefined });
    await runs.note(2, { status: 'failed', lastServedAt: at(-700) });

    await request(PLANNED);

    expect(started.get('epoch-2_2')!.input).toMatchObject({ run: { lastServedAt: at(lastServedSecond) } });
  });

  it('resumes in its own epoch when it has begun it already', async () => {
    authority = { epoch: 2, activeRegion: STANDBY };
    await runs.note(2, { status: 'failed', requestedAt: at(-600), lastServedAt: at(-700) });
    started.set('epoch-2', { status: 'FAILED', input: undefined });

    await expect(request(UNPLANNED)).resolves.toMatchObject({ operationId: 'epoch-2_2' });
  });

  it('has nothing to do in the active region', async () => {
    authority = { epoch: 2, activeRegion: STANDBY };
    await runs.note(2, { status: 'succeeded' });

    await expect(request(PLANNED)).resolves.toEqual({ operationId: null, executionArn: null, status: 'already-active' });
    expect(started.size).toBe(0);
  });

  it('does not let a late alarm move a service that answered meanwhile', async () => {
    runs.seenAt = at(-60);

    await expect(request(UNPLANNED)).resolves.toMatchObject({ status: 'service-answers' });
    expect(started.size).toBe(0);
    runs.seenAt = at(-120);
    await expect(request(UNPLANNED)).resolves.toMatchObject({ status: 'started' });
  });

  it('counts an unplanned loss of service from the last answer', async () => {
    runs.seenAt = at(-240);

    await request(UNPLANNED);

    expect(started.get('epoch-2')!.input).toMatchObject({ run: { lastServedAt: at(-240) } });
  });

  it('refuses a system that was never prepared', async () => {
    authority = undefined;

    await expect(request(PLANNED)).rejects.toThrow(FailoverRefused);
  });

  it('gives up after twenty attempts', async () => {
    for (let attempt = 1; attempt <= 20; attempt += 1) started.set(attempt === 1 ? 'epoch-2' : `epoch-2_${attempt}`, { status: 'FAILED', input: undefined });

    await expect(request(PLANNED)).rejects.toThrow('epoch 2 was tried 20 times');
  });

  it.each<[string, unknown, RegExp]>([
    ['another kind', { ...PLANNED, kind: 'sudden' }, /kind/],
    ['nobody who asks', { ...PLANNED, requestedBy: '' }, /requestedBy/],
    ['no reason', { kind: 'planned', requestedBy: 'operator' }, /reason/],
    ['something else', { ...PLANNED, force: true }, /force/],
  ])('refuses a request with %s, and starts nothing', async (_case, asked, message) => {
    await expect(request(asked as FailoverRequest)).rejects.toThrow(message);
    expect(started.size).toBe(0);
  });
});
