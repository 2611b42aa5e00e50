import { ContainerService } from '../common/aws/container-service';
import { defineHandler } from '../common/define-handler';
import { ENV, ServiceNotReady, type StepInput } from './contract';
import { probeService } from './probe-service';

export interface CheckServiceOutput {
  readonly runningCount: number;
}

export interface CheckServicePorts {
  readonly region: string;
  readonly activeTasks: number;
  readonly loadBalancer: string;
  readonly recordName: string;
  readonly service: Pick<ContainerService, 'state'>;
  readonly probe: typeof probeService;
}

/** Makes sure that this region can take the traffic: all tasks run, and through its own load balancer they write in the new epoch. */
export async function checkService({ run }: StepInput, { region, activeTasks, loadBalancer, recordName, service, probe }: CheckServicePorts): Promise<CheckServiceOutput> {
  const state = await service.state();
  const status = await probe({ host: loadBalancer, serverName: recordName });
  const serves = status?.role === 'active' && status.region === region && status.epoch === run.epoch;
  const runningCount = state?.runningCount ?? 0;
  if (!serves || !state?.isSteady || runningCount < activeTasks) {
    throw new ServiceNotReady(`${runningCount} of ${activeTasks} tasks run and the service ${status ? `is ${status.role} in epoch ${status.epoch}` : 'does not answer'}`, { runningCount, activeTasks, status });
  }
  return { runningCount };
}

export const handler = defineHandler('warm-standby/check-service', checkService, (env) => ({
  region: env.region,
  activeTasks: env.number(ENV.ACTIVE_TASKS),
  loadBalancer: env.required(ENV.LOAD_BALANCER),
  recordName: env.required(ENV.RECORD_NAME),
  service: ContainerService.in({ region: env.region }, env.required(ENV.CLUSTER), env.required(ENV.SERVICE)),
  probe: probeService,
}));
