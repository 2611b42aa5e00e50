import dgram, { type Socket } from 'node:dgram';
import type { ControlChannel } from './control-channel';
import { networkError } from './network-error';

type Sent = (error: Error | null, bytes?: number) => void;

/**
 * Keeps datagrams inside: none leaves the process, and those for X-Ray's daemon go to the cloud.
 * https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sendingdata.html#xray-api-daemon
 */
export function confineDatagrams(control: ControlChannel, traceDaemon: string | undefined): void {
  const [daemonHost, daemonPort] = traceDaemon?.split(':') ?? [];
  const prototype = dgram.Socket.prototype as unknown as Record<string, unknown>;
  prototype['send'] = function confinedSend(this: Socket, message: Uint8Array | string, ...given: unknown[]): void {
    const last = given.at(-1);
    const sent: Sent = typeof last === 'function' ? (last as Sent) : (error) => error && this.emit('error', error);
    const [port, host] = destination(given);
    if (host === daemonHost && port === daemonPort) {
      control.send({ kind: 'trace', datagram: Buffer.from(message as Uint8Array).toString() });
      process.nextTick(sent, null, message.length);
    } else {
      process.nextTick(sent, networkError('EACCES', 'send', `${host}:${port}`));
    }
  };
  for (const name of ['bind', 'connect']) {
    prototype[name] = function refuse(this: Socket): Socket {
      process.nextTick(() => this.emit('error', networkError('EACCES', name, 'udp')));
      return this;
    };
  }
}

/** `send(message, port, host)` or `send(message, offset, length, port, host)`; Node itself tells them apart like this. */
function destination(given: readonly unknown[]): readonly [port: string, host: string] {
  const at = given[2] !== undefined && typeof given[2] !== 'function' ? 2 : 0;
  return [String(given[at]), String(given[at + 1])];
}
