import type { AdvancedBackupSetting, BackupRule, BackupSelection } from '@aws-sdk/client-backup';
import type { Place } from '../../../gateway/service';

/** Which resources a plan is for, and the role that works on them. */
export interface Selection {
  readonly id: string;
  readonly selection: BackupSelection;
  readonly createdAt: Date;
  readonly creatorRequestId: string | undefined;
}

/** Rules about when what is backed up. */
export interface Plan {
  readonly place: Place;
  readonly id: string;
  readonly createdAt: Date;
  readonly creatorRequestId: string | undefined;
  readonly selections: Map<string, Selection>;
  /** Earlier versions, the newest last. */
  readonly versions: { readonly versionId: string; readonly createdAt: Date; readonly name: string }[];
  versionId: string;
  name: string;
  rules: readonly BackupRule[];
  settings: readonly AdvancedBackupSetting[];
  lastRunAt: Date | undefined;
  tags: Record<string, string>;
  /** Ends what its rules have scheduled. */
  schedule: AbortController;
}
