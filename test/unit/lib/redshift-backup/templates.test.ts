import { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { parseDeployment } from '../../../../lib/config/deployment';
import { addRedshiftBackup } from '../../../../lib/redshift-backup/add-redshift-backup';
import { describedBackup, type RedshiftBackupDescription } from '../../../support/redshift-backup-description';
import { exampleAssembly, SYNTHESIS_LIMIT_MS } from '../../../support/example-assembly';

const KEY = 'arn:aws:kms:eu-west-1:111111111111:key/0a1b2c3d-0000-4000-8000-000000000001';
const CREATED = describedBackup({ name: 'sales' });
const NETWORK = { vpcId: 'vpc-0a1b2c3d', subnetIds: ['subnet-0a1b2c3d', 'subnet-0a1b2c3e'], availabilityZones: ['eu-west-1a', 'eu-west-1b'] };
const NAMED: RedshiftBackupDescription = { ...CREATED, source: { account: 'production', clusterIdentifier: 'theirs', warehouse: { kmsKeyArn: KEY } }, target: { account: 'recovery', network: NETWORK } };
const SERVERLESS: RedshiftBackupDescription = { ...CREATED, source: { account: 'production', clusterIdentifier: 'lake', warehouse: { workgroup: 'analysts', cidr: '10.0.0.0/16', capacityRpu: 32 } } };

// Stacks are made of built handlers.
beforeAll(() => exampleAssembly(), SYNTHESIS_LIMIT_MS);

/** Makes it when it is first asked for. */
function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

/** The stacks of one pipeline by what is behind its name. */
function stacksOf(description: RedshiftBackupDescription): Readonly<Record<string, Template>> {
  const app = new App({ analyticsReporting: false });
  addRedshiftBackup(app, parseDeployment({ name: 'test', accounts: { production: '111111111111', recovery: '222222222222' }, notifications: { email: ['team@example.com'] }, redshiftBackup: [description] }));
  return Object.fromEntries(app.node.children.map((stack) => [stack.node.id.replace('test-redshift-backup-sales-', ''), Template.fromStack(stack as Parameters<typeof Template.fromStack>[0])]));
}

/** What a function's role may do, each action with its resources. */
function permissionsOf(template: Template, role: string): readonly { readonly Action: unknown; readonly Resource: unknown; readonly Condition?: unknown }[] {
  const [roleId = ''] = Object.entries(template.findResources('AWS::IAM::Role')).find(([, { Properties }]) => (Properties as { RoleName?: string }).RoleName === role) ?? [];
  const policies = Object.values(template.findResources('AWS::IAM::Policy', { Properties: { Roles: [{ Ref: roleId }] } }));
  return policies.flatMap((policy) => (policy as { Properties: { PolicyDocument: { Statement: [] } } }).Properties.PolicyDocument.Statement);
}

describe('a warehouse that the deployment makes', () => {
  const stacks = once(() => stacksOf(CREATED));

  it('is a private, encrypted cluster that goes with nobody’s stack', () => {
    stacks()['warehouse']!.hasResource('AWS::Redshift::Cluster', {
      DeletionPolicy: 'Retain',
      Properties: { ClusterIdentifier: 'aca-redshift-cluster', Encrypted: true, PubliclyAccessible: false, EnhancedVpcRouting: true, ManageMasterPassword: true, NumberOfNodes: 2 },
    });
  });

  it('is under a key that the target account may restore with, and no other', () => {
    const [key] = Object.values(stacks()['warehouse']!.findResources('AWS::KMS::Key')) as { Properties: { KeyPolicy: { Statement: { Sid?: string; Principal: unknown; Action: unknown }[] } } }[];
    const foreign = key!.Properties.KeyPolicy.Statement.filter(({ Principal }) => JSON.stringify(Principal).includes('222222222222'));

    expect(foreign.map(({ Sid, Action }) => [Sid, Action])).toEqual([['RestoreInTargetAccount', ['kms:DescribeKey', 'kms:Decrypt', 'kms:CreateGrant']]]);
  });
});

describe('a warehouse, network and key that are named', () => {
  const stacks = once(() => stacksOf(NAMED));

  it('are not made once more', () => {
    expect(Object.keys(stacks()).sort()).toEqual(['source', 'target']);
    for (const template of Object.values(stacks())) {
      template.resourceCountIs('AWS::Redshift::Cluster', 0);
      template.resourceCountIs('AWS::EC2::VPC', 0);
      template.resourceCountIs('AWS::EC2::Subnet', 0);
    }
  });

  it('are used: restored clusters lie in the network, and the key is the only one that may be tried', () => {
    stacks()['target']!.hasResourceProperties('AWS::Redshift::ClusterSubnetGroup', { SubnetIds: NETWORK.subnetIds });
    stacks()['target']!.hasResourceProperties('AWS::EC2::SecurityGroup', { VpcId: NETWORK.vpcId });
    const tried = permissionsOf(stacks()['target']!, 'redshift-backup-sales-choose-snapshot').filter(({ Action }) => JSON.stringify(Action).includes('kms:CreateGrant'));

    expect(tried.map(({ Resource }) => Resource)).toEqual([KEY]);
    expect(permissionsOf(stacks()['source']!, 'redshift-backup-sales-share-snapshot')).toContainEqual(expect.objectContaining({ Action: 'kms:DescribeKey', Resource: KEY }));
  });

  it('are all that the functions touch: snapshots of that cluster', () => {
    const created = permissionsOf(stacks()['source']!, 'redshift-backup-sales-create-snapshot').find(({ Action }) => Action === 'redshift:CreateClusterSnapshot');

    expect(created?.Resource).toEqual(['arn:aws:redshift:eu-west-1:111111111111:cluster:theirs', 'arn:aws:redshift:eu-west-1:111111111111:snapshot:theirs/aca-lambda-snapshot-*']);
  });
});

describe('a run', () => {
  const machines = (description: RedshiftBackupDescription, side: string) => JSON.stringify(Object.values(stacksOf(description)[side]!.findResources('AWS::StepFunctions::StateMachine')));
  const pauses = (machine: string) => [...machine.matchAll(/\\"Seconds\\":(\d+)/g)].map(([, seconds]) => Number(seconds));

  it('looks at a manifest four times a minute and at a cluster once', () => {
    expect([...new Set(pauses(machines(CREATED, 'target')))].sort((a, b) => a - b)).toEqual([15, 60]);
  });

  it('leaves the snapshot a third of the time, however long the warehouse is read', () => {
    expect([...machines(CREATED, 'source').matchAll(/\\"longestMinutes\\":(\d+)/g)].map(([, minutes]) => Number(minutes))).toEqual([120, 120, 120, 120]);
  });

  it('looks more rarely where it may take so long that its history would be full', () => {
    const { proof } = CREATED;

    expect(pauses(machines({ ...CREATED, proof: { ...proof, lifetimeHours: 48, costCapUsd: 100 } }, 'target')).every((seconds) => (48 * 3600 * 9) / seconds < 20_000)).toBe(true);
  });
});

describe('the retention', () => {
  const stacks = once(() => stacksOf(CREATED));

  test.each([
    ['source', 'redshift-backup-sales-retention'],
    ['target', 'redshift-backup-sales-copy-retention'],
  ])('of the %s is applied every day, whether or not anything is backed up or proven, and its silence alarms', (side, name) => {
    const template = stacks()[side]!;
    const [functionId] = Object.keys(template.findResources('AWS::Lambda::Function', { Properties: { FunctionName: 'redshift-backup-sales-apply-retention' } }));

    template.hasResourceProperties('AWS::Scheduler::Schedule', { Name: name, ScheduleExpression: 'rate(1 day)', State: Match.absent(), Target: Match.objectLike({ Arn: { 'Fn::GetAtt': [functionId, 'Arn'] } }) });
    template.hasResourceProperties('AWS::CloudWatch::Alarm', { AlarmName: 'redshift-backup/sales/RetentionUnkept', MetricName: 'SnapshotsDeleted', Statistic: 'SampleCount', Threshold: 1, ComparisonOperator: 'LessThanThreshold', TreatMissingData: 'breaching' });
  });
});

describe('the longest name that a pipeline may have', () => {
  it('leaves roles the 64 characters that IAM allows', () => {
    const roles = Object.values(stacksOf({ ...CREATED, name: 'a-warehouse-of-some-word' })).flatMap((template) => Object.values(template.findResources('AWS::IAM::Role')));
    const names = roles.flatMap(({ Properties }) => (Properties as { RoleName?: string }).RoleName ?? []);

    expect(names.filter((name) => name.length > 64)).toEqual([]);
    expect(names).toContain('redshift-backup-a-warehouse-of-some-word-copy-retention-schedule');
  });
});

describe('what people look at', () => {
  const stacks = once(() => stacksOf(CREATED));

  test.each(['source', 'target'])('is a dashboard of the %s', (side) => {
    stacks()[side]!.hasResourceProperties('AWS::CloudWatch::Dashboard', { DashboardName: `holdfast-redshift-backup-sales-${side}` });
  });
});

describe('governance', () => {
  const SWITCHED = { config: 'AWS::Config::ConfigRule', cloudTrail: 'AWS::CloudTrail::Trail', guardDuty: 'AWS::GuardDuty::Detector' };

  test.each(['config', 'cloudTrail', 'guardDuty'] as const)('by %s is in both accounts, and nothing else that was not asked for', (what) => {
    const stacks = stacksOf({ ...CREATED, governance: { [what]: true } });

    for (const side of ['source-governance', 'target-governance']) {
      const made = Object.values(SWITCHED).filter((type) => Object.keys(stacks[side]!.findResources(type)).length > 0);

      expect(made).toEqual([SWITCHED[what]]);
    }
  });

  it('is nowhere unless it is asked for', () => {
    expect(Object.keys(stacksOf(CREATED)).filter((stack) => stack.includes('governance'))).toEqual([]);
  });
});

describe('what the target keeps as evidence', () => {
  it.each([
    ['the snapshots', { retention: { days: 7, monthly: 3 } }, 100],
    ['the copies', { proof: { ...CREATED.proof, retention: { days: 14, yearly: 2 } } }, 739],
  ])('outlives %s, whichever live longer', (_which, changes, Days) => {
    stacksOf({ ...CREATED, ...changes })['target']!.hasResourceProperties('AWS::S3::Bucket', { ObjectLockConfiguration: { Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days } } } });
  });
});

describe('AWS Backup beside it', () => {
  const stacks = once(() => stacksOf({ ...CREATED, awsBackup: { schedule: 'cron(0 4 ? * SUN *)', keepDays: 5, lock: { minDays: 3, maxDays: 30 } }, governance: { config: true } }));

  it('tells how jobs end by the one event that it still sends of them', () => {
    stacks()['source']!.hasResourceProperties('AWS::Backup::BackupVault', { Notifications: { BackupVaultEvents: ['BACKUP_JOB_COMPLETED', 'RESTORE_JOB_COMPLETED'] } });
  });

  it('may copy into the vault of the other account, for the day on which it can', () => {
    expect(permissionsOf(stacks()['source']!, 'AcaAWSBackupServiceRole-Redshift')).toContainEqual({
      Action: ['backup:DescribeBackupVault', 'backup:CopyIntoBackupVault'],
      Effect: 'Allow',
      Resource: 'arn:aws:backup:eu-west-1:222222222222:backup-vault:aca-redshift-cross-account-vault',
    });
  });

  it('is audited by what AWS Config records', () => {
    stacks()['source-governance']!.hasResourceProperties('AWS::Config::ConfigurationRecorder', { RecordingGroup: { ResourceTypes: Match.arrayWith(['AWS::Backup::BackupSelection', 'AWS::Backup::RecoveryPoint', 'AWS::Config::ResourceCompliance']) } });
    stacks()['source-governance']!.hasResourceProperties('AWS::Backup::Framework', {
      FrameworkControls: [
        { ControlName: 'BACKUP_RESOURCES_PROTECTED_BY_BACKUP_PLAN', ControlScope: { ComplianceResourceTypes: ['Redshift'] } },
        { ControlName: 'BACKUP_RESOURCES_PROTECTED_BY_BACKUP_VAULT_LOCK', ControlScope: { ComplianceResourceTypes: ['Redshift'] } },
        { ControlName: 'BACKUP_RECOVERY_POINT_ENCRYPTED' },
      ],
    });
  });
});

describe('a weekly backup', () => {
  it('is missed by the target’s freshness: no alarm looks back further than a week', () => {
    const stacks = stacksOf({ ...CREATED, schedule: 'cron(0 2 ? * SUN *)', objectives: { restorableWithinHours: 180, provenWithinDays: 8, backupHours: 6 } });

    expect(Object.keys(stacks['source']!.findResources('AWS::CloudWatch::Alarm', { Properties: { AlarmName: 'redshift-backup/sales/BackupMissing' } }))).toEqual([]);
    stacks['target']!.hasResourceProperties('AWS::CloudWatch::Alarm', { AlarmName: 'redshift-backup/sales/NothingFreshToRestore', Threshold: 180 * 3600, TreatMissingData: 'breaching' });
  });
});

describe('a warehouse of Redshift Serverless', () => {
  const stacks = once(() => stacksOf(SERVERLESS));

  it('is a namespace with a private workgroup', () => {
    stacks()['warehouse']!.hasResource('AWS::RedshiftServerless::Namespace', { DeletionPolicy: 'Retain', Properties: { NamespaceName: 'lake', ManageAdminPassword: true, KmsKeyId: Match.anyValue() } });
    stacks()['warehouse']!.hasResourceProperties('AWS::RedshiftServerless::Workgroup', { WorkgroupName: 'analysts', BaseCapacity: 32, PubliclyAccessible: false, EnhancedVpcRouting: true, ConfigParameters: [{ ParameterKey: 'require_ssl', ParameterValue: 'true' }] });
    stacks()['warehouse']!.resourceCountIs('AWS::Redshift::Cluster', 0);
  });

  it('is read in both accounts by the user that is named after the role', () => {
    for (const side of ['source', 'target']) stacks()[side]!.hasResourceProperties('AWS::Lambda::Function', { FunctionName: 'redshift-backup-sales-take-manifest', Environment: { Variables: Match.objectLike({ READER_USER: 'IAMR:redshift-backup-sales-take-manifest', CAPACITY_RPU: '8' }) } });
  });

  it('lets functions delete only what bears the tag of the pipeline', () => {
    const deleting = ['tear-down', 'sweep-clusters', 'apply-retention'].flatMap((operation) => permissionsOf(stacks()['target']!, `redshift-backup-sales-${operation}`)).filter(({ Action }) => JSON.stringify(Action).includes('redshift-serverless:Delete'));

    expect(deleting).toHaveLength(3);
    for (const { Condition } of deleting) expect(Condition).toEqual({ StringEquals: { 'aws:ResourceTag/holdfast:pipeline': 'sales' } });
  });
});

describe('copies in another region', () => {
  const stacks = once(() => stacksOf({ ...CREATED, regionCopy: { region: 'us-west-2', keepDays: 5, restorableWithinHours: 30 } }));

  it('have a key of their own there that the target account may restore with', () => {
    stacks()['copies']!.hasResourceProperties('AWS::KMS::Alias', { AliasName: 'alias/redshift-backup-sales-copies' });
    expect(JSON.stringify(stacks()['copies']!.toJSON())).toContain('RestoreInTargetAccount');
  });

  it('are kept by a function that may share copies of the pipeline and no other snapshot', () => {
    const shares = permissionsOf(stacks()['source']!, 'redshift-backup-sales-reconcile-region-copies').find(({ Action }) => Action === 'redshift:AuthorizeSnapshotAccess');

    expect(shares?.Resource).toBe('arn:aws:redshift:us-west-2:111111111111:snapshot:aca-redshift-cluster/copy:aca-lambda-snapshot-*');
    stacks()['source']!.hasResourceProperties('AWS::Scheduler::Schedule', { Name: 'redshift-backup-sales-region-copies', ScheduleExpression: 'rate(1 hour)' });
  });

  it('are what the target measures, and silence alarms', () => {
    stacks()['target']!.hasResourceProperties('AWS::CloudWatch::Alarm', { MetricName: 'RegionCopyAgeSeconds', Threshold: 30 * 3600, TreatMissingData: 'breaching' });
  });
});

describe('the release of a copy', () => {
  const [requester, approver] = ['arn:aws:iam::222222222222:role/database-team', 'arn:aws:iam::222222222222:role/security-team'];
  const stacks = once(() => stacksOf({ ...CREATED, target: { ...CREATED.target, release: { requesters: [requester], approvers: [approver] } } }));

  test.each([
    ['requester', requester, 'request-release'],
    ['approver', approver, 'approve-release'],
  ])('gives the %s one function and nobody else the role', (who, principal, operation) => {
    const target = stacks()['target']!;
    const role = `redshift-backup-sales-release-${who}`;
    const functionId = Object.keys(target.findResources('AWS::Lambda::Function', { Properties: { FunctionName: `redshift-backup-sales-${operation}` } }))[0];

    target.hasResourceProperties('AWS::IAM::Role', { RoleName: role, AssumeRolePolicyDocument: { Statement: [{ Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { AWS: principal } }] } });
    expect(permissionsOf(target, role)).toEqual([{ Action: 'lambda:InvokeFunction', Effect: 'Allow', Resource: { 'Fn::GetAtt': [functionId, 'Arn'] } }]);
  });

  it('is the only way besides the retention by which copies are deleted', () => {
    const target = stacks()['target']!;
    const roles = Object.values(target.findResources('AWS::IAM::Role')).map(({ Properties }) => (Properties as { RoleName?: string }).RoleName ?? '');
    const deleting = roles.filter((role) => permissionsOf(target, role).some(({ Action }) => JSON.stringify(Action).includes('DeleteClusterSnapshot')));

    expect(deleting.sort()).toEqual(['redshift-backup-sales-apply-retention', 'redshift-backup-sales-approve-release']);
  });
});
