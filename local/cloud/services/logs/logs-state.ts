import type * as sdk from '@aws-sdk/client-cloudwatch-logs';
import { regionalArn } from '../../gateway/arn';
import { AwsError } from '../../gateway/aws-error';
import { PerRegion, type Place } from '../../gateway/service';
import type { LineFilter } from './filter-pattern/line-filter';

/** A line in a log stream. Times are Unix milliseconds. */
export interface LogEvent {
  readonly id: string;
  readonly timestampMs: number;
  readonly ingestedAtMs: number;
  readonly message: string;
}

export interface LogStream {
  readonly name: string;
  readonly createdAtMs: number;
  /** In the order of their times. */
  events: LogEvent[];
  lastIngestedAtMs: number | undefined;
}

/** A metric filter, ready to be used. */
export interface MetricFilter {
  readonly name: string;
  readonly pattern: string;
  readonly createdAtMs: number;
  readonly matches: LineFilter;
  readonly transformations: readonly sdk.MetricTransformation[];
  /** The minutes in which the default value was already reported. */
  defaultReportedMinute: number;
}

export interface LogGroup extends Place {
  readonly name: string;
  readonly createdAtMs: number;
  readonly logGroupClass: sdk.LogGroupClass;
  retentionDays: number | undefined;
  kmsKeyArn: string | undefined;
  isDeletionProtected: boolean;
  tags: Record<string, string>;
  readonly streams: Map<string, LogStream>;
  readonly metricFilters: Map<string, MetricFilter>;
}

interface RegionState {
  readonly groups: Map<string, LogGroup>;
  readonly resourcePolicies: Map<string, { readonly document: string; readonly updatedAtMs: number }>;
  readonly queryDefinitions: Map<string, sdk.QueryDefinition>;
}

const DAY_MS = 86_400_000;

/** Log groups of all accounts and regions. */
export class LogsState {
  private readonly regions = new PerRegion<RegionState>(() => ({ groups: new Map(), resourcePolicies: new Map(), queryDefinitions: new Map() }));

  in(place: Place): RegionState {
    return this.regions.in(place);
  }

  /** The group by its name, or by its ARN where the API takes both. */
  group(place: Place, nameOrArn: string | undefined): LogGroup {
    const { at, name } = locate(place, nameOrArn);
    const group = this.regions.in(at).groups.get(name);
    if (!group) throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');
    return group;
  }

  stream(group: LogGroup, name: string | undefined): LogStream {
    const stream = group.streams.get(name ?? '');
    if (!stream) throw new AwsError('ResourceNotFoundException', 'The specified log stream does not exist.');
    return stream;
  }
}

/** Forgets what the retention of the group no longer keeps; called before anybody reads. */
export function expireEvents(group: LogGroup, nowMs: number): void {
  if (group.retentionDays === undefined) return;
  const oldestMs = nowMs - group.retentionDays * DAY_MS;
  for (const stream of group.streams.values()) {
    if ((stream.events[0]?.timestampMs ?? Infinity) < oldestMs) stream.events = stream.events.filter(({ timestampMs }) => timestampMs >= oldestMs);
  }
}

/** The ARN of a group without the `:*` that most of the API's answers append. */
export function groupArn(place: Place, name: string): string {
  return regionalArn('logs', place, `log-group:${name}`);
}

/** Reads what names a group: its name, or its ARN with or without `:*`. */
export function locate(place: Place, nameOrArn: string | undefined): { readonly at: Place; readonly name: string } {
  const match = /^arn:aws[\w-]*:logs:([^:]+):(\d{12}):log-group:([^:]+)(:\*)?$/.exec(nameOrArn ?? '');
  if (!match) return { at: place, name: nameOrArn ?? '' };
  const [, region = '', account = '', name = ''] = match;
  return { at: { account, region }, name };
}
