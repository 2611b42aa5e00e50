import type { ServiceEvent } from '../events/event-sink';
import { describeTask } from './describe';
import type { Deployment, Service, Task } from './container-service';

/** What ECS tells EventBridge of a task. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html */
export function taskStateChange(task: Task, at: Date): ServiceEvent {
  const { account, region, arn, version } = task;
  return {
    place: { account, region },
    source: 'aws.ecs',
    detailType: 'ECS Task State Change',
    resources: [arn],
    detail: { ...(JSON.parse(JSON.stringify(describeTask(task))) as Record<string, unknown>), version, updatedAt: at.toISOString() },
  };
}

export type DeploymentEventName = 'SERVICE_DEPLOYMENT_IN_PROGRESS' | 'SERVICE_DEPLOYMENT_COMPLETED' | 'SERVICE_DEPLOYMENT_FAILED';

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_deployment_events.html */
export function deploymentStateChange(service: Service, deployment: Deployment, eventName: DeploymentEventName): ServiceEvent {
  const { account, region, arn } = service;
  return {
    place: { account, region },
    source: 'aws.ecs',
    detailType: 'ECS Deployment State Change',
    resources: [arn],
    detail: { eventType: eventName.endsWith('FAILED') ? 'ERROR' : 'INFO', eventName, deploymentId: deployment.id, updatedAt: deployment.updatedAt.toISOString(), reason: deployment.rolloutStateReason },
  };
}

export type ServiceEventName = 'SERVICE_STEADY_STATE' | 'SERVICE_TASK_START_IMPAIRED' | 'SERVICE_TASK_PLACEMENT_FAILURE';

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_events.html */
export function serviceAction(service: Service, eventName: ServiceEventName, at: Date, reason?: string): ServiceEvent {
  const { account, region, arn, cluster } = service;
  return {
    place: { account, region },
    source: 'aws.ecs',
    detailType: 'ECS Service Action',
    resources: [arn],
    detail: { eventType: eventName === 'SERVICE_STEADY_STATE' ? 'INFO' : eventName.endsWith('FAILURE') ? 'ERROR' : 'WARN', eventName, clusterArn: cluster.arn, createdAt: at.toISOString(), ...(reason !== undefined && { reason }) },
  };
}
