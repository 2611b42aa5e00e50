/** Something that left the cloud and nobody inside received: an e-mail, a text, a request to a web address outside. */
export interface OutboxMessage {
  readonly protocol: string;
  /** The address: of a mailbox, a telephone or a web page. */
  readonly endpoint: string;
  readonly subject: string;
  readonly body: string;
  /** Message attributes by name, as the publisher gave them. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly topicArn: string;
  readonly messageId: string;
  readonly at: Date;
}

/** Where rehearsals and tests read what people outside would have received. */
export class Outbox {
  private readonly received: OutboxMessage[] = [];
  private readonly listeners = new Set<(message: OutboxMessage) => void>();

  add(message: OutboxMessage): void {
    this.received.push(message);
    for (const listener of this.listeners) listener(message);
  }

  /** Calls the listener for every message from now on; the returned function ends that. */
  onMessage(listener: (message: OutboxMessage) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Everything so far, or only what went to one topic or address. */
  messages(filter: Partial<Pick<OutboxMessage, 'topicArn' | 'endpoint'>> = {}): readonly OutboxMessage[] {
    const { topicArn, endpoint } = filter;
    return this.received.filter((message) => (topicArn === undefined || message.topicArn === topicArn) && (endpoint === undefined || message.endpoint === endpoint));
  }
}
