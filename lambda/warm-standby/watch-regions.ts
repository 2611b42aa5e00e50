import { defineHandler } from '../common/define-handler';
import { addMetric } from '../common/metric';
import { AuthorityRegister, registersOf } from './authority-register';
import { ENV, METRIC } from './contract';
import { FailoverRuns } from './failover-runs';
import { probeService } from './probe-service';
import { type RecallPorts, settleRecall } from './settle-recall';
import { TrafficSwitch } from './traffic-switch';

export interface WatchRegionsPorts extends RecallPorts {
  readonly system: string;
  readonly recordName: string;
  /** How long an orderly failover may take. */
  readonly rtoSeconds: number;
  /** That region says where clients are sent; the other one, whether it has called them back. */
  readonly holdsSwitch: boolean;
  readonly trafficSwitch: Pick<TrafficSwitch, 'position' | 'turnTo'>;
  readonly runs: Pick<FailoverRuns, 'served' | 'lastServed' | 'handover' | 'recall' | 'noteRecall'>;
  readonly probe: typeof probeService;
}

export interface WatchRegionsOutput {
  readonly answers: boolean;
  readonly servingRegion: string | null;
}

/**
 * Every minute: repeats where clients are sent, so that Route 53 goes on hearing it, and asks the service whether it is there.
 *
 * While an orderly failover may be under way, a service that does not answer is no reason for another one, nor for waking
 * somebody; one that takes longer than its objective is, and one that has answered in the new epoch before.
 *
 * What is found counts for the moment of asking: nothing takes seconds to not answer, and the alarm looks at each minute.
 */
export async function watchRegions(_input: unknown, ports: WatchRegionsPorts): Promise<WatchRegionsOutput> {
  const { system, region, recordName, rtoSeconds, holdsSwitch, trafficSwitch, runs, probe, now } = ports;
  const askedAt = now();
  if (holdsSwitch) addMetric(system, METRIC.standbyServes, (await trafficSwitch.position()) === region ? 1 : 0, askedAt);
  else addMetric(system, METRIC.clientsRecalled, (await settleRecall(ports)) ? 1 : 0, askedAt);
  const status = await probe({ host: recordName, serverName: recordName });
  const answers = status?.role === 'active';
  if (answers) await runs.served(now().toISOString(), status.epoch);
  const handover = await runs.handover();
  const isHandingOver = handover !== undefined && askedAt.getTime() - new Date(handover.at).getTime() < rtoSeconds * 1000;
  addMetric(system, METRIC.handingOver, isHandingOver ? 1 : 0, askedAt);
  if (answers) addMetric(system, METRIC.serviceUnreachable, 0, askedAt);
  else if (await isLost(isHandingOver ? handover.epoch : 0)) addMetric(system, METRIC.serviceUnreachable, 1, askedAt);
  return { answers, servingRegion: status?.region ?? null };

  /** A service that never answered is being set up, not lost; one that hands over is lost only if it has answered in the new epoch. */
  async function isLost(handingOverTo: number): Promise<boolean> {
    const served = await runs.lastServed();
    return served !== undefined && served.epoch >= handingOverTo;
  }
}

export const handler = defineHandler('warm-standby/watch-regions', watchRegions, (env) => ({
  system: env.required(ENV.SYSTEM),
  region: env.region,
  recordName: env.required(ENV.RECORD_NAME),
  rtoSeconds: env.number(ENV.RTO_MINUTES) * 60,
  holdsSwitch: env.required(ENV.SWITCH_REGION) === env.region,
  trafficSwitch: TrafficSwitch.in(env),
  register: new AuthorityRegister(registersOf(env)),
  runs: FailoverRuns.in(env),
  probe: probeService,
  now: () => new Date(),
}));
