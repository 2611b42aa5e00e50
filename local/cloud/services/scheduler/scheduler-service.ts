import * as sdk from '@aws-sdk/client-scheduler';
import { defineService, type Service } from '../../gateway/service';
import { ServiceRoles } from '../../gateway/service-role';
import { ScheduleRunner, type RunnerPorts } from './schedule-runner';
import { schedulerOperations } from './scheduler-operations';
import { SchedulerState } from './scheduler-state';

/** EventBridge Scheduler: schedules on the cloud's time, whose targets are invoked as their roles. */
export function createSchedulerService(ports: Omit<RunnerPorts, 'roles'>): Service {
  const state = new SchedulerState();
  const runner = new ScheduleRunner(state, { ...ports, roles: new ServiceRoles(ports.context, 'scheduler.amazonaws.com') });
  return defineService(sdk, 'scheduler', schedulerOperations(state, runner, ports.context));
}
