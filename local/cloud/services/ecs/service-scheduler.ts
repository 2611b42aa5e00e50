import { randomBytes } from 'node:crypto';
import type { Timer } from '../../gateway/clock';
import { isAlive, type Deployment, type Service, type Task } from './container-service';
import { tasksOf } from './describe';
import type { EcsContext } from './ecs-context';
import { ECS_DURATIONS } from './life-cycle';
import { newTask } from './new-task';
import { announce } from './service-events';
import type { ServiceMetrics } from './service-metrics';
import { deploymentStateChange, serviceAction } from './task-events';
import type { TaskRunner } from './task-runner';
import type { TaskTargets } from './task-targets';

export interface SchedulerPorts extends Pick<EcsContext, 'cloud' | 'state' | 'events' | 'loadBalancing'> {
  readonly runner: TaskRunner;
  readonly targets: TaskTargets;
  readonly serviceMetrics: ServiceMetrics;
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html: half the desired count, at least 3 and at most 200. */
const LEAST_FAILURES = 3;
const MOST_FAILURES = 200;

/** Keeps services at their desired count, rolls out new task definitions, replaces what fails. */
export class ServiceScheduler {
  private readonly due = new Map<Service, Timer>();

  constructor(private readonly ports: SchedulerPorts) {
    ports.runner.onChange((task) => this.taskChanged(task));
    ports.loadBalancing.health.onChange((group, target) => {
      for (const service of this.servicesIn(group.region)) if (tasksOf(service).some(({ address }) => address === target.id)) this.wake(service);
    });
    ports.cloud.regions.onChange(({ region, kind }) => {
      if (kind === 'returned') this.servicesIn(region).forEach((service) => this.wake(service));
    });
  }

  /** Sees to it that the scheduler looks at the service, at the latest after this time. */
  wake(service: Service, delayMs = 0): void {
    const { clock } = this.ports.cloud;
    const planned = this.due.get(service);
    if (planned && planned.dueMs <= clock.nowMs() + delayMs) return;
    planned?.cancel();
    const timer = clock.after(delayMs, () => {
      this.due.delete(service);
      this.reconcile(service);
    });
    this.due.set(service, timer);
  }

  private reconcile(service: Service): void {
    const { cloud, serviceMetrics } = this.ports;
    if (service.status === 'INACTIVE' || cloud.regions.isLost(service.region)) return;
    if (cloud.regions.answerOf('ecs', service.region) === undefined) {
      this.replaceUnhealthy(service);
      this.startMissing(service);
      this.stopSurplus(service);
      this.settle(service);
    }
    serviceMetrics.publish(service);
    if (!service.isSteady) this.wake(service, ECS_DURATIONS.schedulerMs);
  }

  private startMissing(service: Service): void {
    const [primary] = service.deployments;
    const { clock } = this.ports.cloud;
    if (!primary || primary.rolloutState === 'FAILED' || clock.nowMs() < service.notBeforeMs) return;
    const alive = tasksOf(service).filter(isAlive);
    const present = alive.filter(({ deployment }) => deployment === primary).length;
    const most = Math.max(1, Math.floor((service.desiredCount * service.deploymentConfiguration.maximumPercent) / 100));
    const missing = Math.min(service.desiredCount - present, most - alive.length);
    if (missing <= 0) return;
    const started = Array.from({ length: missing }, () => newTask({ at: clock.now(), cluster: service.cluster, definition: primary.definition, network: primary.network, service, deployment: primary, startedBy: primary.id }));
    service.isSteady = false;
    announce(service, clock.now(), `(service ${service.name}) has started ${missing} tasks: ${started.map(({ id }) => `(task ${id})`).join(' ')}.`);
    for (const task of started) this.ports.runner.start(task);
  }

  private stopSurplus(service: Service): void {
    const [primary] = service.deployments;
    const alive = tasksOf(service).filter(isAlive);
    const isReady = (task: Task): boolean => task.status === 'RUNNING' && this.ports.targets.isReady(task);
    const least = Math.ceil((service.desiredCount * service.deploymentConfiguration.minimumHealthyPercent) / 100);
    let ready = alive.filter(isReady).length;
    const current = alive.filter(({ deployment }) => deployment === primary);
    const surplus = byReadiness(current, isReady).slice(0, Math.max(0, current.length - service.desiredCount));
    const outdated = byReadiness(alive.filter(({ deployment }) => deployment !== primary), isReady);
    const stopped: Task[] = [...surplus];
    ready -= surplus.filter(isReady).length;
    for (const task of outdated) {
      if (isReady(task) && ready - 1 < least) break;
      if (isReady(task)) ready -= 1;
      stopped.push(task);
    }
    if (stopped.length === 0) return;
    service.isSteady = false;
    announce(service, this.ports.cloud.clock.now(), `(service ${service.name}) has stopped ${stopped.length} running tasks: ${stopped.map(({ id }) => `(task ${id})`).join(' ')}.`);
    for (const task of stopped) this.stop(task, `Scaling activity initiated by (deployment ${task.deployment?.id ?? ''})`);
  }

  /** Health that a load balancer sees counts once the grace period after the task's start is over. */
  private replaceUnhealthy(service: Service): void {
    const { cloud, targets } = this.ports;
    for (const task of tasksOf(service).filter((each) => isAlive(each) && each.status === 'RUNNING')) {
      const unhealthy = targets.unhealthyIn(task);
      if (!unhealthy) continue;
      const graceEndsMs = (task.startedAt?.getTime() ?? 0) + service.healthCheckGracePeriodSeconds * 1000;
      if (cloud.clock.nowMs() < graceEndsMs) {
        this.wake(service, graceEndsMs - cloud.clock.nowMs());
        continue;
      }
      const { groupArn, target } = unhealthy;
      announce(service, cloud.clock.now(), `(service ${service.name}) (port ${target.port}) is unhealthy in (target-group ${groupArn}) due to (reason ${target.description ?? ''})`);
      this.noteFailure(service, task);
      this.stop(task, `Task failed ELB health checks in (target-group ${groupArn})`);
    }
  }

  private taskChanged(task: Task): void {
    const { service } = task;
    if (!service) return;
    if (task.status === 'DEACTIVATING' && (task.stopCode === 'TaskFailedToStart' || task.stopCode === 'EssentialContainerExited')) this.noteFailure(service, task);
    service.isSteady = false;
    this.wake(service);
  }

  private noteFailure(service: Service, task: Task): void {
    const { cloud, events } = this.ports;
    const { deployment } = task;
    service.failuresInARow += 1;
    service.notBeforeMs = cloud.clock.nowMs() + Math.min(ECS_DURATIONS.longestBackoffMs, ECS_DURATIONS.firstBackoffMs * 2 ** (service.failuresInARow - 1));
    if (service.failuresInARow >= LEAST_FAILURES) {
      announce(service, cloud.clock.now(), `(service ${service.name}) is unable to consistently start tasks successfully. For more information, see the Troubleshooting section.`);
      events.emit(serviceAction(service, 'SERVICE_TASK_START_IMPAIRED', cloud.clock.now(), task.stoppedReason));
    }
    if (!deployment || deployment.rolloutState !== 'IN_PROGRESS') return;
    deployment.failedTasks += 1;
    const mostFailures = Math.min(MOST_FAILURES, Math.max(LEAST_FAILURES, Math.ceil(service.desiredCount / 2)));
    if (service.deploymentConfiguration.circuitBreaker.enable && deployment.failedTasks >= mostFailures) this.breakOff(service, deployment);
  }

  /** The circuit breaker gives a roll-out up and, where it may, goes back to the one before. */
  private breakOff(service: Service, failed: Deployment): void {
    const { cloud, events } = this.ports;
    Object.assign(failed, { rolloutState: 'FAILED', rolloutStateReason: `ECS deployment circuit breaker: tasks failed to start.`, updatedAt: cloud.clock.now() });
    announce(service, cloud.clock.now(), `(service ${service.name}) (deployment ${failed.id}) deployment failed: tasks failed to start.`);
    events.emit(deploymentStateChange(service, failed, 'SERVICE_DEPLOYMENT_FAILED'));
    const before = service.deployments.find(({ rolloutState }) => rolloutState === 'COMPLETED');
    if (!service.deploymentConfiguration.circuitBreaker.rollback || !before) return;
    announce(service, cloud.clock.now(), `(service ${service.name}) rolling back to (deployment ${before.id}).`);
    service.failuresInARow = 0;
    service.notBeforeMs = 0;
    this.roll(service, newDeployment(before, cloud.clock.now(), `ECS deployment circuit breaker: rolling back to deploymentId ${before.id}.`));
  }

  /** Makes a deployment the service's primary one. */
  roll(service: Service, deployment: Deployment): void {
    service.deployments = [deployment, ...service.deployments.map((each) => Object.assign(each, { status: 'ACTIVE' as const }))];
    service.isSteady = false;
    this.ports.events.emit(deploymentStateChange(service, deployment, 'SERVICE_DEPLOYMENT_IN_PROGRESS'));
    this.wake(service);
  }

  private settle(service: Service): void {
    const { cloud, events, targets } = this.ports;
    const [primary] = service.deployments;
    const tasks = tasksOf(service);
    const isSettled = primary !== undefined && tasks.length === service.desiredCount && tasks.every((task) => task.deployment === primary && task.status === 'RUNNING' && targets.isReady(task));
    if (!isSettled || service.isSteady) return;
    service.isSteady = true;
    service.failuresInARow = 0;
    service.deployments = [primary];
    if (primary.rolloutState !== 'COMPLETED') {
      Object.assign(primary, { rolloutState: 'COMPLETED', rolloutStateReason: `ECS deployment ${primary.id} completed.`, updatedAt: cloud.clock.now() });
      announce(service, cloud.clock.now(), `(service ${service.name}) (deployment ${primary.id}) deployment completed.`);
      events.emit(deploymentStateChange(service, primary, 'SERVICE_DEPLOYMENT_COMPLETED'));
    }
    announce(service, cloud.clock.now(), `(service ${service.name}) has reached a steady state.`);
    events.emit(serviceAction(service, 'SERVICE_STEADY_STATE', cloud.clock.now()));
  }

  private stop(task: Task, reason: string): void {
    this.ports.runner.stop(task, 'ServiceSchedulerInitiated', reason).catch((error: Error) => this.ports.cloud.reportDefect(error, `task ${task.arn}`));
  }

  private servicesIn(region: string): readonly Service[] {
    return this.ports.state.allClusters().filter((cluster) => cluster.region === region).flatMap(({ services }) => [...services.values()]);
  }
}

/** A roll-out of this definition in these subnets. */
export function newDeployment({ definition, network }: Pick<Deployment, 'definition' | 'network'>, at: Date, reason?: string): Deployment {
  const id = `ecs-svc/${BigInt(`0x${randomBytes(8).toString('hex')}`).toString().padStart(19, '0').slice(0, 19)}`;
  return { id, definition, network, createdAt: at, updatedAt: at, status: 'PRIMARY', rolloutState: 'IN_PROGRESS', rolloutStateReason: reason ?? `ECS deployment ${id} in progress.`, failedTasks: 0 };
}

/** Those that are not ready go first, then the youngest. */
function byReadiness(tasks: readonly Task[], isReady: (task: Task) => boolean): readonly Task[] {
  return [...tasks].sort((a, b) => Number(isReady(a)) - Number(isReady(b)) || b.createdAt.getTime() - a.createdAt.getTime());
}
