import { CreateFunctionCommand, DeleteFunctionCommand, GetFunctionConfigurationCommand, InvokeCommand, LambdaClient, PutFunctionConcurrencyCommand, UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { buildSync } from 'esbuild';
import { createServiceRole } from '../../../../../support/create-role';
import { archive, FunctionBench, place } from './fixtures';

const WHO_AM_I = `
  import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
  const sts = new STSClient({});
  export const handler = async () => ({ arn: (await sts.send(new GetCallerIdentityCommand({}))).Arn, clock: Date.now() });
`;
const ECHO = 'exports.handler = async (event) => ({ got: event });';
const COUNT = 'let count = 0; exports.handler = async () => ({ count: ++count });';
const SLEEP = 'exports.handler = (event) => new Promise((resolve) => setTimeout(resolve, event.ms));';

describe('a function invoked through the API', () => {
  let bench: FunctionBench;
  beforeAll(async () => {
    bench = await FunctionBench.open();
  });
  afterAll(() => bench.cloud.stop());
  afterEach(() => expect(bench.cloud.defects).toEqual([]));

  it('calls AWS under the real host name, over TLS, as its own role, at the time of the cloud', async () => {
    const { outputFiles } = buildSync({ stdin: { contents: WHO_AM_I, resolveDir: process.cwd() }, bundle: true, platform: 'node', write: false });
    await bench.create('who-am-i', outputFiles[0]!.text);
    await bench.cloud.clock.pass(30 * 86_400_000);

    const beforeMs = bench.cloud.clock.nowMs();
    const { answer } = await bench.invoke('who-am-i');
    const afterMs = bench.cloud.clock.nowMs();

    expect(answer).toMatchObject({ arn: `arn:aws:sts::${place.account}:assumed-role/who-am-i/who-am-i` });
    // Two processes read the clock of the machine to the millisecond.
    expect(Number(answer?.['clock'])).toBeGreaterThan(beforeMs - 10);
    expect(Number(answer?.['clock'])).toBeLessThan(afterMs + 10);
  });

  it('answers what the handler returns', async () => {
    await bench.create('echo', ECHO);

    await expect(bench.invoke('echo', { a: 1 })).resolves.toMatchObject({ answer: { got: { a: 1 } }, error: undefined, StatusCode: 200, ExecutedVersion: '$LATEST' });
  });

  it('is used again while it is warm, and not after a long silence', async () => {
    await bench.create('count', COUNT);
    const first = await bench.invoke('count', {}, { LogType: 'Tail' });
    const second = await bench.invoke('count', {}, { LogType: 'Tail' });
    await bench.cloud.clock.pass(3 * 3_600_000);
    const later = await bench.invoke('count');

    expect([first.answer, second.answer, later.answer]).toEqual([{ count: 1 }, { count: 2 }, { count: 1 }]);
    expect([first.log, second.log].map((log) => log.includes('Init Duration'))).toEqual([true, false]);
  });

  it('runs in as many instances as there are invocations at a time', async () => {
    await bench.create('slow-count', `let count = 0; exports.handler = async () => { await new Promise((r) => setTimeout(r, 300)); return { count: ++count }; };`);

    const answers = await Promise.all([1, 2, 3].map(() => bench.invoke('slow-count')));

    expect(answers.map(({ answer }) => answer)).toEqual([{ count: 1 }, { count: 1 }, { count: 1 }]);
  });

  it('is frozen between invocations', async () => {
    await bench.create('background', 'let ticks = 0; setInterval(() => (ticks += 1), 5); exports.handler = async () => ({ ticks });');
    const ticks = async () => Number((await bench.invoke('background')).answer?.['ticks']);
    await ticks();
    const startedMs = performance.now();
    const first = await ticks();
    const invokedMs = performance.now() - startedMs;
    await new Promise((resolve) => setTimeout(resolve, 500 + 2 * invokedMs));
    const second = await ticks();

    expect(second - first).toBeLessThan((250 + 2 * invokedMs) / 5);
  });

  it('gets new credentials with a new instance before the old ones run out', async () => {
    await bench.create('lasting', COUNT);
    const counts: unknown[] = [];
    for (let hours = 0; hours < 13; hours += 1) {
      counts.push((await bench.invoke('lasting')).answer?.['count']);
      await bench.cloud.clock.pass(3_600_000);
    }

    expect(counts.slice(0, 3)).toEqual([1, 2, 3]);
    expect(counts.filter((count) => count === 1)).toHaveLength(2);
  });

  it('gets new instances when its configuration changes', async () => {
    await bench.create('configured', 'let count = 0; exports.handler = async () => ({ count: ++count, colour: process.env.COLOUR });', { Environment: { Variables: { COLOUR: 'red' } } });
    await bench.invoke('configured');
    await bench.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'configured', Environment: { Variables: { COLOUR: 'blue' } } }));

    const meanwhile = await bench.invoke('configured');
    await expect(bench.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'configured', Timeout: 5 }))).rejects.toMatchObject({ name: 'ResourceConflictException' });
    await bench.cloud.clock.pass(5_000);
    const afterwards = await bench.invoke('configured');

    expect(meanwhile.answer).toEqual({ count: 2, colour: 'red' });
    expect(afterwards.answer).toEqual({ count: 1, colour: 'blue' });
  });

  test.each([
    ['reports what a handler throws', 'exports.handler = async () => { throw Object.assign(new TypeError("no"), { name: "Vault.Sealed" }); };', { errorType: 'Vault.Sealed', errorMessage: 'no' }],
    ['reports an error outside any promise', 'exports.handler = () => new Promise(() => setImmediate(() => { throw new RangeError("far"); }));', { errorType: 'RangeError', errorMessage: 'far' }],
    ['reports a rejection that nobody caught', 'exports.handler = () => new Promise(() => void Promise.reject(new Error("lost")));', { errorType: 'Runtime.UnhandledPromiseRejection', errorMessage: 'Error: lost' }],
    ['reports an exit', 'exports.handler = async () => process.exit(3);', { errorType: 'Runtime.ExitError', errorMessage: expect.stringMatching(/^RequestId: \S+ Error: Runtime exited with error: exit status 3$/) as string }],
    ['reports a missing module', 'require("nowhere");', { errorType: 'Runtime.ImportModuleError', errorMessage: expect.stringContaining("Cannot find module 'nowhere'") as string }],
    ['reports a syntax error', 'exports.handler = (', { errorType: 'Runtime.UserCodeSyntaxError' }],
    ['reports a handler that is not there', 'exports.other = 1;', { errorType: 'Runtime.HandlerNotFound', errorMessage: 'index.handler is undefined or not exported' }],
    ['refuses callbacks', 'exports.handler = (event, context, callback) => callback(null, 1);', { errorType: 'Runtime.CallbackHandlerDeprecated' }],
  ])('%s', async (what, source, expected) => {
    const name = what.replaceAll(' ', '-');
    await bench.create(name, source);

    const { answer, error } = await bench.invoke(name);

    expect(error).toBe('Unhandled');
    expect(answer).toMatchObject(expected);
  });

  it('recovers from a crash with a new instance', async () => {
    await bench.create('crash', 'let count = 0; exports.handler = async ({ crash }) => { count += 1; if (crash) process.exit(1); return { count }; };');
    await bench.invoke('crash');

    expect((await bench.invoke('crash', { crash: true })).error).toBe('Unhandled');
    expect((await bench.invoke('crash')).answer).toEqual({ count: 1 });
  });

  it('supports callbacks in runtimes before Node.js 24', async () => {
    await bench.create('callback', 'exports.handler = (event, context, callback) => setImmediate(callback, null, { done: event.a });', { Runtime: 'nodejs22.x' });

    expect((await bench.invoke('callback', { a: 1 })).answer).toEqual({ done: 1 });
  });

  it('loads ECMAScript modules', async () => {
    await bench.create('module', '', { Code: { ZipFile: archive('export const handler = async () => ({ loaded: import.meta.url.slice(0, 5) });', 'index.mjs') } });

    expect((await bench.invoke('module')).answer).toEqual({ loaded: 'file:' });
  });

  it('times out', async () => {
    await bench.create('slow', SLEEP, { Timeout: 1 });

    const { answer, error, log } = await bench.invoke('slow', { ms: 5_000 }, { LogType: 'Tail' });

    expect(error).toBe('Unhandled');
    expect(answer).toEqual({ errorType: 'Sandbox.Timedout', errorMessage: expect.stringMatching(/^RequestId: \S+ Error: Task timed out after 1\.00 seconds$/) as string });
    expect(log).toMatch(/Task timed out after 1\.00 seconds/);
  });

  it('is killed when it takes more memory than it has', async () => {
    await bench.create('greedy', 'exports.handler = async () => { const kept = []; for (;;) { kept.push(Buffer.alloc(8e6, 1)); await new Promise((r) => setTimeout(r, 5)); } };', { MemorySize: 128 });

    const { answer, log } = await bench.invoke('greedy', {}, { LogType: 'Tail' });

    expect(answer).toMatchObject({ errorType: 'Runtime.ExitError', errorMessage: expect.stringMatching(/Runtime exited with error: signal: killed$/) as string });
    expect(log).toMatch(/Max Memory Used: 128 MB/);
  });

  it('refuses more invocations than are reserved', async () => {
    await bench.create('reserved', SLEEP);
    await bench.lambda.send(new PutFunctionConcurrencyCommand({ FunctionName: 'reserved', ReservedConcurrentExecutions: 1 }));
    const credentials = bench.cloud.credentials.administratorOf(place.account);
    const impatient = new LambdaClient({ region: place.region, endpoint: bench.cloud.endpoint, credentials, maxAttempts: 1 });
    const invoke = () => impatient.send(new InvokeCommand({ FunctionName: 'reserved', Payload: '{"ms":300}' }));

    const outcomes = await Promise.allSettled([invoke(), invoke()]);

    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { name: 'TooManyRequestsException', Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' } });
  });

  it('keeps a share of the account for functions without a reservation', async () => {
    await bench.create('greedy-reservation', ECHO);

    await expect(bench.lambda.send(new PutFunctionConcurrencyCommand({ FunctionName: 'greedy-reservation', ReservedConcurrentExecutions: 950 }))).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
    });
  });

  it('cannot be invoked before it is active, nor after it is deleted', async () => {
    const Role = await createServiceRole(bench.cloud, place, 'lambda.amazonaws.com', [], 'early-role');
    await bench.lambda.send(new CreateFunctionCommand({ FunctionName: 'early', Runtime: 'nodejs24.x', Handler: 'index.handler', Role, Code: { ZipFile: archive(ECHO) } }));

    await expect(bench.invoke('early')).rejects.toMatchObject({ name: 'ResourceConflictException' });
    await bench.cloud.clock.pass(5_000);
    expect((await bench.invoke('early')).error).toBeUndefined();
    await bench.lambda.send(new DeleteFunctionCommand({ FunctionName: 'early' }));
    await expect(bench.invoke('early')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('needs a role that trusts Lambda', async () => {
    const Role = await createServiceRole(bench.cloud, place, 'ecs-tasks.amazonaws.com', [], 'foreign-role');

    await expect(bench.create('untrusted', ECHO, { Role })).rejects.toMatchObject({ name: 'InvalidParameterValueException', message: 'The role defined for the function cannot be assumed by Lambda.' });
  });

  test.each([
    ['timeout', { Timeout: 901 }],
    ['memorySize', { MemorySize: 64 }],
    ['reserved keys', { Environment: { Variables: { AWS_REGION: 'x' } } }],
    ['4KB', { Environment: { Variables: { LONG: 'x'.repeat(4096) } } }],
    ['Could not unzip', { Code: { ZipFile: Buffer.from('no archive') } }],
  ])('refuses a wrong %s', async (field, props) => {
    await expect(bench.create(`wrong-${field.replaceAll(/\W/g, '')}`, ECHO, props)).rejects.toMatchObject({ name: 'InvalidParameterValueException', message: expect.stringContaining(field) as string });
  });

  it('does nothing on a dry run', async () => {
    await bench.create('dry', ECHO);

    await expect(bench.invoke('dry', {}, { InvocationType: 'DryRun' })).resolves.toMatchObject({ StatusCode: 204, answer: undefined });
  });

  it('refuses a payload that is no JSON', async () => {
    await bench.create('strict', ECHO);

    await expect(bench.lambda.send(new InvokeCommand({ FunctionName: 'strict', Payload: '{' }))).rejects.toMatchObject({ name: 'InvalidRequestContentException' });
  });

  it('refuses to answer more than six megabytes', async () => {
    await bench.create('large', 'exports.handler = async () => "x".repeat(7e6);');

    const { answer, error } = await bench.invoke('large');

    expect([error, answer?.['errorType']]).toEqual(['Unhandled', 'Function.ResponseSizeTooLarge']);
  });

  it('has the context that Lambda gives', async () => {
    const arn = await bench.create('context', 'exports.handler = async (event, context) => ({ ...context, left: context.getRemainingTimeInMillis() });', { Timeout: 7 });

    const { answer } = await bench.invoke('context', {}, { ClientContext: Buffer.from('{"custom":{"a":"b"}}').toString('base64') });

    expect(answer).toMatchObject({
      functionName: 'context',
      functionVersion: '$LATEST',
      invokedFunctionArn: arn,
      memoryLimitInMB: '256',
      logGroupName: '/aws/lambda/context',
      clientContext: { custom: { a: 'b' } },
      left: expect.any(Number) as number,
    });
    expect(answer?.['left']).toBeGreaterThan(6_000);
    expect(answer?.['left']).toBeLessThanOrEqual(7_000);
  });

  it('describes itself', async () => {
    await bench.create('described', ECHO, { Description: 'tells', TracingConfig: { Mode: 'Active' }, LoggingConfig: { LogFormat: 'JSON', LogGroup: '/custom' } });

    await expect(bench.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: 'described' }))).resolves.toMatchObject({
      State: 'Active',
      LastUpdateStatus: 'Successful',
      Description: 'tells',
      TracingConfig: { Mode: 'Active' },
      LoggingConfig: { LogFormat: 'JSON', LogGroup: '/custom', ApplicationLogLevel: 'INFO', SystemLogLevel: 'INFO' },
    });
  });
});
