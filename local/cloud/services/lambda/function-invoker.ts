import { randomBytes } from 'node:crypto';
import type { FunctionHost } from '../../engines/functions/function-host';
import type { FunctionInstance } from '../../engines/functions/function-instance';
import type { InvocationResult } from '../../engines/functions/invocation';
import { AwsError } from '../../gateway/aws-error';
import type { CloudClock } from '../../gateway/clock';
import type { Place } from '../../gateway/service';
import type { MetricSink } from '../cloudwatch/metric-sink';
import type { Concurrency } from './concurrency';
import type { FunctionDeployments } from './function-deployments';
import { functionArn } from './function-name';
import { tooLarge } from './invocation-errors';
import type { InvocationRecords } from './invocation-records';
import type { LambdaFunction } from './lambda-function';
import type { Resolved } from './lambda-state';

export interface InvokerPorts {
  readonly clock: CloudClock;
  readonly host: FunctionHost;
  readonly deployments: FunctionDeployments;
  readonly concurrency: Concurrency;
  readonly records: InvocationRecords;
  readonly metrics: MetricSink;
}

export interface InvocationRequest {
  readonly requestId: string;
  /** JSON. */
  readonly payload: string;
  readonly clientContext?: string | undefined;
}

/** What the caller of a function gets. */
export interface Answer {
  readonly payload: string;
  readonly functionError: 'Unhandled' | undefined;
  readonly executedVersion: string;
  /** What the log of the invocation says. */
  readonly log: readonly string[];
}

/** An invocation that is beginning, for whoever watches or wants to break it. */
export interface RunningInvocation extends Place {
  readonly functionName: string;
  readonly requestId: string;
  /** Ends the function's process in the middle of whatever it does. */
  kill(): void;
  /** Ends the process when its work is done and before anybody hears of it. */
  killBeforeAnswer(): void;
}

/** An invocation that has ended, for whoever watches. */
export interface EndedInvocation extends Place {
  readonly functionName: string;
  readonly result: InvocationResult;
}

/** Invokes functions, one after the other or many at a time: what every way to call a function ends in. */
export class FunctionInvoker {
  private readonly beginListeners = new Set<(invocation: RunningInvocation) => void>();
  private readonly endListeners = new Set<(invocation: EndedInvocation) => void>();

  constructor(private readonly ports: InvokerPorts) {}

  /** Calls the listener as each invocation begins; the returned function ends that. */
  onInvoke(listener: (invocation: RunningInvocation) => void): () => void {
    this.beginListeners.add(listener);
    return () => this.beginListeners.delete(listener);
  }

  /** Calls the listener as each invocation ends. */
  onInvoked(listener: (invocation: EndedInvocation) => void): () => void {
    this.endListeners.add(listener);
    return () => this.endListeners.delete(listener);
  }

  /** Kills the next invocation of the function: so many milliseconds after it began, or when only its answer is missing. */
  killNext(functionName: string, when: { readonly afterMs: number } | 'before-answer'): void {
    const stop = this.onInvoke((invocation) => {
      if (invocation.functionName !== functionName) return;
      stop();
      if (when === 'before-answer') invocation.killBeforeAnswer();
      else this.ports.clock.after(when.afterMs, () => invocation.kill());
    });
  }

  /** Runs the function; rejects when it may not run. What goes wrong within it is an answer. */
  async invoke({ lambda, version, qualifier }: Resolved, request: InvocationRequest): Promise<Answer> {
    const { host, deployments, records } = this.ports;
    if (lambda.state !== 'Active') {
      const message = `The operation cannot be performed at this time. The function is currently in the following state: ${lambda.state}`;
      throw new AwsError('ResourceConflictException', message, { details: { Type: 'User' } });
    }
    const executed = version.version === '$LATEST' ? lambda.serving : version;
    const deployment = deployments.of(lambda, executed);
    const leave = this.enter({ lambda, version, qualifier });
    try {
      const invocation = {
        requestId: request.requestId,
        invokedArn: functionArn(lambda, lambda.name, qualifier),
        event: request.payload,
        traceId: newTraceId(this.ports.clock.now(), executed.settings.tracing === 'Active'),
        ...(request.clientContext !== undefined && { clientContext: request.clientContext }),
      };
      const result = await host.invoke(deployment, invocation, (instance) => this.begin(lambda, request.requestId, instance));
      records.begin(deployment, result);
      const answer = answerOf(result, executed.version);
      this.measure({ lambda, version, qualifier }, result, answer);
      const ended = { functionName: lambda.name, account: lambda.account, region: lambda.region, result };
      for (const listener of this.endListeners) listener(ended);
      return answer;
    } finally {
      leave();
    }
  }

  private begin({ name: functionName, account, region }: LambdaFunction, requestId: string, instance: FunctionInstance): void {
    const running = { functionName, account, region, requestId, kill: () => instance.kill(), killBeforeAnswer: () => instance.killBeforeAnswer() };
    for (const listener of this.beginListeners) listener(running);
  }

  private enter(resolved: Resolved): () => void {
    const { concurrency } = this.ports;
    try {
      const leave = concurrency.enter(resolved.lambda);
      this.put(resolved, 'ConcurrentExecutions', concurrency.of(resolved.lambda));
      return leave;
    } catch (error) {
      this.put(resolved, 'Throttles', 1);
      throw error;
    }
  }

  private measure(resolved: Resolved, { durationMs }: InvocationResult, { functionError }: Answer): void {
    this.put(resolved, 'Invocations', 1);
    this.put(resolved, 'Throttles', 0);
    this.put(resolved, 'Errors', functionError ? 1 : 0);
    this.put(resolved, 'Duration', durationMs);
  }

  /** https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html */
  private put({ lambda, qualifier }: Resolved, name: string, value: number): void {
    const unit = name === 'Duration' ? 'Milliseconds' : 'Count';
    const dimensions: Readonly<Record<string, string>>[] = [{ FunctionName: lambda.name }, ...(qualifier === undefined ? [] : [{ FunctionName: lambda.name, Resource: `${lambda.name}:${qualifier}` }])];
    for (const each of dimensions) this.ports.metrics.put({ namespace: 'AWS/Lambda', name, dimensions: each, place: lambda, value, unit });
  }
}

function answerOf({ outcome, log }: InvocationResult, executedVersion: string): Answer {
  const oversize = outcome.kind === 'response' ? tooLarge(outcome.body) : undefined;
  return {
    payload: oversize ?? outcome.body,
    functionError: outcome.kind === 'response' && oversize === undefined ? undefined : 'Unhandled',
    executedVersion,
    log: log.map(({ message }) => message),
  };
}

/** https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader */
function newTraceId(now: Date, sampled: boolean): string {
  const seconds = Math.floor(now.getTime() / 1000).toString(16).padStart(8, '0');
  return `Root=1-${seconds}-${randomBytes(12).toString('hex')};Parent=${randomBytes(8).toString('hex')};Sampled=${sampled ? 1 : 0}`;
}
