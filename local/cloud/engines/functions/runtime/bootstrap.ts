import '../../../network/runtime/confine';
import type { IncomingHttpHeaders } from 'node:http';
import { flushCompileCache } from 'node:module';
import { promisify } from 'node:util';
import type { ClockReading } from '../../../gateway/clock';
import { setCloudTime } from '../../../network/runtime/cloud-date';
import { setTimerPace } from '../../../network/runtime/cloud-timers';
import { CLOCK_HEADER, OUTPUT_MARK } from '../runtime-protocol';
import { errorDocument } from './error-document';
import { formatConsole, logError, logFor } from './function-console';
import { HandlerUnavailable, loadHandler, type Handler } from './load-handler';
import { RuntimeApiClient } from './runtime-api-client';

const { env } = process;
const api = new RuntimeApiClient(env['AWS_LAMBDA_RUNTIME_API'] ?? '');
const NO_CALLBACKS =
  'ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. You need to modify this function to use a supported handler signature to use Node.js 24 or later. For more information see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html.';

/** The invocation at hand, for errors that nobody catches. */
let current: string | undefined;
let isDying = false;

async function main(): Promise<void> {
  formatConsole(env['AWS_LAMBDA_LOG_FORMAT'], env['AWS_LAMBDA_LOG_LEVEL']);
  process.on('uncaughtException', (error) => void die('Uncaught Exception', error, error));
  process.on('unhandledRejection', (reason) => void die('Unhandled Promise Rejection', unhandledRejection(reason), reason));
  const handler = await initialise();
  await serve(handler);
  // What the first event needed is compiled, too. It may be killed at any moment, and what exits in no order keeps nothing.
  flushCompileCache();
  for (;;) await serve(handler);
}

async function initialise(): Promise<Handler> {
  try {
    const handler = await loadHandler(process.cwd(), env['_HANDLER'] ?? '');
    if (handler.length >= 3 && !takesCallbacks()) throw new HandlerUnavailable('Runtime.CallbackHandlerDeprecated', NO_CALLBACKS);
    return handler;
  } catch (error) {
    logError('Init Error', error);
    markOutput();
    await api.failToInitialise(errorDocument(error));
    process.exit(1);
  }
}

async function serve(handler: Handler): Promise<void> {
  const { headers, body } = await api.next();
  const requestId = headerOf(headers, 'lambda-runtime-aws-request-id');
  const clock = JSON.parse(headerOf(headers, CLOCK_HEADER)) as ClockReading;
  setCloudTime(clock);
  setTimerPace(clock.rate);
  current = requestId;
  logFor(requestId);
  env['_X_AMZN_TRACE_ID'] = headerOf(headers, 'lambda-runtime-trace-id');
  let response: string;
  try {
    response = JSON.stringify((await run(handler, JSON.parse(body), contextOf(headers))) ?? null);
  } catch (error) {
    logError('Invoke Error', error);
    markOutput();
    await api.fail(requestId, errorDocument(error));
    return;
  }
  markOutput();
  await api.respond(requestId, response);
}

/** Calls back or returns; a handler of a runtime with callbacks may do either. */
function run(handler: Handler, event: unknown, context: object): unknown {
  if (handler.length < 3) return handler(event, context);
  const calledBack = promisify((callback: (error: unknown, result?: unknown) => void) => {
    const returned = handler(event, context, callback) as Promise<unknown> | undefined;
    if (typeof returned?.then === 'function') void returned.then((result) => callback(null, result), callback);
  });
  return calledBack();
}

function contextOf(headers: IncomingHttpHeaders): object {
  const deadlineMs = Number(headerOf(headers, 'lambda-runtime-deadline-ms'));
  const clientContext = headers['lambda-runtime-client-context'];
  return {
    functionName: env['AWS_LAMBDA_FUNCTION_NAME'],
    functionVersion: env['AWS_LAMBDA_FUNCTION_VERSION'],
    invokedFunctionArn: headerOf(headers, 'lambda-runtime-invoked-function-arn'),
    memoryLimitInMB: env['AWS_LAMBDA_FUNCTION_MEMORY_SIZE'],
    awsRequestId: headerOf(headers, 'lambda-runtime-aws-request-id'),
    logGroupName: env['AWS_LAMBDA_LOG_GROUP_NAME'],
    logStreamName: env['AWS_LAMBDA_LOG_STREAM_NAME'],
    clientContext: typeof clientContext === 'string' ? (JSON.parse(clientContext) as unknown) : undefined,
    identity: undefined,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => deadlineMs - Date.now(),
  };
}

function takesCallbacks(): boolean {
  const major = Number(/nodejs(\d+)\.x/.exec(env['AWS_EXECUTION_ENV'] ?? '')?.[1]);
  return major < 24;
}

function unhandledRejection(reason: unknown): Error {
  return Object.assign(new Error(String(reason)), { name: 'Runtime.UnhandledPromiseRejection', reason });
}

/** An error that nobody caught ends the invocation and, with it, this process. */
async function die(title: string, error: Error, logged: unknown): Promise<void> {
  if (isDying) return;
  isDying = true;
  logError(title, logged);
  markOutput();
  const reported = current === undefined ? api.failToInitialise(errorDocument(error)) : api.fail(current, errorDocument(error));
  await reported.catch(() => undefined);
  process.exit(current === undefined ? 1 : 129);
}

function markOutput(): void {
  process.stdout.write(`${OUTPUT_MARK}\n`);
  process.stderr.write(`${OUTPUT_MARK}\n`);
}

function headerOf(headers: IncomingHttpHeaders, name: string): string {
  return String(headers[name] ?? '');
}

void main();
