import type * as sdk from '@aws-sdk/client-ecs';
import type { Place } from '../../gateway/service';
import type { ConfinedProcess } from '../../network/confined-process';

/** Where services and tasks are grouped. */
export interface Cluster extends Place {
  readonly name: string;
  readonly arn: string;
  settings: readonly sdk.ClusterSetting[];
  configuration: sdk.ClusterConfiguration | undefined;
  capacityProviders: readonly string[];
  defaultStrategy: readonly sdk.CapacityProviderStrategyItem[];
  tags: Record<string, string>;
  readonly services: Map<string, Service>;
  /** By id; those that stopped are forgotten after an hour. */
  readonly tasks: Map<string, Task>;
}

/** A revision of a family: it never changes. */
export interface TaskDefinition extends Place {
  readonly arn: string;
  readonly family: string;
  readonly revision: number;
  readonly input: sdk.RegisterTaskDefinitionCommandInput;
  readonly registeredAt: Date;
  tags: Record<string, string>;
  status: 'ACTIVE' | 'INACTIVE';
  deregisteredAt: Date | undefined;
}

/** One roll-out of a service. */
export interface Deployment {
  readonly id: string;
  readonly definition: TaskDefinition;
  readonly network: sdk.AwsVpcConfiguration;
  readonly createdAt: Date;
  status: 'PRIMARY' | 'ACTIVE';
  updatedAt: Date;
  rolloutState: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';
  rolloutStateReason: string;
  failedTasks: number;
}

/** Keeps so many tasks running. */
export interface Service extends Place {
  readonly name: string;
  readonly arn: string;
  readonly cluster: Cluster;
  readonly createdAt: Date;
  readonly loadBalancers: readonly sdk.LoadBalancer[];
  readonly enableEcsManagedTags: boolean;
  readonly propagateTags: sdk.PropagateTags | undefined;
  status: 'ACTIVE' | 'DRAINING' | 'INACTIVE';
  desiredCount: number;
  deploymentConfiguration: Required<Pick<sdk.DeploymentConfiguration, 'maximumPercent' | 'minimumHealthyPercent'>> & { readonly circuitBreaker: sdk.DeploymentCircuitBreaker };
  healthCheckGracePeriodSeconds: number;
  enableExecuteCommand: boolean;
  platformVersion: string;
  tags: Record<string, string>;
  /** The primary one first. */
  deployments: readonly Deployment[];
  /** The newest first, at most a hundred. */
  events: readonly sdk.ServiceEvent[];
  /** Tasks in a row that came to nothing. */
  failuresInARow: number;
  /** No task is started before this, in cloud milliseconds. */
  notBeforeMs: number;
  isSteady: boolean;
}

export type TaskStatus = 'PROVISIONING' | 'PENDING' | 'ACTIVATING' | 'RUNNING' | 'DEACTIVATING' | 'STOPPING' | 'DEPROVISIONING' | 'STOPPED';

/** A container of a task: a process on this machine. */
export interface Container {
  readonly definition: sdk.ContainerDefinition;
  status: 'PENDING' | 'RUNNING' | 'STOPPED';
  imageDigest: string | undefined;
  exitCode: number | undefined;
  reason: string | undefined;
  process: ConfinedProcess | undefined;
}

/** A running copy of a task definition. */
export interface Task extends Place {
  readonly id: string;
  readonly arn: string;
  readonly cluster: Cluster;
  readonly definition: TaskDefinition;
  readonly network: sdk.AwsVpcConfiguration;
  readonly group: string;
  readonly startedBy: string | undefined;
  readonly service: Service | undefined;
  readonly deployment: Deployment | undefined;
  readonly overrides: sdk.TaskOverride;
  readonly createdAt: Date;
  readonly containers: readonly Container[];
  readonly attachmentId: string;
  tags: Record<string, string>;
  status: TaskStatus;
  desiredStatus: 'RUNNING' | 'STOPPED';
  version: number;
  networkInterfaceId: string | undefined;
  address: string | undefined;
  subnetId: string | undefined;
  availabilityZone: string | undefined;
  pullStartedAt: Date | undefined;
  pullStoppedAt: Date | undefined;
  startedAt: Date | undefined;
  stoppingAt: Date | undefined;
  stoppedAt: Date | undefined;
  stopCode: sdk.TaskStopCode | undefined;
  stoppedReason: string | undefined;
}

/** Whether the task is on its way to running, or there. */
export function isAlive({ desiredStatus, status }: Task): boolean {
  return desiredStatus === 'RUNNING' && status !== 'STOPPED';
}
