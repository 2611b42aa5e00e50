import { nextMonday } from '../../rehearsal/next-monday';
import type { SystemRehearsal } from '../../rehearsal/scenario';
import { aWeek } from './a-week';
import { awsBackup } from './aws-backup';
import { badInput } from './bad-input';
import { busyAndFull } from './busy-and-full';
import { byCommand } from './by-command';
import { closedDoors } from './closed-doors';
import { damagedSnapshot } from './damaged-snapshot';
import { diedHalfway } from './died-halfway';
import { governance } from './governance';
import { halfDone } from './half-done';
import { otherRegion } from './other-region';
import { ownedCopy } from './owned-copy';
import { removedPermissions } from './removed-permissions';
import { removedStatements } from './removed-statements';
import { serverless } from './serverless';
import { sourceGone } from './source-gone';
import { twoPeople } from './two-people';
import { createWorld, schedulesOf, type RedshiftBackupWorld } from './world';

/** What is rehearsed of the backups of warehouses. */
export const redshiftBackupRehearsal: SystemRehearsal<RedshiftBackupWorld> = {
  system: 'redshift-backup',
  prepare: createWorld,
  settle: (stage) => schedulesOf(stage).rest(),
  // After the nightly backup and the proof of the example.
  startAt: () => nextMonday(8),
  clouds: [
    // While the functions of a backup and a proof are warm, and then weeks, in which the copies and recovery points that they left become too old.
    [ownedCopy, badInput, damagedSnapshot, closedDoors, busyAndFull, removedPermissions, removedStatements, awsBackup, aWeek, sourceGone],
    [byCommand, governance, otherRegion, twoPeople, halfDone, diedHalfway, serverless],
  ],
  roleKind: (role) =>
    role
      .replace(/^(aca-redshift|lake)-backup$/, 'request-backup')
      .replace(/^redshift-backup-(warehouse|lake)-/, '')
      .replace(/^(proof|retention|copy-retention|freshness|sweep|shares|copy-probe|region-copies)-schedule$/, 'schedule'),
  unrehearsed: [
    { role: '', action: 'kms:RetireGrant', because: 'the service authorization reference names it for restores and for the deletion of namespaces; when Redshift asks for it is not documented' },
    { role: 'AcaAWSBackupServiceRole', action: 'kms:GenerateDataKey', because: 'the same reference names it for restores' },
    { role: 'AcaAWSBackupServiceRole', action: 'redshift:DescribeTags', because: 'AWS has it in its own policy for this role: https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSBackupServiceRolePolicyForBackup.html' },
    { role: 'AcaAWSBackupServiceRole', action: 'backup:*', because: 'no copy of Redshift gets as far as the other vault' },
  ],
  cannotProve: [
    'the warehouse is PostgreSQL here: the SQL of the manifests is written for Redshift and runs on a dialect of it',
    'whether Redshift asks for kms:CreateGrant when a shared snapshot is restored: the guide names kms:Decrypt alone, both are granted',
    'durations follow published figures, not an account: a large snapshot may take longer',
  ],
};
