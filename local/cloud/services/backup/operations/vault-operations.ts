import type { DescribeBackupVaultOutput } from '@aws-sdk/client-backup';
import { AwsError } from '../../../gateway/aws-error';
import type { Call } from '../../../gateway/service';
import { BackupAccess } from '../backup-access';
import { vaultArn } from '../backup-arn';
import type { BackupContext } from '../backup-context';
import { invalidRequest, invalidValue, notFound, required } from '../backup-errors';
import type { Vault } from '../state/vault';
import { checkChangeable, describeLock, newLock } from '../vault-lock';
import { paged, type BackupOperations } from './backup-operations';

const NAME = /^[\w-]{2,50}$/;
const DEFAULT_KEY = 'alias/aws/backup';

/** Vaults with their locks, policies and notifications. */
export function vaultOperations(backup: BackupContext): BackupOperations {
  const { estate, cloud, notices } = backup;
  const to = new BackupAccess(estate);
  const access = ({ BackupVaultName }: { BackupVaultName: string | undefined }, call: Call) => [to.vault(call, BackupVaultName)];
  return {
    CreateBackupVault: {
      // "CreateBackupVault requires backup-storage:MountCapsule": https://docs.aws.amazon.com/aws-backup/latest/devguide/access-control.html
      access: ({ BackupVaultName = '', BackupVaultTags }, call) => [
        ...to.created(vaultArn({ place: call, name: BackupVaultName }), BackupVaultTags),
        { action: 'backup-storage:MountCapsule', resource: '*' },
      ],
      run: async (input, call) => {
        const vault = await createVault(backup, call, input);
        notices.vault(vault, 'CREATED');
        return { BackupVaultName: vault.name, BackupVaultArn: vaultArn(vault), CreationDate: vault.createdAt };
      },
    },
    DescribeBackupVault: { access, run: ({ BackupVaultName }, call) => describeVault(estate.vault(call, BackupVaultName)) },
    ListBackupVaults: {
      access: () => to.anything(),
      run: ({ ByVaultType, ByShared, ...paging }, call) => {
        const vaults = ByShared || (ByVaultType !== undefined && ByVaultType !== 'BACKUP_VAULT') ? [] : [...estate.in(call).vaults.values()];
        const { items, NextToken } = paged(vaults, paging);
        return { BackupVaultList: items.map(describeVault), NextToken };
      },
    },
    DeleteBackupVault: {
      access,
      run: ({ BackupVaultName }, call) => {
        const vault = estate.vault(call, BackupVaultName);
        if (vault.recoveryPoints.size > 0) throw invalidRequest('Backup vault cannot be deleted because it contains recovery points.');
        estate.in(call).vaults.delete(vault.name);
        notices.vault(vault, 'DELETED');
        return {};
      },
    },
    PutBackupVaultAccessPolicy: {
      access,
      run: ({ BackupVaultName, Policy }, call) => {
        const vault = estate.vault(call, BackupVaultName);
        vault.policy = checkPolicy(required('Policy', Policy));
        return {};
      },
    },
    GetBackupVaultAccessPolicy: {
      access,
      run: ({ BackupVaultName }, call) => {
        const vault = estate.vault(call, BackupVaultName);
        if (vault.policy === undefined) throw notFound(`Backup vault ${vault.name} has no access policy.`);
        return { BackupVaultName: vault.name, BackupVaultArn: vaultArn(vault), Policy: vault.policy };
      },
    },
    DeleteBackupVaultAccessPolicy: {
      access,
      run: ({ BackupVaultName }, call) => {
        estate.vault(call, BackupVaultName).policy = undefined;
        return {};
      },
    },
    PutBackupVaultLockConfiguration: {
      access: ({ BackupVaultName, MinRetentionDays, MaxRetentionDays, ChangeableForDays }, call) => [
        to.vault(call, BackupVaultName, {
          ...(MinRetentionDays !== undefined && { 'backup:MinRetentionDays': MinRetentionDays }),
          ...(MaxRetentionDays !== undefined && { 'backup:MaxRetentionDays': MaxRetentionDays }),
          ...(ChangeableForDays !== undefined && { 'backup:ChangeableForDays': ChangeableForDays }),
        }),
      ],
      run: (input, call) => {
        const vault = estate.vault(call, input.BackupVaultName);
        vault.lock = newLock(vault.lock, cloud.clock.now(), input);
        notices.vault(vault, 'MODIFIED');
        return {};
      },
    },
    DeleteBackupVaultLockConfiguration: {
      access,
      run: ({ BackupVaultName }, call) => {
        const vault = estate.vault(call, BackupVaultName);
        checkChangeable(vault.lock, cloud.clock.now());
        vault.lock = undefined;
        notices.vault(vault, 'MODIFIED');
        return {};
      },
    },
    PutBackupVaultNotifications: {
      access,
      run: ({ BackupVaultName, SNSTopicArn, BackupVaultEvents }, call) => {
        const vault = estate.vault(call, BackupVaultName);
        vault.notifications = { topicArn: required('SNSTopicArn', SNSTopicArn), events: required('BackupVaultEvents', BackupVaultEvents) };
        return {};
      },
    },
    GetBackupVaultNotifications: {
      access,
      run: ({ BackupVaultName }, call) => {
        const vault = estate.vault(call, BackupVaultName);
        if (!vault.notifications) throw notFound(`Backup vault ${vault.name} has no notifications.`);
        const { topicArn, events } = vault.notifications;
        return { BackupVaultName: vault.name, BackupVaultArn: vaultArn(vault), SNSTopicArn: topicArn, BackupVaultEvents: [...events] };
      },
    },
    DeleteBackupVaultNotifications: {
      access,
      run: ({ BackupVaultName }, call) => {
        estate.vault(call, BackupVaultName).notifications = undefined;
        return {};
      },
    },
  };
}

async function createVault(
  { estate, cloud, keys }: BackupContext,
  call: Call,
  { BackupVaultName, BackupVaultTags, EncryptionKeyArn, CreatorRequestId }: { BackupVaultName: string | undefined; BackupVaultTags?: Record<string, string> | undefined; EncryptionKeyArn?: string | undefined; CreatorRequestId?: string | undefined },
): Promise<Vault> {
  const name = required('BackupVaultName', BackupVaultName);
  if (!NAME.test(name)) throw invalidValue(`Invalid backup vault name: ${name}. It must have 2 to 50 letters, digits, hyphens and underscores.`);
  const place = { account: call.account, region: call.region };
  const { vaults } = estate.in(place);
  const known = vaults.get(name);
  if (known?.creatorRequestId !== undefined && known.creatorRequestId === CreatorRequestId) return known;
  if (known) throw alreadyExists(known);
  const keyArn = await keys.grantUse(call.principal, { place, encryptionContext: {} }, EncryptionKeyArn ?? DEFAULT_KEY).catch((error: unknown) => {
    throw error instanceof AwsError && error.code !== 'AccessDeniedException' ? invalidValue(error.message) : error;
  });
  const other = vaults.get(name);
  if (other) throw alreadyExists(other);
  const vault: Vault = {
    place,
    name,
    createdAt: cloud.clock.now(),
    creatorRequestId: CreatorRequestId,
    keyArn,
    recoveryPoints: new Map(),
    tags: { ...BackupVaultTags },
    policy: undefined,
    lock: undefined,
    notifications: undefined,
  };
  vaults.set(name, vault);
  return vault;
}

function alreadyExists(vault: Vault): AwsError {
  return new AwsError('AlreadyExistsException', `Backup vault with the same name already exists: ${vault.name}`, { details: { Arn: vaultArn(vault), CreatorRequestId: vault.creatorRequestId } });
}

function checkPolicy(text: string): string {
  try {
    const { Statement } = JSON.parse(text) as { Statement?: unknown };
    if (Statement !== undefined) return text;
  } catch {
    // The same is wrong with it as with a document without statements.
  }
  throw invalidValue('The policy is not a valid policy document.');
}

function describeVault(vault: Vault): DescribeBackupVaultOutput {
  return {
    BackupVaultName: vault.name,
    BackupVaultArn: vaultArn(vault),
    VaultType: 'BACKUP_VAULT',
    VaultState: 'AVAILABLE',
    EncryptionKeyArn: vault.keyArn,
    EncryptionKeyType: 'CUSTOMER_MANAGED_KMS_KEY',
    CreationDate: vault.createdAt,
    CreatorRequestId: vault.creatorRequestId,
    NumberOfRecoveryPoints: vault.recoveryPoints.size,
    ...describeLock(vault.lock),
  };
}
