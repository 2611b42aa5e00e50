import { AwsError } from '../../gateway/aws-error';
import { parseArn, regionalArn } from '../../gateway/arn';
import { found, PerRegion, type Place } from '../../gateway/service';
import type { EventTest } from '../../engines/event-pattern/event-pattern';

/** A topic as SNS keeps it. */
export interface Topic extends Place {
  readonly name: string;
  readonly arn: string;
  readonly isFifo: boolean;
  policy: string;
  /** Every attribute that was set, under the name of the API. */
  readonly attributes: Map<string, string>;
  tags: Record<string, string>;
  /** FIFO only: deduplication ids with the time at which they are forgotten, and the next sequence number. */
  readonly seen: Map<string, number>;
  sequence: bigint;
}

/** How a topic reaches somebody. */
export interface Subscription {
  readonly arn: string;
  readonly topicArn: string;
  readonly owner: string;
  readonly protocol: Protocol;
  readonly endpoint: string;
  /** Confirms the subscription while it is pending. */
  readonly token: string;
  isConfirmed: boolean;
  readonly attributes: Map<string, string>;
  filter: EventTest | undefined;
}

/** The ways to receive messages that the local cloud knows. */
export const PROTOCOLS = ['email', 'email-json', 'http', 'https', 'lambda', 'sms', 'sqs'] as const;
export type Protocol = (typeof PROTOCOLS)[number];

interface RegionState {
  readonly topics: Map<string, Topic>;
  readonly subscriptions: Map<string, Subscription>;
}

/** Topics and subscriptions of all accounts and regions. */
export class SnsState {
  private readonly regions = new PerRegion<RegionState>(() => ({ topics: new Map(), subscriptions: new Map() }));

  in(place: Place): RegionState {
    return this.regions.in(place);
  }

  /** The topic, wherever it is. */
  topic(arn: string | undefined): Topic | undefined {
    const place = parseArn(arn ?? '');
    return place && this.regions.in(place).topics.get(arn ?? '');
  }

  /** The topic, if it is in the region that was called: SNS does not look into other regions. */
  topicIn(region: string, arn: string | undefined): Topic {
    const place = parseArn(arn ?? '');
    if (place?.service !== 'sns' || place.region !== region) throw new AwsError('InvalidParameterException', 'Invalid parameter: TopicArn');
    return found(this.topic(arn), 'NotFoundException', 'Topic does not exist');
  }

  subscription(arn: string | undefined): Subscription {
    const place = parseArn(arn ?? '');
    if (place?.service !== 'sns') throw new AwsError('InvalidParameterException', 'Invalid parameter: SubscriptionArn');
    return found(this.regions.in(place).subscriptions.get(arn ?? ''), 'NotFoundException', 'Subscription does not exist');
  }

  subscriptionsOf(topic: Topic): readonly Subscription[] {
    return [...this.in(topic).subscriptions.values()].filter(({ topicArn }) => topicArn === topic.arn);
  }
}

export function topicArn(place: Place, name: string): string {
  return regionalArn('sns', place, name);
}
