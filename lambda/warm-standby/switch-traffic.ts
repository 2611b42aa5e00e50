import { defineHandler } from '../common/define-handler';
import { addMetric } from '../common/metric';
import { ENV, EpochOvertaken, METRIC, type StepInput } from './contract';
import { FailoverRuns } from './failover-runs';
import { TrafficSwitch } from './traffic-switch';

export interface SwitchTrafficOutput {
  readonly at: string;
  /** The switch could not be reached, and clients are called back without it. */
  readonly recalled: boolean;
}

export interface SwitchTrafficPorts {
  readonly system: string;
  readonly region: string;
  readonly switchRegion: string;
  readonly trafficSwitch: Pick<TrafficSwitch, 'turnTo'>;
  readonly runs: Pick<FailoverRuns, 'noteRecall'>;
  readonly now: () => Date;
}

/**
 * Sends clients to this region: the records are there since the deployment, only the answer about their health changes.
 *
 * Where the region that holds the switch is silent, as when it is what was lost, this one calls its clients back until the switch is turned.
 */
export async function switchTraffic({ run }: StepInput, { system, region, switchRegion, trafficSwitch, runs, now }: SwitchTrafficPorts): Promise<SwitchTrafficOutput> {
  const at = now().toISOString();
  try {
    await trafficSwitch.turnTo(region, run.epoch, at);
  } catch (error) {
    if (switchRegion === region || error instanceof EpochOvertaken) throw error;
    await runs.noteRecall({ epoch: run.epoch, at });
    addMetric(system, METRIC.clientsRecalled, 1);
    return { at, recalled: true };
  }
  // The region that Route 53 listens to need not wait for its next minute.
  if (switchRegion === region) addMetric(system, METRIC.standbyServes, 1);
  return { at, recalled: false };
}

export const handler = defineHandler('warm-standby/switch-traffic', switchTraffic, (env) => ({
  system: env.required(ENV.SYSTEM),
  region: env.region,
  switchRegion: env.required(ENV.SWITCH_REGION),
  trafficSwitch: TrafficSwitch.in(env),
  runs: FailoverRuns.in(env),
  now: () => new Date(),
}));
