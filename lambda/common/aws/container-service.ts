import { DescribeServicesCommand, DescribeTaskDefinitionCommand, DescribeTasksCommand, ECSClient, ListTasksCommand } from '@aws-sdk/client-ecs';
import { clientFor, type Target } from './client-factory';
import { present } from './present';

/** How a service of containers stands. */
export interface ContainerServiceState {
  readonly desiredCount: number;
  readonly runningCount: number;
  /** Whether the one deployment that is left runs as many tasks as it should. */
  readonly isSteady: boolean;
  readonly taskDefinitionArn: string;
}

/** What the tasks of a service are made of. Only the names of variables and secrets: their values differ from region to region. */
export interface TaskShape {
  readonly arn: string;
  readonly cpu: string | undefined;
  readonly memory: string | undefined;
  readonly containers: readonly { readonly name: string; readonly image: string; readonly variables: readonly string[]; readonly secrets: readonly string[] }[];
}

/** One ECS service. */
export class ContainerService {
  constructor(
    private readonly client: ECSClient,
    private readonly cluster: string,
    private readonly service: string,
  ) {}

  static in(target: Target, cluster: string, service: string): ContainerService {
    return new ContainerService(clientFor(ECSClient, target), cluster, service);
  }

  /** Nothing when there is no such service. */
  async state(): Promise<ContainerServiceState | undefined> {
    const { services: [service] = [] } = await this.client.send(new DescribeServicesCommand({ cluster: this.cluster, services: [this.service] }));
    if (!service || service.status !== 'ACTIVE') return undefined;
    const { desiredCount = 0, runningCount = 0, deployments = [] } = service;
    return { desiredCount, runningCount, isSteady: deployments.length === 1 && runningCount === desiredCount, taskDefinitionArn: present(service.taskDefinition, 'services[].taskDefinition') };
  }

  /** What its tasks are made of; nothing when there is no such service. */
  async shape(): Promise<TaskShape | undefined> {
    const state = await this.state();
    if (!state) return undefined;
    const { taskDefinition } = await this.client.send(new DescribeTaskDefinitionCommand({ taskDefinition: state.taskDefinitionArn }));
    const namesOf = (pairs: readonly { readonly name?: string | undefined }[] = []) => pairs.map(({ name }) => name ?? '').sort();
    const containers = (taskDefinition?.containerDefinitions ?? []).map(({ name, image, environment, secrets }) => ({
      name: present(name, 'containerDefinitions[].name'),
      image: present(image, 'containerDefinitions[].image'),
      variables: namesOf(environment),
      secrets: namesOf(secrets),
    }));
    return { arn: state.taskDefinitionArn, cpu: taskDefinition?.cpu, memory: taskDefinition?.memory, containers };
  }

  /** Digests of the images that its tasks run, each once, in order. Of the first hundred tasks: more would not tell more. */
  async runningImages(): Promise<readonly string[]> {
    const { taskArns = [] } = await this.client.send(new ListTasksCommand({ cluster: this.cluster, serviceName: this.service, desiredStatus: 'RUNNING' }));
    if (taskArns.length === 0) return [];
    const { tasks = [] } = await this.client.send(new DescribeTasksCommand({ cluster: this.cluster, tasks: taskArns }));
    return [...new Set(tasks.flatMap(({ containers = [] }) => containers.flatMap(({ imageDigest }) => (imageDigest ? [imageDigest] : []))))].sort();
  }
}
