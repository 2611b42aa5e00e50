import { hasBoto, judgedByBotocore, type JudgedCall, type Judgement } from '../support/botocore-judge';
import { createServiceRole } from '../support/create-role';
import { WORK } from '../unit/local/cloud/services/backup/backup-fixture';
import { clusterArn, PASSWORD, SOURCE, WarehouseCloud } from '../unit/local/cloud/services/redshift/redshift-fixture';

/**
 * What the warehouses' services answer is read by boto3, whose models and parsers are not the ones that the answers are written with:
 * members, enumerations, required members and declared errors must be those of AWS.
 */
const isJudged = hasBoto();

if (!isJudged) process.stderr.write("\nSKIPPED: Python with boto3 is not installed, so answers were NOT compared with botocore's models.\n\n");

const QUOTA = { ServiceCode: 'redshift', QuotaCode: 'L-2E428669' };
const VAULT = { BackupVaultName: 'judged' };
const SNAPSHOT = { SnapshotIdentifier: 'judged' };
const TARGET = { ClusterIdentifier: 'sales', Database: 'dev', DbUser: 'awsuser' };
const RULE = { ConfigRuleName: 'judged', Source: { Owner: 'AWS', SourceIdentifier: 'REDSHIFT_BACKUP_ENABLED' } };

describe("botocore's models", () => {
  let warehouse: WarehouseCloud | undefined;
  let roleArn: string;
  beforeAll(async () => {
    if (!isJudged) return;
    warehouse = await WarehouseCloud.start(SOURCE);
    await warehouse.createCluster(SOURCE, 'sales', { KmsKeyId: await warehouse.createKey(SOURCE) });
    roleArn = await createServiceRole(warehouse.cloud, SOURCE, 'backup.amazonaws.com', WORK);
  });
  afterAll(() => warehouse?.stop());

  /** Makes the calls; between two rounds a few minutes pass. Returns what is wrong and which calls failed. */
  async function judge(...rounds: readonly (readonly JudgedCall[])[]): Promise<{ readonly problems: readonly string[]; readonly errors: readonly string[] }> {
    const judgements: Judgement[] = [];
    for (const calls of rounds) {
      judgements.push(...(await judgedByBotocore(warehouse!.cloud, SOURCE, calls)));
      await warehouse!.passMinutes(6);
    }
    return {
      problems: judgements.flatMap(({ operation, problems }) => problems.map((problem) => `${operation}: ${problem}`)),
      errors: judgements.flatMap(({ operation, error }) => (error === null ? [] : [`${operation}: ${error}`])),
    };
  }

  it('hold for clusters and snapshots', async () => {
    if (!isJudged) return;
    const judged = await judge(
      [
        ['redshift', 'DescribeClusters'],
        ['redshift', 'CreateClusterSnapshot', { ...SNAPSHOT, ClusterIdentifier: 'sales', ManualSnapshotRetentionPeriod: 7, Tags: [{ Key: 'team', Value: 'data' }] }],
        ['redshift', 'AuthorizeSnapshotAccess', { ...SNAPSHOT, AccountWithRestoreAccess: '222222222222' }],
        ['redshift', 'DescribeClusterSnapshots', { SnapshotIdentifier: 'absent' }],
      ],
      [
        ['redshift', 'AuthorizeSnapshotAccess', { ...SNAPSHOT, AccountWithRestoreAccess: '222222222222' }],
        ['redshift', 'AuthorizeSnapshotAccess', { ...SNAPSHOT, AccountWithRestoreAccess: '222222222222' }],
        ['redshift', 'DeleteClusterSnapshot', SNAPSHOT],
        ['redshift', 'DescribeClusterSnapshots', { ClusterIdentifier: 'sales' }],
        ['redshift', 'RevokeSnapshotAccess', { ...SNAPSHOT, AccountWithRestoreAccess: '222222222222' }],
        ['redshift', 'DeleteClusterSnapshot', SNAPSHOT],
        ['redshift', 'DescribeClusterSubnetGroups'],
        ['redshift', 'DescribeEvents'],
        ['redshift', 'DescribeTags'],
      ],
    );

    expect(judged).toEqual({
      problems: [],
      errors: ['AuthorizeSnapshotAccess: InvalidClusterSnapshotState', 'DescribeClusterSnapshots: ClusterSnapshotNotFound', 'AuthorizeSnapshotAccess: AuthorizationAlreadyExists', 'DeleteClusterSnapshot: InvalidClusterSnapshotState'],
    });
  });

  it('hold for statements, quotas and settings of accounts', async () => {
    if (!isJudged) return;
    const judged = await judge([
      ['redshift-data', 'ExecuteStatement', { ...TARGET, Sql: 'select 1' }],
      ['redshift-data', 'ListStatements'],
      ['redshift-data', 'ListTables', TARGET],
      ['redshift-data', 'GetStatementResult', { Id: '00000000-0000-0000-0000-000000000000' }],
      ['redshift-data', 'ExecuteStatement', { ...TARGET, ClusterIdentifier: 'absent', Sql: 'select 1' }],
      ['service-quotas', 'GetServiceQuota', QUOTA],
      ['service-quotas', 'ListServiceQuotas', { ServiceCode: 'redshift' }],
      ['service-quotas', 'RequestServiceQuotaIncrease', { ...QUOTA, DesiredValue: 50 }],
      ['service-quotas', 'GetServiceQuota', { ...QUOTA, QuotaCode: 'L-00000000' }],
      ['guardduty', 'CreateDetector', { Enable: true }],
      ['guardduty', 'ListDetectors'],
      ['cloudtrail', 'LookupEvents', { MaxResults: 5 }],
      ['cloudtrail', 'DescribeTrails'],
      ['config', 'PutConfigRule', { ConfigRule: RULE }],
      ['config', 'DescribeConfigRules'],
    ]);

    expect(judged).toEqual({
      problems: [],
      errors: ['GetStatementResult: ResourceNotFoundException', 'ExecuteStatement: ValidationException', 'GetServiceQuota: NoSuchResourceException', 'PutConfigRule: NoAvailableConfigurationRecorderException'],
    });
  });

  it('hold for AWS Backup', async () => {
    if (!isJudged) return;
    const judged = await judge(
      [
        ['backup', 'CreateBackupVault', { ...VAULT, BackupVaultTags: { team: 'data' } }],
        ['backup', 'CreateBackupVault', VAULT],
        ['backup', 'PutBackupVaultLockConfiguration', { ...VAULT, MinRetentionDays: 1, ChangeableForDays: 3 }],
        ['backup', 'DescribeBackupVault', VAULT],
        ['backup', 'ListBackupVaults'],
        ['backup', 'CreateBackupPlan', { BackupPlan: { BackupPlanName: 'judged', Rules: [{ RuleName: 'daily', TargetBackupVaultName: 'judged', Lifecycle: { DeleteAfterDays: 7 } }] } }],
        ['backup', 'ListBackupPlans'],
        ['backup', 'StartBackupJob', { ...VAULT, ResourceArn: clusterArn(SOURCE, 'sales'), IamRoleArn: roleArn, Lifecycle: { DeleteAfterDays: 7 } }],
        ['backup', 'DescribeBackupJob', { BackupJobId: 'absent' }],
      ],
      [
        ['backup', 'ListBackupJobs'],
        ['backup', 'ListRecoveryPointsByBackupVault', VAULT],
        ['backup', 'ListProtectedResources'],
        ['backup', 'ListCopyJobs'],
        ['backup', 'ListRestoreJobs'],
        ['backup', 'DescribeRegionSettings'],
      ],
    );

    expect(judged).toEqual({ problems: [], errors: ['CreateBackupVault: AlreadyExistsException', 'DescribeBackupJob: ResourceNotFoundException'] });
  });

  it('hold for Redshift Serverless', async () => {
    if (!isJudged) return;
    const judged = await judge(
      [
        ['redshift-serverless', 'CreateNamespace', { namespaceName: 'judged', adminUsername: 'awsuser', adminUserPassword: PASSWORD }],
        ['redshift-serverless', 'CreateWorkgroup', { workgroupName: 'judged', namespaceName: 'judged', subnetIds: await warehouse!.subnetsOfThreeZones(SOURCE) }],
        ['redshift-serverless', 'GetSnapshot', { snapshotName: 'absent' }],
      ],
      [
        ['redshift-serverless', 'GetNamespace', { namespaceName: 'judged' }],
        ['redshift-serverless', 'ListWorkgroups'],
        ['redshift-serverless', 'CreateSnapshot', { namespaceName: 'judged', snapshotName: 'judged' }],
        ['redshift-serverless', 'GetCredentials', { workgroupName: 'judged' }],
      ],
      [
        ['redshift-serverless', 'ListSnapshots'],
        ['redshift-serverless', 'ListRecoveryPoints'],
        ['redshift-serverless', 'DeleteSnapshot', { snapshotName: 'judged' }],
      ],
    );

    expect(judged).toEqual({ problems: [], errors: ['GetSnapshot: ResourceNotFoundException'] });
  });
});
