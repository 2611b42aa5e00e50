import * as sdk from '@aws-sdk/client-ecs';
import type { Principal } from '../../gateway/principal';
import { defineService, type Place, type Service as CloudService } from '../../gateway/service';
import { clusterOperations } from './cluster-operations';
import type { Task } from './container-service';
import type { EcsContext } from './ecs-context';
import { EcsState } from './ecs-state';
import { ServiceMetrics, type Utilization } from './service-metrics';
import { serviceOperations } from './service-operations';
import { ServiceScheduler } from './service-scheduler';
import { taskDefinitionOperations } from './task-definition-operations';
import { TaskMetadata } from './task-metadata';
import { taskOperations } from './task-operations';
import { TaskRoles } from './task-roles';
import { TaskRunner } from './task-runner';
import { TaskTargets } from './task-targets';

/** ECS and what others may use of it. */
export interface Ecs {
  readonly service: CloudService;
  /** Says how busy the tasks of a service are, in percent, for the metrics that scaling follows. */
  setUtilization(place: Place, cluster: string, service: string, utilization: Utilization): void;
  /** Kills the processes of the task that acts under this session. */
  killProcessOf(principal: Principal): void;
  stop(): Promise<void>;
}

/** Elastic Container Service: tasks are real processes that serve real requests. */
export function createEcs(ports: Omit<EcsContext, 'state'>): Ecs {
  const state = new EcsState();
  const context = { ...ports, state };
  const metadata = new TaskMetadata();
  const targets = new TaskTargets(context);
  const runner = new TaskRunner({ ...context, metadata, targets, roles: new TaskRoles(ports.cloud) });
  const serviceMetrics = new ServiceMetrics(ports.metrics);
  const scheduler = new ServiceScheduler({ ...context, runner, targets, serviceMetrics });
  const operations = { ...clusterOperations(state), ...taskDefinitionOperations(state, ports.cloud.clock), ...serviceOperations(context, scheduler), ...taskOperations(context, runner) };
  const allTasks = (): readonly Task[] => state.allClusters().flatMap(({ tasks }) => [...tasks.values()]);
  return {
    service: defineService(sdk, 'ecs', operations),
    setUtilization: (place, cluster, service, utilization) => serviceMetrics.setUtilization(state.service(state.cluster(place, cluster), service), utilization),
    killProcessOf: (principal) => {
      for (const task of allTasks()) if (principal.kind === 'role-session' && principal.sessionName === task.id) runner.kill(task);
    },
    stop: async () => {
      for (const task of allTasks()) runner.kill(task);
      await metadata.close();
    },
  };
}
