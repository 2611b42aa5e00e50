import { defineHandler } from '../common/define-handler';
import { addMetric } from '../common/metric';
import { ENV, METRIC, type StepInput } from './contract';
import { TrafficSwitch } from './traffic-switch';

export interface SwitchTrafficPorts {
  readonly system: string;
  readonly region: string;
  readonly switchRegion: string;
  readonly trafficSwitch: Pick<TrafficSwitch, 'turnTo'>;
  readonly now: () => Date;
}

/** Sends clients to this region: the records are there since the deployment, only the answer about their health changes. */
export async function switchTraffic({ run }: StepInput, { system, region, switchRegion, trafficSwitch, now }: SwitchTrafficPorts): Promise<{ readonly at: string }> {
  const at = now().toISOString();
  await trafficSwitch.turnTo(region, run.epoch, at);
  // The region that Route 53 listens to need not wait for its next minute.
  if (switchRegion === region) addMetric(system, METRIC.standbyServes, 1);
  return { at };
}

export const handler = defineHandler('warm-standby/switch-traffic', switchTraffic, (env) => ({
  system: env.required(ENV.SYSTEM),
  region: env.region,
  switchRegion: env.required(ENV.SWITCH_REGION),
  trafficSwitch: TrafficSwitch.in(env),
  now: () => new Date(),
}));
