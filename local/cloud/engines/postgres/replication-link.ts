import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { LinkDirection, type LinkConditions } from './link-direction';

const PERFECT: LinkConditions = { delayMs: 0, bytesPerSecond: Infinity };

/**
 * The network between two regions: a TCP port on 127.0.0.1 that leads to another, with a delay, a limit, and a plug to pull.
 *
 * While it is cut no byte passes and no connection is refused or closed: both sides wait, as in a real partition.
 */
export class ReplicationLink {
  private readonly directions = new Set<LinkDirection>();
  private readonly sockets = new Set<Socket>();
  private conditions = PERFECT;
  private cutOff = false;
  private isOver = false;
  private deliveredBytes = 0;

  private constructor(
    private readonly server: Server,
    private readonly targetPort: number,
  ) {
    server.on('connection', (near) => this.join(near));
    server.unref();
  }

  /** Opens a perfect link to a port on 127.0.0.1. */
  static async open(targetPort: number): Promise<ReplicationLink> {
    const server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new ReplicationLink(server, targetPort);
  }

  /** The port to connect to. */
  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get isCut(): boolean {
    return this.cutOff;
  }

  /** Bytes that have arrived at either end so far. */
  get bytesDelivered(): number {
    return this.deliveredBytes;
  }

  /** Bytes that have left one end and not arrived at the other. */
  get bytesUnderWay(): number {
    return [...this.directions].reduce((sum, direction) => sum + direction.bytesUnderWay, 0);
  }

  /** Sets the delay and the limit for what is sent from now on; what is left out becomes perfect. */
  shape(conditions: Partial<LinkConditions>): void {
    const { delayMs, bytesPerSecond } = { ...PERFECT, ...conditions };
    if (!(delayMs >= 0 && delayMs < Infinity)) throw new Error(`delayMs ${delayMs} must be 0 or more`);
    if (!(bytesPerSecond > 0)) throw new Error(`bytesPerSecond ${bytesPerSecond} must be more than 0`);
    this.conditions = { delayMs, bytesPerSecond };
  }

  /** Partitions the two sides. */
  cut(): void {
    this.cutOff = true;
    for (const direction of this.directions) direction.cut();
  }

  /** Lets no byte pass any more, whatever is healed. */
  cutForGood(): void {
    this.isOver = true;
    this.cut();
  }

  /** Ends a partition; what was held back arrives first. */
  heal(): void {
    if (this.isOver) return;
    this.cutOff = false;
    for (const direction of this.directions) direction.heal();
  }

  /** Closes the link for good; both sides see their connections break. */
  async close(): Promise<void> {
    for (const direction of this.directions) direction.stop();
    for (const socket of this.sockets) socket.destroy();
    if (!this.server.listening) return;
    this.server.close();
    await once(this.server, 'close');
  }

  private join(near: Socket): void {
    const far = connect({ port: this.targetPort, host: '127.0.0.1', allowHalfOpen: true });
    const count = (bytes: number): void => {
      this.deliveredBytes += bytes;
    };
    const pair = [new LinkDirection(near, far, () => this.conditions, count), new LinkDirection(far, near, () => this.conditions, count)];
    for (const socket of [near, far]) {
      socket.unref();
      socket.setNoDelay(true);
      this.sockets.add(socket);
      socket.once('close', () => {
        this.sockets.delete(socket);
        if (near.destroyed && far.destroyed) for (const direction of pair) this.directions.delete(direction);
      });
    }
    for (const direction of pair) {
      this.directions.add(direction);
      if (this.cutOff) direction.cut();
    }
  }
}
