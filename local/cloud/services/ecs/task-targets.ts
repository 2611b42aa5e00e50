import { DeregisterTargetsCommand, RegisterTargetsCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError } from '../../gateway/aws-error';
import type { CloudClient } from '../../gateway/cloud-client';
import { accountRoot } from '../../gateway/principal';
import type { Target, TargetGroup } from '../elbv2/load-balancing';
import type { Service, Task } from './container-service';
import type { EcsContext } from './ecs-context';
import { announce } from './service-events';

type Ports = Pick<EcsContext, 'cloud' | 'loadBalancing'>;

/** Puts tasks behind the load balancers of their services, with ECS's service-linked role, for which the account stands here. */
export class TaskTargets {
  constructor(private readonly ports: Ports) {}

  async join(task: Task): Promise<void> {
    const { service } = task;
    for (const { TargetGroupArn, Targets } of targetsOf(task)) {
      await this.client(task).send(new RegisterTargetsCommand({ TargetGroupArn, Targets }));
      if (service) announce(service, this.ports.cloud.clock.now(), `(service ${service.name}) registered 1 targets in (target-group ${TargetGroupArn})`);
    }
  }

  /** Resolves when no request is under way any more: the delay after which a group lets go of a target is over. */
  async leave(task: Task): Promise<void> {
    const { service } = task;
    let delayMs = 0;
    for (const { TargetGroupArn, Targets } of targetsOf(task)) {
      if (!this.targetIn(task, TargetGroupArn)) continue;
      await this.client(task).send(new DeregisterTargetsCommand({ TargetGroupArn, Targets })).catch(unlessGone);
      delayMs = Math.max(delayMs, Number(this.group(task, TargetGroupArn)?.attributes.get('deregistration_delay.timeout_seconds') ?? 0) * 1000);
      if (service) announce(service, this.ports.cloud.clock.now(), `(service ${service.name}) deregistered 1 targets in (target-group ${TargetGroupArn})`);
    }
    await this.ports.cloud.clock.sleep(delayMs);
  }

  /** The group in which the task is not healthy, if there is one. */
  unhealthyIn(task: Task): { readonly groupArn: string; readonly target: Target } | undefined {
    for (const { TargetGroupArn } of targetsOf(task)) {
      const target = this.targetIn(task, TargetGroupArn);
      if (target?.state === 'unhealthy') return { groupArn: TargetGroupArn, target };
    }
    return undefined;
  }

  /** Whether requests can reach the task through every group that it is in; a group that no listener uses does not count. */
  isReady(task: Task): boolean {
    return targetsOf(task).every(({ TargetGroupArn }) => ['healthy', 'unused'].includes(this.targetIn(task, TargetGroupArn)?.state ?? ''));
  }

  private targetIn(task: Task, groupArn: string): Target | undefined {
    return [...(this.group(task, groupArn)?.targets.values() ?? [])].find(({ id }) => id === task.address);
  }

  private group(task: Task, groupArn: string): TargetGroup | undefined {
    return this.ports.loadBalancing.state.in(task).targetGroups.get(groupArn);
  }

  private client({ account, region }: Task): CloudClient {
    return this.ports.cloud.as(accountRoot(account), { account, region }, 'ecs.amazonaws.com');
  }
}

interface Registration {
  readonly TargetGroupArn: string;
  readonly Targets: { readonly Id: string; readonly Port: number | undefined }[];
}

function targetsOf({ service, address }: Task): readonly Registration[] {
  if (address === undefined) return [];
  return loadBalancersOf(service).map(({ targetGroupArn = '', containerPort }) => ({ TargetGroupArn: targetGroupArn, Targets: [{ Id: address, Port: containerPort }] }));
}

function loadBalancersOf(service: Service | undefined): Service['loadBalancers'] {
  return service?.loadBalancers ?? [];
}

function unlessGone(error: unknown): void {
  if (!(error instanceof AwsError)) throw error;
}
