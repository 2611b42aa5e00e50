import { randomUUID } from 'node:crypto';
import type { Target } from '@aws-sdk/client-eventbridge';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { nextTime } from '../../engines/schedule/schedule-expression';
import { AwsError } from '../../gateway/aws-error';
import type { CloudContext } from '../../gateway/cloud-context';
import { servicePrincipal } from '../../gateway/principal';
import { deliverWithRetries, type GivenUp } from '../../gateway/retrying-delivery';
import type { MetricSink } from '../cloudwatch/metric-sink';
import { queueUrlOfArn } from '../sqs/queue-url';
import type { EventSink, ServiceEvent } from './event-sink';
import type { EventTargets } from './event-targets';
import { DEFAULT_BUS, type CloudEvent, type EventBus, type EventsState, type Rule } from './events-state';
import { inputFor } from './target-input';

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html */
const DEFAULT_RETRIES = 185;
const DEFAULT_AGE_SECONDS = 86_400;

export interface RouterPorts {
  readonly context: CloudContext;
  readonly metrics: MetricSink;
  readonly targets: EventTargets;
}

/** Takes events to the targets of the rules that match them, and lets scheduled rules make events of their own. */
export class EventRouter implements EventSink {
  private readonly listeners = new Set<(event: CloudEvent, bus: EventBus) => void>();

  constructor(
    private readonly state: EventsState,
    private readonly ports: RouterPorts,
  ) {}

  /** Puts an event of an AWS service on the default bus of its place. */
  emit({ place, source, detailType, resources, detail }: ServiceEvent): void {
    const { account, region } = place;
    this.route(this.state.defaultBus({ account, region }), {
      version: '0',
      id: randomUUID(),
      'detail-type': detailType,
      source,
      account,
      time: this.now(),
      region,
      resources,
      detail,
    });
  }

  /** Calls the listener for every event on every bus; the returned function ends that. */
  onEvent(listener: (event: CloudEvent, bus: EventBus) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  route(bus: EventBus, event: CloudEvent): void {
    for (const listener of this.listeners) listener(event, bus);
    for (const rule of bus.rules.values()) {
      if (!rule.isEnabled || !rule.matches?.(event)) continue;
      this.count(rule, 'MatchedEvents');
      this.trigger(rule, event);
    }
  }

  /** Arranges the next event of a scheduled rule, or its end. */
  arrange(rule: Rule): void {
    rule.timer?.cancel();
    if (!rule.schedule || !rule.isEnabled) return;
    const { clock } = this.ports.context;
    const nextMs = nextTime(rule.schedule, clock.nowMs(), { anchorMs: rule.createdAtMs });
    if (nextMs === undefined) return;
    rule.timer = clock.after(nextMs - clock.nowMs(), () => {
      this.trigger(rule, scheduledEvent(rule, new Date(nextMs)));
      this.arrange(rule);
    });
  }

  /** The time of an event, which has no fractions of seconds. */
  now(): string {
    return this.ports.context.clock.now().toISOString().replace(/\.\d+Z$/, 'Z');
  }

  private trigger(rule: Rule, event: CloudEvent): void {
    this.count(rule, 'TriggeredRules');
    for (const target of rule.targets.values()) {
      this.deliver(rule, target, event).catch((error: Error) => this.ports.context.reportDefect(error, `target ${target.Arn ?? ''} of ${rule.arn}`));
    }
  }

  private async deliver(rule: Rule, target: Target, event: CloudEvent): Promise<void> {
    const { context, targets } = this.ports;
    const input = inputFor(target, event, rule, context.clock.now());
    const { MaximumRetryAttempts = DEFAULT_RETRIES, MaximumEventAgeInSeconds = DEFAULT_AGE_SECONDS } = target.RetryPolicy ?? {};
    this.count(rule, 'Invocations');
    const policy = { mostRetries: MaximumRetryAttempts, longestMs: MaximumEventAgeInSeconds * 1000 };
    const givenUp = await deliverWithRetries(context.clock, policy, () => targets.send(rule, target, event, input));
    if (!givenUp) return;
    this.count(rule, 'FailedInvocations');
    if (target.DeadLetterConfig?.Arn !== undefined) await this.bury(rule, target, event, givenUp, target.DeadLetterConfig.Arn);
  }

  /** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html */
  private async bury(rule: Rule, target: Target, event: CloudEvent, { code, message, retries, exhausted }: GivenUp, queueArn: string): Promise<void> {
    const attributes = { RULE_ARN: rule.arn, TARGET_ARN: target.Arn ?? '', ERROR_CODE: code, ERROR_MESSAGE: message, RETRY_ATTEMPTS: String(retries), EXHAUSTED_RETRY_CONDITION: exhausted };
    const known = Object.entries(attributes).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '');
    const MessageAttributes = Object.fromEntries(known.map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]));
    const service = this.ports.context.as(servicePrincipal('events.amazonaws.com', rule.account, rule.arn), rule);
    try {
      await service.send(new SendMessageCommand({ QueueUrl: queueUrlOfArn(queueArn), MessageBody: JSON.stringify(event), MessageAttributes }));
      this.count(rule, 'InvocationsSentToDlq');
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      this.count(rule, 'InvocationsFailedToBeSentToDlq');
    }
  }

  /** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html */
  private count(rule: Rule, name: string): void {
    const dimensions: Record<string, string> = rule.bus.name === DEFAULT_BUS ? { RuleName: rule.name } : { EventBusName: rule.bus.name, RuleName: rule.name };
    this.ports.metrics.put({ place: rule, namespace: 'AWS/Events', name, dimensions, value: 1, unit: 'Count' });
  }
}

function scheduledEvent({ account, region, arn }: Rule, at: Date): CloudEvent {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    account,
    time: at.toISOString().replace(/\.\d+Z$/, 'Z'),
    region,
    resources: [arn],
    detail: {},
  };
}
