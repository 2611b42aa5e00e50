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
  /** Only the region whose alarm Route 53 follows says where clients are sent. */
  readonly trafficSwitch: Pick<TrafficSwitch, 'position'> | undefined;
  readonly runs: Pick<FailoverRuns, 'served' | 'lastServedAt'>;
  readonly probe: typeof probeService;
  readonly now: () => Date;
}

export interface WatchRegionsOutput {
  readonly answers: boolean;
  readonly servingRegion: string | null;
}

/** Every minute: repeats where clients are sent, so that Route 53 goes on hearing it, and asks the service whether it is there. */
export async function watchRegions(_input: unknown, { system, region, recordName, trafficSwitch, runs, probe, now }: WatchRegionsPorts): Promise<WatchRegionsOutput> {
  const position = await trafficSwitch?.position();
  if (trafficSwitch) addMetric(system, METRIC.standbyServes, position === region ? 1 : 0);
  const status = await probe({ host: recordName, serverName: recordName });
  const answers = status?.role === 'active';
  if (answers) await runs.served(now().toISOString());
  // A service that never answered is being set up, not lost.
  if (answers || (await runs.lastServedAt()) !== undefined) addMetric(system, METRIC.serviceUnreachable, answers ? 0 : 1);
  return { answers, servingRegion: status?.region ?? null };
}

export const handler = defineHandler('warm-standby/watch-regions', watchRegions, (env) => ({
  system: env.required(ENV.SYSTEM),
  region: env.region,
  recordName: env.required(ENV.RECORD_NAME),
  trafficSwitch: env.required(ENV.SWITCH_REGION) === env.region ? TrafficSwitch.in(env) : undefined,
  runs: FailoverRuns.in(env),
  probe: probeService,
  now: () => new Date(),
}));
