import { Socket } from 'node:net';
import { CONTROL_FD, type CloudMessage, type ProcessMessage, type Verdict } from '../control-protocol';

/** The verdict about a connection, and the id by which cloud and process call it. */
export interface Decision {
  readonly id: number;
  readonly verdict: Verdict;
}


/** The process's end of its control channel, the one connection that it is born with. */
export class ControlChannel {
  private readonly socket = new Socket({ fd: CONTROL_FD, readable: true, writable: true });
  private readonly waiting = new Map<number, (message: CloudMessage) => void>();
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

  async askToConnect(host: string, port: number): Promise<Decision> {
    const answer = await this.ask((id) => ({ kind: 'connect', id, host, port }));
    if (answer.kind !== 'verdict') throw new Error(`the cloud answered ${answer.kind} to a connection`);
    return answer;
  }

  /** The addresses of a name; none when nobody knows it. */
  async askForAddresses(host: string): Promise<readonly string[]> {
    const answer = await this.ask((id) => ({ kind: 'resolve', id, host }));
    return answer.kind === 'addresses' ? answer.addresses : [];
  }

  /** A question keeps the process alive until it is answered, as a pending connection does. */
  private async ask(question: (id: number) => ProcessMessage): Promise<CloudMessage> {
    const id = (this.lastId += 1);
    this.socket.ref();
    try {
      return await new Promise((resolve) => {
        this.waiting.set(id, resolve);
        this.send(question(id));
      });
    } finally {
      this.waiting.delete(id);
      if (this.waiting.size === 0) this.socket.unref();
    }
  }

  private receive(text: string): void {
    const lines = (this.unread + text).split('\n');
    this.unread = lines.pop() ?? '';
    for (const line of lines) {
      const message = JSON.parse(line) as CloudMessage;
      if (message.kind === 'verdict' || message.kind === 'addresses') this.waiting.get(message.id)?.(message);
      else this.onNotice(message);
    }
  }
}
