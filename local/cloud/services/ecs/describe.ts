import type * as sdk from '@aws-sdk/client-ecs';
import { tagsAsEcs } from './ecs-tags';
import { isAlive, type Cluster, type Container, type Deployment, type Service, type Task, type TaskDefinition } from './container-service';

export function describeCluster(cluster: Cluster, include: readonly string[] = []): sdk.Cluster {
  const { arn, name, services, tasks, settings, configuration, capacityProviders, defaultStrategy, tags } = cluster;
  const all = [...tasks.values()];
  return {
    clusterArn: arn,
    clusterName: name,
    status: 'ACTIVE',
    registeredContainerInstancesCount: 0,
    runningTasksCount: all.filter(({ status }) => status === 'RUNNING').length,
    pendingTasksCount: all.filter(isPending).length,
    activeServicesCount: [...services.values()].filter(({ status }) => status !== 'INACTIVE').length,
    statistics: [],
    settings: include.includes('SETTINGS') ? [...settings] : [],
    ...(include.includes('CONFIGURATIONS') && configuration && { configuration }),
    capacityProviders: [...capacityProviders],
    defaultCapacityProviderStrategy: [...defaultStrategy],
    tags: include.includes('TAGS') ? tagsAsEcs(tags) : [],
  };
}

export function describeDefinition({ arn, family, revision, status, registeredAt, deregisteredAt, input }: TaskDefinition): sdk.TaskDefinition {
  const { tags: _tags, family: _family, ...given } = input;
  return { ...given, taskDefinitionArn: arn, family, revision, status, registeredAt, ...(deregisteredAt && { deregisteredAt }), compatibilities: ['EC2', 'FARGATE'], requiresAttributes: [], placementConstraints: [], volumes: given.volumes ?? [] };
}

export function describeService(service: Service, include: readonly string[] = []): sdk.Service {
  const { cluster, deployments, deploymentConfiguration: { circuitBreaker, ...percentages } } = service;
  const [primary] = deployments;
  const tasks = tasksOf(service);
  return {
    serviceArn: service.arn,
    serviceName: service.name,
    clusterArn: cluster.arn,
    loadBalancers: [...service.loadBalancers],
    serviceRegistries: [],
    status: service.status,
    desiredCount: service.desiredCount,
    runningCount: tasks.filter(({ status }) => status === 'RUNNING').length,
    pendingCount: tasks.filter(isPending).length,
    launchType: 'FARGATE',
    platformVersion: service.platformVersion,
    platformFamily: 'Linux',
    taskDefinition: primary?.definition.arn,
    deploymentConfiguration: { ...percentages, deploymentCircuitBreaker: circuitBreaker },
    deployments: deployments.map((deployment) => describeDeployment(service, deployment)),
    roleArn: `arn:aws:iam::${service.account}:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS`,
    events: [...service.events],
    createdAt: service.createdAt,
    placementConstraints: [],
    placementStrategy: [],
    ...(primary && { networkConfiguration: { awsvpcConfiguration: primary.network } }),
    healthCheckGracePeriodSeconds: service.healthCheckGracePeriodSeconds,
    schedulingStrategy: 'REPLICA',
    deploymentController: { type: 'ECS' },
    enableECSManagedTags: service.enableEcsManagedTags,
    propagateTags: service.propagateTags ?? 'NONE',
    enableExecuteCommand: service.enableExecuteCommand,
    availabilityZoneRebalancing: 'DISABLED',
    tags: include.includes('TAGS') ? tagsAsEcs(service.tags) : [],
  };
}

function describeDeployment(service: Service, deployment: Deployment): sdk.Deployment {
  const tasks = tasksOf(service).filter((task) => task.deployment === deployment);
  const isPrimary = deployment.status === 'PRIMARY';
  return {
    id: deployment.id,
    status: deployment.status,
    taskDefinition: deployment.definition.arn,
    desiredCount: isPrimary ? service.desiredCount : tasks.filter(isAlive).length,
    pendingCount: tasks.filter(isPending).length,
    runningCount: tasks.filter(({ status }) => status === 'RUNNING').length,
    failedTasks: deployment.failedTasks,
    createdAt: deployment.createdAt,
    updatedAt: deployment.updatedAt,
    launchType: 'FARGATE',
    platformVersion: service.platformVersion,
    platformFamily: 'Linux',
    networkConfiguration: { awsvpcConfiguration: deployment.network },
    rolloutState: deployment.rolloutState,
    rolloutStateReason: deployment.rolloutStateReason,
  };
}

export function describeTask(task: Task, include: readonly string[] = []): sdk.Task {
  const { arn, cluster, definition, attachmentId, networkInterfaceId, address, subnetId } = task;
  const details = { networkInterfaceId, subnetId, privateIPv4Address: address };
  return {
    taskArn: arn,
    clusterArn: cluster.arn,
    taskDefinitionArn: definition.arn,
    attachments: [
      {
        id: attachmentId,
        type: 'ElasticNetworkInterface',
        status: task.status === 'STOPPED' ? 'DELETED' : networkInterfaceId === undefined ? 'PRECREATED' : 'ATTACHED',
        details: Object.entries(details).flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }])),
      },
    ],
    attributes: [{ name: 'ecs.cpu-architecture', value: definition.input.runtimePlatform?.cpuArchitecture === 'ARM64' ? 'arm64' : 'x86_64' }],
    availabilityZone: task.availabilityZone,
    connectivity: networkInterfaceId === undefined ? 'DISCONNECTED' : 'CONNECTED',
    containers: task.containers.map((container) => describeContainer(task, container)),
    cpu: definition.input.cpu,
    memory: definition.input.memory,
    createdAt: task.createdAt,
    desiredStatus: task.desiredStatus,
    lastStatus: task.status,
    enableExecuteCommand: task.service?.enableExecuteCommand ?? false,
    group: task.group,
    healthStatus: 'UNKNOWN',
    launchType: 'FARGATE',
    platformVersion: '1.4.0',
    platformFamily: 'Linux',
    overrides: task.overrides,
    startedBy: task.startedBy,
    version: task.version,
    pullStartedAt: task.pullStartedAt,
    pullStoppedAt: task.pullStoppedAt,
    startedAt: task.startedAt,
    stoppingAt: task.stoppingAt,
    stoppedAt: task.stoppedAt,
    stopCode: task.stopCode,
    stoppedReason: task.stoppedReason,
    tags: include.includes('TAGS') ? tagsAsEcs(task.tags) : [],
  };
}

function describeContainer({ arn, id, address, attachmentId }: Task, { definition, status, imageDigest, exitCode, reason }: Container): sdk.Container {
  return {
    containerArn: `${arn.replace(':task/', ':container/')}/${definition.name ?? ''}`,
    taskArn: arn,
    name: definition.name,
    image: definition.image,
    imageDigest,
    runtimeId: `${id}-${definition.name ?? ''}`,
    lastStatus: status,
    exitCode,
    reason,
    networkBindings: [],
    networkInterfaces: address === undefined ? [] : [{ attachmentId, privateIpv4Address: address }],
    healthStatus: 'UNKNOWN',
    cpu: String(definition.cpu ?? 0),
  };
}

/** What the metadata endpoint says of a task. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4-fargate-response.html */
export function taskMetadata(task: Task): object {
  const { cluster, arn, definition, status, desiredStatus, availabilityZone, service } = task;
  return {
    Cluster: cluster.arn,
    TaskARN: arn,
    Family: definition.family,
    Revision: String(definition.revision),
    ServiceName: service?.name,
    DesiredStatus: desiredStatus,
    KnownStatus: status,
    AvailabilityZone: availabilityZone,
    LaunchType: 'FARGATE',
    Containers: task.containers.map(({ definition: { name, image }, imageDigest }) => ({ Name: name, Image: image, ImageID: imageDigest })),
  };
}

/** The tasks of a service that have not stopped. */
export function tasksOf(service: Service): readonly Task[] {
  return [...service.cluster.tasks.values()].filter((task) => task.service === service && task.status !== 'STOPPED');
}

function isPending(task: Task): boolean {
  return isAlive(task) && task.status !== 'RUNNING';
}
