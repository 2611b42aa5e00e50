import { format } from 'node:util';
import { errorDocument } from './error-document';

/** What a log line goes through before it is written. */
type Writer = (...values: unknown[]) => void;

const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] as const;
type Level = (typeof LEVELS)[number];

let requestId: string | undefined;
let isJson = false;
let writeError: Writer = () => undefined;

/** Names the invocation that what is logged from now on belongs to. */
export function logFor(id: string | undefined): void {
  requestId = id;
}

/**
 * Makes `console` write what Lambda's runtime makes of it: tab-separated text, or JSON where the function is configured so.
 * https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html
 */
export function formatConsole(logFormat: string | undefined, lowest: string | undefined): void {
  isJson = logFormat === 'JSON';
  const render = isJson ? renderJson : renderText;
  const lowestIndex = isJson ? Math.max(0, LEVELS.indexOf((lowest ?? 'INFO').toUpperCase() as Level)) : 0;
  const writer = (level: Level): Writer => (...values) => {
    if (LEVELS.indexOf(level) >= lowestIndex) process.stdout.write(`${render(level, values)}\n`);
  };
  writeError = writer('ERROR');
  Object.assign(globalThis.console, {
    trace: writer('TRACE'),
    debug: writer('DEBUG'),
    log: writer('INFO'),
    info: writer('INFO'),
    warn: writer('WARN'),
    error: writeError,
    fatal: writer('FATAL'),
  });
}

/** Logs what a handler threw as Lambda's runtime does: with the error's own properties, in text as JSON on one line. */
export function logError(title: string, thrown: unknown): void {
  if (isJson) return writeError(title, thrown);
  const { errorType, errorMessage, trace } = errorDocument(thrown);
  writeError(title, `\t${JSON.stringify({ errorType, errorMessage, ...(thrown instanceof Error && { ...thrown }), stack: trace })}`);
}

/** A line break within a message is a carriage return, as the message is one event of the log. */
function renderText(level: Level, values: readonly unknown[]): string {
  const message = format(...values).replaceAll('\n', '\r');
  return [new Date().toISOString(), requestId ?? 'undefined', level, message].join('\t');
}

function renderJson(level: Level, values: readonly unknown[]): string {
  const head = { timestamp: new Date().toISOString(), level, requestId };
  if (values.length === 1) return JSON.stringify({ ...head, message: values[0] }, errorsAsObjects);
  const error = values.find((value) => value instanceof Error);
  return JSON.stringify({
    ...head,
    message: format(...values),
    ...(error && { errorType: error.constructor.name, errorMessage: error.message, stackTrace: (error.stack ?? '').split('\n') }),
  });
}

function errorsAsObjects(_key: string, value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  return { ...value, errorType: value.constructor.name, errorMessage: value.message, stackTrace: (value.stack ?? '').split('\n') };
}
