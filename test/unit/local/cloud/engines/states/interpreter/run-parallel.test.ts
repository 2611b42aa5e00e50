import { TaskFailure } from '../../../../../../../local/cloud/engines/states/failure';
import { answering, INVOKE, machineOf, outline, outputOf, runMachine, secondsOf, startMachine } from '../../../../../../support/run-state-machine';

const wait = (name: string, seconds: number) => machineOf({ [name]: { Type: 'Wait', Seconds: seconds, Next: `${name}Done` }, [`${name}Done`]: { Type: 'Pass', Result: name, End: true } });
const failAfter = (name: string, seconds: number) => machineOf({ [name]: { Type: 'Wait', Seconds: seconds, Next: `${name}Fail` }, [`${name}Fail`]: { Type: 'Fail', Error: name, Cause: 'why' } });
const parallel = (branches: readonly object[], fields: object = {}, states: Record<string, object> = {}) => machineOf({ P: { Type: 'Parallel', Branches: branches, End: true, ...fields }, ...states });

describe('a Parallel state', () => {
  test('lasts as long as its longest branch and has the outputs in the order of the branches', async () => {
    const { output, run } = await runMachine(parallel([wait('Slow', 60), wait('Quick', 10)]));

    expect([output, secondsOf(run.execution.history, 'ExecutionSucceeded')]).toEqual(['["Slow","Quick"]', [60]]);
  });

  test('gives every branch what InputPath and Parameters make of its input', async () => {
    const branch = (name: string) => machineOf({ [name]: { Type: 'Pass', End: true } });

    expect(await outputOf(parallel([branch('A'), branch('B')], { InputPath: '$.in', Parameters: { 'n.$': '$.n' } }), { input: { in: { n: 1, m: 2 } } })).toEqual([{ n: 1 }, { n: 1 }]);
  });

  test('shapes its output by ResultSelector, ResultPath and OutputPath', async () => {
    const definition = parallel([wait('A', 0), wait('B', 0)], { ResultSelector: { 'first.$': '$[0]', 'all.$': '$' }, ResultPath: '$.result', OutputPath: '$.result' });

    expect(await outputOf(definition, { input: { x: 1 } })).toEqual({ first: 'A', all: ['A', 'B'] });
  });

  test('chains the events of each branch by themselves', async () => {
    const { run } = await runMachine(parallel([wait('A', 10), wait('B', 5)]));

    expect(outline(run.execution.history)).toEqual([
      '1 ExecutionStarted <- 0',
      '2 ParallelStateEntered <- 0',
      '3 ParallelStateStarted <- 2',
      '4 WaitStateEntered <- 3',
      '5 WaitStateEntered <- 3',
      '6 WaitStateExited <- 5',
      '7 PassStateEntered <- 6',
      '8 PassStateExited <- 7',
      '9 WaitStateExited <- 4',
      '10 PassStateEntered <- 9',
      '11 PassStateExited <- 10',
      '12 ParallelStateSucceeded <- 11',
      '13 ParallelStateExited <- 11',
      '14 ExecutionSucceeded <- 13',
    ]);
  });

  test('fails with the first error of a branch and stops the others', async () => {
    let signal: AbortSignal | undefined;
    const task = machineOf({ T: { Type: 'Task', Resource: INVOKE, End: true } });
    const { error, cause, run } = await runMachine(parallel([task, failAfter('Bad', 5), wait('Long', 3600)]), {
      tasks: (request) => {
        signal = request.signal;
        return new Promise(() => undefined);
      },
    });

    expect([error, cause, signal?.aborted, secondsOf(run.execution.history, 'ExecutionFailed')]).toEqual(['Bad', 'why', true, [5]]);
    expect(outline(run.execution.history).slice(3)).toEqual([
      '4 TaskStateEntered <- 3',
      '5 TaskScheduled <- 4',
      '6 TaskStarted <- 5',
      '7 WaitStateEntered <- 3',
      '8 WaitStateEntered <- 3',
      '9 WaitStateExited <- 7',
      '10 FailStateEntered <- 9',
      '11 TaskStateAborted <- 10',
      '12 WaitStateAborted <- 10',
      '13 ParallelStateFailed <- 10',
      '14 ExecutionFailed <- 13',
    ]);
  });

  test('stops what runs deeper down, and says so from the inside out', async () => {
    const inner = machineOf({ Inner: { Type: 'Parallel', Branches: [wait('X', 60)], End: true } });

    const { run } = await runMachine(parallel([inner, failAfter('Bad', 5)]));

    expect(outline(run.execution.history).slice(-4)).toEqual(['10 WaitStateAborted <- 9', '11 ParallelStateAborted <- 9', '12 ParallelStateFailed <- 9', '13 ExecutionFailed <- 12']);
  });

  test('can catch the error of a branch', async () => {
    const definition = parallel([failAfter('Bad', 5), wait('Long', 3600)], { Catch: [{ ErrorEquals: ['Bad'], ResultPath: '$.e', Next: 'Caught' }] }, { Caught: { Type: 'Succeed' } });
    const { output, run } = await runMachine(definition, { input: { a: 1 } });

    expect(output).toBe('{"a":1,"e":{"Error":"Bad","Cause":"why"}}');
    expect(outline(run.execution.history).slice(-5)).toEqual([
      '9 ParallelStateFailed <- 7',
      '10 ParallelStateExited <- 9',
      '11 SucceedStateEntered <- 10',
      '12 SucceedStateExited <- 11',
      '13 ExecutionSucceeded <- 12',
    ]);
  });

  test('runs all branches again on a retry', async () => {
    const task = (name: string) => machineOf({ [name]: { Type: 'Task', Resource: INVOKE, End: true } });
    const definition = parallel([task('A'), task('B')], { Retry: [{ ErrorEquals: ['States.TaskFailed'], IntervalSeconds: 7 }] });

    const { output, run } = await runMachine(definition, { tasks: answering(1, new TaskFailure('E', ''), 3, 4) });

    expect(output).toBe('[3,4]');
    expect(secondsOf(run.execution.history, 'ParallelStateStarted')).toEqual([0, 7]);
    expect(run.requests.map(({ stateName }) => stateName)).toEqual(['A', 'B', 'A', 'B']);
    expect(run.execution.history.filter(({ type }) => type === 'ParallelStateFailed')).toEqual([]);
  });

  test('cannot catch States.Runtime of a branch: the execution fails at once', async () => {
    const broken = machineOf({ Fast: { Type: 'Pass', Parameters: { 'm.$': '$.nope' }, End: true } });
    const { error, cause, run } = await runMachine(parallel([broken, wait('Long', 60)], { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }] }, { Caught: { Type: 'Succeed' } }), { input: { x: 'a' } });

    expect([error, cause]).toEqual([
      'States.Runtime',
      `An error occurred while executing the state 'Fast' (entered at the event id #4). The JSONPath '$.nope' specified for the field 'm.$' could not be found in the input '{"x":"a"}'`,
    ]);
    expect(outline(run.execution.history).at(-1)).toBe('6 ExecutionFailed <- 4');
  });

  test('leaves no trace of a branch that would have ended in the same moment', async () => {
    const run = startMachine(parallel([failAfter('Bad', 5), wait('Twin', 5)]));

    await run.finish();

    const types = run.execution.history.map(({ type }) => type);
    expect(types.filter((type) => type === 'ExecutionFailed')).toHaveLength(1);
    expect(types.at(-1)).toBe('ExecutionFailed');
  });
});
