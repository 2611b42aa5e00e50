import { requestRestore, type RequestRestoreInput } from '../../../../lambda/aurora-restore/request-restore';
import { InvalidInput } from '../../../../lambda/common/errors';
import { NOW, OPERATION, SETTINGS } from './fixtures';

/** Executions of a state machine in memory. A name can be used once. */
class MemoryExecutions {
  readonly inputs = new Map<string, unknown>();
  readonly statuses = new Map<string, string>();

  async start(name: string, input: unknown): Promise<{ executionArn: string; alreadyStarted: boolean }> {
    const alreadyStarted = this.inputs.has(name);
    if (!alreadyStarted) {
      this.inputs.set(name, input);
      this.statuses.set(name, 'RUNNING');
    }
    return { executionArn: `arn:of:${name}`, alreadyStarted };
  }

  async statusOf(name: string): Promise<string | undefined> {
    return this.statuses.get(name);
  }
}

describe('requestRestore', () => {
  let executions: MemoryExecutions;
  beforeEach(() => {
    executions = new MemoryExecutions();
  });
  const request = (input: unknown) => requestRestore(input as RequestRestoreInput, { settings: SETTINGS, executions, now: () => NOW });

  it('starts an execution named after the operation, which gets the id with the request', async () => {
    expect(await request({ snapshotIdentifier: 'nightly' })).toEqual({ operationId: OPERATION, executionArn: `arn:of:${OPERATION}`, status: 'started' });
    expect(executions.inputs.get(OPERATION)).toEqual({ operationId: OPERATION, snapshotIdentifier: 'nightly' });
  });

  it('starts one run for a schedule that fires twice, or late', async () => {
    await request({ scheduledTime: '2026-11-20T18:00:00Z' });
    const again = await request({ scheduledTime: '2026-11-20T18:00:00Z' });

    expect(again).toMatchObject({ operationId: 'orders-refresh-20261120t1800', status: 'running' });
    expect([...executions.inputs.keys()]).toEqual(['orders-refresh-20261120t1800']);
  });

  it('says of a run that has succeeded that it is done', async () => {
    await request({ operationId: 'friday' });
    executions.statuses.set('friday', 'SUCCEEDED');

    expect(await request({ operationId: 'friday' })).toMatchObject({ status: 'done', executionArn: 'arn:of:friday' });
  });

  test.each(['FAILED', 'TIMED_OUT', 'ABORTED'])('resumes a run that is %s under the next name', async (status) => {
    await request({ operationId: 'friday' });
    executions.statuses.set('friday', status);

    expect(await request({ operationId: 'friday' })).toEqual({ operationId: 'friday', executionArn: 'arn:of:friday_2', status: 'started' });
    expect(executions.inputs.get('friday_2')).toEqual({ operationId: 'friday' });
  });

  it('does not take the resumption of one operation for another operation', async () => {
    await request({ operationId: 'friday' });
    executions.statuses.set('friday', 'FAILED');
    await request({ operationId: 'friday' });
    executions.statuses.set('friday_2', 'SUCCEEDED');

    expect(await request({ operationId: 'friday-2' })).toEqual({ operationId: 'friday-2', executionArn: 'arn:of:friday-2', status: 'started' });
  });

  it('leaves an execution alone that somebody is about to redrive', async () => {
    await request({ operationId: 'friday' });
    executions.statuses.set('friday', 'PENDING_REDRIVE');

    expect(await request({ operationId: 'friday' })).toMatchObject({ status: 'running' });
  });

  it('gives a run up that has failed twenty times', async () => {
    for (let attempt = 1; attempt <= 20; attempt += 1) {
      const { executionArn } = await request({ operationId: 'friday' });
      executions.statuses.set(executionArn.replace('arn:of:', ''), 'FAILED');
    }

    await expect(request({ operationId: 'friday' })).rejects.toThrow('operation friday has failed 20 times');
  });

  test.each([
    ['a field that nobody knows', { snapshot: 'nightly' }],
    ['a time that is none', { scheduledTime: 'tonight' }],
    ['a time without its zone', { scheduledTime: '2026-11-20T18:00:00' }],
    ['an id that RDS would refuse', { operationId: 'Friday!' }],
    ['a text', 'restore'],
    ['nothing', null],
  ])('refuses %s before anything is started', async (_case, input) => {
    await expect(request(input)).rejects.toThrow(InvalidInput);
    expect(executions.inputs.size).toBe(0);
  });
});
