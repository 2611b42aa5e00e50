import type { SystemRehearsal } from '../../rehearsal/scenario';
import { crossAccount } from './cross-account';
import { sameAccount } from './same-account';
import { createWorld, type AuroraRestoreWorld } from './world';

/** What is rehearsed of the Aurora restore pipelines. */
export const auroraRestoreRehearsal: SystemRehearsal<AuroraRestoreWorld> = {
  system: 'aurora-restore',
  prepare: createWorld,
  scenarios: [crossAccount, sameAccount],
  cannotProve: [
    'Aurora is PostgreSQL here: its storage, its failover and its own extensions (aws_s3, pg_cron) are not',
    'durations follow published figures, not an account: a large snapshot may take longer',
  ],
};
