import * as sdk from '@aws-sdk/client-sns';
import { AwsError } from '../../gateway/aws-error';
import { defineService, type Access, type Call, type Operations, type Service } from '../../gateway/service';
import { NotificationDelivery, type DeliveryPorts } from './notification-delivery';
import { acceptPublication, entryAsPublication, type Accepted } from './publish';
import { SnsState, type Topic } from './sns-state';
import { subscriptionOperations } from './subscription-operations';
import { encryptForTopic } from './topic-encryption';
import { topicAccess, topicOperations } from './topic-operations';

/** Simple Notification Service: topics, subscriptions, deliveries that really arrive. */
export function createSnsService(ports: DeliveryPorts): Service {
  const state = new SnsState();
  const delivery = new NotificationDelivery(ports);
  return defineService(sdk, 'sns', { ...topicOperations(state), ...subscriptionOperations(state, delivery), ...publishing(state, delivery, ports) });
}

function publishing(state: SnsState, delivery: NotificationDelivery, { context, metrics }: DeliveryPorts): Operations<typeof sdk> {
  const access = (arn: string | undefined, call: Call): readonly Access[] => topicAccess(state, arn, sourceOwnerOf(call)).map((one) => ({ ...one, action: 'sns:Publish' }));
  const send = (topic: Topic, { message, isDuplicate, bytes }: Accepted): void => {
    const dimensions = { TopicName: topic.name };
    metrics.put({ place: topic, namespace: 'AWS/SNS', name: 'NumberOfMessagesPublished', dimensions, value: 1, unit: 'Count' });
    metrics.put({ place: topic, namespace: 'AWS/SNS', name: 'PublishSize', dimensions, value: bytes, unit: 'Bytes' });
    if (!isDuplicate) delivery.fanOut(message, state.subscriptionsOf(topic));
  };
  return {
    Publish: {
      access: ({ TopicArn, TargetArn }, call) => access(TopicArn ?? TargetArn, call),
      run: async (input, call) => {
        if (input.PhoneNumber !== undefined) throw new AwsError('InvalidParameterException', 'Invalid parameter: PhoneNumber Reason: the local cloud sends texts to subscribers only');
        const topic = state.topicIn(call.region, input.TopicArn ?? input.TargetArn);
        const accepted = acceptPublication(topic, input, context.clock.now());
        await encryptForTopic(context, topic, call);
        send(topic, accepted);
        return { MessageId: accepted.message.id, SequenceNumber: accepted.message.sequenceNumber };
      },
    },
    PublishBatch: {
      access: ({ TopicArn }, call) => access(TopicArn, call),
      run: async ({ TopicArn, PublishBatchRequestEntries: entries = [] }, call) => {
        const topic = state.topicIn(call.region, TopicArn);
        if (entries.length === 0) throw new AwsError('EmptyBatchRequestException', 'The batch request doesn\'t contain any entries.');
        if (entries.length > 10) throw new AwsError('TooManyEntriesInBatchRequestException', 'The batch request contains more entries than permissible.');
        if (new Set(entries.map(({ Id }) => Id)).size < entries.length) throw new AwsError('BatchEntryIdsNotDistinctException', 'Two or more batch entries in the request have the same Id.');
        await encryptForTopic(context, topic, call);
        const Successful: sdk.PublishBatchResultEntry[] = [];
        const Failed: sdk.BatchResultErrorEntry[] = [];
        for (const entry of entries) {
          try {
            const accepted = acceptPublication(topic, entryAsPublication(entry), context.clock.now());
            send(topic, accepted);
            Successful.push({ Id: entry.Id, MessageId: accepted.message.id, SequenceNumber: accepted.message.sequenceNumber });
          } catch (error) {
            if (!(error instanceof AwsError)) throw error;
            Failed.push({ Id: entry.Id, Code: 'InvalidParameter', Message: error.message, SenderFault: true });
          }
        }
        return { Successful, Failed };
      },
    },
  };
}

/** Alarms come with the key that a topic's default policy asks for; other services do not. */
function sourceOwnerOf({ principal }: Call): Access['context'] {
  return principal.kind === 'service' && principal.name === 'cloudwatch.amazonaws.com' ? { 'aws:SourceOwner': principal.account } : {};
}
