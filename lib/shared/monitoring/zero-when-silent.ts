import { MathExpression, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Duration } from 'aws-cdk-lib';

export interface ZeroWhenSilentProps {
  /** What the metric is called in the expression. */
  readonly name: string;
  readonly label: string;
  readonly metric: IMetric;
  readonly period: Duration;
}

/**
 * A count of what should happen, for an alarm that rings when it does not: a period in which nobody tells anything counts as 0.
 *
 * While the periods before it have data, CloudWatch passes over one that has none: silence would ring two periods late, which may be days.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html#alarms-evaluating-missing-data
 */
export function zeroWhenSilent({ name, label, metric, period }: ZeroWhenSilentProps): MathExpression {
  return new MathExpression({ expression: `FILL(${name}, 0)`, usingMetrics: { [name]: metric }, label, period });
}
