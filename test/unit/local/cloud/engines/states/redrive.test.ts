import { ExecutionNotRedrivable } from '../../../../../../local/cloud/engines/states/execution';
import { TaskFailure } from '../../../../../../local/cloud/engines/states/failure';
import { answering, INVOKE, machineOf, outline, runMachine, secondsOf, startMachine, type MachineRun, type RunOptions } from '../../../../../support/run-state-machine';

const fault = new TaskFailure('Probe.Retry', 'broken');
const task = (name: string, fields: object = {}) => machineOf({ [name]: { Type: 'Task', Resource: INVOKE, End: true, ...fields } });
const CONTEXT = { Parameters: { 'redrives.$': '$$.Execution.RedriveCount', 'retries.$': '$$.State.RetryCount' } };

/** Runs to the first end, redrives, and runs to the next. */
async function redriveOnce(definition: object, options: RunOptions): Promise<{ readonly run: MachineRun; readonly added: readonly string[]; readonly status: string; readonly output: string | undefined }> {
  const { run } = await runMachine(definition, options);
  const before = run.execution.history.length;
  run.execution.redrive();
  const { status, output } = await run.finish();
  return { run, added: outline(run.execution.history).slice(before), status, output };
}

/** The event chains below are those of recordings from AWS, with a task where the recordings have an activity. */
describe('redrive', () => {
  test('goes on from the failed state, without entering it again, and keeps what came before', async () => {
    const definition = machineOf({ Before: { Type: 'Task', Resource: INVOKE, Next: 'Work' }, Work: { Type: 'Task', Resource: INVOKE, ...CONTEXT, Next: 'After' }, After: { Type: 'Pass', End: true } });

    const { run, added, output } = await redriveOnce(definition, { tasks: answering(1, fault, { fixed: true }) });

    expect(output).toBe('{"fixed":true}');
    expect(run.requests.map(({ stateName, parameters }) => [stateName, parameters])).toEqual([
      ['Before', {}],
      ['Work', { redrives: 0, retries: 0 }],
      ['Work', { redrives: 1, retries: 0 }],
    ]);
    expect(outline(run.execution.history).slice(6, 11)).toEqual(['7 TaskStateEntered <- 6', '8 TaskScheduled <- 7', '9 TaskStarted <- 8', '10 TaskFailed <- 9', '11 ExecutionFailed <- 10']);
    expect(added).toEqual([
      '12 ExecutionRedriven <- 11',
      '13 TaskScheduled <- 7',
      '14 TaskStarted <- 13',
      '15 TaskSucceeded <- 14',
      '16 TaskStateExited <- 15',
      '17 PassStateEntered <- 16',
      '18 PassStateExited <- 17',
      '19 ExecutionSucceeded <- 18',
    ]);
    expect(run.execution.history[11]?.executionRedrivenEventDetails).toEqual({ redriveCount: 1 });
  });

  test('gives the Retriers all their attempts again, and can be done again', async () => {
    const { run } = await runMachine(task('Work', { Retry: [{ ErrorEquals: ['Probe.Retry'], MaxAttempts: 1 }], ...CONTEXT }), { tasks: answering(fault, fault, fault, fault, 'done') });

    run.execution.redrive();
    expect(await run.finish()).toMatchObject({ status: 'FAILED' });
    run.execution.redrive();

    expect(await run.finish()).toMatchObject({ status: 'SUCCEEDED', output: '"done"' });
    expect(run.execution.redriveCount).toBe(2);
    expect(run.requests.map(({ parameters }) => parameters)).toEqual([
      { redrives: 0, retries: 0 },
      { redrives: 0, retries: 1 },
      { redrives: 1, retries: 0 },
      { redrives: 1, retries: 1 },
      { redrives: 2, retries: 0 },
    ]);
  });

  test('runs only those branches again that failed or were stopped', async () => {
    const definition = machineOf({ Parallel: { Type: 'Parallel', Branches: [task('Succeeded'), task('Failed'), task('Aborted')], End: true } });
    const run = startMachine(definition, {
      tasks: async ({ stateName, signal }) => {
        if (run.execution.redriveCount > 0) return `${stateName} again`;
        if (stateName === 'Aborted') await run.clock.sleep(60_000, signal);
        await run.clock.sleep(stateName === 'Failed' ? 2000 : 1000);
        if (stateName === 'Failed') throw fault;
        return stateName;
      },
    });
    await run.finish();

    run.execution.redrive();

    expect(await run.finish()).toMatchObject({ status: 'SUCCEEDED', output: '["Succeeded","Failed again","Aborted again"]' });
    expect(outline(run.execution.history)).toEqual([
      '1 ExecutionStarted <- 0',
      '2 ParallelStateEntered <- 0',
      '3 ParallelStateStarted <- 2',
      '4 TaskStateEntered <- 3',
      '5 TaskScheduled <- 4',
      '6 TaskStarted <- 5',
      '7 TaskStateEntered <- 3',
      '8 TaskScheduled <- 7',
      '9 TaskStarted <- 8',
      '10 TaskStateEntered <- 3',
      '11 TaskScheduled <- 10',
      '12 TaskStarted <- 11',
      '13 TaskSucceeded <- 6',
      '14 TaskStateExited <- 13',
      '15 TaskFailed <- 9',
      '16 TaskStateAborted <- 15',
      '17 TaskStateAborted <- 15',
      '18 ParallelStateFailed <- 15',
      '19 ExecutionFailed <- 18',
      '20 ExecutionRedriven <- 19',
      '21 TaskScheduled <- 7',
      '22 TaskStarted <- 21',
      '23 TaskScheduled <- 10',
      '24 TaskStarted <- 23',
      '25 TaskSucceeded <- 22',
      '26 TaskSucceeded <- 24',
      '27 TaskStateExited <- 25',
      '28 TaskStateExited <- 26',
      '29 ParallelStateSucceeded <- 28',
      '30 ParallelStateExited <- 28',
      '31 ExecutionSucceeded <- 30',
    ]);
  });

  test('runs only those iterations again that failed or never began', async () => {
    const definition = machineOf({ Map: { Type: 'Map', MaxConcurrency: 1, ItemProcessor: task('Item'), End: true } });

    const { added, output } = await redriveOnce(definition, { input: ['a', 'b', 'c'], tasks: answering(1, fault, 2, 3) });

    expect(output).toBe('[1,2,3]');
    expect(added).toEqual([
      '20 ExecutionRedriven <- 19',
      '21 TaskScheduled <- 12',
      '22 TaskStarted <- 21',
      '23 TaskSucceeded <- 22',
      '24 TaskStateExited <- 23',
      '25 MapIterationSucceeded <- 24',
      '26 MapIterationStarted <- 24',
      '27 TaskStateEntered <- 26',
      '28 TaskScheduled <- 27',
      '29 TaskStarted <- 28',
      '30 TaskSucceeded <- 29',
      '31 TaskStateExited <- 30',
      '32 MapIterationSucceeded <- 31',
      '33 MapStateSucceeded <- 32',
      '34 MapStateExited <- 32',
      '35 ExecutionSucceeded <- 34',
    ]);
  });

  test('runs those iterations again whose failure had been tolerated until there were too many', async () => {
    const definition = machineOf({ Map: { Type: 'Map', MaxConcurrency: 1, ToleratedFailureCount: 1, ItemProcessor: task('Item'), End: true } });

    const { run, output } = await redriveOnce(definition, { input: ['a', 'b', 'c'], tasks: answering(fault, 1, fault, 2, 3) });

    expect(output).toBe('[2,1,3]');
    expect(run.execution.history.filter(({ type }) => type === 'MapIterationAborted')).toEqual([]);
  });

  test('records that such an iteration is stopped when it is running again', async () => {
    const definition = machineOf({ Map: { Type: 'Map', ToleratedFailureCount: 1, ItemProcessor: task('Item'), End: true } });
    const run = startMachine(definition, {
      input: ['a', 'b', 'c'],
      tasks: async ({ parameters, signal }) => {
        if (parameters === 'a' && run.execution.redriveCount > 0) await run.clock.sleep(60_000, signal);
        throw fault;
      },
    });
    await run.finish();
    const before = run.execution.history.length;

    run.execution.redrive();
    await run.finish();

    const aborted = run.execution.history.slice(before).filter(({ type }) => type === 'MapIterationAborted');
    expect(aborted.map(({ mapIterationAbortedEventDetails }) => mapIterationAbortedEventDetails?.index)).toEqual([0]);
  });

  test('starts the waiting iterations of a Map that was stopped before they began', async () => {
    const definition = machineOf({ Map: { Type: 'Map', MaxConcurrency: 2, ItemProcessor: machineOf({ Item: { Type: 'Wait', SecondsPath: '$', End: true } }), End: true } });
    const run = startMachine(definition, { input: [10, 10, 10] });
    run.clock.after(5000, () => run.execution.stop());
    await run.finish();

    run.execution.redrive();

    expect(await run.finish()).toMatchObject({ status: 'SUCCEEDED', output: '[10,10,10]' });
    expect(run.execution.history.filter(({ type }) => type === 'MapIterationStarted')).toHaveLength(3);
  });

  test('fails again in a Fail state', async () => {
    const { added, status } = await redriveOnce(machineOf({ A: { Type: 'Fail', Error: 'E' } }), {});

    expect([status, added]).toEqual(['FAILED', ['4 ExecutionRedriven <- 3', '5 ExecutionFailed <- 4']]);
  });

  test('evaluates the rules of a Choice again', async () => {
    const { added, status } = await redriveOnce(machineOf({ A: { Type: 'Choice', Choices: [{ Variable: '$.absent', IsNull: true, Next: 'B' }] }, B: { Type: 'Succeed' } }), {});

    expect([status, added]).toEqual(['FAILED', ['4 ExecutionRedriven <- 3', '5 ExecutionFailed <- 2']]);
  });

  test('begins the timeouts of the machine and of the task anew', async () => {
    const definition = { ...task('A', { TimeoutSeconds: 40 }), TimeoutSeconds: 30 };
    const { run, status, added } = await redriveOnce(definition, { tasks: () => new Promise(() => undefined) });

    expect([status, secondsOf(run.execution.history, 'ExecutionTimedOut')]).toEqual(['TIMED_OUT', [30, 60]]);
    expect(added).toEqual(['6 ExecutionRedriven <- 5', '7 TaskScheduled <- 2', '8 TaskStarted <- 7', '9 ExecutionTimedOut <- 0']);
  });

  test('waits no more for a timestamp that has passed meanwhile', async () => {
    const run = startMachine(machineOf({ A: { Type: 'Wait', Timestamp: '2026-03-14T00:01:00Z', End: true } }));
    run.clock.after(5000, () => run.execution.stop());
    await run.finish();
    await run.clock.pass(100_000);

    run.execution.redrive();

    await run.finish();
    expect(secondsOf(run.execution.history, 'WaitStateExited')).toEqual([105]);
  });

  test('runs a Parallel state as a whole that failed because its output was too large', async () => {
    const half = 'x'.repeat(200_000);
    const definition = machineOf({ P: { Type: 'Parallel', Branches: [task('A'), task('B')], End: true } });

    const { output, run } = await redriveOnce(definition, { tasks: answering(half, half, 1, 2) });

    expect(output).toBe('[1,2]');
    expect(secondsOf(run.execution.history, 'ParallelStateStarted')).toHaveLength(2);
  });

  test('says in the context object how often and when', async () => {
    const definition = task('A', { Parameters: { 'execution.$': '$$.Execution', 'entered.$': '$$.State.EnteredTime' } });
    const run = startMachine(definition, { tasks: answering(fault, 1) });
    await run.finish();
    await run.clock.pass(60_000);

    run.execution.redrive();
    await run.finish();

    const [first, second] = run.requests.map(({ parameters }) => parameters as { readonly execution: { readonly StartTime: string; readonly RedriveTime?: string }; readonly entered: string });
    expect(first?.execution.RedriveTime).toBeUndefined();
    expect(second?.execution).toMatchObject({ RedriveCount: 1, RedriveTime: run.execution.redriveDate?.toISOString(), StartTime: first?.execution.StartTime });
    expect(second?.entered).toBe(first?.entered);
  });

  test('takes no token of before', async () => {
    const run = startMachine(task('A', { Resource: `${INVOKE}.waitForTaskToken` }), { tasks: answering({}, {}) });
    run.clock.after(5000, () => run.execution.stop());
    await run.finish();
    run.execution.redrive();
    await run.clock.pass(1000);

    const [old, fresh] = run.requests.map(({ taskToken }) => taskToken!);

    expect(() => run.tokens.sendTaskSuccess(old!, '1')).toThrow(expect.objectContaining({ reason: 'TaskTimedOut' }) as Error);
    run.tokens.sendTaskSuccess(fresh!, '2');
    expect(await run.finish()).toMatchObject({ output: '2' });
  });

  test('can follow a stop at once, and hears nothing more of what was under way', async () => {
    const tasks: PromiseWithResolvers<unknown>[] = [];
    const run = startMachine(task('A'), {
      tasks: () => {
        tasks.push(Promise.withResolvers());
        return tasks.at(-1)!.promise;
      },
    });
    await run.clock.pass(1000);

    tasks[0]!.resolve('of before');
    run.execution.stop();
    run.execution.redrive();
    await run.clock.pass(1000);
    tasks[1]!.resolve('of now');

    expect(await run.finish()).toMatchObject({ status: 'SUCCEEDED', output: '"of now"' });
    expect(outline(run.execution.history).slice(4)).toEqual([
      '5 ExecutionAborted <- 0',
      '6 ExecutionRedriven <- 5',
      '7 TaskScheduled <- 2',
      '8 TaskStarted <- 7',
      '9 TaskSucceeded <- 8',
      '10 TaskStateExited <- 9',
      '11 ExecutionSucceeded <- 10',
    ]);
  });

  test('can follow a stop in the moment between two attempts at a task', async () => {
    const run = startMachine(task('A', { Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 5 }], ...CONTEXT }), { tasks: answering(fault, 1) });
    run.clock.after(5000, () => {
      run.execution.stop();
      run.execution.redrive();
    });
    await run.clock.pass(5000);

    expect(await run.finish()).toMatchObject({ status: 'SUCCEEDED', output: '1' });
    expect(run.requests.map(({ parameters }) => parameters)).toEqual([
      { redrives: 0, retries: 0 },
      { redrives: 1, retries: 0 },
    ]);
  });

  test('does not announce the state again to a watcher', async () => {
    const entered: string[] = [];
    await redriveOnce(task('A'), { tasks: answering(fault, 1), onStateEntered: ({ name }) => void entered.push(name) });

    expect(entered).toEqual(['A']);
  });

  test('is refused while the execution runs', async () => {
    const run = startMachine(machineOf({ A: { Type: 'Wait', Seconds: 10, End: true } }));

    expect(() => run.execution.redrive()).toThrow(new ExecutionNotRedrivable('Execution is RUNNING and cannot be redriven'));
    await run.finish();
  });

  test('is refused after a success', async () => {
    const { run } = await runMachine(machineOf({ A: { Type: 'Succeed' } }));

    expect(() => run.execution.redrive()).toThrow('Execution is SUCCEEDED and cannot be redriven');
  });

  test.each([
    [14, undefined],
    [14.01, 'Execution ended more than 14 days ago and cannot be redriven'],
  ])('%d days after the end: %s', async (days, reason) => {
    const { run } = await runMachine(machineOf({ A: { Type: 'Fail' } }));
    await run.clock.pass(days * 24 * 3_600_000 - 1000);

    expect(run.execution.reasonAgainstRedrive()).toBe(reason);
  });

  test('is refused when the history has no room left', async () => {
    const loop = machineOf({ Loop: { Type: 'Choice', Choices: [{ Variable: '$.spin', BooleanEquals: true, Next: 'Loop' }] } });
    const { run } = await runMachine(loop, { input: { spin: true } });

    expect(() => run.execution.redrive()).toThrow('Execution has 25000 history events and cannot be redriven');
  });
});
