import { execFile } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { on, once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { bundle } from '../../../../bin/bundle.cjs';
import { createNamespace, destroyNamespace, getNamespace } from '../../../../lambda/common/segment-context';

const ROOT = path.resolve(__dirname, '../../../..');

describe('a namespace', () => {
  it('is found by its name until it is destroyed', () => {
    const made = createNamespace('found');

    expect(getNamespace('found')).toBe(made);
    destroyNamespace('found');
    expect(getNamespace('found')).toBeUndefined();
  });

  it('keeps nothing before a context is entered', () => {
    const namespace = createNamespace('empty');

    expect(namespace.get('segment')).toBeUndefined();
    expect(() => namespace.set('segment', 1)).toThrow('there is no context to keep segment in');
  });

  it('has one context for the whole function, whoever asks', async () => {
    const namespace = createNamespace('entered');
    namespace.enter(namespace.createContext());
    namespace.set('segment', 'facade');

    await setImmediate();
    expect(namespace.get('segment')).toBe('facade');
  });

  it('lets what runs beside each other set what is its own, and go on with it', async () => {
    const namespace = createNamespace('beside');
    namespace.enter(namespace.createContext());
    namespace.set('segment', 'outer');
    const seen: unknown[] = [];
    const work = async (name: string): Promise<void> => {
      seen.push(namespace.get('segment'));
      namespace.set('segment', name);
      await setImmediate();
      seen.push(namespace.get('segment'));
    };
    const working: Promise<void>[] = [];

    for (const name of ['one', 'two']) namespace.run(() => void working.push(work(name)));
    await Promise.all(working);

    expect(seen).toEqual(['outer', 'outer', 'one', 'two']);
    expect(namespace.get('segment')).toBe('outer');
  });
});

interface Segment {
  readonly id: string;
  readonly name: string;
  readonly parent_id: string;
  readonly trace_id: string;
}

/** An operation that asks a host twice, one request after the other, as the runtime of Lambda would start it. */
const FUNCTION = `
  import { get } from 'node:http';
  import { defineHandler } from './lambda/common/define-handler';
  const ask = () => new Promise((resolve) => get(process.env.HOST, (response) => response.resume().on('end', resolve)));
  const handler = defineHandler('test/ask', async () => { await ask(); await ask(); return {}; }, () => ({}));
  void handler({}, { functionName: 'ask', awsRequestId: '1' });
`;

/** A datagram is a line that says what follows, and a segment. */
async function receive(daemon: Socket, count: number): Promise<readonly Segment[]> {
  const segments: Segment[] = [];
  for await (const [datagram] of on(daemon, 'message', { signal: AbortSignal.timeout(10_000) }) as AsyncIterable<[Buffer]>) {
    if (segments.push(JSON.parse(datagram.toString().split('\n')[1] ?? '') as Segment) === count) break;
  }
  return segments;
}

async function segmentsOfFunction(trace: string): Promise<readonly Segment[]> {
  const directory = await mkdtemp(path.join(tmpdir(), 'holdfast-segments-'));
  const program = path.join(directory, 'index.js');
  await build({ ...bundle, stdin: { contents: FUNCTION, resolveDir: ROOT, loader: 'ts' }, outfile: program });
  const host = createServer((_request, response) => response.end('answer')).listen(0, '127.0.0.1');
  const daemon = createSocket('udp4').bind(0, '127.0.0.1');
  try {
    await Promise.all([once(host, 'listening'), once(daemon, 'listening')]);
    const env = {
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      AWS_LAMBDA_FUNCTION_NAME: 'ask',
      AWS_REGION: 'eu-central-1',
      AWS_XRAY_DAEMON_ADDRESS: `127.0.0.1:${daemon.address().port}`,
      HOST: `http://127.0.0.1:${(host.address() as AddressInfo).port}`,
      LAMBDA_TASK_ROOT: ROOT,
      POWERTOOLS_METRICS_NAMESPACE: 'Holdfast',
      _X_AMZN_TRACE_ID: trace,
    };
    // Two requests, and the operation.
    const [segments] = await Promise.all([receive(daemon, 3), promisify(execFile)(process.execPath, [program], { env })]);
    return segments;
  } finally {
    daemon.close();
    host.close();
    await rm(directory, { recursive: true });
  }
}

test('the X-Ray SDK in a bundle knows which of its segments is whose', async () => {
  const segments = await segmentsOfFunction('Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1');

  const operation = segments.find(({ name }) => name === '## test/ask');
  const requests = segments.filter(({ name }) => name === '127.0.0.1');
  expect(operation).toMatchObject({ trace_id: '1-5759e988-bd862e3fe1be46a994272793', parent_id: '53995c3f42cd8ad8' });
  expect(requests.map(({ parent_id }) => parent_id)).toEqual([operation?.id, operation?.id]);
});
