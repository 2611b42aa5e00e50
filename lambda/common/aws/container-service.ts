import { DescribeServicesCommand, DescribeTaskDefinitionCommand, ECSClient } from '@aws-sdk/client-ecs';
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

  /** The images that the tasks of the service run, as the task definition names them. */
  async images(): Promise<readonly string[]> {
    const state = await this.state();
    if (!state) return [];
    const { taskDefinition } = await this.client.send(new DescribeTaskDefinitionCommand({ taskDefinition: state.taskDefinitionArn }));
    return (taskDefinition?.containerDefinitions ?? []).map(({ image }) => present(image, 'containerDefinitions[].image'));
  }
}
