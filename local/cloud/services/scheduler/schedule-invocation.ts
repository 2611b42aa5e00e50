import { randomUUID } from 'node:crypto';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { PublishCommand } from '@aws-sdk/client-sns';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { InvalidParameter, toInput } from '../../engines/sdk-integration/sdk-payload';
import { SDK_SERVICES } from '../../engines/sdk-integration/sdk-services';
import { parseArn } from '../../gateway/arn';
import { AwsError } from '../../gateway/aws-error';
import type { CloudClient } from '../../gateway/cloud-client';
import { commandFor, type ServiceDirectory } from '../../gateway/service-directory';
import { queueUrlOfArn } from '../sqs/queue-url';
import { universalTarget } from './new-schedule';
import type { Schedule } from './scheduler-state';

/** One time that a schedule invokes its target, with all attempts at it. */
export interface Invocation {
  readonly schedule: Schedule;
  readonly executionId: string;
  readonly scheduledAt: Date;
}

export function newInvocation(schedule: Schedule, scheduledAt: Date): Invocation {
  return { schedule, executionId: randomUUID(), scheduledAt };
}

/** What the target receives; context attributes are filled in. https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html */
export function inputOf({ schedule, executionId, scheduledAt }: Invocation, attempt: number): string {
  const time = scheduledAt.toISOString().replace(/\.\d+Z$/, 'Z');
  const given = schedule.target.Input;
  if (given === undefined) {
    const { account, region, arn } = schedule;
    return JSON.stringify({ version: '0', id: executionId, 'detail-type': 'Scheduled Event', source: 'aws.scheduler', account, time, region, resources: [arn], detail: '{}' });
  }
  const attributes: Readonly<Record<string, string>> = { 'schedule-arn': schedule.arn, 'scheduled-time': time, 'execution-id': executionId, 'attempt-number': String(attempt) };
  return given.replaceAll(/<aws\.scheduler\.([a-z-]+)>/g, (text, name: string) => attributes[name] ?? text);
}

/** Invokes the target as the schedule's role. */
export async function invokeTarget(client: CloudClient, find: ServiceDirectory, { schedule }: Invocation, input: string): Promise<void> {
  const { Arn: arn = '', EventBridgeParameters, SqsParameters } = schedule.target;
  const universal = universalTarget(arn);
  if (universal) return callUniversal(client, find, universal, input);
  switch (parseArn(arn)?.service) {
    case 'lambda':
      await client.send(new InvokeCommand({ FunctionName: arn, InvocationType: 'Event', Payload: Buffer.from(input) }));
      return;
    case 'states':
      await client.send(new StartExecutionCommand({ stateMachineArn: arn, input }));
      return;
    case 'sqs':
      await client.send(new SendMessageCommand({ QueueUrl: queueUrlOfArn(arn), MessageBody: input, MessageGroupId: SqsParameters?.MessageGroupId }));
      return;
    case 'sns':
      await client.send(new PublishCommand({ TopicArn: arn, Message: input }));
      return;
    case 'events': {
      const entry = { EventBusName: arn, Source: EventBridgeParameters?.Source, DetailType: EventBridgeParameters?.DetailType, Detail: input };
      const { Entries: [outcome] = [] } = await client.send(new PutEventsCommand({ Entries: [entry] }));
      if (outcome?.ErrorCode !== undefined) throw new AwsError(outcome.ErrorCode, outcome.ErrorMessage ?? '', { status: 400 });
      return;
    }
    default:
      throw new Error(`${arn} is no target`);
  }
}

async function callUniversal(client: CloudClient, find: ServiceDirectory, { service: name, action }: { readonly service: string; readonly action: string }, input: string): Promise<void> {
  const service = find(SDK_SERVICES[name]?.signingName ?? '');
  const operation = action.charAt(0).toUpperCase() + action.slice(1);
  const model = service?.model.operations.get(operation);
  if (!service || !model) throw new AwsError('ValidationException', `the local cloud has no ${name}:${action}`, { status: 400 });
  let parameters;
  try {
    parameters = toInput(model.input, JSON.parse(input)) as Record<string, unknown>;
  } catch (error) {
    if (error instanceof InvalidParameter || error instanceof SyntaxError) throw new AwsError('ValidationException', error.message, { status: 400 });
    throw error;
  }
  await client.send(commandFor(service, operation, parameters));
}
