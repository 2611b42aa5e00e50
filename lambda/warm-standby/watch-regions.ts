import { defineHandler } from '../common/define-handler';
import { addMetric } from '../common/metric';
import { ENV, METRIC } from './contract';
import { FailoverRuns } from './failover-runs';
import { probeService } from './probe-service';
import { TrafficSwitch } from './traffic-switch';

export interface WatchRegionsPorts {
  readonly system: string;
  readonly region: string;
  readonly recordName: string;
  /** How long an orderly failover may take. */
  readonly rtoSeconds: number;
  /** Only the region whose alarm Route 53 follows says where clients are sent. */
  readonly trafficSwitch: Pick<TrafficSwitch, 'position'> | undefined;
  readonly runs: Pick<FailoverRuns, 'served' | 'lastServed' | 'handover'>;
  readonly probe: typeof probeService;
  readonly now: () => Date;
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
 */
export async function watchRegions(_input: unknown, { system, region, recordName, rtoSeconds, trafficSwitch, runs, probe, now }: WatchRegionsPorts): Promise<WatchRegionsOutput> {
  const position = await trafficSwitch?.position();
  if (trafficSwitch) addMetric(system, METRIC.standbyServes, position === region ? 1 : 0);
  const status = await probe({ host: recordName, serverName: recordName });
  const answers = status?.role === 'active';
  if (answers) await runs.served(now().toISOString(), status.epoch);
  const handover = await runs.handover();
  const isHandingOver = handover !== undefined && now().getTime() - new Date(handover.at).getTime() < rtoSeconds * 1000;
  addMetric(system, METRIC.handingOver, isHandingOver ? 1 : 0);
  // A service that never answered is being set up, not lost.
  const served = await runs.lastServed();
  const isMeant = isHandingOver && (served?.epoch ?? 0) < handover.epoch;
  if (answers || (!isMeant && served !== undefined)) addMetric(system, METRIC.serviceUnreachable, answers ? 0 : 1);
  return { answers, servingRegion: status?.region ?? null };
}

export const handler = defineHandler('warm-standby/watch-regions', watchRegions, (env) => ({
  system: env.required(ENV.SYSTEM),
  region: env.region,
  recordName: env.required(ENV.RECORD_NAME),
  rtoSeconds: env.number(ENV.RTO_MINUTES) * 60,
  trafficSwitch: env.required(ENV.SWITCH_REGION) === env.region ? TrafficSwitch.in(env) : undefined,
  runs: FailoverRuns.in(env),
  probe: probeService,
  now: () => new Date(),
}));
