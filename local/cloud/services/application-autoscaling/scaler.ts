import { randomUUID } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-application-auto-scaling';
import { AwsError } from '../../gateway/aws-error';
import type { CloudContext } from '../../gateway/cloud-context';
import type { Place } from '../../gateway/service';
import type { Alarm, AlarmState } from '../cloudwatch/alarm';
import type { ScalableTarget, ScalingPolicy } from './scalable-target';
import type { ScalingState } from './scaling-state';
import type { ServiceCapacity } from './service-capacity';
import { stepCapacity } from './step-adjustment';

export interface AlarmFeed {
  onStateChange(listener: (alarm: Alarm, previous: AlarmState) => void): () => void;
  readonly findAlarm: (place: Place, name: string) => Alarm | undefined;
}

export interface ScalerPorts {
  readonly cloud: CloudContext;
  readonly state: ScalingState;
  readonly capacity: ServiceCapacity;
  readonly alarms: AlarmFeed;
}

/** While an alarm stays in its state, the policy is asked again every minute. */
const REPEAT_MS = 60_000;
/** https://docs.aws.amazon.com/autoscaling/application/APIReference/API_TargetTrackingScalingPolicyConfiguration.html: the default for ECS. */
const DEFAULT_COOLDOWN_SECONDS = 300;
const KEPT_ACTIVITIES = 100;

/** Carries policies out when their alarms fire, and goes on while they stay in alarm. */
export class Scaler {
  constructor(private readonly ports: ScalerPorts) {
    ports.alarms.onStateChange((alarm) => this.follow(alarm));
  }

  /** Brings the capacity to this value within the bounds of the target, and writes down why. */
  async scaleTo(target: ScalableTarget, wanted: number, cause: string): Promise<void> {
    const { capacity, cloud } = this.ports;
    const { desired } = await capacity.read(target);
    const bounded = Math.min(target.maxCapacity, Math.max(target.minCapacity, wanted));
    if (bounded === desired) return;
    const at = cloud.clock.now();
    let status: Pick<sdk.ScalingActivity, 'StatusCode' | 'StatusMessage'>;
    try {
      await capacity.write(target, bounded);
      status = { StatusCode: 'Successful', StatusMessage: `Successfully set desired count to ${bounded}. Change successfully fulfilled by ecs.` };
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      status = { StatusCode: 'Failed', StatusMessage: `Failed to set desired count to ${bounded}: ${error.message}` };
    }
    const activity: sdk.ScalingActivity = {
      ActivityId: randomUUID(),
      ServiceNamespace: target.serviceNamespace,
      ResourceId: target.resourceId,
      ScalableDimension: target.dimension,
      Description: `Setting desired count to ${bounded}.`,
      Cause: cause,
      StartTime: at,
      EndTime: cloud.clock.now(),
      ...status,
    };
    target.activities = [activity, ...target.activities].slice(0, KEPT_ACTIVITIES);
  }

  private follow(alarm: Alarm): void {
    if (alarm.kind !== 'metric' || alarm.state.value !== 'ALARM' || !alarm.actionsEnabled) return;
    for (const arn of alarm.actions.ALARM) {
      const found = this.ports.state.policy(arn);
      if (!found) continue;
      const [target, policy] = found;
      this.repeat(alarm, target, policy).catch((error: Error) => {
        if (!(error instanceof AwsError)) this.ports.cloud.reportDefect(error, `scaling policy ${policy.name}`);
      });
    }
  }

  private async repeat(alarm: Alarm & { kind: 'metric' }, target: ScalableTarget, policy: ScalingPolicy): Promise<void> {
    const { cloud, alarms } = this.ports;
    const since = alarm.transitionedAt;
    while (alarms.findAlarm(alarm, alarm.name) === alarm && alarm.state.value === 'ALARM' && alarm.transitionedAt === since && target.policies.get(policy.name) === policy) {
      if (!cloud.regions.isLost(target.region)) await cloud.clock.whileWorking(() => this.apply(alarm, target, policy));
      if (!(await this.canChange(target, policy, alarm))) return;
      await cloud.clock.sleep(REPEAT_MS);
    }
  }

  /** An alarm that can only lead to the bounds that are reached already needs no more attention. */
  private async canChange(target: ScalableTarget, policy: ScalingPolicy, alarm: Alarm & { kind: 'metric' }): Promise<boolean> {
    const { desired } = await this.ports.capacity.read(target);
    return directionOf(policy, alarm) === 'in' ? desired > target.minCapacity : desired < target.maxCapacity;
  }

  private async apply(alarm: Alarm & { kind: 'metric' }, target: ScalableTarget, policy: ScalingPolicy): Promise<void> {
    const direction = directionOf(policy, alarm);
    const { suspended } = target;
    if (direction === 'out' ? suspended.DynamicScalingOutSuspended : suspended.DynamicScalingInSuspended) return;
    if (this.ports.cloud.clock.nowMs() - policy.lastMs[direction] < cooldownMs(policy, direction)) return;
    const { desired, running } = await this.ports.capacity.read(target);
    const value = valueIn(alarm);
    const wanted = policy.step ? stepCapacity(policy.step, desired, value ?? alarm.threshold, alarm.threshold) : trackedCapacity(policy, desired, running, value, direction);
    if (wanted === undefined) return;
    // "Service Auto Scaling scales the desired count up to the minimum capacity value and then continues to scale out": a desired count outside of the bounds comes back with an activity.
    await this.scaleTo(target, wanted, `monitor alarm ${alarm.name} in state ALARM triggered policy ${policy.name}`);
    if (wanted !== desired) policy.lastMs[direction] = this.ports.cloud.clock.nowMs();
  }
}

function directionOf({ step, tracking }: ScalingPolicy, { comparison }: { readonly comparison: string }): 'in' | 'out' {
  if (tracking) return comparison.startsWith('Less') ? 'in' : 'out';
  return (step?.StepAdjustments ?? []).every(({ ScalingAdjustment = 0 }) => ScalingAdjustment < 0) ? 'in' : 'out';
}

function cooldownMs({ step, tracking }: ScalingPolicy, direction: 'in' | 'out'): number {
  if (step) return (step.Cooldown ?? DEFAULT_COOLDOWN_SECONDS) * 1000;
  return ((direction === 'in' ? tracking?.ScaleInCooldown : tracking?.ScaleOutCooldown) ?? DEFAULT_COOLDOWN_SECONDS) * 1000;
}

/** Out in proportion to the metric, in by one: target tracking scales out fast and in gradually. */
function trackedCapacity({ tracking }: ScalingPolicy, desired: number, running: number, value: number | undefined, direction: 'in' | 'out'): number | undefined {
  const { TargetValue = 0 } = tracking ?? {};
  if (direction === 'in') return desired - 1;
  if (value === undefined) return undefined;
  return Math.max(desired, Math.ceil((running * value) / TargetValue));
}

/** The newest value that the alarm saw. */
function valueIn({ state }: Alarm): number | undefined {
  const data = JSON.parse(state.reasonData ?? '{}') as { recentDatapoints?: readonly (number | null)[] };
  return data.recentDatapoints?.findLast((value) => value !== null) ?? undefined;
}
