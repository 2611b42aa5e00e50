import type { ComparisonOperator, MetricDataQuery, StateValue } from '@aws-sdk/client-cloudwatch';
import type { Place } from '../../gateway/service';
import type { RuleNode } from './composite-rule';

/** How missing data points count. https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html */
export const MISSING_DATA = ['breaching', 'ignore', 'missing', 'notBreaching'] as const;
export type TreatMissingData = (typeof MISSING_DATA)[number];

/** The state of an alarm and why it is in it. */
export interface AlarmState {
  readonly value: StateValue;
  readonly reason: string;
  readonly reasonData: string | undefined;
  readonly at: Date;
}

/** What metric alarms and composite alarms have in common. */
interface AlarmBase extends Place {
  readonly name: string;
  readonly arn: string;
  readonly description: string | undefined;
  readonly actions: Readonly<Record<StateValue, readonly string[]>>;
  actionsEnabled: boolean;
  tags: Record<string, string>;
  state: AlarmState;
  /** When the value last changed; a new reason alone does not count. */
  transitionedAt: Date;
  readonly configuredAt: Date;
}

/** An alarm on a metric or an expression. */
export interface MetricAlarm extends AlarmBase {
  readonly kind: 'metric';
  /** The metric in the short form of the API, where it was given so. */
  readonly single: { readonly stat: string; readonly unit: string | undefined } | undefined;
  readonly queries: readonly MetricDataQuery[];
  /** The query whose values are compared. */
  readonly watched: MetricDataQuery;
  readonly periodSeconds: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number | undefined;
  readonly threshold: number;
  readonly comparison: ComparisonOperator;
  readonly treatMissingData: TreatMissingData;
  readonly evaluateLowSampleCountPercentile: string | undefined;
  /** The metrics that the alarm depends on, as keys. */
  readonly metricKeys: readonly string[];
  /** When it is evaluated next, in cloud milliseconds; it sleeps where there is none. */
  dueMs: number | undefined;
  /** What the last evaluations came to, whatever state somebody has set by hand. */
  judgement: Judgement;
}

/** What the data of an alarm say. */
export interface Judgement {
  readonly value: StateValue;
  /** The last value for which there were data enough. */
  readonly lastKnown: Exclude<StateValue, 'INSUFFICIENT_DATA'> | undefined;
}

/** An alarm on the states of other alarms. */
export interface CompositeAlarm extends AlarmBase {
  readonly kind: 'composite';
  readonly rule: string;
  readonly parsedRule: RuleNode;
}

export type Alarm = MetricAlarm | CompositeAlarm;
