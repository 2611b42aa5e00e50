import {
  CreateBackupVaultCommand,
  PutBackupVaultAccessPolicyCommand,
  PutBackupVaultLockConfigurationCommand,
  PutBackupVaultNotificationsCommand,
  type BackupVaultEvent,
} from '@aws-sdk/client-backup';
import type { ResourceProvider } from '../../../deploy/resource-provider';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-backup-backupvault.html */
export const vaultResource: ResourceProvider = {
  async create(properties, { aws }) {
    const BackupVaultName = properties.text('BackupVaultName');
    const { BackupVaultArn } = await aws.send(
      new CreateBackupVaultCommand({ BackupVaultName, EncryptionKeyArn: properties.optionalText('EncryptionKeyArn'), BackupVaultTags: properties.raw<Record<string, string>>('BackupVaultTags') }),
    );
    if (properties.has('AccessPolicy')) await aws.send(new PutBackupVaultAccessPolicyCommand({ BackupVaultName, Policy: properties.json('AccessPolicy') }));
    const notifications = properties.group('Notifications');
    if (notifications) {
      const BackupVaultEvents = notifications.texts('BackupVaultEvents') as BackupVaultEvent[] | undefined;
      await aws.send(new PutBackupVaultNotificationsCommand({ BackupVaultName, SNSTopicArn: notifications.text('SNSTopicArn'), BackupVaultEvents }));
    }
    const lock = properties.group('LockConfiguration');
    if (lock) {
      await aws.send(
        new PutBackupVaultLockConfigurationCommand({
          BackupVaultName,
          MinRetentionDays: lock.number('MinRetentionDays'),
          MaxRetentionDays: lock.number('MaxRetentionDays'),
          ChangeableForDays: lock.number('ChangeableForDays'),
        }),
      );
    }
    return { ref: BackupVaultName, attributes: { BackupVaultName, BackupVaultArn } };
  },
};
