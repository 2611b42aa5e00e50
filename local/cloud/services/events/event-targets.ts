import { randomUUID } from 'node:crypto';
import { CreateLogStreamCommand, PutLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { PutEventsCommand, type Target } from '@aws-sdk/client-eventbridge';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { PublishCommand } from '@aws-sdk/client-sns';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { parseArn } from '../../gateway/arn';
import { AwsError } from '../../gateway/aws-error';
import type { CloudClient } from '../../gateway/cloud-client';
import type { CloudContext } from '../../gateway/cloud-context';
import { accountRoot, servicePrincipal } from '../../gateway/principal';
import type { ServiceRoles } from '../../gateway/service-role';
import { queueUrlOfArn } from '../sqs/queue-url';
import type { CloudEvent, Rule } from './events-state';
import type { ForwardedEvents } from './forwarded-events';

/** Services that targets of the local cloud can belong to. */
const SUPPORTED = ['events', 'lambda', 'logs', 'sns', 'sqs', 'states'];

/** Refuses targets that nothing here could ever reach. */
export function checkTarget({ Arn = '', RoleArn }: Target): void {
  const service = parseArn(Arn)?.service;
  if (!service || !SUPPORTED.includes(service)) throw new AwsError('NotImplemented', `the local cloud does not emulate the target ${Arn}`, { status: 501 });
  if (service === 'states' && RoleArn === undefined) throw new AwsError('ValidationException', `RoleArn is required for target ${Arn}.`, { status: 400 });
}

export interface TargetPorts {
  readonly context: CloudContext;
  readonly roles: ServiceRoles;
  readonly forwarded: ForwardedEvents;
}

/** Delivers to targets: as the target's role where it has one, otherwise as EventBridge itself for the rule. */
export class EventTargets {
  constructor(private readonly ports: TargetPorts) {}

  async send(rule: Rule, target: Target, event: CloudEvent, input: string): Promise<void> {
    const arn = target.Arn ?? '';
    const client = await this.clientFor(rule, target);
    switch (parseArn(arn)?.service) {
      case 'lambda':
        await client.send(new InvokeCommand({ FunctionName: arn, InvocationType: 'Event', Payload: Buffer.from(input) }));
        return;
      case 'sqs':
        await client.send(new SendMessageCommand({ QueueUrl: queueUrlOfArn(arn), MessageBody: input, MessageGroupId: target.SqsParameters?.MessageGroupId }));
        return;
      case 'sns':
        await client.send(new PublishCommand({ TopicArn: arn, Message: input }));
        return;
      case 'states':
        await client.send(new StartExecutionCommand({ stateMachineArn: arn, name: `${event.id}_${randomUUID()}`, input }));
        return;
      case 'logs':
        return writeLog(client, arn, input, event);
      case 'events':
        return this.forward(client, arn, event);
      default:
        throw new Error(`${arn} is no target`);
    }
  }

  private clientFor(rule: Rule, { Arn = '', RoleArn }: Target): Promise<CloudClient> | CloudClient {
    const { service, account = rule.account, region = rule.region } = parseArn(Arn) ?? {};
    if (RoleArn !== undefined) return this.ports.roles.clientOf({ roleArn: RoleArn, sourceArn: rule.arn, sessionName: rule.name, place: { account: rule.account, region } });
    // A bus without a role is reached as the account itself, which the other bus's policy must let in.
    if (service === 'events') return this.ports.context.as(accountRoot(rule.account), { account: rule.account, region });
    return this.ports.context.as(servicePrincipal('events.amazonaws.com', rule.account, rule.arn), { account, region });
  }

  /** The event keeps its account, id and time. */
  private async forward(client: CloudClient, busArn: string, event: CloudEvent): Promise<void> {
    const entry = { EventBusName: busArn, Source: event.source, DetailType: event['detail-type'], Detail: JSON.stringify(event.detail), Resources: [...event.resources], TraceHeader: this.ports.forwarded.remember(event) };
    const { Entries: [outcome] = [] } = await client.send(new PutEventsCommand({ Entries: [entry] }));
    if (outcome?.ErrorCode !== undefined) throw new AwsError(outcome.ErrorCode, outcome.ErrorMessage ?? '', { status: 400 });
  }
}

async function writeLog(client: CloudClient, groupArn: string, message: string, event: CloudEvent): Promise<void> {
  const logGroupName = /:log-group:([^:]+)/.exec(groupArn)?.[1] ?? '';
  const logStreamName = randomUUID();
  await client.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
  await client.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents: [{ timestamp: Date.parse(event.time), message }] }));
}
