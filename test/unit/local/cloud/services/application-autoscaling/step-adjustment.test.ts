import { stepCapacity } from '../../../../../../local/cloud/services/application-autoscaling/step-adjustment';

const steps = [
  { MetricIntervalLowerBound: 0, MetricIntervalUpperBound: 10, ScalingAdjustment: 1 },
  { MetricIntervalLowerBound: 10, ScalingAdjustment: 3 },
];

describe('a step policy', () => {
  test.each([
    [50, 3],
    [59.9, 3],
    [60, 5],
    [1_000, 5],
  ])('adds by how far the metric is beyond the threshold of 50: at %p it asks for %p', (value, wanted) => {
    expect(stepCapacity({ AdjustmentType: 'ChangeInCapacity', StepAdjustments: steps }, 2, value, 50)).toBe(wanted);
  });

  it('takes away below the threshold', () => {
    const lower = [{ MetricIntervalUpperBound: 0, ScalingAdjustment: -1 }];

    expect(stepCapacity({ AdjustmentType: 'ChangeInCapacity', StepAdjustments: lower }, 4, 3, 10)).toBe(3);
  });

  test.each([
    [10, 25, 12],
    [2, 10, 3],
    [10, -25, 8],
  ])('changes %p tasks by %p percent to %p', (capacity, percent, wanted) => {
    expect(stepCapacity({ AdjustmentType: 'PercentChangeInCapacity', StepAdjustments: [{ MetricIntervalLowerBound: 0, ScalingAdjustment: percent }] }, capacity, 60, 50)).toBe(wanted);
  });

  it('goes to an exact capacity, and nowhere when no step fits', () => {
    expect(stepCapacity({ AdjustmentType: 'ExactCapacity', StepAdjustments: [{ MetricIntervalLowerBound: 0, ScalingAdjustment: 7 }] }, 2, 60, 50)).toBe(7);
    expect(stepCapacity({ AdjustmentType: 'ExactCapacity', StepAdjustments: [{ MetricIntervalLowerBound: 20, ScalingAdjustment: 7 }] }, 2, 60, 50)).toBeUndefined();
  });
});
