import http, { type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { createSecureContext } from 'node:tls';
import type { CloudClock } from '../gateway/clock';
import type { Fabric } from './fabric';
import type { NetworkSource } from './network-source';

/** What came of looking at a server. */
export type ProbeResult =
  | { readonly kind: 'answered'; readonly statusCode: number; readonly body: string }
  | { readonly kind: 'connected' }
  | { readonly kind: 'timed-out' }
  | { readonly kind: 'failed'; readonly reason: string };

export interface ProbedServer {
  readonly host: string;
  readonly port: number;
  readonly timeoutMs: number;
}

export interface HttpProbe extends ProbedServer {
  readonly protocol: 'http' | 'https';
  readonly path: string;
  readonly headers?: OutgoingHttpHeaders;
  /** How much of the body is read. @default nothing */
  readonly bodyBytes?: number;
  /** The name asked for in TLS; nothing where there is none. */
  readonly serverName?: string | undefined;
}

/** What a server gets at least to answer, in the machine's time. */
const LEAST_MACHINE_MS = 1_000;

type ProberClock = Pick<CloudClock, 'after' | 'beginLook' | 'sleep' | 'stirrings'>;

/**
 * Looks at servers over the cloud's network, for health checks.
 *
 * While nothing has happened in the cloud since the last look, its result still holds and nobody looks again: a quiet week
 * costs nothing. Nor do two who reach the same server see different things.
 */
export class Prober {
  private readonly seen = new Map<string, { readonly stirrings: number; readonly result: ProbeResult }>();

  constructor(
    private readonly clock: ProberClock,
    private readonly fabric: Pick<Fabric, 'connect'>,
  ) {}

  /** Sends a GET. Certificates are not verified, as neither load balancers nor Route 53 verify them. */
  http(source: NetworkSource, probe: HttpProbe): Promise<ProbeResult> {
    return this.remembered(source, probe, (localPort, timeout) => request(probe, localPort, timeout));
  }

  /** Connects, and that is all. */
  tcp(source: NetworkSource, probe: ProbedServer): Promise<ProbeResult> {
    return this.remembered(source, probe, (localPort, timeout) => connect(localPort, timeout));
  }

  private async remembered(source: NetworkSource, probe: ProbedServer, look: (localPort: number, timeout: AbortSignal) => Promise<ProbeResult>): Promise<ProbeResult> {
    return this.once(JSON.stringify([source, probe]), () => {
      const lookOnce = (localPort: number, timeout: AbortSignal) => this.once(JSON.stringify([localPort, probe]), () => look(localPort, timeout));
      return this.look(source, probe, lookOnce);
    });
  }

  private async once(key: string, see: () => Promise<ProbeResult>): Promise<ProbeResult> {
    const known = this.seen.get(key);
    if (known?.stirrings === this.clock.stirrings) return known.result;
    const { stirrings } = this.clock;
    const result = await see();
    this.seen.set(key, { stirrings, result });
    return result;
  }

  private async look(source: NetworkSource, { host, port, timeoutMs }: ProbedServer, look: (localPort: number, timeout: AbortSignal) => Promise<ProbeResult>): Promise<ProbeResult> {
    const { verdict, close } = await this.fabric.connect(source, host, port);
    if (verdict.kind === 'drop') {
      await this.clock.sleep(timeoutMs);
      return { kind: 'timed-out' };
    }
    if (verdict.kind !== 'open') return { kind: 'failed', reason: verdict.kind === 'refuse' ? 'connection refused' : 'the name does not resolve' };
    const looked = this.clock.beginLook();
    const patience = this.patience(timeoutMs);
    try {
      return await look(verdict.localPort, patience.signal);
    } finally {
      patience.end();
      looked();
      close();
    }
  }

  /** Ends after the time-out, but not before the machine has had its time: where the cloud's clock runs fast, a server is not late because the machine is slow. */
  private patience(timeoutMs: number): { readonly signal: AbortSignal; readonly end: () => void } {
    const timeout = new AbortController();
    const onMachine = AbortSignal.timeout(LEAST_MACHINE_MS);
    const abort = (): void => timeout.abort();
    const timer = this.clock.after(timeoutMs, () => (onMachine.aborted ? abort() : onMachine.addEventListener('abort', abort)));
    const end = (): void => {
      timer.cancel();
      onMachine.removeEventListener('abort', abort);
    };
    return { signal: timeout.signal, end };
  }
}

/** One for all looks: each of its own would read the authorities anew. */
const TRUST_NOTHING = createSecureContext({ ca: [] });

function request({ protocol, host, port, path, headers, bodyBytes = 0, serverName }: HttpProbe, localPort: number, timeout: AbortSignal): Promise<ProbeResult> {
  return new Promise((resolve) => {
    const options = {
      host: '127.0.0.1',
      port: localPort,
      path,
      agent: false,
      signal: timeout,
      headers: { host: `${host}:${port}`, connection: 'close', ...headers },
      ...(protocol === 'https' && { rejectUnauthorized: false, secureContext: TRUST_NOTHING, servername: serverName ?? '' }),
    };
    const sent = (protocol === 'https' ? https : http).get(options, (answer) => {
      void readBody(answer, bodyBytes).then((body) => resolve({ kind: 'answered', statusCode: answer.statusCode ?? 0, body }));
    });
    sent.on('error', (error) => resolve(timeout.aborted ? { kind: 'timed-out' } : { kind: 'failed', reason: error.message }));
  });
}

async function readBody(answer: IncomingMessage, bytes: number): Promise<string> {
  let body = '';
  try {
    for await (const chunk of answer) {
      if (body.length < bytes) body += String(chunk);
    }
  } catch {
    // The connection broke in the middle: what came so far is what was seen.
  }
  return body.slice(0, bytes);
}

function connect(localPort: number, timeout: AbortSignal): Promise<ProbeResult> {
  return new Promise((resolve) => {
    const socket = net.connect({ host: '127.0.0.1', port: localPort, signal: timeout });
    socket.once('connect', () => {
      socket.destroy();
      resolve({ kind: 'connected' });
    });
    socket.once('error', (error) => resolve(timeout.aborted ? { kind: 'timed-out' } : { kind: 'failed', reason: error.message }));
  });
}
