import { Socket } from 'node:net';
import { CONTROL_FD, type CloudMessage, type ProcessMessage, type Verdict } from '../control-protocol';

/** The process's end of its control channel, the one connection that it is born with. */
export class ControlChannel {
  private readonly socket = new Socket({ fd: CONTROL_FD, readable: true, writable: true });
  private readonly waiting = new Map<number, (message: CloudMessage) => void>();
  /** Connections whose packets are dropped: they may be answered once more, and keep no process alive. */
  private readonly dropped = new Map<number, (message: CloudMessage) => void>();
  private lastId = 0;
  private unread = '';

  /** `onNotice` hears what was not asked for. When the cloud ends, however it ends, so does this process, in the middle of whatever it does. */
  constructor(private readonly onNotice: (message: CloudMessage) => void) {
    const end = () => process.kill(process.pid, 'SIGKILL');
    this.socket.setEncoding('utf8').on('data', (text: string) => this.receive(text)).on('close', end).on('error', end).unref();
  }

  send(message: ProcessMessage): void {
    this.socket.write(`${JSON.stringify(message)}\n`);
  }

  /** Calls back with the verdict, and once more if another one follows a `drop` before the connection is closed. Returns by what id it is called. */
  askToConnect(host: string, port: number, onVerdict: (verdict: Verdict) => void): number {
    return this.ask((id) => ({ kind: 'connect', id, host, port }), (message) => {
      if (message.kind === 'verdict') onVerdict(message.verdict);
    });
  }

  closed(id: number): void {
    this.dropped.delete(id);
    this.send({ kind: 'closed', id });
  }

  /** The addresses of a name; none when nobody knows it. */
  async askForAddresses(host: string): Promise<readonly string[]> {
    const answer = await new Promise<CloudMessage>((resolve) => this.ask((id) => ({ kind: 'resolve', id, host }), resolve));
    return answer.kind === 'addresses' ? answer.addresses : [];
  }

  /** A question keeps the process alive until it is answered, as a pending connection does. */
  private ask(question: (id: number) => ProcessMessage, onAnswer: (message: CloudMessage) => void): number {
    const id = (this.lastId += 1);
    this.socket.ref();
    this.waiting.set(id, onAnswer);
    this.send(question(id));
    return id;
  }

  private receive(text: string): void {
    const lines = (this.unread + text).split('\n');
    this.unread = lines.pop() ?? '';
    for (const line of lines) {
      const message = JSON.parse(line) as CloudMessage;
      if (message.kind === 'verdict' || message.kind === 'addresses') this.answer(message);
      else this.onNotice(message);
    }
  }

  private answer(message: Extract<CloudMessage, { kind: 'verdict' | 'addresses' }>): void {
    const { id } = message;
    const onAnswer = this.waiting.get(id) ?? this.dropped.get(id);
    this.waiting.delete(id);
    this.dropped.delete(id);
    if (this.waiting.size === 0) this.socket.unref();
    if (onAnswer && message.kind === 'verdict' && message.verdict.kind === 'drop') this.dropped.set(id, onAnswer);
    onAnswer?.(message);
  }
}
