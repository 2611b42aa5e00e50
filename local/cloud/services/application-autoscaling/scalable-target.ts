import type * as sdk from '@aws-sdk/client-application-auto-scaling';
import type { Place } from '../../gateway/service';

/** What can be scaled, within which bounds. */
export interface ScalableTarget extends Place {
  readonly arn: string;
  readonly serviceNamespace: sdk.ServiceNamespace;
  readonly resourceId: string;
  readonly dimension: sdk.ScalableDimension;
  readonly roleArn: string;
  readonly createdAt: Date;
  minCapacity: number;
  maxCapacity: number;
  suspended: Required<sdk.SuspendedState>;
  tags: Record<string, string>;
  readonly policies: Map<string, ScalingPolicy>;
  readonly schedules: Map<string, ScheduledAction>;
  /** The newest first. */
  activities: readonly sdk.ScalingActivity[];
}

export interface ScalingPolicy {
  readonly arn: string;
  readonly name: string;
  readonly type: 'StepScaling' | 'TargetTrackingScaling';
  readonly createdAt: Date;
  readonly step: sdk.StepScalingPolicyConfiguration | undefined;
  readonly tracking: sdk.TargetTrackingScalingPolicyConfiguration | undefined;
  alarms: readonly sdk.Alarm[];
  /** When the policy last changed the capacity, in cloud milliseconds, by direction. */
  readonly lastMs: { out: number; in: number };
}

export interface ScheduledAction {
  readonly arn: string;
  readonly name: string;
  readonly schedule: string;
  readonly timezone: string | undefined;
  readonly createdAt: Date;
  readonly action: sdk.ScalableTargetAction;
  /** Ends the waiting for its next time. */
  readonly cancelled: AbortController;
}
