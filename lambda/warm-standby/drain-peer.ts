import { RemoteFunction } from '../common/aws/remote-function';
import { defineHandler } from '../common/define-handler';
import { type Drained, ENV, type StepInput } from './contract';
import { FailoverRuns } from './failover-runs';
import type { YieldRegionInput } from './yield-region';

export interface DrainPeerPorts {
  readonly region: string;
  readonly peerYield: Pick<RemoteFunction, 'call'>;
  readonly runs: Pick<FailoverRuns, 'handsOver'>;
  readonly now: () => Date;
}

/** Asks the other region to stop writing. Only a planned failover does: an unplanned one asks nothing of a region that may be lost. */
export async function drainPeer({ operationId, run }: StepInput, { region, peerYield, runs, now }: DrainPeerPorts): Promise<Drained> {
  await runs.handsOver(run.epoch, now().toISOString());
  const input: YieldRegionInput = { operationId, epoch: run.epoch, activeRegion: region };
  return peerYield.call<Drained>(input);
}

export const handler = defineHandler('warm-standby/drain-peer', drainPeer, (env) => ({
  region: env.region,
  peerYield: RemoteFunction.in({ region: env.required(ENV.PEER_REGION) }, env.required(ENV.PEER_YIELD_FUNCTION)),
  runs: FailoverRuns.in(env),
  now: () => new Date(),
}));
