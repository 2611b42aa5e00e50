import { TaskFailure } from '../../../../../../../local/cloud/engines/states/failure';
import type { Json } from '../../../../../../../local/cloud/engines/states/json';
import type { TaskRequest } from '../../../../../../../local/cloud/engines/states/task-runner';
import { answering, INVOKE, machineOf, outline, outputOf, runMachine, secondsOf, startMachine } from '../../../../../../support/run-state-machine';

const PASS = { Item: { Type: 'Pass', End: true } };
const TASK = { Item: { Type: 'Task', Resource: INVOKE, End: true } };
const map = (states: Readonly<Record<string, object>>, fields: object = {}, others: Record<string, object> = {}) =>
  machineOf({ M: { Type: 'Map', ItemProcessor: { ProcessorConfig: { Mode: 'INLINE' }, ...machineOf(states) }, End: true, ...fields }, ...others });

/** A task for each item: waits as many seconds as the item says, or fails with the item's error. */
const itemTasks = (run: () => ReturnType<typeof startMachine>) => async ({ parameters, signal }: TaskRequest) => {
  if (typeof parameters === 'string') throw new TaskFailure(parameters, 'why');
  await run().clock.sleep((parameters as number) * 1000, signal);
  return parameters;
};

function startWithItems(definition: object, input: Json): ReturnType<typeof startMachine> {
  const run: ReturnType<typeof startMachine> = startMachine(definition, { input, tasks: itemTasks(() => run) });
  return run;
}

describe('a Map state', () => {
  test.each<[string, object, Json, Json]>([
    ['its whole input', {}, [1, 2], [1, 2]],
    ['what ItemsPath names', { ItemsPath: '$.list' }, { list: [1, 2] }, [1, 2]],
    ['what ItemsPath names in the selected input', { InputPath: '$.in', ItemsPath: '$.list' }, { in: { list: [1] } }, [1]],
    ['what ItemsPath names in the context object', { ItemsPath: '$$.Execution.Input.list' }, { list: [1] }, [1]],
    ['nothing', {}, [], []],
  ])('goes through %s', async (_case, fields, input, expected) => {
    expect(await outputOf(map(PASS, fields), { input })).toEqual(expected);
  });

  test.each(['ItemSelector', 'Parameters'])('makes the input of each iteration by %s', async (field) => {
    const selector = { 'value.$': '$$.Map.Item.Value', 'index.$': '$$.Map.Item.Index', 'all.$': '$.list', fixed: 1 };

    expect(await outputOf(map(PASS, { ItemsPath: '$.list', [field]: selector }), { input: { list: ['a', 'b'] } })).toEqual([
      { value: 'a', index: 0, all: ['a', 'b'], fixed: 1 },
      { value: 'b', index: 1, all: ['a', 'b'], fixed: 1 },
    ]);
  });

  test('takes its processor from Iterator, the former name', async () => {
    expect(await outputOf(machineOf({ M: { Type: 'Map', Iterator: machineOf(PASS), End: true } }), { input: [1] })).toEqual([1]);
  });

  test('shapes its output by ResultSelector, ResultPath and OutputPath', async () => {
    expect(await outputOf(map(PASS, { ItemsPath: '$.list', ResultSelector: { 'n.$': 'States.ArrayLength($)' }, ResultPath: '$.out', OutputPath: '$.out' }), { input: { list: [1, 2] } })).toEqual({ n: 2 });
  });

  test('tells the states inside, however deep, which item they work on', async () => {
    const inside = { Item: { Type: 'Parallel', Branches: [machineOf({ Deep: { Type: 'Pass', Parameters: { 'i.$': '$$.Map.Item.Index', 'v.$': '$$.Map.Item.Value' }, End: true } })], End: true } };

    expect(await outputOf(map(inside), { input: ['a', 'b'] })).toEqual([[{ i: 0, v: 'a' }], [{ i: 1, v: 'b' }]]);
  });

  test.each<[string, object, number]>([
    ['40 at a time without MaxConcurrency', {}, 3],
    ['40 at a time for MaxConcurrency 0', { MaxConcurrency: 0 }, 3],
    ['one after the other for MaxConcurrency 1', { MaxConcurrency: 1 }, 100],
    ['10 at a time for MaxConcurrency 10', { MaxConcurrency: 10 }, 10],
    ['as many as MaxConcurrencyPath says', { MaxConcurrencyPath: '$.most' }, 4],
  ])('runs %s', async (_case, fields, seconds) => {
    const run = startWithItems(map(TASK, { ItemsPath: '$.items', ...fields }), { most: 25, items: Array.from({ length: 100 }, () => 1) });

    await run.finish();
    expect(secondsOf(run.execution.history, 'ExecutionSucceeded')).toEqual([seconds]);
  });

  test('keeps the order of the items, whichever ends first', async () => {
    const run = startWithItems(map(TASK), [3, 1, 2]);

    expect(await run.finish()).toMatchObject({ output: '[3,1,2]' });
  });

  test('chains the events as AWS does', async () => {
    const { run } = await runMachine(map(PASS, { MaxConcurrency: 1 }), { input: ['a', 'b'] });

    expect(outline(run.execution.history)).toEqual([
      '1 ExecutionStarted <- 0',
      '2 MapStateEntered <- 0',
      '3 MapStateStarted <- 2',
      '4 MapIterationStarted <- 3',
      '5 PassStateEntered <- 4',
      '6 PassStateExited <- 5',
      '7 MapIterationSucceeded <- 6',
      '8 MapIterationStarted <- 6',
      '9 PassStateEntered <- 8',
      '10 PassStateExited <- 9',
      '11 MapIterationSucceeded <- 10',
      '12 MapStateSucceeded <- 11',
      '13 MapStateExited <- 11',
      '14 ExecutionSucceeded <- 13',
    ]);
    expect(run.execution.history[2]?.mapStateStartedEventDetails).toEqual({ length: 2 });
    expect(run.execution.history[7]?.mapIterationStartedEventDetails).toEqual({ name: 'M', index: 1 });
  });

  test('fails with the first error of an iteration, stops the others and starts no more', async () => {
    const run = startWithItems(map({ Item: { ...TASK.Item, Retry: [{ ErrorEquals: ['E'], MaxAttempts: 1 }] } }, { MaxConcurrency: 2 }), [60, 'E', 5]);

    expect(await run.finish()).toMatchObject({ status: 'FAILED', error: 'E', cause: 'why' });
    expect(outline(run.execution.history).slice(-6)).toEqual([
      '16 MapIterationFailed <- 15',
      '17 TaskStateAborted <- 15',
      '18 MapIterationAborted <- 15',
      '19 TaskStateAborted <- 15',
      '20 MapStateFailed <- 15',
      '21 ExecutionFailed <- 20',
    ]);
    expect(run.requests.map(({ parameters }) => parameters)).toEqual([60, 'E', 'E']);
  });

  test('can catch the error of an iteration', async () => {
    const definition = map(TASK, { Catch: [{ ErrorEquals: ['E'], Next: 'Caught' }] }, { Caught: { Type: 'Succeed' } });
    const run = startWithItems(definition, ['E']);

    expect(await run.finish()).toMatchObject({ output: '{"Error":"E","Cause":"why"}' });
    expect(outline(run.execution.history).slice(8, 12)).toEqual(['9 MapIterationFailed <- 8', '10 TaskStateAborted <- 8', '11 MapStateFailed <- 8', '12 MapStateExited <- 11']);
  });

  test('starts all iterations again on a retry, after the event of the failure', async () => {
    const fault = new TaskFailure('E', '');
    const { output, run } = await runMachine(map(TASK, { Retry: [{ ErrorEquals: ['E'], IntervalSeconds: 3 }] }), { input: ['a'], tasks: answering(fault, 2) });

    expect(output).toBe('[2]');
    expect(outline(run.execution.history).slice(7, 12)).toEqual(['8 TaskFailed <- 7', '9 MapIterationFailed <- 8', '10 TaskStateAborted <- 8', '11 MapStateStarted <- 8', '12 MapIterationStarted <- 11']);
    expect(secondsOf(run.execution.history, 'MapStateStarted')).toEqual([0, 3]);
  });

  describe('that tolerates failures', () => {
    const threshold = { error: 'States.ExceedToleratedFailureThreshold', cause: 'The specified tolerated failure threshold was exceeded' };

    test.each<[string, object, object]>([
      ['one failure of four, with ToleratedFailureCount 1', { ToleratedFailureCount: 1 }, { status: 'SUCCEEDED', output: '[0,{"Error":"E","Cause":"why"},0,0]' }],
      ['one failure of four, with ToleratedFailureCountPath', { ToleratedFailureCountPath: '$.count' }, { status: 'SUCCEEDED' }],
      ['one failure of four, with ToleratedFailurePercentage 25', { ToleratedFailurePercentage: 25 }, { status: 'SUCCEEDED' }],
      ['one failure of four, with ToleratedFailurePercentagePath', { ToleratedFailurePercentagePath: '$.percentage' }, { status: 'SUCCEEDED' }],
      ['no failure, with ToleratedFailureCount 0', { ToleratedFailureCount: 0 }, { status: 'FAILED', ...threshold }],
      ['too few, with ToleratedFailurePercentage 24', { ToleratedFailurePercentage: 24 }, { status: 'FAILED', ...threshold }],
      ['as few as the stricter threshold', { ToleratedFailureCount: 4, ToleratedFailurePercentage: 10 }, { status: 'FAILED', ...threshold }],
    ])('allows %s', async (_case, fields, expected) => {
      const run = startWithItems(map(TASK, { ItemsPath: '$.items', ...fields }), { count: 1, percentage: 25, items: [0, 'E', 0, 0] });

      expect(await run.finish()).toMatchObject(expected);
    });

    test('records the failed iteration and goes on', async () => {
      const run = startWithItems(map(TASK, { MaxConcurrency: 1, ToleratedFailureCount: 1 }), ['E', 0]);

      await run.finish();
      const types = run.execution.history.map(({ type }) => type).filter((type) => type?.startsWith('MapIteration'));
      expect(types).toEqual(['MapIterationStarted', 'MapIterationFailed', 'MapIterationStarted', 'MapIterationSucceeded']);
    });

    test('does not tolerate States.Runtime', async () => {
      const broken = { Item: { Type: 'Pass', InputPath: '$.absent', End: true } };

      expect(await runMachine(map(broken, { ToleratedFailurePercentage: 100 }), { input: [1] })).toMatchObject({ error: 'States.Runtime' });
    });
  });

  test.each<[string, object, Json, string]>([
    ['an input that is no array', {}, { a: 1 }, 'Reference path "$" must point to array.'],
    ['an ItemsPath to no array', { ItemsPath: '$.a' }, { a: 1 }, 'Reference path "$.a" must point to array.'],
    ['an ItemsPath that leads nowhere', { ItemsPath: '$.b' }, { a: 1 }, "Invalid path '$.b' : No results for path: $['b']"],
    ['an ItemSelector that leads nowhere', { ItemSelector: { 'x.$': '$.b' } }, [1], "The JSONPath '$.b' specified for the field 'x.$' could not be found in the input '[1]'"],
    ['a concurrency that is no number', { ItemsPath: '$.l', MaxConcurrencyPath: '$.c' }, { l: [], c: 'NoNumber' }, 'The MaxConcurrencyPath field refers to value "NoNumber" which is not a valid integer: $.c'],
    ['a negative concurrency', { ItemsPath: '$.l', MaxConcurrencyPath: '$.c' }, { l: [], c: -1 }, 'MaxConcurrency cannot be negative.'],
    ['a tolerated count that is no number', { ItemsPath: '$.l', ToleratedFailureCountPath: '$.c' }, { l: [], c: {} }, 'The ToleratedFailureCountPath field refers to value "{}" which is not a valid integer: $.c'],
    ['a negative tolerated count', { ItemsPath: '$.l', ToleratedFailureCountPath: '$.c' }, { l: [], c: -1 }, 'ToleratedFailureCount cannot be negative.'],
    ['a tolerated percentage above 100', { ItemsPath: '$.l', ToleratedFailurePercentagePath: '$.c' }, { l: [], c: 100.1 }, 'ToleratedFailurePercentage must be between 0 and 100.'],
  ])('fails the execution for %s', async (_case, fields, input, reason) => {
    expect(await runMachine(map(PASS, fields), { input })).toMatchObject({
      error: 'States.Runtime',
      cause: `An error occurred while executing the state 'M' (entered at the event id #2). ${reason}`,
    });
  });
});
