import type { ClockReading } from '../../../gateway/clock';
import type { Answer, Question } from './process-config';

/** The child's side of the channel to its parent: asks, and shows the cloud's time between two answers. */
export class ParentChannel {
  private readonly waiting = new Map<number, { readonly resolve: (value: unknown) => void; readonly reject: (error: Error) => void }>();
  private questions = 0;
  private reading: ClockReading = { cloudMs: Date.now(), wallMs: Date.now(), rate: 1 };

  constructor() {
    process.on('message', (message: Answer) => {
      const asked = this.waiting.get(message.id);
      this.waiting.delete(message.id);
      if (message.error !== undefined) asked?.reject(new Error(message.error));
      else asked?.resolve(message.value);
    });
  }

  ask(port: Question['port'], argument: unknown): Promise<unknown> {
    const question: Question = { kind: 'ask', id: (this.questions += 1), port, argument };
    return new Promise((resolve, reject) => {
      this.waiting.set(question.id, { resolve, reject });
      process.send?.(question);
    });
  }

  now(): Date {
    const { cloudMs, wallMs, rate } = this.reading;
    return new Date(cloudMs + (Date.now() - wallMs) * rate);
  }

  async refreshTime(): Promise<void> {
    this.reading = (await this.ask('time', null)) as ClockReading;
  }

  /** Keeps the cloud's clock at the busy pace while the work runs. */
  async whileWorking<T>(work: () => Promise<T>): Promise<T> {
    const id = (this.questions += 1);
    this.reading = (await this.ask('begin', id)) as ClockReading;
    try {
      return await work();
    } finally {
      await this.ask('end', id);
    }
  }
}
