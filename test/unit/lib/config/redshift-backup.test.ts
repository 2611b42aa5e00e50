import { parseDeployment, type DeploymentDescription } from '../../../../lib/config/deployment';

type Description = NonNullable<DeploymentDescription['redshiftBackup']>[number];

function described(changes: Partial<Description> = {}): Description {
  return {
    name: 'warehouse',
    region: 'eu-west-1',
    source: { account: 'production', warehouse: { cidr: '10.0.0.0/16', nodeType: 'ra3.large', numberOfNodes: 2 } },
    target: { account: 'recovery', network: { cidr: '10.1.0.0/16' } },
    schedule: 'cron(0 2 * * ? *)',
    retention: { days: 7 },
    proof: { schedule: 'cron(0 6 ? * MON *)', retention: { days: 30 }, costCapUsd: 20, lifetimeHours: 6 },
    objectives: { restorableWithinHours: 30, provenWithinDays: 8, backupHours: 6 },
    ...changes,
  };
}

function problemsOf(...warehouses: readonly Description[]): string {
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

describe('a warehouse in a deployment', () => {
  it('is accepted with the names of the guide', () => {
    expect(problemsOf(described())).toBe('');
  });

  // The schedules and retentions of the guide's own tables, against the quota that AWS documents.
  test.each([
    ['daily for 19 days', 'cron(0 2 * * ? *)', 19, ''],
    ['daily for 20 days', 'cron(0 2 * * ? *)', 20, 'holds up to 21 snapshots, expected at most snapshotQuota = 20'],
    ['daily for 30 days', 'cron(0 2 * * ? *)', 30, 'holds up to 31 snapshots, expected at most snapshotQuota = 20'],
    ['twice daily for 14 days', 'cron(0 2,14 * * ? *)', 14, 'holds up to 29 snapshots, expected at most snapshotQuota = 20'],
    ['every 6 hours for 7 days', 'rate(6 hours)', 7, 'holds up to 29 snapshots, expected at most snapshotQuota = 20'],
  ])('is judged by what its schedule and retention hold: %s', (_case, schedule, days, problem) => {
    const message = problemsOf(described({ schedule, retention: { days } }));

    expect(problem === '' ? message : message.includes(problem)).toBe(problem === '' ? '' : true);
  });

  it('is accepted beyond the default quota where a raised one is declared', () => {
    expect(problemsOf(described({ retention: { days: 30 }, snapshotQuota: 50 }))).toBe('');
  });

  it('counts the ladder and the recovery points of AWS Backup', () => {
    const message = problemsOf(described({ retention: { days: 7, weekly: 8, monthly: 6 }, awsBackup: { schedule: 'cron(0 4 ? * SUN *)', keepDays: 28 } }));

    expect(message).toContain('holds up to 26 snapshots with those of AWS Backup, expected at most snapshotQuota = 20');
  });

  test.each([
    ['the source account as its own target', { target: { account: 'production', network: { cidr: '10.1.0.0/16' } } }, 'redshiftBackup.0.target.account: "production" is the source account itself, expected another'],
    ['an account that does not exist', { target: { account: 'nowhere', network: { cidr: '10.1.0.0/16' } } }, 'redshiftBackup.0.target.account: "nowhere" is not allowed'],
    ['an objective shorter than its schedule', { objectives: { restorableWithinHours: 20, provenWithinDays: 8, backupHours: 6 } }, 'restorableWithinHours: 20 cannot be kept: cron(0 2 * * ? *) leaves up to 24 h between two backups'],
    ['a proof rarer than promised', { objectives: { restorableWithinHours: 30, provenWithinDays: 6, backupHours: 6 } }, 'provenWithinDays: 6 cannot be kept: cron(0 6 ? * MON *) leaves up to 7 days between two proofs'],
    ['AWS Backup at the same moment', { awsBackup: { schedule: 'cron(0 2 * * ? *)', keepDays: 5 } }, 'awsBackup.schedule: cron(0 2 * * ? *) is that of the automation, expected another'],
    ['a plan that its lock forbids', { awsBackup: { schedule: 'cron(0 4 ? * SUN *)', keepDays: 5, lock: { minDays: 7, maxDays: 30 } } }, 'awsBackup.keepDays: 5 is not allowed by the lock, expected 7 to 30'],
    ['a retention out of range', { retention: { days: 4000 } }, 'redshiftBackup.0.retention.days: 4000 is not allowed'],
  ])('is refused with %s', (_case, changes, problem) => {
    expect(problemsOf(described(changes))).toContain(problem);
  });

  it('is refused beside another of the same name, cluster, prefix or function', () => {
    const message = problemsOf(described(), described());

    for (const field of ['name', 'source.clusterIdentifier', 'names.snapshotPrefix', 'names.backupFunction']) expect(message).toContain(`redshiftBackup.1.${field}`);
  });
});
