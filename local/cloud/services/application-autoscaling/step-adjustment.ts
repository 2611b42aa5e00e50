import type { StepScalingPolicyConfiguration } from '@aws-sdk/client-application-auto-scaling';

/**
 * The capacity that a step policy asks for when its metric has this value; nothing where no step fits.
 *
 * The bounds of steps are relative to the alarm's threshold.
 * https://docs.aws.amazon.com/autoscaling/application/userguide/step-scaling-policy-overview.html
 */
export function stepCapacity({ AdjustmentType, StepAdjustments = [], MinAdjustmentMagnitude = 1 }: StepScalingPolicyConfiguration, capacity: number, value: number, threshold: number): number | undefined {
  const difference = value - threshold;
  const step = StepAdjustments.find(({ MetricIntervalLowerBound = -Infinity, MetricIntervalUpperBound = Infinity }) =>
    // "the lower bound is inclusive and the upper bound is exclusive" above the threshold, and the other way round below it.
    difference >= 0 ? difference >= MetricIntervalLowerBound && difference < MetricIntervalUpperBound : difference > MetricIntervalLowerBound && difference <= MetricIntervalUpperBound,
  ) ?? (difference === 0 ? StepAdjustments[0] : undefined);
  if (!step) return undefined;
  const adjustment = step.ScalingAdjustment ?? 0;
  switch (AdjustmentType) {
    case 'ExactCapacity':
      return adjustment;
    case 'PercentChangeInCapacity':
      return capacity + percentage(capacity, adjustment, MinAdjustmentMagnitude);
    default:
      return capacity + adjustment;
  }
}

/** Fractions above 1 are rounded down, below 1 up. */
function percentage(capacity: number, percent: number, atLeast: number): number {
  const exact = Math.abs((capacity * percent) / 100);
  const rounded = exact > 1 ? Math.floor(exact) : Math.ceil(exact);
  return Math.sign(percent) * Math.max(rounded, atLeast);
}
