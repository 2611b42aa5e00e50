import { defineHandler } from '../common/define-handler';
import { ENV, type StepInput, TrafficElsewhere } from './contract';
import { probeService } from './probe-service';

export interface CheckTrafficPorts {
  readonly region: string;
  readonly recordName: string;
  readonly probe: typeof probeService;
}

/** Makes sure that the name that clients use leads to this region, and to a service that writes in the new epoch. */
export async function checkTraffic({ run }: StepInput, { region, recordName, probe }: CheckTrafficPorts): Promise<{ readonly region: string }> {
  const status = await probe({ host: recordName, serverName: recordName });
  if (status?.region === region && status.epoch === run.epoch && status.role === 'active') return { region };
  throw new TrafficElsewhere(`${recordName} ${status ? `leads to ${status.region}, ${status.role} in epoch ${status.epoch}` : 'does not answer'}`, { status });
}

export const handler = defineHandler('warm-standby/check-traffic', checkTraffic, (env) => ({
  region: env.region,
  recordName: env.required(ENV.RECORD_NAME),
  probe: probeService,
}));
