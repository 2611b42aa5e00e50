import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CreateStateMachineCommand, DescribeExecutionCommand, GetExecutionHistoryCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { ExecutionResult } from '../../local/cloud/engines/states/execution-attempt';
import { TaskFailure } from '../../local/cloud/engines/states/failure';
import type { Json, JsonObject } from '../../local/cloud/engines/states/json';
import type { TaskRequest } from '../../local/cloud/engines/states/task-runner';
import { hasMoto, type MotoServer, startMoto } from '../support/moto-server';
import { FUNCTION_ARN, INVOKE, machineOf, outline, ROLE_ARN, startMachine } from '../support/run-state-machine';

/**
 * The same definitions on this interpreter and on the one that moto carries (LocalStack's, written by other people) must
 * end the same way, with the same events in the same chains. Left out is what moto 5.2.1 is known to do differently from
 * AWS: a Choice that no rule matches, the causes of States.Runtime, `$$.Execution.StartTime`, an index that is not the
 * last step of a path (it yields a list), `null` among the arguments of an intrinsic function, failure tolerance.
 */
interface Case {
  readonly name: string;
  readonly definition: object;
  readonly input?: Json;
  /** Branches that run side by side interleave their events as they like. */
  readonly isConcurrent?: boolean;
}

const pass = (fields: object): object => ({ Type: 'Pass', End: true, ...fields });
const one = (fields: object): object => machineOf({ A: pass(fields) });
const parameters = (template: object): object => one({ Parameters: template });

const DATA: Json = { a: 1, s: 'x', b: { c: [1, 2, 3], d: 'text', e: null }, list: [{ k: 'x', n: 1 }, { k: 'y', n: 2 }, { k: 'x', n: 3 }], t: '2026-03-14T01:59:00Z', yes: true };

const DATA_FLOW: readonly Case[] = [
  { name: 'Pass alone', definition: one({}) },
  { name: 'Result', definition: one({ Result: { r: 1 } }) },
  { name: 'Result and ResultPath', definition: one({ Result: 6, ResultPath: '$.b.sum' }) },
  { name: 'ResultPath that creates fields', definition: one({ Result: 6, ResultPath: '$.new.deep.field' }) },
  { name: 'ResultPath null', definition: one({ Result: 6, ResultPath: null }) },
  { name: 'InputPath', definition: one({ InputPath: '$.b' }) },
  { name: 'InputPath and ResultPath', definition: one({ InputPath: '$.b', ResultPath: '$.copy' }) },
  { name: 'OutputPath', definition: one({ Result: 6, ResultPath: '$.b.f', OutputPath: '$.b' }) },
  { name: 'OutputPath null', definition: one({ OutputPath: null }) },
  { name: 'Parameters', definition: parameters({ fixed: [1, { 'x.$': '$.a' }], 'c.$': '$.b.c', 'last.$': '$.b.c[-1:]', 'first.$': '$.b.c[0]', 'e.$': '$.b.e' }) },
  { name: 'paths that gather', definition: parameters({ 'k.$': '$.list[*].k', 'deep.$': '$..n', 'two.$': '$.b.c[0:2]' }) },
  { name: 'paths that filter', definition: parameters({ 'x.$': "$.list[?(@.k == 'x')].n", 'big.$': '$.list[?(@.n > 1)].n' }) },
  { name: 'the context object', definition: parameters({ 'name.$': '$$.State.Name', 'machine.$': '$$.StateMachine.Name', 'input.$': '$$.Execution.Input.a' }) },
  { name: 'Succeed with paths', definition: machineOf({ A: { Type: 'Succeed', InputPath: '$.b', OutputPath: '$.c' } }) },
  { name: 'Wait for no time', definition: machineOf({ A: { Type: 'Wait', Seconds: 0, Next: 'B' }, B: pass({}) }) },
];

const INTRINSICS: readonly Case[] = [
  { name: 'States.Format', definition: parameters({ 'v.$': "States.Format('{} is {} and {}', $.b.d, $.a, $.yes)" }) },
  { name: 'States.Array', definition: parameters({ 'v.$': "States.Array('x', 1, $.b)" }) },
  { name: 'States.ArrayPartition', definition: parameters({ 'v.$': 'States.ArrayPartition($.b.c, 2)' }) },
  { name: 'States.ArrayContains', definition: parameters({ 'v.$': 'States.ArrayContains($.b.c, 2)', 'w.$': "States.ArrayContains($.b.c, '2')" }) },
  { name: 'States.ArrayRange', definition: parameters({ 'v.$': 'States.ArrayRange(1, 9, 2)' }) },
  { name: 'States.ArrayGetItem', definition: parameters({ 'v.$': 'States.ArrayGetItem($.b.c, 1)' }) },
  { name: 'States.ArrayLength', definition: parameters({ 'v.$': 'States.ArrayLength($.list)' }) },
  { name: 'States.ArrayUnique', definition: parameters({ 'v.$': 'States.ArrayUnique($.list[*].k)' }) },
  { name: 'States.Base64Encode', definition: parameters({ 'v.$': 'States.Base64Encode($.b.d)' }) },
  { name: 'States.Base64Decode', definition: parameters({ 'v.$': "States.Base64Decode('dGV4dA==')" }) },
  ...['MD5', 'SHA-1', 'SHA-256', 'SHA-384', 'SHA-512'].map((algorithm) => ({ name: `States.Hash ${algorithm}`, definition: parameters({ 'v.$': `States.Hash($.b.d, '${algorithm}')` }) })),
  { name: 'States.JsonMerge', definition: parameters({ 'v.$': 'States.JsonMerge($.list[0], $.list[1], false)' }) },
  { name: 'States.JsonToString', definition: parameters({ 'v.$': 'States.JsonToString($.b)' }) },
  { name: 'States.StringToJson', definition: parameters({ 'v.$': 'States.StringToJson($.json)' }), input: { json: '{"a":[1,null,"x"]}' } },
  { name: 'States.StringSplit', definition: parameters({ 'v.$': "States.StringSplit('a,b;c,', ',;')" }) },
  { name: 'States.MathAdd', definition: parameters({ 'v.$': 'States.MathAdd($.a, -3)' }) },
  { name: 'nested functions', definition: parameters({ 'v.$': "States.Format('{}', States.ArrayLength(States.StringSplit($.b.d, 'x')))" }) },
];

const COMPARISONS: readonly object[] = [
  ...['Equals', 'LessThan', 'GreaterThan', 'LessThanEquals', 'GreaterThanEquals'].flatMap((ordering) => [
    { Variable: '$.a', [`Numeric${ordering}`]: 1 },
    { Variable: '$.a', [`Numeric${ordering}Path`]: '$.b.c[1]' },
    { Variable: '$.b.d', [`String${ordering}`]: 'text' },
    { Variable: '$.b.d', [`String${ordering}Path`]: '$.s' },
    { Variable: '$.t', [`Timestamp${ordering}`]: '2026-03-14T02:00:00Z' },
    { Variable: '$.t', [`Timestamp${ordering}Path`]: '$.t' },
  ]),
  ...['IsNull', 'IsPresent', 'IsNumeric', 'IsString', 'IsBoolean', 'IsTimestamp'].flatMap((test) => ['$.a', '$.b.e', '$.b.d', '$.t', '$.yes'].map((variable) => ({ Variable: variable, [test]: true }))),
  { Variable: '$.absent', IsPresent: false },
  { Variable: '$.yes', BooleanEquals: true },
  { Variable: '$.yes', BooleanEqualsPath: '$.yes' },
  { Variable: '$.b.d', StringMatches: 't*t' },
  { Variable: '$.b.d', StringMatches: 't*x' },
  { Variable: '$.b.d', NumericEquals: 1 },
  { Not: { Variable: '$.a', NumericEquals: 1 } },
  { And: [{ Variable: '$.a', NumericEquals: 1 }, { Or: [{ Variable: '$.b.d', StringEquals: 'no' }, { Variable: '$.yes', BooleanEquals: true }] }] },
];

/** Many comparisons in one machine, because each execution costs moto a reset: a chain of Choice states that notes each outcome. */
function choiceChain(rules: readonly object[]): object {
  const states = rules.flatMap((rule, index): [string, object][] => [
    [`Ask${index}`, { Type: 'Choice', Choices: [{ ...rule, Next: `Yes${index}` }], Default: `No${index}` }],
    [`Yes${index}`, { Type: 'Pass', Result: JSON.stringify(rule), ResultPath: `$.yes${index}`, Next: `Ask${index + 1}` }],
    [`No${index}`, { Type: 'Pass', Result: JSON.stringify(rule), ResultPath: `$.no${index}`, Next: `Ask${index + 1}` }],
  ]);
  return machineOf(Object.fromEntries([...states, [`Ask${rules.length}`, { Type: 'Succeed' }]]));
}

const CHAIN_LENGTH = 20;
const CHOICES: readonly Case[] = Array.from({ length: Math.ceil(COMPARISONS.length / CHAIN_LENGTH) }, (_unused, index) => COMPARISONS.slice(index * CHAIN_LENGTH, (index + 1) * CHAIN_LENGTH)).map((rules) => ({
  name: `${rules.length} comparisons from ${JSON.stringify(rules[0])}`,
  definition: choiceChain(rules),
}));

const FAIL = { Type: 'Fail', Error: 'Broken', Cause: 'on purpose' };
const invoke = (functionName: string, fields: object = {}): object => ({ Type: 'Task', Resource: INVOKE, Parameters: { FunctionName: functionName, 'Payload.$': '$' }, ResultSelector: { 'payload.$': '$.Payload' }, End: true, ...fields });
const catchAll = (fields: object = {}): object => ({ Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught', ...fields }] });
const withCaught = (states: Readonly<Record<string, object>>, fields: object): object => machineOf({ ...states, ...('Catch' in fields && { Caught: { Type: 'Succeed' } }) });
const parallel = (fields: object, ...branches: readonly object[]): object =>
  withCaught({ P: { Type: 'Parallel', Branches: branches.map((state, index) => machineOf({ [`B${index}`]: state })), End: true, ...fields } }, fields);
const map = (fields: object, state: object): object =>
  withCaught({ M: { Type: 'Map', ItemsPath: '$.list', MaxConcurrency: 1, ItemProcessor: { ProcessorConfig: { Mode: 'INLINE' }, ...machineOf({ I: state }) }, End: true, ...fields } }, fields);

const STRUCTURES: readonly Case[] = [
  { name: 'Parallel', definition: parallel({}, pass({ Result: 1 }), pass({ OutputPath: '$.a' })), isConcurrent: true },
  { name: 'Parallel with Parameters and ResultSelector', definition: parallel({ Parameters: { 'x.$': '$.a' }, ResultSelector: { 'first.$': '$[0]' }, ResultPath: '$.p' }, pass({}), pass({})), isConcurrent: true },
  { name: 'Parallel that fails', definition: parallel({}, FAIL) },
  { name: 'Parallel that is caught', definition: parallel(catchAll({ ResultPath: '$.e' }), FAIL) },
  { name: 'Parallel that is retried and fails', definition: parallel({ Retry: [{ ErrorEquals: ['Broken'], IntervalSeconds: 1, MaxAttempts: 1 }] }, FAIL) },
  { name: 'Map', definition: map({}, pass({})) },
  { name: 'Map with ItemSelector', definition: map({ ItemSelector: { 'i.$': '$$.Map.Item.Index', 'v.$': '$$.Map.Item.Value.k', 'a.$': '$.a' } }, pass({})) },
  { name: 'Map with ResultPath', definition: map({ ResultPath: '$.b.out' }, pass({ OutputPath: '$.n' })) },
  { name: 'Map that fails', definition: map({}, FAIL) },
  { name: 'Map that is caught', definition: map(catchAll(), FAIL) },
  { name: 'Map over nothing', definition: map({}, pass({})), input: { list: [] } },
  { name: 'a machine that fails', definition: machineOf({ A: FAIL }) },
  { name: 'a machine that fails for a reason of its input', definition: machineOf({ A: { Type: 'Fail', ErrorPath: '$.b.d', CausePath: "States.Format('because of {}', $.a)" } }) },
];

const TASKS: readonly Case[] = [
  { name: 'lambda:invoke', definition: machineOf({ A: invoke('echo') }) },
  { name: 'lambda:invoke with ResultPath', definition: machineOf({ A: invoke('echo', { ResultPath: '$.b.out', OutputPath: '$.b' }) }) },
  { name: 'lambda:invoke that fails', definition: machineOf({ A: invoke('fail') }) },
  { name: 'lambda:invoke that is caught', definition: machineOf({ A: invoke('fail', catchAll({ ResultPath: '$.e' })), Caught: { Type: 'Succeed' } }) },
  { name: 'lambda:invoke that is caught by its error', definition: machineOf({ A: invoke('fail', { Catch: [{ ErrorEquals: ['Other'], Next: 'Wrong' }, { ErrorEquals: ['NoUsableSnapshot'], Next: 'Caught' }] }), Wrong: FAIL, Caught: { Type: 'Succeed' } }) },
  { name: 'lambda:invoke that is retried and caught', definition: machineOf({ A: invoke('fail', { Retry: [{ ErrorEquals: ['States.TaskFailed'], IntervalSeconds: 1, MaxAttempts: 1 }], ...catchAll() }), Caught: { Type: 'Succeed' } }) },
  { name: 'a Lambda function by its ARN', definition: machineOf({ A: { Type: 'Task', Resource: FUNCTION_ARN.replace('find-snapshot', 'echo'), InputPath: '$.b', ResultPath: '$.out', End: true } }) },
  { name: 'a Lambda function by its ARN that fails', definition: machineOf({ A: { Type: 'Task', Resource: FUNCTION_ARN.replace('find-snapshot', 'fail'), End: true } }) },
];

const CASES: readonly Case[] = [...DATA_FLOW, ...INTRINSICS, ...CHOICES, ...STRUCTURES, ...TASKS];

const LAMBDA_ERROR = { errorType: 'NoUsableSnapshot', errorMessage: 'none is recent', trace: ['at findSnapshot'] };

/** The Lambda functions of both interpreters: `echo` returns its payload, `fail` throws. */
function callFunction(name: string, payload: Json): { readonly failed: boolean; readonly answer: Json } {
  return name.includes('fail') ? { failed: true, answer: LAMBDA_ERROR } : { failed: false, answer: payload };
}

async function runTask({ resource, parameters: given }: TaskRequest): Promise<Json> {
  const isInvoke = resource === INVOKE;
  const { FunctionName: name, Payload: payload } = isInvoke ? (given as JsonObject) : { FunctionName: resource, Payload: given };
  const { failed, answer } = callFunction(name as string, payload as Json);
  if (failed) throw new TaskFailure(LAMBDA_ERROR.errorType, JSON.stringify(answer));
  return isInvoke ? { ExecutedVersion: '$LATEST', StatusCode: 200, Payload: answer } : answer;
}

/** Answers Lambda's Invoke, which is all that moto's interpreter asks of other services here. */
async function startLambda(): Promise<Server> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const [, name = ''] = /\/functions\/([^/]+)\/invocations/.exec(decodeURIComponent(request.url ?? '')) ?? [];
      const { failed, answer } = callFunction(name, JSON.parse(Buffer.concat(chunks).toString() || 'null') as Json);
      response.writeHead(200, { 'content-type': 'application/json', 'x-amz-executed-version': '$LATEST', ...(failed && { 'x-amz-function-error': 'Unhandled' }) });
      response.end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

interface Ending {
  readonly status: string | undefined;
  readonly output: Json | undefined;
  readonly error: string | undefined;
  readonly cause: string | undefined;
  readonly events: readonly string[] | undefined;
}

async function runHere({ definition, input = DATA, isConcurrent }: Case): Promise<Ending> {
  const run = startMachine(definition, { input, tasks: runTask });
  const { status, output, error, cause }: ExecutionResult = await run.finish();
  return { status, output: output === undefined ? undefined : (JSON.parse(output) as Json), error, cause, events: isConcurrent ? undefined : outline(run.execution.history) };
}

/** Runs the case on moto, which is reset before each execution because 5.2.1 gets through only one. */
async function runOnMoto(client: SFNClient, url: string, { definition, input = DATA, isConcurrent }: Case): Promise<Ending> {
  await fetch(`${url}/moto-api/reset`, { method: 'POST' });
  await fetch(`${url}/moto-api/config`, { method: 'POST', body: JSON.stringify({ stepfunctions: { execute_state_machine: true } }) });
  const { stateMachineArn } = await client.send(new CreateStateMachineCommand({ name: 'Restore', definition: JSON.stringify(definition), roleArn: ROLE_ARN }));
  const { executionArn } = await client.send(new StartExecutionCommand({ stateMachineArn, name: 'run-1', input: JSON.stringify(input) }));
  const deadline = Date.now() + 30_000;
  for (;;) {
    const { status, output, error, cause } = await client.send(new DescribeExecutionCommand({ executionArn }));
    // moto says SUCCEEDED a moment before it has the output.
    const hasEnded = status !== 'RUNNING' && (status !== 'SUCCEEDED' || output !== undefined);
    if (!hasEnded && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      continue;
    }
    const { events } = await client.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }));
    return { status, output: output === undefined ? undefined : (JSON.parse(output) as Json), error, cause, events: isConcurrent ? undefined : outline(events ?? []) };
  }
}

const isJudged = hasMoto();

if (!isJudged) process.stderr.write('\nSKIPPED: Python with moto is not installed, so the state machine interpreter was NOT compared with another one.\n\n');

describe('the state machine interpreter', () => {
  let moto: MotoServer | undefined;
  let lambda: Server | undefined;
  let client: SFNClient | undefined;

  beforeAll(async () => {
    if (!isJudged) return;
    lambda = await startLambda();
    moto = await startMoto((lambda.address() as AddressInfo).port);
    client = new SFNClient({ endpoint: moto.url, region: 'eu-central-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } });
  }, 90_000);

  afterAll(async () => {
    client?.destroy();
    await moto?.stop();
    lambda?.closeAllConnections();
    lambda?.close();
  });

  test.each(CASES.map((item) => [item.name, item] as const))(
    'ends as the interpreter of moto does: %s',
    async (_name, item) => {
      const here = await runHere(item);
      if (!moto || !client) return expect(here.status).not.toBe('RUNNING');

      expect(here).toEqual(await runOnMoto(client, moto.url, item));
    },
    60_000,
  );
});
