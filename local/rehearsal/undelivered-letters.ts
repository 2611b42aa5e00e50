import { ListQueuesCommand, ReceiveMessageCommand, SQSClient, type Message } from '@aws-sdk/client-sqs';
import type { Place } from '../cloud/gateway/service';
import type { Stage } from './stage';

/** What a schedule could not deliver and its dead-letter queue keeps, whose name begins with that of the schedule. */
export async function undeliveredLetters(stage: Stage<unknown>, place: Place, schedule: string): Promise<readonly Message[]> {
  const sqs = stage.client(SQSClient, place);
  const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({ QueueNamePrefix: schedule }));
  const kept = await Promise.all(QueueUrls.map(async (QueueUrl) => (await sqs.send(new ReceiveMessageCommand({ QueueUrl }))).Messages ?? []));
  return kept.flat();
}
