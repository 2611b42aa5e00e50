import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { parseFaultRule } from '../../../../../../local/cloud/gateway/faults';
import { buildSync } from 'esbuild';
import { eventually, FunctionBench, place } from './fixtures';

const LOGS = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'];
const TALK = 'exports.handler = async () => { console.log("one\\ntwo", { three: 3 }); process.stdout.write("half a line"); console.error(new Error("oops")); return 1; };';

describe('what an invocation leaves behind', () => {
  let bench: FunctionBench;
  beforeAll(async () => {
    bench = await FunctionBench.open();
  });
  afterAll(() => bench.cloud.stop());
  afterEach(() => expect(bench.cloud.defects).toEqual([]));

  const logged = async (name: string, least: number): Promise<string[]> => {
    const client = bench.cloud.client(CloudWatchLogsClient, place);
    const read = async () => {
      const { events = [] } = await client.send(new FilterLogEventsCommand({ logGroupName: `/aws/lambda/${name}` })).catch(() => ({ events: [] }));
      return events.map(({ message }) => message!);
    };
    return eventually(read, (messages) => messages.length >= least);
  };

  it('is a log with the lines of Lambda around those of the function', async () => {
    await bench.create('talkative', TALK, { actions: LOGS });

    await bench.invoke('talkative');

    const lines = await logged('talkative', 6);
    expect(lines[0]).toBe('INIT_START Runtime Version: local');
    expect(lines[1]).toMatch(/^START RequestId: \S+ Version: \$LATEST$/);
    expect(lines[2]).toMatch(/^\S+Z\t\S+\tINFO\tone\ntwo \{ three: 3 \}$/);
    expect(lines[3]).toMatch(/^half a line\S+Z\t\S+\tERROR\tError: oops\n {4}at /);
    expect(lines[4]).toMatch(/^END RequestId: /);
    expect(lines[5]).toMatch(/^REPORT RequestId: \S+\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\tMemory Size: 256 MB\tMax Memory Used: \d+ MB\tInit Duration: [\d.]+ ms\t$/);
  });

  it('is complete however much it is', async () => {
    await bench.create('verbose', 'exports.handler = async () => { for (let line = 1; line <= 20000; line += 1) console.log("line", line); };');
    const ended: number[] = [];
    const forget = bench.cloud.services.compute.functions.onInvoked(({ result }) => ended.push(result.log.length));

    await bench.invoke('verbose');
    forget();

    // Besides the function's own: INIT_START, START, END and REPORT.
    expect(ended).toEqual([20_004]);
  });

  it('is JSON where the function is configured so', async () => {
    await bench.create('structured', TALK, { actions: LOGS, LoggingConfig: { LogFormat: 'JSON' } });

    await bench.invoke('structured');

    const [, start, log, error, report] = (await logged('structured', 5)).map((line) => JSON.parse(line.replace(/^half a line/, '')) as Record<string, unknown>);
    expect(start).toMatchObject({ type: 'platform.start', record: { version: '$LATEST' } });
    expect(log).toMatchObject({ level: 'INFO', message: 'one\ntwo { three: 3 }', requestId: expect.any(String) as string });
    expect(error).toMatchObject({ level: 'ERROR', message: { errorType: 'Error', errorMessage: 'oops' } });
    expect(report).toMatchObject({ type: 'platform.report', record: { status: 'success', metrics: { memorySizeMB: 256 } } });
  });

  it('is nothing when the role may not write, and the function does not notice', async () => {
    await bench.create('speechless', TALK);

    expect((await bench.invoke('speechless')).answer).toBe(1);

    await eventually(() => bench.calls('logs', 'CreateLogStream'), (calls) => calls.some(({ caller, outcome }) => caller === 'speechless' && outcome === 'AccessDeniedException'));
  });

  it('is a trace, with what the function adds to it', async () => {
    const source = `
      const dgram = require('dgram');
      exports.handler = (event) => new Promise((resolve) => {
        const [host, port] = process.env.AWS_XRAY_DAEMON_ADDRESS.split(':');
        const [root, parent] = process.env._X_AMZN_TRACE_ID.split(';').map((part) => part.split('=')[1]);
        const segment = { trace_id: root, id: '0123456789abcdef', parent_id: parent, type: 'subsegment', name: 'own', start_time: 1, end_time: 2 };
        const datagram = Buffer.from('{"format":"json","version":1}\\n' + JSON.stringify(segment));
        dgram.createSocket('udp4').send(datagram, 0, datagram.length, port, host, (error) => resolve({ error }));
      });
    `;
    await bench.create('traced', source, { TracingConfig: { Mode: 'Active' }, actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'] });

    const { traces } = bench.cloud.services.integration;
    const before = traces.segmentsIn(place);

    expect((await bench.invoke('traced')).answer).toEqual({ error: null });

    await eventually(() => traces.segmentsIn(place), (count) => count === before + 2);
    await eventually(() => bench.calls('xray', 'PutTelemetryRecords'), (calls) => calls.some(({ caller }) => caller === 'traced'));
  });

  it('is telemetry of an instance with its first trace, then once an hour, as its role', async () => {
    const tracing = { TracingConfig: { Mode: 'Active' as const } };
    const ofDaemon = (operation: string, name: string) => bench.calls('xray', operation).filter(({ caller }) => caller === name).map(({ outcome }) => outcome);
    const invokeAndSettle = async (name: string) => {
      const before = ofDaemon('PutTraceSegments', name).length;
      await bench.invoke(name);
      await eventually(() => ofDaemon('PutTraceSegments', name).length, (count) => count > before);
      // Lets what follows the segments happen, too.
      await bench.cloud.clock.pass(1000);
    };
    await bench.create('counted', 'exports.handler = async () => 1;', { ...tracing, actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'] });
    await bench.create('uncounted', 'exports.handler = async () => 1;', { ...tracing, actions: ['xray:PutTraceSegments'] });

    await invokeAndSettle('counted');
    await invokeAndSettle('counted');
    await bench.cloud.clock.pass(58 * 60_000);
    await invokeAndSettle('counted');
    const withinTheHour = ofDaemon('PutTelemetryRecords', 'counted');
    await bench.cloud.clock.pass(2 * 60_000);
    await invokeAndSettle('counted');
    await invokeAndSettle('counted');
    await invokeAndSettle('uncounted');

    expect(withinTheHour).toEqual(['ok']);
    expect(ofDaemon('PutTelemetryRecords', 'counted')).toEqual(['ok', 'ok']);
    expect(ofDaemon('PutTraceSegments', 'counted')).toHaveLength(5);
    expect(ofDaemon('PutTelemetryRecords', 'uncounted')).toEqual(['AccessDeniedException']);
  });

  it('is told to those who listen', async () => {
    await bench.create('watched', 'exports.handler = async () => 1;');
    const seen: string[] = [];
    const { functions } = bench.cloud.services.compute;
    const [forgetStart, forgetEnd] = [functions.onInvoke(({ functionName }) => seen.push(`begin ${functionName}`)), functions.onInvoked(({ functionName, result }) => seen.push(`end ${functionName} ${result.outcome.kind}`))];

    await bench.invoke('watched');
    forgetStart();
    forgetEnd();
    await bench.invoke('watched');

    expect(seen).toEqual(['begin watched', 'end watched response']);
  });
});

describe('a function that is killed', () => {
  let bench: FunctionBench;
  beforeAll(async () => {
    bench = await FunctionBench.open();
  });
  afterAll(() => bench.cloud.stop());

  const EXIT = { errorType: 'Runtime.ExitError', errorMessage: expect.stringMatching(/Runtime exited with error: signal: killed$/) as string };

  it('dies in the middle of its work', async () => {
    await bench.create('interrupted', 'exports.handler = () => new Promise((resolve) => setTimeout(resolve, 5000));');
    bench.cloud.services.compute.functions.killNext('interrupted', { afterMs: 50 });

    expect((await bench.invoke('interrupted')).answer).toEqual(EXIT);
  });

  it('dies with its work done and its answer unheard', async () => {
    await bench.create('unheard', 'exports.handler = async () => 1;');
    bench.cloud.services.compute.functions.killNext('unheard', 'before-answer');

    expect((await bench.invoke('unheard')).answer).toEqual(EXIT);
    expect((await bench.invoke('unheard')).answer).toBe(1);
  });

  it('dies by a fault rule at one of its calls', async () => {
    const source = `
      import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
      const sts = new STSClient({});
      export const handler = async () => { for (let call = 0; call < 5; call += 1) await sts.send(new GetCallerIdentityCommand({})); };
    `;
    const { outputFiles } = buildSync({ stdin: { contents: source, resolveDir: process.cwd() }, bundle: true, platform: 'node', write: false });
    await bench.create('fragile', outputFiles[0]!.text);
    bench.cloud.faults.add(parseFaultRule('sts:GetCallerIdentity~fragile#4=kill'));

    expect((await bench.invoke('fragile')).answer).toEqual(EXIT);
    expect(bench.calls('sts', 'GetCallerIdentity').map(({ outcome }) => outcome)).toEqual(['ok', 'ok', 'ok', 'NoAnswer']);
    expect((await bench.invoke('fragile')).error).toBeUndefined();
  });
});
