import type { ChildProcess } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import type { ClockReading } from '../gateway/clock';
import { CONTROL_FD, isLoopback, type CloudMessage, type ProcessMessage, type Verdict } from './control-protocol';

/** Where machines of AWS find their metadata: functions and tasks have none. https://www.rfc-editor.org/rfc/rfc3927 */
const LINK_LOCAL = /^169\.254\.\d+\.\d+$/;

/** How a process ended. */
export interface ProcessExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The verdict about a connection, and how to forget it. */
export interface OpenedConnection {
  readonly verdict: Verdict;
  readonly close: () => void;
}

/** Who answers a process's questions about the network. */
export interface NetworkView {
  /**
   * `onSever` is called when the network between is cut, `onAnswer` with another verdict when packets that were dropped get
   * through after all; the returned `close` when the process has closed its end.
   */
  connect(host: string, port: number, onSever: () => void, onAnswer: (opened: OpenedConnection) => void): Promise<OpenedConnection>;
  resolve(host: string): readonly string[];
  /** The process listens: what the cloud's network calls `port` is `localPort` on 127.0.0.1. The returned function is called when it has ended. */
  listening?(port: number, localPort: number): () => void;
}

/** A process of the cloud: it reaches nothing but the cloud, and ends with it. */
export class ConfinedProcess {
  readonly exited: Promise<ProcessExit>;
  private readonly connections = new Map<number, () => void>();
  /** What removes each, by its port of 127.0.0.1. */
  private readonly servers = new Map<number, () => void>();
  /** Connections whose packets vanish, until the process gives them up. */
  private readonly inVain = new Set<number>();
  private onVain: (waits: boolean) => void = () => undefined;

  constructor(
    private readonly child: ChildProcess,
    private readonly network: NetworkView,
    private readonly privateHosts: Readonly<Record<string, number>> = {},
    private readonly onTrace: (datagram: string) => void = () => undefined,
  ) {
    this.exited = new Promise((resolve) => {
      child.once('error', () => resolve({ code: null, signal: null }));
      child.once('close', (code, signal) => resolve({ code, signal }));
    });
    void this.exited.then(() => this.closeAll());
    this.readMessages();
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  get stdout(): Readable {
    return this.child.stdout as Readable;
  }

  get stderr(): Readable {
    return this.child.stderr as Readable;
  }

  /** Ends the process at once; it gets no chance to finish anything. */
  kill(): void {
    this.child.kill('SIGKILL');
  }

  /** Asks the process to end, as ECS asks a task that it stops. */
  terminate(): void {
    this.child.kill('SIGTERM');
  }

  /** Stops the process where it is; it neither works nor notices anything until it is thawed. */
  freeze(): void {
    if (process.platform !== 'win32') this.child.kill('SIGSTOP');
  }

  thaw(): void {
    if (process.platform !== 'win32') this.child.kill('SIGCONT');
  }

  /** Calls the listener whenever the process begins or ceases to wait for connections that nothing will come of. */
  watchVain(listener: (waits: boolean) => void): void {
    this.onVain = listener;
  }

  /** Whether it is what listens on this port of 127.0.0.1. */
  listensOn(localPort: number): boolean {
    return this.servers.has(localPort);
  }

  /** Tells the process that the clock goes on differently. */
  setClock(clock: ClockReading): void {
    this.send({ kind: 'clock', clock });
  }

  private get control(): Writable & Readable {
    return this.child.stdio[CONTROL_FD] as Writable & Readable;
  }

  private readMessages(): void {
    let unread = '';
    this.control.setEncoding('utf8').on('data', (text: string) => {
      const lines = (unread + text).split('\n');
      unread = lines.pop() ?? '';
      for (const line of lines) this.receive(JSON.parse(line) as ProcessMessage);
    });
    // The other end is gone when the process has ended; its exit tells.
    this.control.on('error', () => undefined);
  }

  private receive(message: ProcessMessage): void {
    switch (message.kind) {
      case 'connect':
        void this.connect(message.id, message.host, message.port);
        break;
      case 'resolve':
        this.send({ kind: 'addresses', id: message.id, addresses: this.network.resolve(message.host) });
        break;
      case 'closed':
        this.connections.get(message.id)?.();
        this.connections.delete(message.id);
        if (this.inVain.delete(message.id)) this.onVain(this.inVain.size > 0);
        break;
      case 'listening':
        this.serve(message.port, message.localPort);
        break;
      case 'trace':
        this.onTrace(message.datagram);
    }
  }

  private async connect(id: number, host: string, port: number): Promise<void> {
    const localPort = this.privateHosts[`${host}:${port}`];
    if (localPort !== undefined) return this.send({ kind: 'verdict', id, verdict: { kind: 'open', localPort, address: '127.0.0.1' } });
    // The process asks about its own host, or its machine's services, when nothing of its own listens there.
    if (isLoopback(host) || LINK_LOCAL.test(host)) return this.send({ kind: 'verdict', id, verdict: { kind: 'refuse', address: host } });
    const answer = (opened: OpenedConnection): void => this.answer(id, opened);
    answer(await this.network.connect(host, port, () => this.send({ kind: 'sever', id }), answer));
  }

  private answer(id: number, { verdict, close }: OpenedConnection): void {
    if (verdict.kind === 'open' || verdict.kind === 'drop') this.connections.set(id, close);
    const wasInVain = this.inVain.delete(id);
    if (verdict.kind === 'drop') this.inVain.add(id);
    if (wasInVain || verdict.kind === 'drop') this.onVain(this.inVain.size > 0);
    this.send({ kind: 'verdict', id, verdict });
  }

  private serve(port: number, localPort: number): void {
    this.servers.set(localPort, this.network.listening?.(port, localPort) ?? (() => undefined));
  }

  private send(message: CloudMessage): void {
    if (this.control.writable) this.control.write(`${JSON.stringify(message)}\n`);
  }

  private closeAll(): void {
    for (const close of [...this.connections.values(), ...this.servers.values()]) close();
    this.connections.clear();
    this.inVain.clear();
    this.onVain(false);
  }
}
