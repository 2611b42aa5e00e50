import {
  DeleteRecoveryPointCommand,
  DescribeBackupJobCommand,
  DescribeRecoveryPointCommand,
  GetRecoveryPointRestoreMetadataCommand,
  ListRecoveryPointsByBackupVaultCommand,
  PutBackupVaultNotificationsCommand,
  StartBackupJobCommand,
  StartCopyJobCommand,
  StartRestoreJobCommand,
  StopBackupJobCommand,
  UpdateGlobalSettingsCommand,
  BackupClient,
  BackupVaultEvent,
} from '@aws-sdk/client-backup';
import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { DeleteClusterSnapshotCommand, PauseClusterCommand, ResumeClusterCommand } from '@aws-sdk/client-redshift';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { createServiceRole } from '../../../../../support/create-role';
import { actAs, allow } from '../../../../../support/role-session';
import { clusterArn, SOURCE, TARGET } from '../redshift/redshift-fixture';
import { BackupCloud, VAULT, WORK } from './backup-fixture';

const FAR_VAULT = `arn:aws:backup:${SOURCE.region}:${TARGET.account}:backup-vault:far`;

describe('a job of AWS Backup', () => {
  let cloud: BackupCloud;
  beforeAll(async () => {
    cloud = await BackupCloud.start(TARGET);
  });
  afterAll(() => cloud.stop());

  it('goes from created over running to completed, and leaves a recovery point with the resource\'s data', async () => {
    const id = await cloud.startJob({ Lifecycle: { DeleteAfterDays: 30 }, RecoveryPointTags: { team: 'sales' } });
    const early = await cloud.backup.send(new DescribeBackupJobCommand({ BackupJobId: id }));
    await cloud.warehouse.passMinutes(2.5);
    const running = await cloud.backup.send(new DescribeBackupJobCommand({ BackupJobId: id }));
    const late = await cloud.ended(id);
    const point = await cloud.backup.send(new DescribeRecoveryPointCommand({ BackupVaultName: VAULT, RecoveryPointArn: late.RecoveryPointArn }));

    expect([early.State, running.State, late.State]).toEqual(['CREATED', 'RUNNING', 'COMPLETED']);
    expect(late).toMatchObject({ PercentDone: '100.0', ResourceType: 'Redshift', ResourceName: 'sales', MessageCategory: 'SUCCESS', IamRoleArn: cloud.roleArn });
    expect(late.RecoveryPointArn).toMatch(/^arn:aws:redshift:eu-west-1:111111111111:snapshot:sales\/awsbackup:job-/);
    expect(point).toMatchObject({ Status: 'COMPLETED', ResourceArn: clusterArn(SOURCE, 'sales'), Lifecycle: { DeleteAfterDays: 30 } });
    expect(point.CalculatedLifecycle!.DeleteAt!.getTime() - point.CreationDate!.getTime()).toBe(30 * 86_400_000);
    expect(point.BackupSizeInBytes).toBeGreaterThan(0);
  });

  it('happens once for the same token', async () => {
    const [one, other] = [await cloud.startJob({ IdempotencyToken: 'same' }), await cloud.startJob({ IdempotencyToken: 'same' })];

    expect(other).toBe(one);
    await cloud.ended(one);
  });

  it.each([
    ['redshift:CreateClusterSnapshot', 'AccessDenied'],
    ['redshift:DescribeClusterSnapshots', 'AccessDenied'],
  ])('fails without the permission for %s, and says so', async (action, category) => {
    const IamRoleArn = await createServiceRole(cloud.warehouse.cloud, SOURCE, 'backup.amazonaws.com', WORK.filter((each) => each !== action), `without-${action.replace(':', '-')}`);

    const job = await cloud.ended(await cloud.startJob({ IamRoleArn }));

    expect(job).toMatchObject({ State: 'FAILED', MessageCategory: category, StatusMessage: expect.stringContaining(action) as string });
    expect(job.StatusMessage).toContain('Insufficient privileges to perform this action.');
  });

  it('fails with a role that does not trust AWS Backup', async () => {
    const IamRoleArn = await createServiceRole(cloud.warehouse.cloud, SOURCE, 'lambda.amazonaws.com', WORK);

    await expect(cloud.ended(await cloud.startJob({ IamRoleArn }))).resolves.toMatchObject({ State: 'FAILED', MessageCategory: 'AccessDenied' });
  });

  it('fails while another one for the same resource runs', async () => {
    const first = await cloud.startJob();
    await cloud.warehouse.passMinutes(1);
    const second = await cloud.startJob();

    await expect(cloud.ended(second)).resolves.toMatchObject({ State: 'FAILED', StatusMessage: 'Backup job failed because there was a running job for the same resource.' });
    await expect(cloud.ended(first)).resolves.toMatchObject({ State: 'COMPLETED' });
  });

  it('fails when the quota of snapshots is used up, in Redshift\'s words', async () => {
    cloud.warehouse.redshift.setQuota(SOURCE, 'snapshots', 0);

    await expect(cloud.ended(await cloud.startJob())).resolves.toMatchObject({ State: 'FAILED', StatusMessage: 'Cannot create more than 0 user snapshots' });
    cloud.warehouse.redshift.setQuota(SOURCE, 'snapshots', 100);
  });

  it('fails for a cluster that is not available', async () => {
    const redshift = cloud.warehouse.client(SOURCE);
    await redshift.send(new PauseClusterCommand({ ClusterIdentifier: 'sales' }));
    await cloud.warehouse.untilCluster(SOURCE, 'sales', 'paused');

    await expect(cloud.ended(await cloud.startJob())).resolves.toMatchObject({ State: 'FAILED', MessageCategory: 'InvalidClusterState' });
    await redshift.send(new ResumeClusterCommand({ ClusterIdentifier: 'sales' }));
    await cloud.warehouse.untilCluster(SOURCE, 'sales');
  });

  it('can be stopped', async () => {
    const id = await cloud.startJob();
    await cloud.warehouse.passMinutes(2.5);
    await cloud.backup.send(new StopBackupJobCommand({ BackupJobId: id }));

    await expect(cloud.ended(id)).resolves.toMatchObject({ State: 'ABORTED' });
  });

  it('tells of itself by event, by message and by metric', async () => {
    const place = SOURCE;
    const sns = cloud.warehouse.cloud.client(SNSClient, place);
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'backups', Attributes: { Policy: JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'backup.amazonaws.com' }, Action: 'sns:Publish', Resource: '*' }] }) } }));
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'email', Endpoint: 'who@example.org' }));
    await cloud.backup.send(new PutBackupVaultNotificationsCommand({ BackupVaultName: VAULT, SNSTopicArn: TopicArn, BackupVaultEvents: [BackupVaultEvent.BACKUP_JOB_COMPLETED] }));

    const states: unknown[] = [];
    const { events } = cloud.warehouse.cloud.services.integration;
    const ignore = events.onEvent((event) => {
      if (event['detail-type'] === 'Backup Job State Change') states.push((event.detail as { state: unknown }).state);
    });
    const StartTime = cloud.warehouse.cloud.clock.now();

    const id = await cloud.startJob();
    await cloud.ended(id);
    await cloud.warehouse.passMinutes(1);
    ignore();

    const statistics = await cloud.warehouse.cloud.client(CloudWatchClient, place).send(
      new GetMetricStatisticsCommand({
        Namespace: 'AWS/Backup',
        MetricName: 'NumberOfBackupJobsCompleted',
        Dimensions: [{ Name: 'BackupVaultName', Value: VAULT }],
        StartTime: new Date(StartTime.getTime() - 60_000),
        EndTime: cloud.warehouse.cloud.clock.now(),
        Period: 3600,
        Statistics: ['Sum'],
      }),
    );
    expect(states).toEqual(['CREATED', 'RUNNING', 'COMPLETED']);
    expect(statistics.Datapoints!.reduce((sum, point) => sum + point.Sum!, 0)).toBeGreaterThanOrEqual(1);
    const messages = cloud.warehouse.cloud.services.integration.outbox.messages({ topicArn: TopicArn }).map((message) => JSON.stringify(message));
    expect(messages.filter((text) => text.includes(id))).toHaveLength(1);
  });

  it('may be begun by who may use the vault and hand on the role', async () => {
    const vault = `arn:aws:backup:${SOURCE.region}:${SOURCE.account}:backup-vault:${VAULT}`;
    const request = new StartBackupJobCommand({ BackupVaultName: VAULT, ResourceArn: clusterArn(SOURCE, 'sales'), IamRoleArn: cloud.roleArn });
    const send = async (name: string, ...statements: Parameters<typeof actAs>[3]) => (await actAs(cloud.warehouse.cloud, SOURCE.account, name, statements)).client(BackupClient, SOURCE.region).send(request);

    await expect(send('no-role', allow('backup:StartBackupJob', vault))).rejects.toThrow(/iam:PassRole/);
    await expect(send('no-vault', allow('iam:PassRole', cloud.roleArn))).rejects.toThrow(/backup:StartBackupJob/);
    const { BackupJobId } = await send('both', allow('backup:StartBackupJob', vault), allow('iam:PassRole', cloud.roleArn));
    await cloud.ended(BackupJobId!);
  });

  describe('with a recovery point', () => {
    let RecoveryPointArn: string;
    beforeAll(async () => {
      RecoveryPointArn = await cloud.recoveryPoint({ RecoveryPointTags: { kind: 'kept' } });
    });

    it('restores it as a cluster with the same data', async () => {
      const { RestoreMetadata } = await cloud.backup.send(new GetRecoveryPointRestoreMetadataCommand({ BackupVaultName: VAULT, RecoveryPointArn }));
      const Metadata = { ...RestoreMetadata!, ClusterIdentifier: 'restored', ClusterSubnetGroupName: 'private' };
      const { RestoreJobId } = await cloud.backup.send(new StartRestoreJobCommand({ RecoveryPointArn, IamRoleArn: cloud.roleArn, Metadata, ResourceType: 'Redshift' }));

      const job = await cloud.endedRestore(RestoreJobId!);

      expect(job).toMatchObject({ Status: 'COMPLETED', CreatedResourceArn: clusterArn(SOURCE, 'restored'), PercentDone: '100.00%' });
      expect(await cloud.warehouse.sql(SOURCE, 'restored', 'select count(*)::int as lines from sale')).toEqual([{ lines: 10 }]);
    });

    it.each<[string, Record<string, string>, RegExp]>([
      ['no cluster', { RestoreType: 'CLUSTER_RESTORE' }, /must contain ClusterIdentifier/],
      ['what nobody knows', { RestoreType: 'CLUSTER_RESTORE', ClusterIdentifier: 'other', Colour: 'red' }, /Unknown metadata: Colour/],
      ['a name that is taken', { RestoreType: 'CLUSTER_RESTORE', ClusterIdentifier: 'sales' }, /already exists/],
    ])('fails to restore it with metadata that name %s', async (_case, Metadata, message) => {
      const { RestoreJobId } = await cloud.backup.send(new StartRestoreJobCommand({ RecoveryPointArn, IamRoleArn: cloud.roleArn, Metadata }));

      await expect(cloud.endedRestore(RestoreJobId!)).resolves.toMatchObject({ Status: 'FAILED', StatusMessage: expect.stringMatching(message) as string });
    });

    it('leaves it to AWS Backup alone to delete the snapshot', async () => {
      const SnapshotIdentifier = RecoveryPointArn.split('/').pop();

      await expect(cloud.warehouse.client(SOURCE).send(new DeleteClusterSnapshotCommand({ SnapshotIdentifier }))).rejects.toMatchObject({ name: 'InvalidClusterSnapshotStateFault' });
    });

    it('cannot copy it: the accounts need an organization, the organization a setting, and the type has no copies', async () => {
      const { cloud: local } = cloud.warehouse;
      const copy = async (DestinationBackupVaultArn: string) => {
        const { CopyJobId } = await cloud.backup.send(new StartCopyJobCommand({ RecoveryPointArn, SourceBackupVaultName: VAULT, DestinationBackupVaultArn, IamRoleArn: cloud.roleArn }));
        const { State, StatusMessage } = await cloud.endedCopy(CopyJobId!);
        return [State, StatusMessage];
      };
      const enable = (account: string) => local.client(BackupClient, { ...SOURCE, account }).send(new UpdateGlobalSettingsCommand({ GlobalSettings: { isCrossAccountBackupEnabled: 'true' } }));

      const alone = await copy(FAR_VAULT);
      local.services.analytics.backup.organization.join(TARGET.account, SOURCE.account);
      const together = await copy(FAR_VAULT);
      await expect(enable(SOURCE.account)).rejects.toMatchObject({ name: 'InvalidRequestException' });
      await enable(TARGET.account);
      const enabled = await copy(FAR_VAULT);
      const near = await copy(`arn:aws:backup:eu-central-1:${SOURCE.account}:backup-vault:near`);

      expect(alone).toEqual(['FAILED', 'Copy job failed. Both source and destination account must be a member of the same organization']);
      expect(together).toEqual(['FAILED', 'Cross-account copy feature is not enabled for the current organization.']);
      expect(enabled).toEqual(['FAILED', 'Copy job from eu-west-1 to eu-west-1 cannot be initiated for Redshift resources. Feature is not supported for provided resource type.']);
      expect(near).toEqual(['FAILED', 'Copy job from eu-west-1 to eu-central-1 cannot be initiated for Redshift resources. Feature is not supported for provided resource type.']);
    });

    it('deletes it with its snapshot', async () => {
      const gone = await cloud.recoveryPoint();
      await cloud.backup.send(new DeleteRecoveryPointCommand({ BackupVaultName: VAULT, RecoveryPointArn: gone }));
      await cloud.warehouse.passMinutes(1);

      await expect(cloud.backup.send(new DescribeRecoveryPointCommand({ BackupVaultName: VAULT, RecoveryPointArn: gone }))).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
      await expect(cloud.warehouse.describeSnapshot(SOURCE, gone.split('/').pop()!)).rejects.toMatchObject({ name: 'ClusterSnapshotNotFoundFault' });
    });

    it('ends it when its lifecycle says so', async () => {
      const brief = await cloud.recoveryPoint({ Lifecycle: { DeleteAfterDays: 2 } });
      const held = async () => (await cloud.backup.send(new ListRecoveryPointsByBackupVaultCommand({ BackupVaultName: VAULT }))).RecoveryPoints!.map((point) => point.RecoveryPointArn);
      await cloud.warehouse.passMinutes(1.9 * 24 * 60);
      const before = await held();
      await cloud.warehouse.passMinutes(0.2 * 24 * 60);

      expect(before).toContain(brief);
      expect(await held()).not.toContain(brief);
    });
  });
});
