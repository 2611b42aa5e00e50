import type { SystemRehearsal } from '../../rehearsal/scenario';
import { plannedFailover } from './planned-failover';
import { regionLost } from './region-lost';
import { createWorld, type WarmStandbyWorld } from './world';

/** After the backup window of the example, so that only the scenario that wants a backup meets one. */
function nextEvening(): Date {
  const evening = new Date();
  evening.setUTCHours(18, 0, 0, 0);
  return evening.getTime() > Date.now() ? evening : new Date(evening.getTime() + 86_400_000);
}

/** What is rehearsed of the warm standby. */
export const warmStandbyRehearsal: SystemRehearsal<WarmStandbyWorld> = {
  system: 'warm-standby',
  prepare: createWorld,
  startAt: nextEvening,
  scenarios: [plannedFailover, regionLost],
  cannotProve: [
    'durations of promotion, task start and health checks follow published figures, not an account',
    'Route 53 answers here from one place: resolvers that keep answers longer than they may are not emulated',
  ],
};
