import net, { type Socket } from 'node:net';
import { isLoopback, type Verdict } from '../control-protocol';
import { localPortOf } from './confined-servers';
import type { ControlChannel } from './control-channel';
import { networkError } from './network-error';

interface ConnectOptions {
  readonly host?: string;
  readonly port?: number | string;
  readonly path?: string | null;
}
type Connect = (this: Socket, ...given: unknown[]) => Socket;

/** How long Linux tries to reach a host that does not answer: six retransmissions, from one second, doubling. https://docs.kernel.org/networking/ip-sysctl.html */
const KERNEL_CONNECT_TIMEOUT_MS = 127_000;

/** The process's connections that the cloud can still cut. */
const open = new Map<number, Socket>();

/**
 * Puts the cloud's network in front of every connection: `net`, and with it `http`, `tls`, `http2` and `fetch`.
 *
 * The socket stays "connecting" until the cloud has decided.
 */
export function confineSockets(control: ControlChannel): void {
  const prototype = net.Socket.prototype as unknown as { connect: Connect };
  const { connect } = prototype;
  prototype.connect = function confinedConnect(this: Socket, ...given: unknown[]): Socket {
    const [options, listener] = readArguments(given);
    const { host = 'localhost', port } = options;
    Object.assign(this, { connecting: true });
    let isHeld = false;
    let stopWaiting = (): void => undefined;
    const id = decide(control, options, (verdict) => {
      stopWaiting();
      if (this.destroyed) return close();
      isHeld = verdict.kind === 'open' || verdict.kind === 'drop';
      if (verdict.kind === 'drop') stopWaiting = waitInVain(this, host, port);
      else if (verdict.kind !== 'open') fail(this, verdict, host, port);
      else {
        const { localPort, address } = verdict;
        if (net.isIP(host) === 0) this.emit('lookup', null, address, 4, host);
        if (id !== undefined) open.set(id, this);
        connect.call(this, { ...options, host: '127.0.0.1', port: localPort, family: 4, lookup: undefined, localAddress: undefined, localPort: undefined }, listener);
      }
    });
    const close = (): void => {
      if (id === undefined) return;
      open.delete(id);
      control.closed(id);
    };
    this.once('close', () => {
      stopWaiting();
      if (isHeld) close();
    });
    return this;
  };
}

/** Ends a connection that the network has swallowed. */
export function sever(id: number): void {
  open.get(id)?.destroy(networkError('ETIMEDOUT', 'read', ''));
}

/** `connect(options)`, `connect(path)`, `connect(port, host)`, or the list that `net.connect` makes of them. */
function readArguments(given: unknown[]): readonly [ConnectOptions, (() => void) | undefined] {
  const [first] = given;
  if (Array.isArray(first)) return first as unknown as readonly [ConnectOptions, (() => void) | undefined];
  const last = given.at(-1);
  const listener = typeof last === 'function' ? (last as () => void) : undefined;
  if (typeof first === 'object' && first !== null) return [first, listener];
  if (typeof first === 'string' && Number.isNaN(Number(first))) return [{ path: first }, listener];
  return [{ port: first as number, ...(typeof given[1] === 'string' && { host: given[1] }) }, listener];
}

/** Within the process itself no network is in between; what is not TCP leads nowhere. Returns what the cloud calls the connection, if it was asked. */
function decide(control: ControlChannel, { host = 'localhost', port, path }: ConnectOptions, onVerdict: (verdict: Verdict) => void): number | undefined {
  const localPort = path == null && isLoopback(host) ? localPortOf(Number(port)) : undefined;
  if (path == null && localPort === undefined) return control.askToConnect(host, Number(port), onVerdict);
  process.nextTick(onVerdict, localPort === undefined ? { kind: 'refuse', address: path } : { kind: 'open', localPort, address: '127.0.0.1' });
  return undefined;
}

/** As the kernel does: until somebody answers, the program loses patience, or all packets were sent in vain. The returned function ends that. */
function waitInVain(socket: Socket, host: string, port: number | string | undefined): () => void {
  const timer = setTimeout(() => socket.destroy(networkError('ETIMEDOUT', 'connect', `${host}:${port ?? ''}`)), KERNEL_CONNECT_TIMEOUT_MS);
  return () => clearTimeout(timer);
}

function fail(socket: Socket, verdict: Exclude<Verdict, { kind: 'open' | 'drop' }>, host: string, port: number | string | undefined): void {
  if (verdict.kind === 'refuse') socket.destroy(networkError('ECONNREFUSED', 'connect', port === undefined ? verdict.address : `${verdict.address}:${port}`));
  else socket.destroy(Object.assign(networkError('ENOTFOUND', 'getaddrinfo', host), { hostname: host }));
}
