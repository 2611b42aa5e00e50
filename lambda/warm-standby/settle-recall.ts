import type { AuthorityRegister } from './authority-register';
import { EpochOvertaken } from './contract';
import type { FailoverRuns } from './failover-runs';
import type { TrafficSwitch } from './traffic-switch';

export interface RecallPorts {
  readonly region: string;
  readonly register: Pick<AuthorityRegister, 'highest'>;
  readonly runs: Pick<FailoverRuns, 'recall' | 'noteRecall'>;
  readonly trafficSwitch: Pick<TrafficSwitch, 'turnTo'>;
  readonly now: () => Date;
}

/** By then Route 53 has long heard from the region that holds the switch that it was turned. */
const SETTLING_MS = 10 * 60_000;

/**
 * Whether clients are to come here because this region has called them back; turns the switch as soon as it can be reached.
 *
 * Only as long as the witness confirms the epoch in which they were: a region that nobody confirms must call nobody.
 */
export async function settleRecall({ region, register, runs, trafficSwitch, now }: RecallPorts): Promise<boolean> {
  const recall = await runs.recall();
  if (!recall) return false;
  if (recall.settledAt !== undefined && now().getTime() - new Date(recall.settledAt).getTime() >= SETTLING_MS) return false;
  const { authority } = await register.highest(['witness']);
  if (authority?.activeRegion !== region || authority.epoch !== recall.epoch) return false;
  if (recall.settledAt !== undefined) return true;
  const settledAt = now().toISOString();
  try {
    await trafficSwitch.turnTo(region, recall.epoch, settledAt);
  } catch (error) {
    return !(error instanceof EpochOvertaken);
  }
  await runs.noteRecall({ ...recall, settledAt });
  return true;
}
