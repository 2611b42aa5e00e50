import type { Target } from '@aws-sdk/client-eventbridge';
import type { EventTest } from '../../engines/event-pattern/event-pattern';
import type { ScheduleExpression } from '../../engines/schedule/schedule-expression';
import { parseArn, regionalArn } from '../../gateway/arn';
import { AwsError } from '../../gateway/aws-error';
import type { Timer } from '../../gateway/clock';
import { PerRegion, type Place } from '../../gateway/service';

/** An event in the form in which rules see it. https://docs.aws.amazon.com/eventbridge/latest/ref/events-structure.html */
export interface CloudEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: unknown;
}

export interface Rule extends Place {
  readonly name: string;
  readonly bus: EventBus;
  readonly arn: string;
  readonly pattern: string | undefined;
  readonly matches: EventTest | undefined;
  readonly scheduleExpression: string | undefined;
  readonly schedule: ScheduleExpression | undefined;
  readonly description: string | undefined;
  readonly roleArn: string | undefined;
  readonly createdAtMs: number;
  isEnabled: boolean;
  readonly targets: Map<string, Target>;
  tags: Record<string, string>;
  timer: Timer | undefined;
}

export interface EventBus extends Place {
  readonly name: string;
  readonly arn: string;
  readonly description: string | undefined;
  readonly createdAt: Date;
  policy: string | undefined;
  tags: Record<string, string>;
  readonly rules: Map<string, Rule>;
}

export const DEFAULT_BUS = 'default';

/** Event buses and their rules in all accounts and regions; each region has a default bus from the beginning. */
export class EventsState {
  private readonly regions = new PerRegion<Map<string, EventBus>>((place) => new Map([[DEFAULT_BUS, newBus(place, DEFAULT_BUS, new Date(0))]]));

  busesIn(place: Place): Map<string, EventBus> {
    return this.regions.in(place);
  }

  defaultBus(place: Place): EventBus {
    return this.regions.in(place).get(DEFAULT_BUS) as EventBus;
  }

  /** Whether a bus of that name or ARN exists, and which. */
  findBus(place: Place, nameOrArn: string = DEFAULT_BUS): EventBus | undefined {
    const parts = parseArn(nameOrArn);
    return parts ? this.regions.in(parts).get(parts.resource.replace(/^event-bus\//, '')) : this.regions.in(place).get(nameOrArn);
  }

  bus(place: Place, nameOrArn?: string): EventBus {
    const bus = this.findBus(place, nameOrArn);
    if (!bus) throw new AwsError('ResourceNotFoundException', `Event bus ${nameOrArn ?? ''} does not exist.`);
    return bus;
  }

  rule(place: Place, name: string | undefined, busName?: string): Rule {
    const rule = this.bus(place, busName).rules.get(name ?? '');
    if (!rule) throw new AwsError('ResourceNotFoundException', `Rule ${name ?? ''} does not exist on EventBus ${busName ?? DEFAULT_BUS}.`);
    return rule;
  }
}

export function newBus({ account, region }: Place, name: string, createdAt: Date, description?: string): EventBus {
  return { account, region, name, arn: busArn({ account, region }, name), description, createdAt, policy: undefined, tags: {}, rules: new Map() };
}

/** The ARN of a bus that is given by its name or already by its ARN. */
export function busArn(place: Place, nameOrArn: string = DEFAULT_BUS): string {
  return nameOrArn.startsWith('arn:') ? nameOrArn : regionalArn('events', place, `event-bus/${nameOrArn}`);
}

/** Rules of the default bus have no bus in their ARN. */
export function ruleArn(place: Place, name: string, busNameOrArn: string = DEFAULT_BUS): string {
  const bus = busNameOrArn.replace(/^arn:.*event-bus\//, '');
  return regionalArn('events', place, bus === DEFAULT_BUS ? `rule/${name}` : `rule/${bus}/${name}`);
}
