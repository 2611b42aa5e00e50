import type { FunctionDeployment } from './function-deployment';
import type { Served } from './function-instance';
import type { Invocation, LogLine, Outcome } from './invocation';

/** How reports word an outcome. https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html#Status */
const STATUS: Readonly<Record<Outcome['kind'], string>> = { response: 'success', error: 'error', timeout: 'timeout', exit: 'failure' };

interface Report {
  readonly durationMs: number;
  readonly billedDurationMs: number;
  readonly memorySizeMB: number;
  readonly maxMemoryUsedMB: number;
  readonly initDurationMs?: number;
}

/** The log of an invocation: the function's lines between those that Lambda adds. */
export function logOf(deployment: FunctionDeployment, invocation: Invocation, served: Served): readonly LogLine[] {
  const { startedMs, durationMs, outcome, lines } = served;
  const endedMs = startedMs + durationMs;
  const around = deployment.logging.format === 'JSON' ? jsonLines : textLines;
  const { before, after } = around(deployment, invocation, served, reportOf(deployment, served), endedMs);
  const onlyProblems = deployment.logging.format === 'JSON' && deployment.logging.systemLevel === 'WARN';
  const wanted = !onlyProblems || outcome.kind !== 'response';
  return [...(onlyProblems ? [] : at(startedMs, before)), ...lines, ...(wanted ? at(endedMs, after) : [])];
}

/** Since August 2025 the initialisation is billed as well. https://aws.amazon.com/blogs/compute/aws-lambda-standardizes-billing-for-init-phase/ */
function reportOf({ memoryMb }: FunctionDeployment, { durationMs, initDurationMs, maxMemoryMb }: Served): Report {
  return {
    durationMs: round(durationMs),
    billedDurationMs: Math.ceil(durationMs + (initDurationMs ?? 0)),
    memorySizeMB: memoryMb,
    maxMemoryUsedMB: Math.min(maxMemoryMb, memoryMb),
    ...(initDurationMs !== undefined && { initDurationMs: round(initDurationMs) }),
  };
}

interface PlatformLines {
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html#nodejs-logging-output */
function textLines(deployment: FunctionDeployment, { requestId, traceId }: Invocation, { outcome }: Served, report: Report, endedMs: number): PlatformLines {
  const fields = [
    `REPORT RequestId: ${requestId}`,
    `Duration: ${report.durationMs.toFixed(2)} ms`,
    `Billed Duration: ${report.billedDurationMs} ms`,
    `Memory Size: ${report.memorySizeMB} MB`,
    `Max Memory Used: ${report.maxMemoryUsedMB} MB`,
    ...(report.initDurationMs === undefined ? [] : [`Init Duration: ${report.initDurationMs.toFixed(2)} ms`]),
    ...(outcome.kind === 'response' ? [] : [`Status: ${STATUS[outcome.kind]}`]),
    ...(deployment.tracing === 'Active' ? [`\nXRAY TraceId: ${traceId.replace(/^Root=|;.*$/g, '')}`] : []),
  ];
  const timeout = outcome.kind === 'timeout' ? [`${new Date(endedMs).toISOString()} ${requestId} Task timed out after ${deployment.timeoutSeconds.toFixed(2)} seconds`] : [];
  return {
    before: [...(report.initDurationMs === undefined ? [] : ['INIT_START Runtime Version: local']), `START RequestId: ${requestId} Version: ${deployment.version}`],
    after: [...exitLines(outcome), `END RequestId: ${requestId}`, `${fields.join('\t')}\t`, ...timeout],
  };
}

/** https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html */
function jsonLines(deployment: FunctionDeployment, { requestId, traceId, invokedArn }: Invocation, { outcome, startedMs }: Served, metrics: Report, endedMs: number): PlatformLines {
  const { functionName, version } = deployment;
  const event = (timeMs: number, type: string, record: object): string => JSON.stringify({ time: new Date(timeMs).toISOString(), type, record });
  const tracing = deployment.tracing === 'Active' ? { tracing: { type: 'X-Amzn-Trace-Id', value: traceId } } : {};
  const initialisation = { initializationType: 'on-demand', phase: 'init', functionName, functionVersion: version };
  return {
    before: [
      ...(metrics.initDurationMs === undefined ? [] : [event(startedMs - metrics.initDurationMs, 'platform.initStart', initialisation)]),
      event(startedMs, 'platform.start', { requestId, functionArn: invokedArn, version, ...tracing }),
    ],
    after: [...exitLines(outcome), event(endedMs, 'platform.report', { requestId, metrics, status: STATUS[outcome.kind], ...tracing })],
  };
}

function exitLines(outcome: Outcome): string[] {
  if (outcome.kind !== 'exit') return [];
  const { errorMessage, errorType } = JSON.parse(outcome.body) as { errorMessage: string; errorType: string };
  return [`${errorMessage}\n${errorType}`];
}

function at(timeMs: number, messages: readonly string[]): LogLine[] {
  return messages.map((message) => ({ timeMs, message }));
}

function round(ms: number): number {
  return Math.round(ms * 100) / 100;
}
