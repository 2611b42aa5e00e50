import type { Json } from '../../../../../../../local/cloud/engines/states/json';
import { answering, EXECUTION_ARN, INVOKE, machineOf, outputOf, ROLE_ARN, runMachine, startMachine } from '../../../../../../support/run-state-machine';

const pass = (fields: object) => machineOf({ A: { Type: 'Pass', End: true, ...fields } });
const task = (fields: object) => machineOf({ A: { Type: 'Task', Resource: INVOKE, End: true, ...fields } });

describe('a Pass state', () => {
  const INPUT: Json = { a: { b: 1 }, list: [1, 2] };

  test.each<[string, object, Json]>([
    ['passes its input on', {}, INPUT],
    ['selects by InputPath', { InputPath: '$.a' }, { b: 1 }],
    ['takes an empty object for InputPath null', { InputPath: null }, {}],
    ['reads the context object by InputPath', { InputPath: '$$.Execution.Input.a' }, { b: 1 }],
    ['gathers several matches of InputPath', { InputPath: '$.list[0,1]' }, [1, 2]],
    ['replaces its input by Result', { Result: 6 }, 6],
    ['puts Result where ResultPath says', { Result: 6, ResultPath: '$.a.c' }, { a: { b: 1, c: 6 }, list: [1, 2] }],
    ['drops Result for ResultPath null', { Result: 6, ResultPath: null }, INPUT],
    ['puts the selected input into the raw input', { InputPath: '$.a', ResultPath: '$.copy' }, { a: { b: 1 }, list: [1, 2], copy: { b: 1 } }],
    ['builds its result by Parameters', { Parameters: { 'n.$': '$.a.b', fixed: true } }, { n: 1, fixed: true }],
    ['applies Parameters to the selected input', { InputPath: '$.a', Parameters: { 'n.$': '$.b' } }, { n: 1 }],
    ['selects by OutputPath', { OutputPath: '$.a' }, { b: 1 }],
    ['puts out an empty object for OutputPath null', { OutputPath: null }, {}],
    ['reads the context object by OutputPath', { OutputPath: '$$.State.Name' }, 'A'],
    ['applies ResultPath before OutputPath', { Result: 6, ResultPath: '$.a.c', OutputPath: '$.a' }, { b: 1, c: 6 }],
  ])('%s', async (_case, fields, expected) => {
    expect(await outputOf(pass(fields), { input: INPUT })).toEqual(expected);
  });

  test.each<[string, object, string]>([
    ['InputPath', { InputPath: '$.absent' }, "Invalid path '$.absent' : No results for path: $['absent']"],
    ['InputPath early on', { InputPath: '$.absent.b' }, "Invalid path '$.absent.b' : Missing property in path $['absent']"],
    ['OutputPath', { OutputPath: '$.absent' }, "Invalid path '$.absent' : No results for path: $['absent']"],
    ['Parameters', { Parameters: { 'x.$': '$.absent' } }, `The JSONPath '$.absent' specified for the field 'x.$' could not be found in the input '${JSON.stringify(INPUT)}'`],
  ])('fails the execution when %s leads nowhere', async (_case, fields, reason) => {
    expect(await runMachine(pass(fields), { input: INPUT })).toMatchObject({
      status: 'FAILED',
      error: 'States.Runtime',
      cause: `An error occurred while executing the state 'A' (entered at the event id #2). ${reason}`,
    });
  });

  test('fails with States.ResultPathMatchFailure when the result has no place in the input', async () => {
    expect(await runMachine(pass({ Result: 1, ResultPath: '$.x' }), { input: 'foo' })).toMatchObject({
      error: 'States.ResultPathMatchFailure',
      cause: `An error occurred while executing the state 'A' (entered at the event id #2). Unable to apply ReferencePath $.x to input "foo"`,
    });
  });
});

describe('a Task state', () => {
  test('gives the task what InputPath and Parameters make of its input', async () => {
    const { run } = await runMachine(task({ InputPath: '$.a', Parameters: { 'n.$': '$.b' } }), { input: { a: { b: 1 } }, tasks: answering({}) });

    expect(run.requests[0]).toMatchObject({ resource: INVOKE, parameters: { n: 1 }, stateName: 'A', executionArn: EXECUTION_ARN, roleArn: ROLE_ARN });
  });

  test.each<[string, object, Json]>([
    ['has the result as its output', {}, { Payload: { rows: 3 }, StatusCode: 200 }],
    ['reshapes the result by ResultSelector', { ResultSelector: { 'rows.$': '$.Payload.rows', 'run.$': '$$.Execution.Name' } }, { rows: 3, run: 'run-1' }],
    ['puts the reshaped result into its raw input', { InputPath: '$.a', ResultSelector: { 'rows.$': '$.Payload.rows' }, ResultPath: '$.out' }, { a: 1, out: { rows: 3 } }],
    ['drops the result for ResultPath null', { ResultPath: null }, { a: 1 }],
    ['selects by OutputPath', { OutputPath: '$.Payload' }, { rows: 3 }],
  ])('%s', async (_case, fields, expected) => {
    const tasks = answering({ Payload: { rows: 3 }, StatusCode: 200 });

    expect(await outputOf(task(fields), { input: { a: 1 }, tasks })).toEqual(expected);
  });

  test('turns a result of undefined into null', async () => {
    expect(await outputOf(task({ ResultPath: '$.r' }), { tasks: answering(undefined) })).toEqual({ r: null });
  });

  test('keeps a copy of the result, which the task may go on changing', async () => {
    const kept = { list: [1] };
    const definition = machineOf({ A: { Type: 'Task', Resource: INVOKE, Next: 'B' }, B: { Type: 'Wait', Seconds: 1, End: true } });
    const run = startMachine(definition, { tasks: async () => kept, onStateEntered: () => void kept.list.push(2) });

    expect(await run.finish()).toMatchObject({ output: '{"list":[1,2]}' });
  });
});

describe('the context object', () => {
  test('has everything that AWS documents', async () => {
    const context = await outputOf(pass({ InputPath: '$$' }), { input: { a: 1 } });

    expect(context).toEqual({
      Execution: { Id: EXECUTION_ARN, Input: { a: 1 }, StartTime: '2026-03-14T00:00:00.000Z', Name: 'run-1', RoleArn: ROLE_ARN, RedriveCount: 0 },
      StateMachine: { Id: 'arn:aws:states:eu-central-1:111111111111:stateMachine:Restore', Name: 'Restore' },
      State: { Name: 'A', EnteredTime: '2026-03-14T00:00:00.000Z', RetryCount: 0 },
    });
  });
});

describe('the payload limit', () => {
  const LIMIT = 262_144;
  /** JSON text of exactly that many bytes, in characters of two bytes each. */
  const payloadOf = (bytes: number) => `${'é'.repeat((bytes - 2) / 2)}`;

  test('lets 256 KiB of UTF-8 through', async () => {
    expect(await runMachine(pass({}), { input: payloadOf(LIMIT) })).toMatchObject({ status: 'SUCCEEDED' });
  });

  test('refuses a larger input before anything starts', () => {
    expect(() => startMachine(pass({}), { input: payloadOf(LIMIT + 2) })).toThrow('the input has 262146 bytes, more than 262144');
  });

  test.each([
    [LIMIT, 'SUCCEEDED', undefined, undefined],
    [LIMIT + 2, 'FAILED', 'States.DataLimitExceeded', "The state/task 'lambda' returned a result with a size exceeding the maximum number of bytes service limit."],
  ])('answers a result of %i bytes with %s', async (bytes, status, error, cause) => {
    const { status: actual, error: reported, cause: reason } = await runMachine(task({ ResultSelector: {} }), { tasks: answering(payloadOf(bytes)) });

    expect([actual, reported, reason]).toEqual([status, error, cause]);
  });

  test('fails a state whose output is too large although its parts are not', async () => {
    const half = payloadOf(LIMIT / 2);

    expect(await runMachine(task({ ResultPath: '$.b' }), { input: { a: half }, tasks: answering(half) })).toMatchObject({
      error: 'States.DataLimitExceeded',
      cause: "The state/task 'A' returned a result with a size exceeding the maximum number of bytes service limit.",
    });
  });

  test('fails a state whose Parameters make too much of its input', async () => {
    const half = payloadOf(LIMIT / 2);

    expect(await runMachine(task({ Parameters: { 'a.$': '$', 'b.$': '$' } }), { input: half })).toMatchObject({ error: 'States.DataLimitExceeded' });
  });

  test.each([
    ['States.ALL', 'FAILED'],
    ['States.TaskFailed', 'FAILED'],
    ['States.DataLimitExceeded', 'SUCCEEDED'],
  ])('is caught by %s: %s', async (name, status) => {
    const definition = machineOf({ A: { Type: 'Task', Resource: INVOKE, Catch: [{ ErrorEquals: [name], Next: 'B' }], End: true }, B: { Type: 'Succeed' } });

    expect(await runMachine(definition, { tasks: answering(payloadOf(LIMIT + 2)) })).toMatchObject({ status });
  });
});
