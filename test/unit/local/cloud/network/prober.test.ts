import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CloudClock } from '../../../../../local/cloud/gateway/clock';
import type { Fabric } from '../../../../../local/cloud/network/fabric';
import type { NetworkSource } from '../../../../../local/cloud/network/network-source';
import { Prober, type HttpProbe } from '../../../../../local/cloud/network/prober';

const PROBE: HttpProbe = { protocol: 'http', host: '10.0.0.1', port: 80, path: '/healthz', timeoutMs: 5_000, bodyBytes: 100 };
const NEAR: NetworkSource = { kind: 'internet', name: 'near', region: 'us-east-1' };
const FAR: NetworkSource = { kind: 'internet', name: 'far', region: 'eu-west-1' };

describe('a prober', () => {
  let server: Server;
  let asked = 0;
  let refused: string | undefined;
  let clock: CloudClock;
  let prober: Prober;

  beforeEach(async () => {
    asked = 0;
    refused = undefined;
    server = createServer((_request, response) => response.end(`answer ${(asked += 1)}`)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    clock = new CloudClock({ busy: 1, idle: Infinity });
    const fabric: Pick<Fabric, 'connect'> = {
      connect: (source) => {
        const verdict = source.name === refused ? ({ kind: 'refuse', address: '10.0.0.1' } as const) : ({ kind: 'open', localPort: (server.address() as AddressInfo).port, address: '10.0.0.1' } as const);
        return Promise.resolve({ verdict, close: () => undefined });
      },
    };
    prober = new Prober(clock, fabric);
  });

  afterEach(async () => {
    clock.stop();
    server.close();
    await once(server, 'close');
  });

  it('looks once for all who reach the same server, until something happens in the cloud', async () => {
    const before = [await prober.http(NEAR, PROBE), await prober.http(FAR, PROBE), await prober.http(NEAR, PROBE)];
    clock.beginWork()();
    const after = await prober.http(FAR, PROBE);

    expect(before).toEqual(Array.from({ length: 3 }, () => ({ kind: 'answered', statusCode: 200, body: 'answer 1' })));
    expect(after).toMatchObject({ body: 'answer 2' });
  });

  it('looks at each path for itself', async () => {
    await prober.http(NEAR, PROBE);

    await expect(prober.http(NEAR, { ...PROBE, path: '/status' })).resolves.toMatchObject({ body: 'answer 2' });
  });

  it('tells nobody who cannot reach the server what others saw', async () => {
    refused = 'far';
    await prober.http(NEAR, PROBE);

    await expect(prober.http(FAR, PROBE)).resolves.toEqual({ kind: 'failed', reason: 'connection refused' });
    expect(asked).toBe(1);
  });
});
