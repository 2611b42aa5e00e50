import { AccountPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { RedshiftBackupConfig } from '../config/redshift-backup';
import { HoldfastStack } from '../shared/holdfast-stack';
import { SystemKey } from '../shared/system-key';
import type { BackupNames } from './names';
import { RESTORE_KEY_ACTIONS } from './restore-key-actions';

export interface RegionCopyStackProps {
  /** The source account, in the region that copies go to. */
  readonly env: { readonly account: string; readonly region: string };
  readonly config: RedshiftBackupConfig;
  readonly names: BackupNames;
  readonly targetAccount: string;
}

/**
 * The key of the copies in the other region, which the target account may use for restores there.
 *
 * Everything else about them is a call of Redshift that CloudFormation has no resource for: a function of the source stack
 * makes the grant and the setting, and mends them.
 */
export class RegionCopyStack extends HoldfastStack {
  constructor(scope: Construct, id: string, { env, config, names, targetAccount }: RegionCopyStackProps) {
    super(scope, id, { env, system: 'redshift-backup', description: `Key of the copies of ${config.source.clusterIdentifier} in this region` });
    const key = new SystemKey(this, 'Key', { alias: names.copyKeyAlias, description: `Copies of the snapshots of ${config.source.clusterIdentifier}`, users: [] });
    key.addToResourcePolicy(
      new PolicyStatement({ sid: 'RestoreInTargetAccount', principals: [new AccountPrincipal(targetAccount)], actions: [...RESTORE_KEY_ACTIONS], resources: ['*'] }),
    );
  }
}
