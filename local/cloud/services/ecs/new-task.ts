import { randomBytes, randomUUID } from 'node:crypto';
import type { AwsVpcConfiguration, TaskOverride } from '@aws-sdk/client-ecs';
import type { Cluster, Deployment, Service, Task, TaskDefinition } from './container-service';
import { ecsArn } from './ecs-state';

export interface NewTaskProps {
  readonly at: Date;
  readonly cluster: Cluster;
  readonly definition: TaskDefinition;
  readonly network: AwsVpcConfiguration;
  readonly service?: Service;
  readonly deployment?: Deployment;
  readonly group?: string | undefined;
  readonly startedBy?: string | undefined;
  readonly overrides?: TaskOverride | undefined;
  readonly tags?: Record<string, string>;
}

/** A task that has not begun yet, entered in its cluster. */
export function newTask({ at, cluster, definition, network, service, deployment, group, startedBy, overrides = {}, tags = {} }: NewTaskProps): Task {
  const id = randomBytes(16).toString('hex');
  const { account, region } = cluster;
  const task: Task = {
    account,
    region,
    id,
    arn: ecsArn(cluster, `task/${cluster.name}/${id}`),
    cluster,
    definition,
    network,
    service,
    deployment,
    group: group ?? (service ? `service:${service.name}` : `family:${definition.family}`),
    startedBy,
    overrides,
    createdAt: at,
    containers: (definition.input.containerDefinitions ?? []).map((container) => ({ definition: container, status: 'PENDING', imageDigest: undefined, exitCode: undefined, reason: undefined, process: undefined })),
    attachmentId: randomUUID(),
    tags: { ...(service?.propagateTags === 'SERVICE' && service.tags), ...(service?.propagateTags === 'TASK_DEFINITION' && definition.tags), ...tags },
    status: 'PROVISIONING',
    desiredStatus: 'RUNNING',
    version: 0,
    networkInterfaceId: undefined,
    address: undefined,
    subnetId: undefined,
    availabilityZone: undefined,
    pullStartedAt: undefined,
    pullStoppedAt: undefined,
    startedAt: undefined,
    stoppingAt: undefined,
    stoppedAt: undefined,
    stopCode: undefined,
    stoppedReason: undefined,
  };
  cluster.tasks.set(id, task);
  return task;
}
