import {
  BackupClient,
  CreateBackupVaultCommand,
  DeleteBackupVaultCommand,
  DeleteBackupVaultLockConfigurationCommand,
  DeleteRecoveryPointCommand,
  DescribeBackupVaultCommand,
  ListTagsCommand,
  PutBackupVaultAccessPolicyCommand,
  PutBackupVaultLockConfigurationCommand,
  TagResourceCommand,
  UpdateRecoveryPointLifecycleCommand,
} from '@aws-sdk/client-backup';
import { actAs, allow, policyText } from '../../../../../support/role-session';
import { SOURCE } from '../redshift/redshift-fixture';
import { BackupCloud, VAULT } from './backup-fixture';

const DAY_MINUTES = 24 * 60;

describe('a vault', () => {
  let cloud: BackupCloud;
  let backup: BackupClient;
  beforeEach(async () => {
    cloud = await BackupCloud.start();
    ({ backup } = cloud);
  });
  afterEach(() => cloud.stop());

  function lock(more: { MinRetentionDays?: number; MaxRetentionDays?: number; ChangeableForDays?: number }) {
    return backup.send(new PutBackupVaultLockConfigurationCommand({ BackupVaultName: VAULT, ...more }));
  }

  function remove(RecoveryPointArn: string) {
    return backup.send(new DeleteRecoveryPointCommand({ BackupVaultName: VAULT, RecoveryPointArn }));
  }

  it('has a name of its own, a key and tags', async () => {
    const { BackupVaultArn } = await backup.send(new CreateBackupVaultCommand({ BackupVaultName: 'other', BackupVaultTags: { team: 'data' } }));
    await backup.send(new TagResourceCommand({ ResourceArn: BackupVaultArn, Tags: { tier: '1' } }));

    expect((await backup.send(new ListTagsCommand({ ResourceArn: BackupVaultArn }))).Tags).toEqual({ team: 'data', tier: '1' });
    await expect(backup.send(new DescribeBackupVaultCommand({ BackupVaultName: 'other' }))).resolves.toMatchObject({ NumberOfRecoveryPoints: 0, Locked: false, EncryptionKeyArn: expect.stringContaining(':key/') as string });
    await expect(backup.send(new CreateBackupVaultCommand({ BackupVaultName: 'other' }))).rejects.toMatchObject({ name: 'AlreadyExistsException' });
    await expect(backup.send(new CreateBackupVaultCommand({ BackupVaultName: 'no spaces' }))).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
    await expect(backup.send(new DescribeBackupVaultCommand({ BackupVaultName: 'absent' }))).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('cannot be deleted while something is in it', async () => {
    const point = await cloud.recoveryPoint();
    const deletion = new DeleteBackupVaultCommand({ BackupVaultName: VAULT });

    await expect(backup.send(deletion)).rejects.toThrow('contains recovery points');
    await remove(point);
    await cloud.warehouse.passMinutes(1);
    await expect(backup.send(deletion)).resolves.toBeDefined();
  });

  it('lets its policy forbid what a role may do', async () => {
    const point = await cloud.recoveryPoint();
    const role = (await actAs(cloud.warehouse.cloud, SOURCE.account, 'cleaner', [allow('backup:*')])).client(BackupClient, SOURCE.region);
    await backup.send(new PutBackupVaultAccessPolicyCommand({ BackupVaultName: VAULT, Policy: policyText({ Effect: 'Deny', Principal: '*', Action: 'backup:DeleteRecoveryPoint', Resource: '*' }) }));

    await expect(role.send(new DeleteRecoveryPointCommand({ BackupVaultName: VAULT, RecoveryPointArn: point }))).rejects.toThrow(/explicit deny in a resource-based policy/);
  });

  it('refuses a lock that makes no sense', async () => {
    await expect(lock({ MinRetentionDays: 0 })).rejects.toThrow(/MinRetentionDays 0/);
    await expect(lock({ MinRetentionDays: 10, MaxRetentionDays: 5 })).rejects.toThrow(/MaxRetentionDays 5/);
    await expect(lock({ ChangeableForDays: 2 })).rejects.toThrow(/ChangeableForDays 2/);
  });

  it('takes in only what is kept as long as its lock wants', async () => {
    await lock({ MinRetentionDays: 7, MaxRetentionDays: 30 });
    const outcome = async (DeleteAfterDays?: number) => (await cloud.ended(await cloud.startJob({ Lifecycle: { ...(DeleteAfterDays !== undefined && { DeleteAfterDays }) } }))).State;

    expect([await outcome(6), await outcome(7), await outcome(30), await outcome(31), await outcome()]).toEqual(['FAILED', 'COMPLETED', 'COMPLETED', 'FAILED', 'FAILED']);
  });

  it('keeps what is in it while it is locked, but not longer than its time', async () => {
    const point = await cloud.recoveryPoint({ Lifecycle: { DeleteAfterDays: 3 } });
    await lock({ MinRetentionDays: 1 });

    await expect(remove(point)).rejects.toThrow('is locked');
    await expect(backup.send(new UpdateRecoveryPointLifecycleCommand({ BackupVaultName: VAULT, RecoveryPointArn: point, Lifecycle: { DeleteAfterDays: 2 } }))).rejects.toThrow('cannot be shortened');
    await cloud.warehouse.passMinutes(3.1 * DAY_MINUTES);
    await expect(backup.send(new DescribeBackupVaultCommand({ BackupVaultName: VAULT }))).resolves.toMatchObject({ NumberOfRecoveryPoints: 0, Locked: true });
  });

  it('can be unlocked in governance mode, and in compliance mode until the grace time is over', async () => {
    const unlock = new DeleteBackupVaultLockConfigurationCommand({ BackupVaultName: VAULT });
    await lock({ MinRetentionDays: 1 });
    await backup.send(unlock);
    await lock({ MinRetentionDays: 1, ChangeableForDays: 3 });
    const { LockDate } = await backup.send(new DescribeBackupVaultCommand({ BackupVaultName: VAULT }));
    await cloud.warehouse.passMinutes(2.9 * DAY_MINUTES);
    await lock({ MinRetentionDays: 2, ChangeableForDays: 3 });
    await cloud.warehouse.passMinutes(3.1 * DAY_MINUTES);

    expect(LockDate).toBeInstanceOf(Date);
    await expect(backup.send(unlock)).rejects.toMatchObject({ name: 'InvalidRequestException' });
    await expect(lock({ MinRetentionDays: 1 })).rejects.toMatchObject({ name: 'InvalidRequestException' });
  });
});
