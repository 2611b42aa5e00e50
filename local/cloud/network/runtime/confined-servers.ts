import net, { type AddressInfo, type Server } from 'node:net';
import type { ControlChannel } from './control-channel';
import { networkError } from './network-error';

type Listen = (this: Server, ...given: unknown[]) => Server;

/** The ports that this process listens on, as it named them, and where they really are. */
const localPorts = new Map<number, number>();

/** Where a port of this process's own really is. */
export function localPortOf(port: number): number | undefined {
  return localPorts.get(port);
}

/**
 * Moves every server to a free port on 127.0.0.1 and tells the cloud, which brings to it who may reach it.
 *
 * Two tasks can so listen on port 8080 of one machine, each at its own address of the cloud's network.
 */
export function confineServers(control: ControlChannel): void {
  const prototype = net.Server.prototype as unknown as { listen: Listen };
  const { listen } = prototype;
  prototype.listen = function confinedListen(this: Server, ...given: unknown[]): Server {
    const listener = given.find((argument): argument is () => void => typeof argument === 'function');
    const port = requestedPort(given[0]);
    if (port === undefined) {
      process.nextTick(() => this.emit('error', networkError('EACCES', 'listen', String(given[0]))));
      return this;
    }
    this.once('listening', () => {
      const { port: localPort } = this.address() as AddressInfo;
      const announced = port === 0 ? localPort : port;
      localPorts.set(announced, localPort);
      this.once('close', () => localPorts.delete(announced));
      control.send({ kind: 'listening', port: announced, localPort });
    });
    return listen.call(this, { host: '127.0.0.1', port: 0 }, listener);
  };
}

/** Nothing for sockets in the file system and handles, which lead out of the network. */
function requestedPort(target: unknown): number | undefined {
  if (target === undefined || target === null || typeof target === 'function') return 0;
  if (typeof target === 'object') {
    if ('path' in target || 'fd' in target || '_handle' in target) return undefined;
    return Number((target as { port?: unknown }).port ?? 0);
  }
  const port = Number(target);
  return Number.isNaN(port) ? undefined : port;
}
