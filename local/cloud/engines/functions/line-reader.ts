import type { Readable } from 'node:stream';
import { OUTPUT_MARK } from './runtime-protocol';

/** Hands on a stream line by line, and tells when a mark in it says that everything so far has been handed on. */
export class LineReader {
  private unread = '';
  private marks = 0;
  private readonly waiting = new Map<number, () => void>();
  private ended = false;

  constructor(stream: Readable, private readonly onLine: (line: string) => void) {
    stream
      .setEncoding('utf8')
      .on('data', (text: string) => this.receive(text))
      .on('close', () => this.end());
  }

  /** Resolves when this many marks have gone by, or the stream has ended. */
  marked(count: number): Promise<void> {
    if (this.ended || this.marks >= count) return Promise.resolve();
    return new Promise((resolve) => this.waiting.set(count, resolve));
  }

  private receive(text: string): void {
    const lines = (this.unread + text).split('\n');
    this.unread = lines.pop() ?? '';
    for (const line of lines) this.take(line);
  }

  private take(line: string): void {
    const isMark = line.endsWith(OUTPUT_MARK);
    const text = isMark ? line.slice(0, -OUTPUT_MARK.length) : line;
    // A log has no empty lines, and a carriage return stands for a line break within one message.
    if (text !== '') this.onLine(text.replaceAll('\r', '\n'));
    if (!isMark) return;
    this.marks += 1;
    this.waiting.get(this.marks)?.();
    this.waiting.delete(this.marks);
  }

  private end(): void {
    this.ended = true;
    if (this.unread !== '') this.take(this.unread);
    this.unread = '';
    for (const resolve of this.waiting.values()) resolve();
    this.waiting.clear();
  }
}
