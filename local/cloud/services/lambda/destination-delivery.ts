import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { InvokeCommand, type DestinationConfig } from '@aws-sdk/client-lambda';
import { PublishCommand } from '@aws-sdk/client-sns';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { parseArn } from '../../gateway/arn';
import { AwsError } from '../../gateway/aws-error';
import type { CloudClient } from '../../gateway/cloud-client';
import type { CloudClock } from '../../gateway/clock';
import type { ServiceRoles } from '../../gateway/service-role';
import type { MetricSink } from '../cloudwatch/metric-sink';
import { queueUrlOf } from '../sqs/queue-url';
import type { Answer } from './function-invoker';
import { functionArn } from './function-name';
import type { LambdaFunction } from './lambda-function';
import type { Resolved } from './lambda-state';
import type { QueuedEvent } from './queued-event';

/** How an asynchronous invocation ended. */
export interface EndOfEvent {
  readonly event: QueuedEvent;
  readonly condition: 'Success' | 'RetriesExhausted' | 'EventAgeExceeded';
  /** The last answer of the function, if it ever gave one. */
  readonly answer: Answer | undefined;
  readonly attempts: number;
}

/** What a dead-letter queue says of an error at most. */
const LONGEST_ERROR_MESSAGE = 1024;

/** Tells destinations and dead-letter queues how asynchronous invocations ended, with the function's own role. */
export class DestinationDelivery {
  constructor(
    private readonly clock: CloudClock,
    private readonly roles: ServiceRoles,
    private readonly metrics: MetricSink,
  ) {}

  /** Sends what is configured; what cannot be sent is counted and lost, as in AWS. */
  async deliver({ lambda, version }: Resolved, config: DestinationConfig | undefined, end: EndOfEvent): Promise<void> {
    const destination = end.condition === 'Success' ? config?.OnSuccess?.Destination : config?.OnFailure?.Destination;
    if (destination) {
      const record = recordOf(end, lambda, this.clock.now());
      await this.counting(lambda, 'DestinationDeliveryFailures', async () => sendRecord(await this.roleOf(lambda, version.settings.role), destination, record, end));
    }
    const { deadLetterArn } = version.settings;
    if (deadLetterArn !== undefined && end.condition !== 'Success') {
      await this.counting(lambda, 'DeadLetterErrors', async () => sendToDeadLetters(await this.roleOf(lambda, version.settings.role), deadLetterArn, end));
    }
  }

  private roleOf({ name, arn, account, region }: LambdaFunction, roleArn: string): Promise<CloudClient> {
    return this.roles.clientOf({ roleArn, sourceArn: arn, sessionName: name, place: { account, region } });
  }

  private async counting(lambda: LambdaFunction, metric: string, send: () => Promise<void>): Promise<void> {
    try {
      await send();
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      this.metrics.put({ namespace: 'AWS/Lambda', name: metric, dimensions: { FunctionName: lambda.name }, place: lambda, value: 1, unit: 'Count' });
    }
  }
}

/** https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html */
function recordOf({ event, condition, answer, attempts }: EndOfEvent, lambda: LambdaFunction, now: Date): object {
  return {
    version: '1.0',
    timestamp: now.toISOString(),
    requestContext: {
      requestId: event.requestId,
      functionArn: functionArn(lambda, lambda.name, event.qualifier ?? '$LATEST'),
      condition,
      approximateInvokeCount: attempts,
    },
    requestPayload: JSON.parse(event.payload) as unknown,
    ...(answer && {
      responseContext: { statusCode: 200, executedVersion: answer.executedVersion, ...(answer.functionError && { functionError: answer.functionError }) },
      responsePayload: JSON.parse(answer.payload) as unknown,
    }),
  };
}

async function sendRecord(role: CloudClient, destination: string, record: object, { event, condition }: EndOfEvent): Promise<void> {
  const arn = parseArn(destination);
  const body = JSON.stringify(record);
  const client = role.inRegion(arn?.region ?? event.region);
  switch (arn?.service) {
    case 'sqs':
      await client.send(new SendMessageCommand({ QueueUrl: queueUrlOf(arn, arn.resource), MessageBody: body }));
      return;
    case 'sns':
      await client.send(new PublishCommand({ TopicArn: destination, Message: body }));
      return;
    case 'lambda':
      await client.send(new InvokeCommand({ FunctionName: destination, InvocationType: 'Event', Payload: Buffer.from(body) }));
      return;
    case 'events': {
      const DetailType = `Lambda Function Invocation Result - ${condition === 'Success' ? 'Success' : 'Failure'}`;
      await client.send(new PutEventsCommand({ Entries: [{ EventBusName: destination, Source: 'lambda', DetailType, Detail: body, Resources: [functionArn(event, event.functionName, '$LATEST'), destination] }] }));
      return;
    }
    default:
      throw new AwsError('InvalidParameterValueException', `The destination ${destination} is not supported`);
  }
}

/** The event itself, with what went wrong beside it. https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html#invocation-dlq */
async function sendToDeadLetters(role: CloudClient, deadLetterArn: string, { event, answer }: EndOfEvent): Promise<void> {
  const arn = parseArn(deadLetterArn);
  const { errorMessage = 'Unknown' } = answer ? (JSON.parse(answer.payload) as { readonly errorMessage?: string }) : {};
  const text = (StringValue: string) => ({ DataType: 'String', StringValue });
  const MessageAttributes = { RequestID: text(event.requestId), ErrorCode: { DataType: 'Number', StringValue: '200' }, ErrorMessage: text(errorMessage.slice(0, LONGEST_ERROR_MESSAGE) || 'Unknown') };
  if (!arn) throw new AwsError('InvalidParameterValueException', `The dead-letter target ${deadLetterArn} is no ARN`);
  const client = role.inRegion(arn.region);
  if (arn.service === 'sns') await client.send(new PublishCommand({ TopicArn: deadLetterArn, Message: event.payload, MessageAttributes }));
  else await client.send(new SendMessageCommand({ QueueUrl: queueUrlOf(arn, arn.resource), MessageBody: event.payload, MessageAttributes }));
}
