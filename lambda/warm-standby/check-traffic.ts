import { defineHandler } from '../common/define-handler';
import { ENV, type StepInput } from './contract';
import { probeService } from './probe-service';

export interface CheckTrafficPorts {
  readonly region: string;
  readonly recordName: string;
  readonly probe: typeof probeService;
}

/** Whether the name that clients use leads to this region, and to a service that writes in the new epoch. */
export async function checkTraffic({ run }: StepInput, { region, recordName, probe }: CheckTrafficPorts): Promise<{ readonly done: boolean; readonly region: string | null }> {
  const status = await probe({ host: recordName, serverName: recordName });
  return { done: status?.region === region && status.epoch === run.epoch && status.role === 'active', region: status?.region ?? null };
}

export const handler = defineHandler('warm-standby/check-traffic', checkTraffic, (env) => ({
  region: env.region,
  recordName: env.required(ENV.RECORD_NAME),
  probe: probeService,
}));
