import type { SystemRehearsal } from '../../rehearsal/scenario';
import { ownedCopy } from './owned-copy';
import { createWorld, type RedshiftBackupWorld } from './world';

/** What is rehearsed of the backups of warehouses. */
export const redshiftBackupRehearsal: SystemRehearsal<RedshiftBackupWorld> = {
  system: 'redshift-backup',
  prepare: createWorld,
  scenarios: [ownedCopy],
  cannotProve: [
    'the warehouse is PostgreSQL here: the SQL of the manifests is written for Redshift and runs on a dialect of it',
    'whether Redshift asks for kms:CreateGrant when a shared snapshot is restored: the guide names kms:Decrypt alone, both are granted',
    'durations follow published figures, not an account: a large snapshot may take longer',
  ],
};
