import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { CertificateAuthority } from '../../../../local/cloud/engines/pki/certificate-authority';
import type { Verdict } from '../../../../local/cloud/network/control-protocol';
import { ProcessLauncher } from '../../../../local/cloud/network/process-launcher';

const LOAD_BALANCER = 'balancer.elb.amazonaws.com';
const STATUS = { region: 'us-west-2', epoch: 2, role: 'active' };

describe('probeService', () => {
  let authority: CertificateAuthority;
  let launcher: ProcessLauncher;
  let server: Server;
  let open: Verdict;
  let answer: { status: number; body: string };
  let asked: string[];

  beforeAll(async () => {
    authority = await CertificateAuthority.create();
    launcher = await ProcessLauncher.open({ clock: { reading: () => ({ cloudMs: Date.now(), wallMs: Date.now(), rate: 1 }), onChange: () => () => undefined }, authorityPem: authority.certificatePem });
    server = createServer(await authority.issue('shop.example.com'), ({ method, url, headers }, response) => {
      asked.push(`${method} ${url} of ${headers.host}`);
      response.writeHead(answer.status).end(answer.body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    open = { kind: 'open', localPort: (server.address() as AddressInfo).port, address: '10.0.0.9' };
  });
  afterAll(async () => {
    await launcher.close();
    server.close();
  });
  beforeEach(() => {
    asked = [];
    answer = { status: 200, body: JSON.stringify(STATUS) };
  });

  /** Probes the load balancer from a process whose network leads there as the verdict says. */
  async function probe(verdict = open, serverName = 'shop.example.com'): Promise<unknown> {
    const bundle = await launcher.bundle(path.resolve(__dirname, '../../../../lambda/warm-standby/probe-service.ts'));
    const entry = path.join(launcher.directory, 'probe.cjs');
    const target = JSON.stringify({ host: LOAD_BALANCER, serverName });
    writeFileSync(entry, `require(${JSON.stringify(bundle)}).probeService(${target}).then((status) => console.log(JSON.stringify(status ?? null)));`);
    const network = { connect: async () => ({ verdict, close: () => undefined }), resolve: () => ['10.0.0.9'] };
    const started = await launcher.startProcess({ directory: launcher.directory, entry, environment: {}, network });
    return JSON.parse(await text(started.stdout));
  }

  it('tells what the application says of itself, by the name that clients use', async () => {
    expect(await probe()).toEqual(STATUS);
    expect(asked).toEqual(['GET /status of shop.example.com']);
  });

  it('takes no answer from a server whose certificate is for another name', async () => {
    expect(await probe(open, 'shop.example.org')).toBeNull();
    expect(asked).toEqual([]);
  });

  it.each([
    ['an error', 503, JSON.stringify(STATUS)],
    ['what is no JSON', 200, '<html>'],
  ])('takes %s for no answer', async (_case, status, body) => {
    answer = { status, body };

    expect(await probe()).toBeNull();
    expect(asked).toHaveLength(1);
  });

  it.each<[string, Verdict]>([
    ['nobody listens', { kind: 'refuse', address: '10.0.0.9' }],
    ['nobody knows the name', { kind: 'unknown-host' }],
  ])('has no answer when %s', async (_case, verdict) => {
    expect(await probe(verdict)).toBeNull();
  });
});
