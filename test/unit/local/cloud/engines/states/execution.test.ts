import { startExecution } from '../../../../../../local/cloud/engines/states/execution';
import { TaskFailure } from '../../../../../../local/cloud/engines/states/failure';
import { answering, EXECUTION_ARN, INVOKE, machineOf, outline, ROLE_ARN, runMachine, secondsOf, STARTED_AT, startMachine } from '../../../../../support/run-state-machine';

const never = () => new Promise<never>(() => undefined);
const THREE_STATES = machineOf({ First: { Type: 'Wait', Seconds: 10, Next: 'Second' }, Second: { Type: 'Task', Resource: INVOKE, Next: 'Third' }, Third: { Type: 'Pass', End: true } });

describe('an execution', () => {
  test('is known by its ARN', () => {
    const { execution } = startMachine(THREE_STATES, { tasks: never });

    expect(execution).toMatchObject({ arn: EXECUTION_ARN, name: 'run-1', stateMachineArn: 'arn:aws:states:eu-central-1:111111111111:stateMachine:Restore', status: 'RUNNING', redriveCount: 0 });
    execution.stop();
  });

  test('records its start with its input as it was written, and its end with its output', async () => {
    const { run } = await runMachine(machineOf({ A: { Type: 'Succeed' } }), { input: { a: 1 } });

    expect(run.execution.history.at(0)).toMatchObject({
      id: 1,
      previousEventId: 0,
      type: 'ExecutionStarted',
      timestamp: expect.any(Date) as Date,
      executionStartedEventDetails: { input: '{"a":1}', inputDetails: { truncated: false }, roleArn: ROLE_ARN },
    });
    expect(run.execution.history.at(-1)).toMatchObject({ type: 'ExecutionSucceeded', executionSucceededEventDetails: { output: '{"a":1}', outputDetails: { truncated: false } } });
  });

  test('knows when it started and stopped, in cloud time', async () => {
    const { run } = await runMachine(machineOf({ A: { Type: 'Wait', Seconds: 60, End: true } }));

    const { startDate, stopDate } = run.execution;
    expect([startDate, stopDate].map((date) => Math.round((date!.getTime() - STARTED_AT.getTime()) / 1000))).toEqual([0, 60]);
  });

  test('reports each event as it happens', async () => {
    const seen: unknown[] = [];
    const { run } = await runMachine(THREE_STATES, { tasks: answering(1), onEvent: (event) => seen.push(event) });

    expect(seen).toEqual(run.execution.history);
  });

  test('refuses an input that is not JSON', () => {
    const { clock, tokens } = startMachine(machineOf({ A: { Type: 'Succeed' } }));

    expect(() => startWithInput('{', clock, tokens)).toThrow('the input is not JSON');
  });

  describe('with a timeout', () => {
    test('ends TIMED_OUT, without error and cause', async () => {
      const { status, error, cause, run } = await runMachine(machineOf({ A: { Type: 'Wait', Seconds: 60, End: true } }, { TimeoutSeconds: 30 }));

      expect([status, error, cause]).toEqual(['TIMED_OUT', undefined, undefined]);
      expect(outline(run.execution.history)).toEqual(['1 ExecutionStarted <- 0', '2 WaitStateEntered <- 0', '3 ExecutionTimedOut <- 0']);
      expect(run.execution.history[2]).toMatchObject({ executionTimedOutEventDetails: { error: 'States.Timeout' } });
      expect(secondsOf(run.execution.history, 'ExecutionTimedOut')).toEqual([30]);
    });

    test('cannot be caught', async () => {
      const definition = machineOf({ A: { Type: 'Task', Resource: INVOKE, Catch: [{ ErrorEquals: ['States.ALL'], Next: 'B' }], End: true }, B: { Type: 'Succeed' } }, { TimeoutSeconds: 30 });

      expect(await runMachine(definition, { tasks: never })).toMatchObject({ status: 'TIMED_OUT' });
    });

    test('succeeds when it ends in time', async () => {
      expect(await runMachine(machineOf({ A: { Type: 'Wait', Seconds: 29, End: true } }, { TimeoutSeconds: 30 }))).toMatchObject({ status: 'SUCCEEDED' });
    });
  });

  describe('that is stopped', () => {
    test('ends ABORTED with the error and cause it is given', async () => {
      const run = startMachine(THREE_STATES);
      run.clock.after(5000, () => run.execution.stop('Manual', 'a rehearsal'));

      expect(await run.finish()).toEqual({ status: 'ABORTED', error: 'Manual', cause: 'a rehearsal' });
      expect(outline(run.execution.history)).toEqual(['1 ExecutionStarted <- 0', '2 WaitStateEntered <- 0', '3 ExecutionAborted <- 0']);
      expect(run.execution.history[2]?.executionAbortedEventDetails).toEqual({ error: 'Manual', cause: 'a rehearsal' });
    });

    test('needs no reason', async () => {
      const run = startMachine(THREE_STATES);
      run.execution.stop();

      expect(await run.finish()).toEqual({ status: 'ABORTED' });
      expect(run.execution.history.at(-1)?.executionAbortedEventDetails).toEqual({});
    });

    test('tells the task that nobody waits for it any more', async () => {
      const run = startMachine(machineOf({ A: { Type: 'Task', Resource: INVOKE, End: true } }), { tasks: never });
      run.clock.after(5000, () => run.execution.stop());

      await run.finish();
      expect(run.requests[0]?.signal.aborted).toBe(true);
    });

    test('stays as it ended, whatever comes later', async () => {
      const run = startMachine(machineOf({ A: { Type: 'Wait', Seconds: 60, End: true } }, { TimeoutSeconds: 90 }));
      run.clock.after(5000, () => run.execution.stop('First'));
      await run.finish();

      run.execution.stop('Second');
      await run.clock.pass(200_000);

      expect([run.execution.status, run.execution.history.length]).toEqual(['ABORTED', 3]);
    });
  });

  describe('whose states are watched', () => {
    test('announces each state with its input before it does anything', async () => {
      const seen: unknown[] = [];
      await runMachine(THREE_STATES, { input: { a: 1 }, tasks: answering(2), onStateEntered: (state) => void seen.push(state) });

      expect(seen).toEqual([
        { name: 'First', type: 'Wait', input: { a: 1 } },
        { name: 'Second', type: 'Task', input: { a: 1 } },
        { name: 'Third', type: 'Pass', input: 2 },
      ]);
    });

    test.each(['First', 'Second', 'Third'])('can be stopped in %s', async (victim) => {
      const run = startMachine(THREE_STATES, { tasks: answering(2), onStateEntered: ({ name }) => (name === victim ? run.execution.stop('Stopped', name) : undefined) });

      expect(await run.finish()).toEqual({ status: 'ABORTED', error: 'Stopped', cause: victim });
      expect(run.execution.history.at(-2)).toMatchObject({ stateEnteredEventDetails: { name: victim } });
    });

    test('waits for the watcher', async () => {
      const run = startMachine(machineOf({ A: { Type: 'Pass', End: true } }), { onStateEntered: () => run.clock.sleep(7000) });

      await run.finish();
      expect(secondsOf(run.execution.history, 'PassStateExited')).toEqual([7]);
    });

    test('takes a TaskFailure of the watcher for its own, so that it can be retried and caught', async () => {
      const definition = machineOf({ A: { Type: 'Task', Resource: INVOKE, Catch: [{ ErrorEquals: ['Killed'], Next: 'B' }], End: true }, B: { Type: 'Succeed' } });
      const onStateEntered = ({ name }: { readonly name: string }) => {
        if (name === 'A') throw new TaskFailure('Killed', 'by the watcher');
      };

      expect(await runMachine(definition, { onStateEntered })).toMatchObject({ output: '{"Error":"Killed","Cause":"by the watcher"}' });
    });
  });

  test('fails when its history is full, and the last event says so', async () => {
    const loop = machineOf({ Loop: { Type: 'Choice', Choices: [{ Variable: '$.spin', BooleanEquals: true, Next: 'Loop' }] } });

    const { status, error, cause, run } = await runMachine(loop, { input: { spin: true } });

    expect([status, error, cause]).toEqual(['FAILED', 'States.Runtime', 'The execution reached the maximum number of history events (25000).']);
    expect(outline(run.execution.history).slice(-2)).toEqual(['24999 ChoiceStateExited <- 24998', '25000 ExecutionFailed <- 24999']);
  });

  test('fails when its history is full inside a branch', async () => {
    const loop = machineOf({ Loop: { Type: 'Choice', Choices: [{ Variable: '$.spin', BooleanEquals: true, Next: 'Loop' }] } });
    const definition = machineOf({ P: { Type: 'Parallel', Branches: [loop], Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Q' }], End: true }, Q: { Type: 'Succeed' } });

    expect(await runMachine(definition, { input: { spin: true } })).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
  });
});

function startWithInput(input: string, clock: ReturnType<typeof startMachine>['clock'], tokens: ReturnType<typeof startMachine>['tokens']): void {
  startExecution({ machine: { definition: { StartAt: 'A', States: { A: { Type: 'Succeed' } } } }, arn: EXECUTION_ARN, roleArn: ROLE_ARN, input, clock, tokens, random: () => 0, tasks: { run: never } });
}
