import type { FunctionDeployment, FunctionLogging } from '../../../../../../local/cloud/engines/functions/function-deployment';
import type { Served } from '../../../../../../local/cloud/engines/functions/function-instance';
import { exited, failed, timedOut, type Outcome } from '../../../../../../local/cloud/engines/functions/invocation';
import { logOf } from '../../../../../../local/cloud/engines/functions/platform-log';

const STARTED_MS = Date.UTC(2026, 0, 1);
const RESPONSE: Outcome = { kind: 'response', body: '1' };

function log(logging: Partial<FunctionLogging>, served: Partial<Served>, tracing: FunctionDeployment['tracing'] = 'PassThrough'): string[] {
  const deployment = { functionName: 'copy', version: '$LATEST', memoryMb: 256, timeoutSeconds: 3, tracing, logging: { format: 'Text', group: '/g', ...logging } } as FunctionDeployment;
  const invocation = { requestId: 'r-1', invokedArn: 'arn:copy', event: '{}', traceId: 'Root=1-2-3;Parent=4;Sampled=1' };
  const complete: Served = { outcome: RESPONSE, startedMs: STARTED_MS, durationMs: 12.345, initDurationMs: undefined, maxMemoryMb: 70, lines: [{ timeMs: STARTED_MS, message: 'own' }], segments: [], ...served };
  return logOf(deployment, invocation, complete).map(({ message }) => message);
}

describe('the log of an invocation', () => {
  it('has what Lambda adds around the lines of the function', () => {
    expect(log({}, {})).toEqual([
      'START RequestId: r-1 Version: $LATEST',
      'own',
      'END RequestId: r-1',
      'REPORT RequestId: r-1\tDuration: 12.35 ms\tBilled Duration: 13 ms\tMemory Size: 256 MB\tMax Memory Used: 70 MB\t',
    ]);
  });

  it('bills the initialisation of a cold start', () => {
    const lines = log({}, { initDurationMs: 100 }, 'Active');

    expect(lines[0]).toBe('INIT_START Runtime Version: local');
    expect(lines.at(-1)).toBe('REPORT RequestId: r-1\tDuration: 12.35 ms\tBilled Duration: 113 ms\tMemory Size: 256 MB\tMax Memory Used: 70 MB\tInit Duration: 100.00 ms\t\nXRAY TraceId: 1-2-3\t');
  });

  it('tells a time-out and a dead process', () => {
    expect(log({}, { outcome: timedOut('r-1', 3) }).at(-1)).toBe('2026-01-01T00:00:00.012Z r-1 Task timed out after 3.00 seconds');
    expect(log({}, { outcome: exited('r-1', { code: null, signal: 'SIGKILL' }) })).toContain('RequestId: r-1 Error: Runtime exited with error: signal: killed\nRuntime.ExitError');
  });

  it.each<[string, Outcome, string]>([
    ['success', RESPONSE, 'success'],
    ['a failure of the handler', failed({ errorType: 'E', errorMessage: 'm' }), 'error'],
    ['a time-out', timedOut('r-1', 3), 'timeout'],
    ['a dead process', exited('r-1', { code: 1, signal: null }), 'failure'],
  ])('reports %s in JSON', (_what, outcome, status) => {
    const lines = log({ format: 'JSON' }, { outcome });

    expect(JSON.parse(lines.at(-1)!)).toMatchObject({ type: 'platform.report', record: { requestId: 'r-1', status, metrics: { durationMs: 12.35, billedDurationMs: 13 } } });
  });

  it('keeps to problems where the system level says so', () => {
    expect(log({ format: 'JSON', systemLevel: 'WARN' }, {})).toEqual(['own']);
    expect(log({ format: 'JSON', systemLevel: 'WARN' }, { outcome: timedOut('r-1', 3) })).toHaveLength(2);
  });
});

describe('the end of a process', () => {
  test.each([
    [{ code: 0, signal: null }, 'Runtime exited without providing a reason'],
    [{ code: 7, signal: null }, 'Runtime exited with error: exit status 7'],
    [{ code: null, signal: 'SIGKILL' }, 'Runtime exited with error: signal: killed'],
    [{ code: null, signal: 'SIGABRT' }, 'Runtime exited with error: signal: aborted (core dumped)'],
    [{ code: null, signal: 'SIGHUP' }, 'Runtime exited with error: signal: SIGHUP'],
  ])('%j reads "%s"', (exit, reason) => {
    expect(JSON.parse(exited('r-1', exit).body)).toEqual({ errorType: 'Runtime.ExitError', errorMessage: `RequestId: r-1 Error: ${reason}` });
  });
});
