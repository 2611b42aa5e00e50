import * as sdk from '@aws-sdk/client-application-auto-scaling';
import type { CloudContext } from '../../gateway/cloud-context';
import { defineService, type Service } from '../../gateway/service';
import { Scaler, type AlarmFeed } from './scaler';
import { scalingOperations } from './scaling-operations';
import { ScalingState } from './scaling-state';
import { scheduleOperations } from './schedule-operations';
import { ServiceCapacity } from './service-capacity';
import { TrackingAlarms } from './tracking-alarms';

/** Application Auto Scaling for services of ECS: policies that act on real alarms. */
export function createScalingService(cloud: CloudContext, alarms: AlarmFeed): Service {
  const state = new ScalingState();
  const capacity = new ServiceCapacity(cloud);
  const scaler = new Scaler({ cloud, state, capacity, alarms });
  const ports = { cloud, state, scaler, capacity, trackingAlarms: new TrackingAlarms(cloud) };
  return defineService(sdk, 'application-autoscaling', { ...scalingOperations(ports), ...scheduleOperations(ports) });
}
