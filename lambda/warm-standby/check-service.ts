import { ContainerService } from '../common/aws/container-service';
import { defineHandler } from '../common/define-handler';
import { ENV, type StepInput } from './contract';
import { probeService } from './probe-service';

export interface CheckServiceOutput {
  readonly done: boolean;
  readonly runningCount: number;
  /** What the service says through this region's own load balancer. */
  readonly role: string | null;
}

export interface CheckServicePorts {
  readonly region: string;
  readonly activeTasks: number;
  readonly loadBalancer: string;
  readonly recordName: string;
  readonly service: Pick<ContainerService, 'state'>;
  readonly probe: typeof probeService;
}

/** Whether this region can take the traffic: all tasks run, and through the load balancer they write in the new epoch. */
export async function checkService({ run }: StepInput, { region, activeTasks, loadBalancer, recordName, service, probe }: CheckServicePorts): Promise<CheckServiceOutput> {
  const state = await service.state();
  const status = await probe({ host: loadBalancer, serverName: recordName });
  const serves = status?.role === 'active' && status.region === region && status.epoch === run.epoch;
  return { done: serves && state !== undefined && state.isSteady && state.runningCount >= activeTasks, runningCount: state?.runningCount ?? 0, role: status?.role ?? null };
}

export const handler = defineHandler('warm-standby/check-service', checkService, (env) => ({
  region: env.region,
  activeTasks: env.number(ENV.ACTIVE_TASKS),
  loadBalancer: env.required(ENV.LOAD_BALANCER),
  recordName: env.required(ENV.RECORD_NAME),
  service: ContainerService.in({ region: env.region }, env.required(ENV.CLUSTER), env.required(ENV.SERVICE)),
  probe: probeService,
}));
