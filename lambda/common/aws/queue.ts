import { ChangeMessageVisibilityCommand, DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { clientFor, type Target } from './client-factory';
import { present } from './present';

/** A message taken from a queue; others do not see it until its time is up. */
export interface TakenMessage {
  readonly body: string;
  /** Names this taking of it, for `remove` and `giveBack`. */
  readonly receipt: string;
}

/** SQS hands out at most so many at once. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html */
const MOST_AT_ONCE = 10;

/** One SQS queue, looked into by people's commands rather than by an event source. */
export class Queue {
  constructor(
    private readonly client: SQSClient,
    private readonly url: string,
  ) {}

  static in(target: Target, url: string): Queue {
    return new Queue(clientFor(SQSClient, target), url);
  }

  async send(body: string): Promise<void> {
    await this.client.send(new SendMessageCommand({ QueueUrl: this.url, MessageBody: body }));
  }

  /** Takes at most so many messages, which may be fewer than there are. */
  async take(most: number): Promise<readonly TakenMessage[]> {
    const { Messages = [] } = await this.client.send(new ReceiveMessageCommand({ QueueUrl: this.url, MaxNumberOfMessages: Math.min(most, MOST_AT_ONCE), WaitTimeSeconds: 1 }));
    return Messages.map(({ Body, ReceiptHandle }) => ({ body: present(Body, 'Body'), receipt: present(ReceiptHandle, 'ReceiptHandle') }));
  }

  async remove({ receipt }: TakenMessage): Promise<void> {
    await this.client.send(new DeleteMessageCommand({ QueueUrl: this.url, ReceiptHandle: receipt }));
  }

  /** Lets others see the message again at once. */
  async giveBack({ receipt }: TakenMessage): Promise<void> {
    await this.client.send(new ChangeMessageVisibilityCommand({ QueueUrl: this.url, ReceiptHandle: receipt, VisibilityTimeout: 0 }));
  }
}
