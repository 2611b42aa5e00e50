import type { AuditEvent } from '../../../lambda/common/audit-log';
import type { Execution } from '../../../lambda/common/aws/executions';
import { follow } from '../../../bin/commands/aurora-restore/follow';
import { outputOf } from '../../../bin/commands/aurora-restore/output-of';
import { FakeOperator } from '../../support/fake-operator';

const event = (sequence: number, details = '{}'): AuditEvent => ({
  operation_id: 'run-1',
  sequence: String(sequence).padStart(10, '0'),
  timestamp: '2026-01-01T00:00:00.000Z',
  event_type: `Event${sequence}`,
  event_details: details,
  status: 'info',
  previous_hash: '',
  hash: '',
});

const execution = (status: string, rest: Partial<Execution> = {}): Execution => ({ name: 'run-1', status, startedAt: new Date(0), stoppedAt: undefined, ...rest });

/** A run whose looks answer with these, one after the other. */
function pipelineOf(looks: readonly { readonly execution: Execution | undefined; readonly events: readonly AuditEvent[] }[]) {
  let look = -1;
  return {
    executions: { find: async () => looks[(look += 1)]!.execution },
    audit: { events: async () => looks[look]!.events },
  } as unknown as Parameters<typeof follow>[0];
}

describe('follow', () => {
  test('tells each event once, the last ones too, and answers how the run ended', async () => {
    const operator = new FakeOperator();
    const pipeline = pipelineOf([
      { execution: execution('RUNNING'), events: [event(1)] },
      { execution: execution('RUNNING'), events: [event(1), event(2)] },
      { execution: execution('SUCCEEDED'), events: [event(1), event(2), event(3)] },
    ]);

    const ended = await follow(pipeline, 'run-1', 'run-1', operator);

    expect(ended.status).toBe('SUCCEEDED');
    expect(operator.told.map((line) => /Event\d/.exec(line)?.[0])).toEqual(['Event1', 'Event2', 'Event3']);
    expect(operator.pauses).toBe(2);
  });

  test('shortens what would fill the screen', async () => {
    const operator = new FakeOperator();

    await follow(pipelineOf([{ execution: execution('SUCCEEDED'), events: [event(1, 'x'.repeat(1_000))] }]), 'run-1', 'run-1', operator);

    expect(operator.told[0]!.length).toBeLessThan(200);
  });

  test('fails when there is no such execution', async () => {
    await expect(follow(pipelineOf([{ execution: undefined, events: [] }]), 'run-9', 'run-9', new FakeOperator())).rejects.toThrow(/operation: "run-9" is not allowed/);
  });
});

describe('outputOf', () => {
  test('fails with the message of the function that failed', () => {
    const failed = execution('FAILED', { error: 'AuroraRestore.NoUsableSnapshot', cause: JSON.stringify({ errorMessage: 'there is none', trace: ['at x'] }) });

    expect(() => outputOf(failed)).toThrow(/^execution run-1 ended as FAILED, AuroraRestore\.NoUsableSnapshot: there is none$/);
  });

  test('keeps a cause that is text', () => {
    expect(() => outputOf(execution('TIMED_OUT', { error: 'States.Timeout', cause: 'too long' }))).toThrow(/States\.Timeout: too long/);
  });
});
