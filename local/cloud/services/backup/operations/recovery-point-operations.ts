import type { CalculatedLifecycle, Lifecycle, RecoveryPointByBackupVault } from '@aws-sdk/client-backup';
import type { Call } from '../../../gateway/service';
import { BackupAccess } from '../backup-access';
import { vaultArn } from '../backup-arn';
import type { BackupContext } from '../backup-context';
import { invalidRequest, notFound, required } from '../backup-errors';
import { deletesAt, removeRecoveryPoint, scheduleDeletion } from '../jobs/recovery-points';
import { roleClient } from '../jobs/job-role';
import { checkLifecycle } from '../lifecycle';
import type { RecoveryPoint, Vault } from '../state/vault';
import { retentionProblem, shortens } from '../vault-lock';
import { paged, type BackupOperations } from './backup-operations';

interface Named {
  readonly BackupVaultName: string | undefined;
  readonly RecoveryPointArn: string | undefined;
}

/** Recovery points, and the resources that have some. */
export function recoveryPointOperations(backup: BackupContext): BackupOperations {
  const { estate } = backup;
  const to = new BackupAccess(estate);
  const access = ({ BackupVaultName, RecoveryPointArn }: Named, call: Call) => [to.recoveryPoint(call, RecoveryPointArn, BackupVaultName)];
  const named = ({ BackupVaultName, RecoveryPointArn }: Named, call: Call) => ({ vault: estate.vault(call, BackupVaultName), point: estate.recoveryPoint(call, BackupVaultName, RecoveryPointArn) });
  const all = (call: Call) => [...estate.in(call).vaults.values()].flatMap((vault) => [...vault.recoveryPoints.values()].map((point) => ({ vault, point })));
  return {
    DescribeRecoveryPoint: {
      access,
      run: (input, call) => {
        const { vault, point } = named(input, call);
        return { ...describePoint(vault, point), StorageClass: 'WARM' };
      },
    },
    ListRecoveryPointsByBackupVault: {
      access: ({ BackupVaultName }, call) => [to.vault(call, BackupVaultName)],
      run: ({ BackupVaultName, ByResourceArn, ByResourceType, ByBackupPlanId, ByCreatedBefore, ByCreatedAfter, MaxResults, NextToken }, call) => {
        const vault = estate.vault(call, BackupVaultName);
        const points = [...vault.recoveryPoints.values()].filter(
          ({ resourceArn, resourceType, createdBy, createdAt }) =>
            (ByResourceArn === undefined || resourceArn === ByResourceArn) &&
            (ByResourceType === undefined || resourceType === ByResourceType) &&
            (ByBackupPlanId === undefined || createdBy?.BackupPlanId === ByBackupPlanId) &&
            (ByCreatedBefore === undefined || createdAt < ByCreatedBefore) &&
            (ByCreatedAfter === undefined || createdAt > ByCreatedAfter),
        );
        const page = paged(points, { MaxResults, NextToken });
        return { RecoveryPoints: page.items.map((point) => describePoint(vault, point)), NextToken: page.NextToken };
      },
    },
    ListRecoveryPointsByResource: {
      access: () => to.anything(),
      run: ({ ResourceArn, MaxResults, NextToken }, call) => {
        const page = paged(all(call).filter(({ point }) => point.resourceArn === ResourceArn), { MaxResults, NextToken });
        const RecoveryPoints = page.items.map(({ vault, point }) => ({
          RecoveryPointArn: point.arn,
          CreationDate: point.createdAt,
          Status: point.status,
          StatusMessage: point.statusMessage,
          EncryptionKeyArn: point.keyArn,
          BackupSizeBytes: point.sizeBytes,
          BackupVaultName: vault.name,
          IsParent: false,
          ResourceName: point.resourceName,
          VaultType: 'BACKUP_VAULT' as const,
        }));
        return { RecoveryPoints, NextToken: page.NextToken };
      },
    },
    DeleteRecoveryPoint: {
      access,
      run: (input, call) => {
        const { vault, point } = named(input, call);
        if (vault.lock) throw invalidRequest(`The recovery point ${point.arn} cannot be deleted: the vault ${vault.name} is locked.`);
        if (point.status === 'CREATING') throw invalidRequest(`The recovery point ${point.arn} cannot be deleted while it is being created.`);
        void removeRecoveryPoint(backup, vault, point);
        return {};
      },
    },
    UpdateRecoveryPointLifecycle: {
      access,
      run: (input, call) => {
        const { vault, point } = named(input, call);
        const lifecycle = checkLifecycle(required('Lifecycle', input.Lifecycle));
        const problem = retentionProblem(vault.lock, lifecycle);
        if (problem !== undefined) throw invalidRequest(problem);
        if (vault.lock && shortens(point.lifecycle, lifecycle)) throw invalidRequest(`The retention of ${point.arn} cannot be shortened: the vault ${vault.name} is locked.`);
        point.lifecycle = lifecycle;
        scheduleDeletion(backup, vault, point);
        return { BackupVaultArn: vaultArn(vault), RecoveryPointArn: point.arn, Lifecycle: lifecycle, CalculatedLifecycle: calculated(point) };
      },
    },
    GetRecoveryPointRestoreMetadata: {
      access,
      run: async (input, call) => {
        const { vault, point } = named(input, call);
        const adapter = backup.adapters.find(({ resourceType }) => resourceType === point.resourceType);
        const role = await roleClient(backup, { place: vault.place, roleArn: point.roleArn, id: 'metadata' }, vaultArn(vault));
        return { BackupVaultArn: vaultArn(vault), RecoveryPointArn: point.arn, ResourceType: point.resourceType, RestoreMetadata: { ...(await adapter?.restoreMetadata(role, point.arn)) } };
      },
    },
    ListProtectedResources: {
      access: () => to.anything(),
      run: (input, call) => {
        const page = paged(protectedResources(all(call)), input);
        return { Results: [...page.items], NextToken: page.NextToken };
      },
    },
    ListProtectedResourcesByBackupVault: {
      access: ({ BackupVaultName }, call) => [to.vault(call, BackupVaultName)],
      run: ({ BackupVaultName, MaxResults, NextToken }, call) => {
        const vault = estate.vault(call, BackupVaultName);
        const page = paged(protectedResources(all(call).filter((each) => each.vault === vault)), { MaxResults, NextToken });
        return { Results: [...page.items], NextToken: page.NextToken };
      },
    },
    DescribeProtectedResource: {
      access: () => to.anything(),
      run: ({ ResourceArn }, call) => {
        const [known] = protectedResources(all(call)).filter((each) => each.ResourceArn === ResourceArn);
        if (!known) throw notFound(`Resource ${ResourceArn ?? ''} is not protected.`);
        return known;
      },
    },
  };
}

function protectedResources(points: readonly { readonly vault: Vault; readonly point: RecoveryPoint }[]) {
  const latest = new Map<string, { readonly vault: Vault; readonly point: RecoveryPoint }>();
  for (const each of points) {
    const known = latest.get(each.point.resourceArn);
    if (each.point.status === 'COMPLETED' && (!known || known.point.createdAt < each.point.createdAt)) latest.set(each.point.resourceArn, each);
  }
  return [...latest.values()].map(({ vault, point }) => ({
    ResourceArn: point.resourceArn,
    ResourceType: point.resourceType,
    ResourceName: point.resourceName,
    LastBackupTime: point.completedAt,
    LastBackupVaultArn: vaultArn(vault),
    LastRecoveryPointArn: point.arn,
  }));
}

function describePoint(vault: Vault, point: RecoveryPoint): RecoveryPointByBackupVault {
  return {
    RecoveryPointArn: point.arn,
    BackupVaultName: vault.name,
    BackupVaultArn: vaultArn(vault),
    ResourceArn: point.resourceArn,
    ResourceType: point.resourceType,
    ResourceName: point.resourceName,
    CreatedBy: point.createdBy,
    IamRoleArn: point.roleArn,
    Status: point.status,
    StatusMessage: point.statusMessage,
    CreationDate: point.createdAt,
    CompletionDate: point.completedAt,
    BackupSizeInBytes: point.sizeBytes,
    Lifecycle: point.lifecycle,
    CalculatedLifecycle: calculated(point),
    EncryptionKeyArn: point.keyArn,
    IsEncrypted: true,
    LastRestoreTime: point.lastRestoreAt,
    IsParent: false,
    VaultType: 'BACKUP_VAULT',
  };
}

function calculated(point: { readonly createdAt: Date; readonly lifecycle: Lifecycle }): CalculatedLifecycle {
  return { DeleteAt: deletesAt(point) };
}
