import { TaskFailure } from '../../../../../../../local/cloud/engines/states/failure';
import type { TaskRequest } from '../../../../../../../local/cloud/engines/states/task-runner';
import { answering, FUNCTION_ARN, INVOKE, machineOf, outline, outputOf, runMachine, secondsOf, startMachine } from '../../../../../../support/run-state-machine';

const CALLBACK = `${INVOKE}.waitForTaskToken`;
const task = (fields: object) => machineOf({ A: { Type: 'Task', Resource: INVOKE, End: true, ...fields } });
const callback = (fields: object) => task({ Resource: CALLBACK, Parameters: { 'token.$': '$$.Task.Token' }, ...fields });
const never = () => new Promise<never>(() => undefined);

const LAMBDA_CAUSE = '{"errorType":"NoUsableSnapshot","errorMessage":"none is recent","trace":[]}';

describe('a Task state', () => {
  test('fails with the error and cause that the task reports', async () => {
    expect(await runMachine(task({}), { tasks: answering(new TaskFailure('NoUsableSnapshot', LAMBDA_CAUSE)) })).toMatchObject({
      status: 'FAILED',
      error: 'NoUsableSnapshot',
      cause: LAMBDA_CAUSE,
    });
  });

  test('breaks off when the task runner itself is at fault', async () => {
    const run = startMachine(task({ Catch: [{ ErrorEquals: ['States.ALL'], Next: 'A' }] }), { tasks: () => Promise.reject(new TypeError('no such thing')) });

    await expect(run.finish()).rejects.toThrow('no such thing');
    expect(run.execution.status).toBe('FAILED');
  });

  test('assumes the role that Credentials name', async () => {
    const { run } = await runMachine(task({ Credentials: { 'RoleArn.$': '$.role' } }), { input: { role: 'arn:aws:iam::222222222222:role/vault' }, tasks: answering({}) });

    expect(run.requests[0]?.credentialsRoleArn).toBe('arn:aws:iam::222222222222:role/vault');
    expect(run.execution.history[2]?.taskScheduledEventDetails?.taskCredentials).toEqual({ roleArn: 'arn:aws:iam::222222222222:role/vault' });
  });

  describe('in the history', () => {
    test('is scheduled and started with its parameters, and succeeds with its result', async () => {
      const { run } = await runMachine(task({ Parameters: { FunctionName: 'f' }, TimeoutSeconds: 9 }), { tasks: answering({ StatusCode: 200 }) });

      expect(outline(run.execution.history)).toEqual([
        '1 ExecutionStarted <- 0',
        '2 TaskStateEntered <- 0',
        '3 TaskScheduled <- 2',
        '4 TaskStarted <- 3',
        '5 TaskSucceeded <- 4',
        '6 TaskStateExited <- 5',
        '7 ExecutionSucceeded <- 6',
      ]);
      expect(run.execution.history[2]?.taskScheduledEventDetails).toEqual({
        resourceType: 'lambda',
        resource: 'invoke',
        region: 'eu-central-1',
        parameters: '{"FunctionName":"f"}',
        timeoutInSeconds: 9,
      });
      expect(run.execution.history[3]?.taskStartedEventDetails).toEqual({ resourceType: 'lambda', resource: 'invoke' });
      expect(run.execution.history[4]?.taskSucceededEventDetails).toEqual({
        resourceType: 'lambda',
        resource: 'invoke',
        output: '{"StatusCode":200}',
        outputDetails: { truncated: false },
      });
    });

    test('has events of its own for a Lambda function named by its ARN', async () => {
      const { run } = await runMachine(task({ Resource: FUNCTION_ARN }), { input: { a: 1 }, tasks: answering({ b: 2 }) });

      const [, , scheduled, started, succeeded] = run.execution.history;
      expect([scheduled?.type, started?.type, succeeded?.type]).toEqual(['LambdaFunctionScheduled', 'LambdaFunctionStarted', 'LambdaFunctionSucceeded']);
      expect(scheduled?.lambdaFunctionScheduledEventDetails).toEqual({ resource: FUNCTION_ARN, input: '{"a":1}', inputDetails: { truncated: false } });
      expect(succeeded?.lambdaFunctionSucceededEventDetails).toEqual({ output: '{"b":2}', outputDetails: { truncated: false } });
    });

    test.each([
      [INVOKE, 'TaskFailed', 'taskFailedEventDetails'],
      [FUNCTION_ARN, 'LambdaFunctionFailed', 'lambdaFunctionFailedEventDetails'],
    ] as const)('of %s ends with %s', async (resource, type, member) => {
      const { run } = await runMachine(task({ Resource: resource }), { tasks: answering(new TaskFailure('E', 'why')) });

      const [failed, ended] = run.execution.history.slice(-2);
      expect(failed).toMatchObject({ type, [member]: { error: 'E', cause: 'why' } });
      expect(ended).toMatchObject({ type: 'ExecutionFailed', previousEventId: 5, executionFailedEventDetails: { error: 'E', cause: 'why' } });
    });

    test('shows the started job of a .sync integration before its end', async () => {
      const resource = 'arn:aws:states:::states:startExecution.sync:2';
      const { run } = await runMachine(task({ Resource: resource }), {
        tasks: async ({ submitted }) => {
          submitted({ ExecutionArn: 'arn:child' });
          return { Output: { done: true } };
        },
      });

      const types = run.execution.history.map(({ type }) => type);
      expect(types.slice(2, 6)).toEqual(['TaskScheduled', 'TaskStarted', 'TaskSubmitted', 'TaskSucceeded']);
      expect(run.execution.history[4]?.taskSubmittedEventDetails).toMatchObject({ resourceType: 'states', resource: 'startExecution.sync:2', output: '{"ExecutionArn":"arn:child"}' });
    });
  });

  describe('with a timeout', () => {
    test.each<[string, object, object]>([
      ['TimeoutSeconds', { TimeoutSeconds: 30 }, {}],
      ['TimeoutSecondsPath', { TimeoutSecondsPath: '$.limit' }, { limit: 30 }],
    ])('fails with States.Timeout after %s', async (_case, fields, input) => {
      let signal: AbortSignal | undefined;
      const { error, cause, run } = await runMachine(task(fields), {
        input: { ...input },
        tasks: (request) => {
          signal = request.signal;
          return never();
        },
      });

      expect([error, cause, signal?.aborted]).toEqual(['States.Timeout', undefined, true]);
      expect(secondsOf(run.execution.history, 'TaskTimedOut')).toEqual([30]);
      expect(run.execution.history.at(-2)?.taskTimedOutEventDetails).toEqual({ resourceType: 'lambda', resource: 'invoke', error: 'States.Timeout' });
    });

    test('reports LambdaFunctionTimedOut for a Lambda function named by its ARN', async () => {
      const { run } = await runMachine(task({ Resource: FUNCTION_ARN, TimeoutSeconds: 5 }), { tasks: never });

      expect(run.execution.history.at(-2)).toMatchObject({ type: 'LambdaFunctionTimedOut', lambdaFunctionTimedOutEventDetails: { error: 'States.Timeout' } });
    });

    test('does not mind a task that ends in time', async () => {
      const run = startMachine(task({ TimeoutSeconds: 30 }), { tasks: () => run.clock.sleep(29_000) });

      expect(await run.finish()).toMatchObject({ status: 'SUCCEEDED' });
    });

    test('starts anew with each attempt', async () => {
      const { run } = await runMachine(task({ TimeoutSeconds: 10, Retry: [{ ErrorEquals: ['States.Timeout'], MaxAttempts: 2, IntervalSeconds: 5, BackoffRate: 1 }] }), { tasks: never });

      expect(secondsOf(run.execution.history, 'TaskTimedOut')).toEqual([10, 25, 40]);
    });

    test.each([0, -1, 1.5, '30', null])('fails the execution when TimeoutSecondsPath finds %j', async (limit) => {
      expect(await runMachine(task({ TimeoutSecondsPath: '$.limit' }), { input: { limit } })).toMatchObject({
        error: 'States.Runtime',
        cause: expect.stringContaining(`The TimeoutSecondsPath parameter does not reference a positive integer: $.limit == ${JSON.stringify(limit)}`) as string,
      });
    });
  });

  describe('that waits for its token', () => {
    const tokenOf = ({ parameters }: TaskRequest) => (parameters as { readonly token: string }).token;

    test('puts the token where the definition says, and succeeds with what comes for it', async () => {
      const run = startMachine(callback({}), {
        tasks: async (request) => {
          run.clock.after(60_000, () => run.tokens.sendTaskSuccess(tokenOf(request), '{"approved":true}'));
          return { StatusCode: 202 };
        },
      });

      expect(await run.finish()).toMatchObject({ status: 'SUCCEEDED', output: '{"approved":true}' });
      expect(run.requests[0]?.taskToken).toBe(tokenOf(run.requests[0]!));
      expect(outline(run.execution.history).slice(2, 7)).toEqual(['3 TaskScheduled <- 2', '4 TaskStarted <- 3', '5 TaskSubmitted <- 4', '6 TaskSucceeded <- 5', '7 TaskStateExited <- 6']);
      expect(run.execution.history[4]?.taskSubmittedEventDetails).toMatchObject({ resource: 'invoke.waitForTaskToken', output: '{"StatusCode":202}' });
    });

    test('may get its answer while it is still being asked for', async () => {
      const run = startMachine(callback({}), {
        tasks: async (request) => {
          run.tokens.sendTaskSuccess(tokenOf(request), '1');
          return run.clock.sleep(1000);
        },
      });

      expect(await run.finish()).toMatchObject({ status: 'SUCCEEDED', output: '1' });
      expect(run.requests[0]?.signal.aborted).toBe(false);
    });

    test('fails with what SendTaskFailure says', async () => {
      const run = startMachine(callback({}), { tasks: async (request) => run.tokens.sendTaskFailure(tokenOf(request), 'Rejected', 'not today') });

      expect(await run.finish()).toMatchObject({ status: 'FAILED', error: 'Rejected', cause: 'not today' });
    });

    test('fails when it cannot even be asked for', async () => {
      expect(await runMachine(callback({}), { tasks: answering(new TaskFailure('Lambda.ResourceNotFoundException', 'no function')) })).toMatchObject({ error: 'Lambda.ResourceNotFoundException' });
    });

    test('fails with States.Timeout, and takes its token no more', async () => {
      const { error, run } = await runMachine(callback({ TimeoutSeconds: 60 }), { tasks: answering({}) });

      expect([error, secondsOf(run.execution.history, 'TaskTimedOut')]).toEqual(['States.Timeout', [60]]);
      expect(() => run.tokens.sendTaskSuccess(run.requests[0]!.taskToken!, '1')).toThrow(expect.objectContaining({ reason: 'TaskTimedOut' }) as Error);
    });

    test.each([
      ['HeartbeatSeconds', { HeartbeatSeconds: 20 }, 20],
      ['HeartbeatSecondsPath', { HeartbeatSecondsPath: '$.beat' }, 20],
    ])('fails with States.Timeout without a heartbeat in %s', async (_case, fields, seconds) => {
      const { error, run } = await runMachine(callback(fields), { input: { beat: 20 }, tasks: answering({}) });

      expect([error, secondsOf(run.execution.history, 'TaskTimedOut')]).toEqual(['States.Timeout', [seconds]]);
      expect(run.execution.history[2]?.taskScheduledEventDetails?.heartbeatInSeconds).toBe(seconds);
    });

    test('lives on as long as heartbeats come', async () => {
      const run = startMachine(callback({ HeartbeatSeconds: 20 }), {
        tasks: async (request) => {
          for (const second of [15, 30, 45]) run.clock.after(second * 1000, () => run.tokens.sendTaskHeartbeat(tokenOf(request)));
          return {};
        },
      });

      await run.finish();
      expect(secondsOf(run.execution.history, 'TaskTimedOut')).toEqual([65]);
    });

    test.each([
      ['States.HeartbeatTimeout', { HeartbeatSeconds: 20 }, 'SUCCEEDED'],
      ['States.Timeout', { HeartbeatSeconds: 20 }, 'SUCCEEDED'],
      ['States.HeartbeatTimeout', { TimeoutSeconds: 20 }, 'FAILED'],
    ])('is caught by %s after %j: %s', async (name, fields, status) => {
      const definition = machineOf({ ...(callback({ ...fields, Catch: [{ ErrorEquals: [name], Next: 'B' }] }) as { States: Record<string, object> }).States, B: { Type: 'Succeed' } });

      expect(await runMachine(definition, { tasks: answering({}) })).toMatchObject({ status });
    });

    test('gets another token for each attempt', async () => {
      const run = startMachine(callback({ Retry: [{ ErrorEquals: ['Again'] }] }), {
        tasks: async (request) => (run.requests.length === 1 ? run.tokens.sendTaskFailure(tokenOf(request), 'Again') : run.tokens.sendTaskSuccess(tokenOf(request), '2')),
      });

      expect(await run.finish()).toMatchObject({ output: '2' });
      expect(run.requests[0]?.taskToken).not.toBe(run.requests[1]?.taskToken);
    });
  });

  test('has no token in its context unless it waits for one', async () => {
    expect(await runMachine(task({ Parameters: { 'token.$': '$$.Task.Token' } }))).toMatchObject({ error: 'States.Runtime' });
  });
});

describe('Retry', () => {
  const flaky = (...retriers: readonly object[]) => task({ Retry: retriers, Parameters: { 'attempt.$': '$$.State.RetryCount' } });
  const fault = new TaskFailure('Busy', 'later');

  test('schedules the task again after its delays, without entering the state again', async () => {
    const { run } = await runMachine(flaky({ ErrorEquals: ['Busy'], IntervalSeconds: 10 }), { tasks: answering(fault, fault, {}) });

    expect(secondsOf(run.execution.history, 'TaskScheduled')).toEqual([0, 10, 30]);
    expect(outline(run.execution.history).slice(4, 9)).toEqual(['5 TaskFailed <- 4', '6 TaskScheduled <- 5', '7 TaskStarted <- 6', '8 TaskFailed <- 7', '9 TaskScheduled <- 8']);
  });

  test('tells each attempt how many came before', async () => {
    const { run } = await runMachine(flaky({ ErrorEquals: ['Busy'] }), { tasks: answering(fault, fault, {}) });

    expect(run.requests.map(({ parameters }) => parameters)).toEqual([{ attempt: 0 }, { attempt: 1 }, { attempt: 2 }]);
  });

  test('begins anew when the state is entered again', async () => {
    const definition = machineOf({
      A: { Type: 'Task', Resource: INVOKE, Retry: [{ ErrorEquals: ['Busy'], MaxAttempts: 1 }], Next: 'Again' },
      Again: { Type: 'Choice', Choices: [{ Variable: '$', NumericEquals: 1, Next: 'A' }], Default: 'Done' },
      Done: { Type: 'Succeed' },
    });

    expect(await runMachine(definition, { tasks: answering(fault, 1, fault, 2) })).toMatchObject({ status: 'SUCCEEDED', output: '2' });
  });

  test('never helps against States.Runtime', async () => {
    const definition = task({ Parameters: { 'x.$': '$.absent' }, Retry: [{ ErrorEquals: ['States.Runtime'] }, { ErrorEquals: ['States.ALL'] }], Catch: [{ ErrorEquals: ['States.Runtime'], Next: 'A' }] });

    const { error, run } = await runMachine(definition);

    expect([error, outline(run.execution.history)]).toEqual(['States.Runtime', ['1 ExecutionStarted <- 0', '2 TaskStateEntered <- 0', '3 ExecutionFailed <- 2']]);
  });
});

describe('Catch', () => {
  const caught = (fields: object, states: object = {}) =>
    machineOf({ A: { Type: 'Task', Resource: INVOKE, End: true, Catch: [{ ErrorEquals: ['Busy'], Next: 'Busy', ...fields }, { ErrorEquals: ['States.ALL'], Next: 'Other' }], ...states }, Busy: { Type: 'Succeed' }, Other: { Type: 'Fail', Error: 'Other' } });
  const busy = answering;

  test('goes on with error and cause', async () => {
    expect(await outputOf(caught({}), { input: { a: 1 }, tasks: busy(new TaskFailure('Busy', 'later')) })).toEqual({ Error: 'Busy', Cause: 'later' });
  });

  test.each([
    ['$.problem', { a: 1, problem: { Error: 'Busy', Cause: 'later' } }],
    [null, { a: 1 }],
  ])('puts them into the raw input by ResultPath %s', async (path, expected) => {
    const tasks = busy(new TaskFailure('Busy', 'later'));

    expect(await outputOf(caught({ ResultPath: path }, { InputPath: '$.a', OutputPath: '$.nothing' }), { input: { a: 1 }, tasks })).toEqual(expected);
  });

  test('gives a timeout an empty cause', async () => {
    expect(await outputOf(caught({ ErrorEquals: ['States.Timeout'] }, { TimeoutSeconds: 1 }), { tasks: never })).toEqual({ Error: 'States.Timeout', Cause: '' });
  });

  test('takes the first catcher that covers the error', async () => {
    expect(await runMachine(caught({}), { tasks: busy(new TaskFailure('Strange', '')) })).toMatchObject({ status: 'FAILED', error: 'Other' });
  });

  test('comes after the last retry', async () => {
    const fault = new TaskFailure('Busy', 'later');

    expect(await outputOf(caught({}, { Retry: [{ ErrorEquals: ['Busy'], MaxAttempts: 1 }] }), { tasks: busy(fault, fault) })).toEqual({ Error: 'Busy', Cause: 'later' });
  });

  test('exits the state with its output in the history', async () => {
    const { run } = await runMachine(caught({}), { tasks: busy(new TaskFailure('Busy', 'later')) });

    expect(outline(run.execution.history).slice(4, 7)).toEqual(['5 TaskFailed <- 4', '6 TaskStateExited <- 5', '7 SucceedStateEntered <- 6']);
    expect(run.execution.history[5]?.stateExitedEventDetails).toEqual({ name: 'A', output: '{"Error":"Busy","Cause":"later"}', outputDetails: { truncated: false } });
  });

  test('catches an intrinsic function that fails', async () => {
    const definition = caught({ ErrorEquals: ['States.IntrinsicFailure'] }, { Parameters: { 'x.$': 'States.ArrayGetItem($.list, 5)' } });

    expect(await outputOf(definition, { input: { list: [] } })).toMatchObject({ Error: 'States.IntrinsicFailure' });
  });

  test('fails when the error output has no place in the input', async () => {
    expect(await runMachine(caught({ ResultPath: '$.x' }), { input: 'text', tasks: busy(new TaskFailure('Busy', '')) })).toMatchObject({ error: 'States.ResultPathMatchFailure' });
  });
});
