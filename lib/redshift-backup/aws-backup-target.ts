import { Stack } from 'aws-cdk-lib';
import { BackupVault } from 'aws-cdk-lib/aws-backup';
import { AccountPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { AwsBackupConfig } from '../config/redshift-backup';
import { lockOf } from './aws-backup-source';

export interface AwsBackupTargetProps {
  readonly awsBackup: AwsBackupConfig;
  readonly sourceAccount: string;
  readonly key: IKey;
}

/**
 * The vault of the other account, where copies would arrive: under a customer key, open to the source for copies alone.
 *
 * No copy of a provisioned cluster arrives here today. The probe needs the vault to find out when that changes.
 */
export class AwsBackupTarget extends Construct {
  readonly vault: BackupVault;

  constructor(scope: Construct, id: string, { awsBackup, sourceAccount, key }: AwsBackupTargetProps) {
    super(scope, id);
    this.vault = new BackupVault(this, 'Vault', {
      backupVaultName: awsBackup.targetVault,
      encryptionKey: key,
      ...(awsBackup.lock && { lockConfiguration: lockOf(awsBackup.lock) }),
    });
    const { region, account } = Stack.of(this);
    this.vault.addToAccessPolicy(
      new PolicyStatement({ sid: 'CopiesFromSource', principals: [new AccountPrincipal(sourceAccount)], actions: ['backup:CopyIntoBackupVault'], resources: [`arn:aws:backup:${region}:${account}:backup-vault:${awsBackup.targetVault}`] }),
    );
  }
}
