import type { UnrehearsedAction } from '../../rehearsal/permission-use';
import type { SystemRehearsal } from '../../rehearsal/scenario';
import { abortedExecution } from './aborted-execution';
import { crossAccount } from './cross-account';
import { killedFunctions } from './killed-functions';
import { copyFailsLate, cutOverFails, usersHalfway } from './late-failures';
import { longWay } from './long-way';
import { nightly } from './nightly';
import { removedPermissions } from './removed-permissions';
import { sameAccount } from './same-account';
import { sourceDeletion } from './source-deletion';
import { unfitSnapshots } from './unfit-snapshots';
import { createWorld, type AuroraRestoreWorld } from './world';

/** What AWS does with a role out of sight of its APIs. */
const UNREHEARSED: readonly UnrehearsedAction[] = [
  { role: '-states', action: 'logs:*', because: 'Step Functions sets its log delivery up with them: https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html' },
  { role: 'NetworkFlow', action: 'logs:*', because: 'the network writes its flow logs with them: https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html' },
  { role: '', action: 'ec2:DeleteNetworkInterface', because: 'Lambda removes network interfaces when the function is deleted: https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html' },
];

/** What is rehearsed of the Aurora restore pipelines, in an order in which each finds what the one before left. */
export const auroraRestoreRehearsal: SystemRehearsal<AuroraRestoreWorld> = {
  system: 'aurora-restore',
  prepare: createWorld,
  scenarios: [crossAccount, sameAccount, longWay, copyFailsLate, usersHalfway, cutOverFails, killedFunctions, abortedExecution, removedPermissions, unfitSnapshots, sourceDeletion, nightly],
  roleKind: (role) => role.replace(/orders-refresh|catalog-rebuild/, '*').replace(/-(capture|sweep)-schedule$/, '-schedule'),
  unrehearsed: UNREHEARSED,
  cannotProve: [
    'Aurora is PostgreSQL here: its storage, its failover and its own extensions (aws_s3, pg_cron) are not',
    'durations follow published figures, not an account: a large snapshot may take longer',
  ],
};
