import { parseDeployment } from '../../../../lib/config/deployment';
import { describedBackup, type RedshiftBackupDescription } from '../../../support/redshift-backup-description';

function problemsOf(...warehouses: readonly RedshiftBackupDescription[]): string {
  try {
    parseDeployment({
      name: 'test',
      accounts: { production: '111111111111', recovery: '222222222222' },
      notifications: { email: ['team@example.com'] },
      redshiftBackup: [...warehouses],
    });
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

const SERVERLESS = { account: 'production', clusterIdentifier: 'lake', warehouse: { workgroup: 'analysts', cidr: '10.0.0.0/16', capacityRpu: 8 } };
const NETWORK = { vpcId: 'vpc-0a1b2c3d', subnetIds: ['subnet-0a1b2c3d', 'subnet-0a1b2c3e'], availabilityZones: ['eu-west-1a', 'eu-west-1b'] };
const COPIES = { region: 'us-west-2', keepDays: 7, restorableWithinHours: 30 };
const KEY = 'arn:aws:kms:eu-west-1:111111111111:key/0a1b2c3d-0000-4000-8000-000000000001';
const TEAM = 'arn:aws:iam::222222222222:role/database-team';

describe('a warehouse in a deployment', () => {
  it('is accepted with the names of the guide', () => {
    expect(problemsOf(describedBackup())).toBe('');
  });

  // The schedules and retentions of the guide's own tables, against the quota that AWS documents.
  test.each([
    ['daily for 19 days', 'cron(0 2 * * ? *)', 19, ''],
    ['daily for 20 days', 'cron(0 2 * * ? *)', 20, 'holds up to 21 snapshots, expected at most snapshotQuota = 20'],
    ['daily for 30 days', 'cron(0 2 * * ? *)', 30, 'holds up to 31 snapshots, expected at most snapshotQuota = 20'],
    ['twice daily for 14 days', 'cron(0 2,14 * * ? *)', 14, 'holds up to 29 snapshots, expected at most snapshotQuota = 20'],
    ['every 6 hours for 7 days', 'rate(6 hours)', 7, 'holds up to 29 snapshots, expected at most snapshotQuota = 20'],
  ])('is judged by what its schedule and retention hold: %s', (_case, schedule, days, problem) => {
    const message = problemsOf(describedBackup({ schedule, retention: { days } }));

    expect(problem === '' ? message : message.includes(problem)).toBe(problem === '' ? '' : true);
  });

  it('may be backed up once a week, where the objective leaves the time', () => {
    expect(problemsOf(describedBackup({ schedule: 'cron(0 2 ? * SUN *)', objectives: { restorableWithinHours: 174, provenWithinDays: 8, backupHours: 6 } }))).toBe('');
  });

  it('is accepted beyond the default quota where a raised one is declared', () => {
    expect(problemsOf(describedBackup({ retention: { days: 30 }, snapshotQuota: 50 }))).toBe('');
  });

  it('counts the ladder and the recovery points of AWS Backup', () => {
    const message = problemsOf(describedBackup({ retention: { days: 7, weekly: 8, monthly: 6 }, awsBackup: { schedule: 'cron(0 4 ? * SUN *)', keepDays: 28 } }));

    expect(message).toContain('holds up to 26 snapshots with those of AWS Backup, expected at most snapshotQuota = 20');
  });

  test.each([
    ['the source account as its own target', { target: { account: 'production', network: { cidr: '10.1.0.0/16' } } }, 'redshiftBackup.0.target.account: "production" is the source account itself, expected another'],
    ['an account that does not exist', { target: { account: 'nowhere', network: { cidr: '10.1.0.0/16' } } }, 'redshiftBackup.0.target.account: "nowhere" is not allowed'],
    ['an objective shorter than its schedule', { objectives: { restorableWithinHours: 20, provenWithinDays: 8, backupHours: 6 } }, 'restorableWithinHours: 20 cannot be kept: cron(0 2 * * ? *) leaves up to 24 h between two backups'],
    ['an objective that a long backup would miss', { objectives: { restorableWithinHours: 29, provenWithinDays: 8, backupHours: 6 } }, 'restorableWithinHours: 29 cannot be kept: cron(0 2 * * ? *) leaves up to 24 h between two backups, and one may take 6 h'],
    ['a proof rarer than promised', { objectives: { restorableWithinHours: 30, provenWithinDays: 6, backupHours: 6 } }, 'provenWithinDays: 6 cannot be kept: cron(0 6 ? * MON *) leaves up to 7 days between two proofs'],
    ['AWS Backup at the same moment', { awsBackup: { schedule: 'cron(0 2 * * ? *)', keepDays: 5 } }, 'awsBackup.schedule: cron(0 2 * * ? *) can meet cron(0 2 * * ? *) of the automation, expected two cron(...) that never fire at the same time'],
    ['AWS Backup at the same moment of some days', { awsBackup: { schedule: 'cron(0 2 ? * SUN *)', keepDays: 5 } }, 'awsBackup.schedule: cron(0 2 ? * SUN *) can meet cron(0 2 * * ? *) of the automation'],
    ['AWS Backup beside a rate, which nobody knows the moments of', { schedule: 'rate(12 hours)', retention: { days: 3 }, awsBackup: { schedule: 'cron(0 4 ? * SUN *)', keepDays: 5 } }, 'awsBackup.schedule: cron(0 4 ? * SUN *) can meet rate(12 hours) of the automation'],
    ['a plan that its lock forbids', { awsBackup: { schedule: 'cron(0 4 ? * SUN *)', keepDays: 5, lock: { minDays: 7, maxDays: 30 } } }, 'awsBackup.keepDays: 5 is not allowed by the lock, expected 7 to 30'],
    ['a warehouse that is neither made nor named', { source: { account: 'production', warehouse: { cidr: '10.0.0.0/16' } as never } }, 'redshiftBackup.0.source.warehouse'],
    ['the key of an existing warehouse that is no ARN', { source: { account: 'production', warehouse: { kmsKeyArn: 'alias/warehouse' } } }, 'redshiftBackup.0.source.warehouse'],
    ['a network that is named by halves', { target: { account: 'recovery', network: { vpcId: 'vpc-0a1b2c3d' } as never } }, 'redshiftBackup.0.target.network'],
    ['AWS Backup for Redshift Serverless', { source: SERVERLESS, awsBackup: { schedule: 'cron(0 4 ? * SUN *)', keepDays: 5 } }, 'redshiftBackup.0.awsBackup: is not allowed with source.warehouse.workgroup, it is about clusters'],
    ['copies elsewhere of Redshift Serverless', { source: SERVERLESS, regionCopy: COPIES }, 'redshiftBackup.0.regionCopy: is not allowed with source.warehouse.workgroup, it is about clusters'],
    ['a namespace that Redshift Serverless would refuse', { source: { ...SERVERLESS, clusterIdentifier: 'wh' } }, 'source.clusterIdentifier: "wh" is not allowed, expected a namespace of at least 3 characters'],
    ['a network of too few zones for Redshift Serverless', { source: SERVERLESS, target: { account: 'recovery', network: NETWORK } }, 'target.network.availabilityZones: ["eu-west-1a","eu-west-1b"] is not allowed with source.warehouse.workgroup, expected three zones or more'],
    ['a capacity that there is not', { source: { account: 'production', warehouse: { workgroup: 'analysts', cidr: '10.0.0.0/16', capacityRpu: 2 } } }, 'redshiftBackup.0.source.warehouse'],
    ['copies in the region of the warehouse', { regionCopy: { ...COPIES, region: 'eu-west-1' } }, 'regionCopy.region: "eu-west-1" is the region of the warehouse itself, expected another'],
    ['more copies than the other region takes', { regionCopy: { ...COPIES, keepDays: 30 } }, 'regionCopy.keepDays: cron(0 2 * * ? *) with it holds up to 31 copies, expected at most snapshotQuota = 20'],
    ['an objective of the copies shorter than the schedule', { regionCopy: { ...COPIES, restorableWithinHours: 12 } }, 'regionCopy.restorableWithinHours: 12 cannot be kept: cron(0 2 * * ? *) leaves up to 24 h between two backups'],
    ['one person who asks and approves', { target: { ...describedBackup().target, release: { requesters: [TEAM, `${TEAM}-2`], approvers: [TEAM] } } }, `target.release.approvers: "${TEAM}" is a requester too, expected two people`],
    ['nobody who approves', { target: { ...describedBackup().target, release: { requesters: [TEAM], approvers: [] } } }, 'target.release.approvers'],
    ['a name that its bucket has no room for', { name: 'a-warehouse-of-many-word', region: 'ap-southeast-2' }, 'redshiftBackup.0.name: "a-warehouse-of-many-word" is not allowed, expected at most 19 characters'],
    ['more shares than a key carries', { retention: { days: 110 }, snapshotQuota: 700 }, 'retention: cron(0 2 * * ? *) with it holds up to 111 snapshots that are shared, expected at most 100: no key carries more shares'],
    ['more copies than their key carries shares of', { snapshotQuota: 700, regionCopy: { ...COPIES, keepDays: 120 } }, 'regionCopy.keepDays: cron(0 2 * * ? *) with it holds up to 121 copies that are shared, expected at most 100'],
    ['days of grace that one failed clean-up would use up', { graceDays: 1 }, 'redshiftBackup.0.graceDays: 1 is not allowed'],
    ['a retention out of range', { retention: { days: 4000 } }, 'redshiftBackup.0.retention.days: 4000 is not allowed'],
  ])('is refused with %s', (_case, changes, problem) => {
    expect(problemsOf(describedBackup(changes))).toContain(problem);
  });

  test.each([
    ['a cluster that exists', { source: { account: 'production', clusterIdentifier: 'theirs', warehouse: { kmsKeyArn: KEY } } }],
    ['a network that exists', { target: { account: 'recovery', network: { vpcId: 'vpc-0a1b2c3d', subnetIds: ['subnet-0a1b2c3d'], availabilityZones: ['eu-west-1a'] } } }],
    ['Redshift Serverless', { source: SERVERLESS }],
    ['Redshift Serverless that exists', { source: { account: 'production', clusterIdentifier: 'lake', warehouse: { workgroup: 'analysts', kmsKeyArn: KEY } } }],
    ['copies in another region', { regionCopy: COPIES }],
    ['two teams for the release of copies', { target: { ...describedBackup().target, release: { requesters: [TEAM], approvers: [`${TEAM}-2`] } } }],
  ])('is accepted with %s', (_case, changes) => {
    expect(problemsOf(describedBackup(changes))).toBe('');
  });

  describe('beside another', () => {
    const named = (name: string, changes: Partial<RedshiftBackupDescription> = {}) => {
      const names = { backupFunction: `${name}-backup`, snapshotPrefix: name, sourceKeyAlias: `${name}-key`, targetKeyAlias: `${name}-copies` };
      return describedBackup({ name, names, source: { account: 'production', clusterIdentifier: name, warehouse: { cidr: '10.0.0.0/16', nodeType: 'ra3.large', numberOfNodes: 2 } }, ...changes });
    };
    const underKey = (name: string) => named(name, { snapshotQuota: 700, retention: { days: 50 }, source: { account: 'production', clusterIdentifier: name, warehouse: { kmsKeyArn: KEY } } });
    const serverless = (name: string) => named(name, { retention: { days: 10 }, source: { ...SERVERLESS, clusterIdentifier: name } });
    const proof = { ...describedBackup().proof, schedule: 'cron(0 6 * * ? *)', retention: { days: 10 } };

    test.each([
      ['snapshots', [named('sales', { retention: { days: 9 } }), named('stock', { retention: { days: 10 } })], 'redshiftBackup.0.retention, redshiftBackup.1.retention: together hold up to 21 snapshots in production, eu-west-1, expected at most snapshotQuota = 20'],
      ['copies that the target owns', [named('sales', { proof }), named('stock', { proof })], 'redshiftBackup.0.proof.retention, redshiftBackup.1.proof.retention: together hold up to 22 snapshots in recovery, eu-west-1, expected at most snapshotQuota = 20'],
      ['copies in the region of the other', [named('sales', { regionCopy: { ...COPIES, keepDays: 12 } }), named('stock', { region: 'us-west-2' })], 'redshiftBackup.0.regionCopy.keepDays, redshiftBackup.1.retention: together hold up to 21 snapshots in production, us-west-2'],
      ['snapshots than the lower of two quotas', [named('sales', { retention: { days: 10 }, snapshotQuota: 50 }), named('stock', { retention: { days: 10 } })], 'together hold up to 22 snapshots in production, eu-west-1, expected at most snapshotQuota = 20'],
      ['shares of one key', [underKey('sales'), underKey('stock')], `redshiftBackup.0.retention, redshiftBackup.1.retention: together hold up to 102 snapshots under ${KEY} that are shared, expected at most 100: no key carries more shares`],
    ])('is refused when both hold more %s than there may be', (_what, both, problem) => {
      expect(problemsOf(...both)).toContain(problem);
    });

    test.each([
      ['exactly as many as there may be', [named('sales', { retention: { days: 9 } }), named('stock', { retention: { days: 9 } })]],
      ['in another region', [named('sales', { retention: { days: 10 } }), named('stock', { retention: { days: 10 }, region: 'us-west-2' })]],
      ['of Redshift Serverless, which has quotas of its own', [serverless('sales'), serverless('stock')]],
    ])('is accepted with %s', (_what, both) => {
      expect(problemsOf(...both)).toBe('');
    });
  });

  it('is refused beside another of the same name, cluster, prefix, function or keys', () => {
    const message = problemsOf(describedBackup(), describedBackup());

    for (const field of ['name', 'source.clusterIdentifier', 'names.snapshotPrefix', 'names.backupFunction', 'names.targetKeyAlias', 'names.sourceKeyAlias']) expect(message).toContain(`redshiftBackup.1.${field}`);
  });

  it('is refused in another region with a function of the same name, since its role bears that name too', () => {
    const message = problemsOf(describedBackup(), describedBackup({ name: 'other', region: 'eu-central-1' }));

    expect(message).toContain('redshiftBackup.1.names.backupFunction: "aca-redshift-backup" is taken by redshiftBackup.0');
    expect(message).not.toContain('redshiftBackup.1.names.snapshotPrefix');
  });

  it('is refused with the vault, plan or role of AWS Backup that another has', () => {
    const awsBackup = { schedule: 'cron(0 4 ? * SUN *)', keepDays: 5 };
    const message = problemsOf(describedBackup({ awsBackup }), describedBackup({ name: 'other', awsBackup }));

    for (const field of ['role', 'plan', 'sourceVault', 'targetVault']) expect(message).toContain(`redshiftBackup.1.awsBackup.${field}`);
  });
});
