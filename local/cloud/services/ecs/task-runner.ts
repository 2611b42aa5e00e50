import type { TaskStopCode } from '@aws-sdk/client-ecs';
import { isAlive, type Container, type Task, type TaskStatus } from './container-service';
import { startContainer, type StartPorts } from './container-start';
import type { EcsContext } from './ecs-context';
import { pullImage, TaskStartFailure } from './image-pull';
import { ECS_DURATIONS } from './life-cycle';
import { taskStateChange } from './task-events';
import type { TaskTargets } from './task-targets';

export interface RunnerPorts extends EcsContext, StartPorts {
  readonly targets: TaskTargets;
}

const BYTES_PER_MB = 1_000_000;

/** Takes tasks through their states, from `PROVISIONING` to `STOPPED`. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html */
export class TaskRunner {
  private readonly starting = new Map<Task, AbortController>();
  private readonly listeners = new Set<(task: Task) => void>();

  constructor(private readonly ports: RunnerPorts) {
    ports.cloud.regions.onChange(({ region, kind, processes }) => {
      if (kind === 'lost' && processes === 'kill') this.killAll(region);
    });
  }

  /** Calls the listener whenever a task changes its state. */
  onChange(listener: (task: Task) => void): void {
    this.listeners.add(listener);
  }

  /** Begins to bring the task up; what becomes of it shows in its state. */
  start(task: Task): void {
    const aborted = new AbortController();
    this.starting.set(task, aborted);
    this.changeTo(task, 'PROVISIONING');
    this.bringUp(task, aborted.signal)
      .catch((error: unknown) => this.failed(task, error, aborted.signal))
      .finally(() => this.starting.delete(task));
  }

  /** Stops the task, unless that has begun already; resolves when it has stopped. */
  async stop(task: Task, stopCode: TaskStopCode, reason: string): Promise<void> {
    if (task.desiredStatus === 'STOPPED') return;
    const { clock, regions } = this.ports.cloud;
    Object.assign(task, { desiredStatus: 'STOPPED', stopCode, stoppedReason: reason, stoppingAt: clock.now() });
    this.starting.get(task)?.abort();
    this.changeTo(task, 'DEACTIVATING');
    await regions.whenPresent(task.region);
    const drained = this.ports.targets.leave(task);
    if (processesOf(task).length > 0) await drained;
    await regions.whenPresent(task.region);
    this.changeTo(task, 'STOPPING');
    await Promise.all(task.containers.map((container) => this.endContainer(container)));
    this.changeTo(task, 'DEPROVISIONING');
    await clock.sleep(ECS_DURATIONS.deprovisioningMs);
    await regions.whenPresent(task.region);
    if (task.networkInterfaceId !== undefined) this.ports.network.detachInterface(task.networkInterfaceId);
    task.stoppedAt = clock.now();
    this.changeTo(task, 'STOPPED');
    clock.after(ECS_DURATIONS.stoppedTasksMs, () => task.cluster.tasks.delete(task.id));
  }

  /** Kills the processes of a task, as a fault does. */
  kill(task: Task): void {
    for (const container of processesOf(task)) container.process?.kill();
  }

  private async bringUp(task: Task, signal: AbortSignal): Promise<void> {
    await this.pass(ECS_DURATIONS.provisioningMs, task, signal);
    this.attach(task);
    this.changeTo(task, 'PENDING');
    const source = { kind: 'interface' as const, name: `task ${task.group.replace('service:', '')}`, region: task.region, networkInterfaceId: task.networkInterfaceId ?? '' };
    const { clock } = this.ports.cloud;
    const executionRole = await this.ports.roles.executionRole(task);
    task.pullStartedAt = clock.now();
    const images = [];
    for (const container of task.containers) {
      const image = await clock.whileWorking(() => pullImage(this.ports, container.definition.image ?? '', executionRole, source));
      container.imageDigest = image.digest;
      await this.pass(ECS_DURATIONS.pullMs + (image.sizeBytes / BYTES_PER_MB) * ECS_DURATIONS.pullMsPerMb, task, signal);
      images.push({ container, image });
    }
    task.pullStoppedAt = clock.now();
    this.changeTo(task, 'ACTIVATING');
    for (const { container, image } of images) {
      await clock.whileWorking(() => startContainer(this.ports, { task, container, image, source, executionRole }));
      this.watch(task, container);
      if (signal.aborted) return;
    }
    await this.pass(ECS_DURATIONS.activatingMs, task, signal);
    await this.ports.targets.join(task);
    task.startedAt = clock.now();
    this.changeTo(task, 'RUNNING');
  }

  /** Lets time pass, unless the task is stopped meanwhile, and for as long as its region is gone. */
  private async pass(durationMs: number, { region }: Task, signal: AbortSignal): Promise<void> {
    const { clock, regions } = this.ports.cloud;
    await clock.sleep(durationMs, signal);
    await regions.whenPresent(region);
    signal.throwIfAborted();
  }

  private attach(task: Task): void {
    const { subnets = [], securityGroups = [], assignPublicIp } = task.network;
    const subnetId = leastUsed(task, subnets);
    try {
      const { id, address, availabilityZone } = this.ports.network.addInterface({
        subnetId,
        securityGroupIds: securityGroups,
        description: `arn:aws:ecs:${task.region}:${task.account}:attachment/${task.attachmentId}`,
        requester: 'amazon-ecs',
        publicAddress: assignPublicIp === 'ENABLED' ? this.ports.network.addresses.allocate() : undefined,
      });
      Object.assign(task, { networkInterfaceId: id, address, availabilityZone, subnetId });
    } catch (error) {
      throw new TaskStartFailure(`Unexpected EC2 error while attempting to Create Network Interface with public IP assignment ${assignPublicIp === 'ENABLED' ? 'enabled' : 'disabled'} in subnet '${subnetId}': ${(error as Error).message}`);
    }
  }

  private watch(task: Task, container: Container): void {
    void container.process?.exited.then(async ({ code, signal }) => {
      // What dies with its region is seen when the region is back.
      await this.ports.cloud.regions.whenPresent(task.region);
      container.status = 'STOPPED';
      container.exitCode = code ?? (signal === 'SIGKILL' ? 137 : 143);
      if (container.definition.essential !== false) await this.stop(task, 'EssentialContainerExited', 'Essential container in task exited');
    });
  }

  private async endContainer(container: Container): Promise<void> {
    const { process, definition } = container;
    if (!process || container.status === 'STOPPED') return;
    process.terminate();
    const { clock } = this.ports.cloud;
    const timeoutMs = (definition.stopTimeout ?? ECS_DURATIONS.stopTimeoutSeconds) * 1000;
    await clock.whileWorking(() => Promise.race([process.exited, clock.sleep(timeoutMs)]));
    process.kill();
    const { code, signal } = await process.exited;
    container.status = 'STOPPED';
    container.exitCode = code ?? (signal === 'SIGKILL' ? 137 : 143);
  }

  private failed(task: Task, error: unknown, signal: AbortSignal): void {
    if (signal.aborted) return;
    if (!(error instanceof TaskStartFailure)) this.ports.cloud.reportDefect(error as Error, `task ${task.arn}`);
    void this.stop(task, 'TaskFailedToStart', (error as Error).message);
  }

  private killAll(region: string): void {
    for (const cluster of this.ports.state.allClusters()) {
      if (cluster.region !== region) continue;
      for (const task of cluster.tasks.values()) {
        this.kill(task);
        if (isAlive(task) && task.status !== 'RUNNING') void this.stop(task, 'TerminationNotice', 'Task stopped because its infrastructure was lost');
      }
    }
  }

  private changeTo(task: Task, status: TaskStatus): void {
    task.status = status;
    task.version += 1;
    this.ports.events.emit(taskStateChange(task, this.ports.cloud.clock.now()));
    for (const listener of this.listeners) listener(task);
  }
}

/** Fargate spreads the tasks of a service over its subnets as evenly as it can. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-rebalancing.html */
function leastUsed({ cluster, group }: Task, subnets: readonly string[]): string {
  const others = [...cluster.tasks.values()].filter((other) => other.group === group && isAlive(other));
  const useOf = (id: string): number => others.filter(({ subnetId }) => subnetId === id).length;
  return [...subnets].sort((a, b) => useOf(a) - useOf(b))[0] ?? '';
}

function processesOf({ containers }: Task): readonly Container[] {
  return containers.filter(({ process, status }) => process !== undefined && status !== 'STOPPED');
}
