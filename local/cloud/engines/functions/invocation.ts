import type { Credentials } from '../../gateway/credentials';
import type { ErrorDocument } from './runtime-protocol';

/** One call of a function, as an instance gets it. */
export interface Invocation {
  readonly requestId: string;
  /** With the version or alias that was invoked. */
  readonly invokedArn: string;
  /** JSON. */
  readonly event: string;
  readonly traceId: string;
  /** JSON, from the `X-Amz-Client-Context` of the caller. */
  readonly clientContext?: string;
}

/** How an invocation ended, as far as the function has a say. */
export type Outcome =
  | { readonly kind: 'response'; readonly body: string }
  | { readonly kind: 'error'; readonly body: string }
  | { readonly kind: 'timeout'; readonly body: string }
  | { readonly kind: 'exit'; readonly body: string };

/** What an invocation has come to. */
export interface InvocationResult {
  readonly requestId: string;
  readonly outcome: Outcome;
  readonly startedAt: Date;
  readonly durationMs: number;
  /** Of a cold start. */
  readonly initDurationMs: number | undefined;
  readonly maxMemoryMb: number;
  readonly traceId: string;
  /** What the function itself recorded for X-Ray. */
  readonly segments: readonly string[];
  /** The function's own output, line by line, and the platform's lines around it. */
  readonly log: readonly LogLine[];
  readonly logStream: string;
  /** Of the instance: what it does for the function afterwards, it does as the function's role. */
  readonly credentials: Required<Credentials>;
}

/** A line of a function's log. */
export interface LogLine {
  readonly timeMs: number;
  readonly message: string;
}

/** A handler's error, which the runtime has put into words. */
export function failed(document: ErrorDocument): Outcome {
  return { kind: 'error', body: JSON.stringify(document) };
}

/** The handler took longer than it may. */
export function timedOut(requestId: string, timeoutSeconds: number): Outcome {
  const errorMessage = `RequestId: ${requestId} Error: Task timed out after ${timeoutSeconds.toFixed(2)} seconds`;
  return { kind: 'timeout', body: JSON.stringify({ errorType: 'Sandbox.Timedout', errorMessage }) };
}

/** The process ended in the middle of it. */
export function exited(requestId: string, { code, signal }: { readonly code: number | null; readonly signal: string | null }): Outcome {
  const reason = signal ? `with error: signal: ${SIGNALS[signal] ?? signal}` : code ? `with error: exit status ${code}` : 'without providing a reason';
  return { kind: 'exit', body: JSON.stringify({ errorType: 'Runtime.ExitError', errorMessage: `RequestId: ${requestId} Error: Runtime exited ${reason}` }) };
}

/** As the C library words them. */
const SIGNALS: Readonly<Record<string, string>> = {
  SIGKILL: 'killed',
  SIGTERM: 'terminated',
  SIGABRT: 'aborted (core dumped)',
  SIGSEGV: 'segmentation fault (core dumped)',
  SIGTRAP: 'trace/breakpoint trap (core dumped)',
};
