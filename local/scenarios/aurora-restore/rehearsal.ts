import { nextMonday } from '../../rehearsal/next-monday';
import type { SystemRehearsal } from '../../rehearsal/scenario';
import { abortedExecution } from './aborted-execution';
import { crossAccount } from './cross-account';
import { killedFunctions } from './killed-functions';
import { copyFailsLate, cutOverFails, usersHalfway } from './late-failures';
import { longWay } from './long-way';
import { nightly } from './nightly';
import { removedFromCallers, removedFromCompensation, removedFromCopying, removedFromRestoring } from './removed-permissions';
import { sameAccount } from './same-account';
import { sourceDeletion } from './source-deletion';
import { twoAtOnce } from './two-at-once';
import { unfitSnapshots } from './unfit-snapshots';
import { createWorld, schedulesOf, type AuroraRestoreWorld } from './world';

/** What is rehearsed of the Aurora restore pipelines: stories about one of them follow each other, while its functions are warm. */
export const auroraRestoreRehearsal: SystemRehearsal<AuroraRestoreWorld> = {
  system: 'aurora-restore',
  prepare: createWorld,
  settle: (stage) => schedulesOf(stage).rest(),
  // After the nightly restore of the example, so that only the scenario that waits for one meets it.
  startAt: () => nextMonday(19),
  clouds: [
    [crossAccount, longWay, copyFailsLate, killedFunctions, removedFromCopying, unfitSnapshots, nightly],
    [sameAccount, cutOverFails, abortedExecution, twoAtOnce, usersHalfway, removedFromCallers, removedFromCompensation, removedFromRestoring, sourceDeletion],
  ],
  roleKind: (role) => role.replace(/orders-refresh|catalog-rebuild/, '*').replace(/-(capture|sweep)-schedule$/, '-schedule'),
  cannotProve: [
    'Aurora is PostgreSQL here: its storage, its failover and its own extensions (aws_s3, pg_cron) are not',
    'durations follow published figures, not an account: a large snapshot may take longer',
  ],
};
