import { randomUUID } from 'node:crypto';
import { DeleteAlarmsCommand, DescribeAlarmsCommand, PutMetricAlarmCommand, type PutMetricAlarmCommandInput } from '@aws-sdk/client-cloudwatch';
import type * as sdk from '@aws-sdk/client-application-auto-scaling';
import { AwsError } from '../../gateway/aws-error';
import type { CloudClient } from '../../gateway/cloud-client';
import type { CloudContext } from '../../gateway/cloud-context';
import { accountRoot } from '../../gateway/principal';
import type { ScalableTarget } from './scalable-target';
import { namesIn } from './service-capacity';

type Metric = Pick<PutMetricAlarmCommandInput, 'Namespace' | 'MetricName' | 'Dimensions' | 'Unit' | 'Statistic'>;

/**
 * The alarms that target tracking makes for itself: one that fires after three minutes above the target, and one that fires
 * after fifteen minutes well below it.
 *
 * https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-target-tracking.html
 */
const HIGH_MINUTES = 3;
const LOW_MINUTES = 15;
const LOW_SHARE = 0.9;

/** Makes and removes the alarms of target tracking policies. */
export class TrackingAlarms {
  constructor(private readonly cloud: CloudContext) {}

  async create(target: ScalableTarget, policyArn: string, configuration: sdk.TargetTrackingScalingPolicyConfiguration): Promise<readonly sdk.Alarm[]> {
    const metric = metricOf(target, configuration);
    const value = configuration.TargetValue ?? 0;
    const high = await this.put(target, 'AlarmHigh', policyArn, { ...metric, EvaluationPeriods: HIGH_MINUTES, Threshold: value, ComparisonOperator: 'GreaterThanThreshold' });
    if (configuration.DisableScaleIn) return [high];
    const low = await this.put(target, 'AlarmLow', policyArn, { ...metric, EvaluationPeriods: LOW_MINUTES, Threshold: value * LOW_SHARE, ComparisonOperator: 'LessThanThreshold' });
    return [high, low];
  }

  async remove(target: ScalableTarget, alarms: readonly sdk.Alarm[]): Promise<void> {
    const AlarmNames = alarms.map(({ AlarmName = '' }) => AlarmName);
    if (AlarmNames.length > 0) await this.cloudWatch(target).send(new DeleteAlarmsCommand({ AlarmNames }));
  }

  private async put(target: ScalableTarget, kind: 'AlarmHigh' | 'AlarmLow', policyArn: string, alarm: Partial<PutMetricAlarmCommandInput>): Promise<sdk.Alarm> {
    const AlarmName = `TargetTracking-${target.resourceId}-${kind}-${randomUUID()}`;
    const cloudWatch = this.cloudWatch(target);
    await cloudWatch.send(
      new PutMetricAlarmCommand({ AlarmName, AlarmActions: [policyArn], Period: 60, EvaluationPeriods: HIGH_MINUTES, ComparisonOperator: 'GreaterThanThreshold', AlarmDescription: `DO NOT EDIT OR DELETE. For TargetTrackingScaling policy ${policyArn}.`, ...alarm }),
    );
    const { MetricAlarms } = await cloudWatch.send(new DescribeAlarmsCommand({ AlarmNames: [AlarmName] }));
    return { AlarmName, AlarmARN: MetricAlarms?.[0]?.AlarmArn };
  }

  private cloudWatch({ account, region }: ScalableTarget): CloudClient {
    return this.cloud.as(accountRoot(account), { account, region }, 'application-autoscaling.amazonaws.com');
  }
}

/** https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PredefinedMetricSpecification.html */
function metricOf({ resourceId }: ScalableTarget, { PredefinedMetricSpecification: predefined, CustomizedMetricSpecification: custom }: sdk.TargetTrackingScalingPolicyConfiguration): Metric {
  if (custom) {
    if (custom.Metrics) throw new AwsError('ValidationException', 'CustomizedMetricSpecification.Metrics: the local cloud tracks a single metric');
    return { Namespace: custom.Namespace, MetricName: custom.MetricName, Dimensions: custom.Dimensions?.map(({ Name, Value }) => ({ Name, Value })), Statistic: custom.Statistic };
  }
  const { cluster, service } = namesIn(resourceId);
  const Dimensions = [{ Name: 'ClusterName', Value: cluster }, { Name: 'ServiceName', Value: service }];
  switch (predefined?.PredefinedMetricType) {
    case 'ECSServiceAverageCPUUtilization':
      return { Namespace: 'AWS/ECS', MetricName: 'CPUUtilization', Dimensions, Statistic: 'Average' };
    case 'ECSServiceAverageMemoryUtilization':
      return { Namespace: 'AWS/ECS', MetricName: 'MemoryUtilization', Dimensions, Statistic: 'Average' };
    case 'ALBRequestCountPerTarget': {
      const [, group] = /(targetgroup\/.+)$/.exec(predefined.ResourceLabel ?? '') ?? [];
      if (group === undefined) throw new AwsError('ValidationException', `ResourceLabel ${predefined.ResourceLabel ?? ''}: expected app/<name>/<id>/targetgroup/<name>/<id>`);
      return { Namespace: 'AWS/ApplicationELB', MetricName: 'RequestCountPerTarget', Dimensions: [{ Name: 'TargetGroup', Value: group }], Statistic: 'Sum' };
    }
    default:
      throw new AwsError('ValidationException', `PredefinedMetricType ${predefined?.PredefinedMetricType ?? ''}: the local cloud tracks ECSServiceAverageCPUUtilization, ECSServiceAverageMemoryUtilization and ALBRequestCountPerTarget`);
  }
}
