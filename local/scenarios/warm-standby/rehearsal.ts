import { nextMonday } from '../../rehearsal/next-monday';
import type { SystemRehearsal } from '../../rehearsal/scenario';
import { flapping } from './flapping';
import { hindered } from './hindered';
import { idleReplica } from './idle-replica';
import { partition } from './partition';
import { plannedFailover } from './planned-failover';
import { regionLost } from './region-lost';
import { silentSchedules } from './silent-schedules';
import { staleReplica } from './stale-replica';
import { switchLost } from './switch-lost';
import { undone } from './undone';
import { createWorld, type WarmStandbyWorld } from './world';

/** What is rehearsed of the warm standby. */
export const warmStandbyRehearsal: SystemRehearsal<WarmStandbyWorld> = {
  system: 'warm-standby',
  prepare: createWorld,
  furnish: async ({ world }) => {
    world.settled();
    return {};
  },
  // After the backup window of the example, so that only the scenario that wants a backup meets one.
  startAt: () => nextMonday(18),
  // Each leaves the system where the next one begins, as far as that can be.
  clouds: [
    [plannedFailover, regionLost, switchLost, partition],
    [staleReplica, hindered, flapping, silentSchedules, undone, idleReplica],
  ],
  unrehearsed: [
    { role: '-replication', action: 'kms:Encrypt', because: 'S3 seals the data keys of copies with it: https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html' },
    { role: 'ServiceTaskExecut', action: 'secretsmanager:DescribeSecret', because: 'the CDK grants it with the value of a secret: https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_secretsmanager.ISecret.html' },
  ],
  // Both regions have the same functions, and which of them does what depends on where the system is.
  roleKind: (role) => role.replace(/(?<!warm)-(primary|standby)-/, '-').replace(/-[0-9A-F]{12}$/, ''),
  cannotProve: [
    'durations of promotion, task start and health checks follow published figures, not an account',
    'Route 53 answers here from one place: resolvers that keep answers longer than they may are not emulated',
  ],
};
