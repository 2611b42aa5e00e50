import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

/** `page` wakes someone; `ticket` waits for the morning. */
export type Severity = 'page' | 'ticket';

/** What silence means: for some metrics that nothing happened, for others that nobody is left to tell. */
export type Silence = 'healthy' | 'broken' | 'unchanged';

const MISSING_DATA: Readonly<Record<Silence, TreatMissingData>> = {
  healthy: TreatMissingData.NOT_BREACHING,
  broken: TreatMissingData.BREACHING,
  unchanged: TreatMissingData.IGNORE,
};

export interface RunbookAlarmProps {
  /** System the alarm belongs to, also its runbook: `docs/runbooks/<system>.md`. */
  readonly system: string;
  /** Tells apart several deployments of a system in one account and region, such as the pipeline's name. */
  readonly instance: string;
  readonly severity: Severity;
  /** One sentence: what is wrong, as the person woken by it needs to hear it. */
  readonly summary: string;
  readonly metric: IMetric;
  readonly threshold: number;
  /** @default ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD */
  readonly comparison?: ComparisonOperator;
  /** @default 1 */
  readonly evaluationPeriods?: number;
  /** @default evaluationPeriods */
  readonly datapointsToAlarm?: number;
  readonly whenSilent: Silence;
  readonly topic: ITopic;
}

/** An alarm that cannot be made without a severity, an answer to silence and a runbook entry: its id is the heading there. */
export class RunbookAlarm extends Construct {
  readonly alarm: Alarm;

  constructor(scope: Construct, id: string, props: RunbookAlarmProps) {
    super(scope, id);
    const { system, instance, severity, summary, metric, threshold, whenSilent, evaluationPeriods = 1, topic } = props;
    this.alarm = new Alarm(this, 'Alarm', {
      alarmName: `${system}/${instance}/${id}`,
      alarmDescription: `[${severity}] ${summary}\n\nRunbook: docs/runbooks/${system}.md#${id.toLowerCase()}`,
      metric,
      threshold,
      evaluationPeriods,
      datapointsToAlarm: props.datapointsToAlarm,
      comparisonOperator: props.comparison ?? ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: MISSING_DATA[whenSilent],
    });
    this.alarm.addAlarmAction(new SnsAction(topic));
    this.alarm.addOkAction(new SnsAction(topic));
  }
}

/** The longest that one evaluation may look back: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html */
export const LONGEST_EVALUATION = Duration.days(7);
