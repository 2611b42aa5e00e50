import type { SystemRehearsal } from '../../rehearsal/scenario';
import { plannedFailover } from './planned-failover';
import { createWorld, type WarmStandbyWorld } from './world';

/** What is rehearsed of the warm standby. */
export const warmStandbyRehearsal: SystemRehearsal<WarmStandbyWorld> = {
  system: 'warm-standby',
  prepare: createWorld,
  scenarios: [plannedFailover],
  cannotProve: [
    'durations of promotion, task start and health checks follow published figures, not an account',
    'Route 53 answers here from one place: resolvers that keep answers longer than they may are not emulated',
  ],
};
