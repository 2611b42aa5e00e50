import { requestBackup, type RequestBackupPorts } from '../../../../lambda/redshift-backup/request-backup';

function ports(started: Record<string, string> = {}): RequestBackupPorts {
  return {
    scope: { clusterIdentifier: 'sales', sourceAccount: '111111111111', targetAccount: '222222222222' },
    snapshotPrefix: 'snap',
    executions: {
      start: (name) => Promise.resolve({ executionArn: `arn:${name}`, alreadyStarted: name in started }),
      statusOf: (name) => Promise.resolve(started[name]),
    },
    now: () => new Date('2026-06-01T10:11:12.500Z'),
  };
}

describe('requestBackup', () => {
  it('answers a request by hand with the documented response and the execution', async () => {
    await expect(requestBackup({ retention_days: 3 }, ports())).resolves.toEqual({
      statusCode: 200,
      snapshot_id: 'snap-20260601-101112',
      cluster_identifier: 'sales',
      target_account_id: '222222222222',
      timestamp: '2026-06-01T10:11:12.500Z',
      shared: false,
      cleaned_up_snapshots: 0,
      status: 'started',
      execution_arn: 'arn:snap-20260601-101112',
    });
  });

  it('gives two requests by hand in one second two snapshots', async () => {
    await expect(requestBackup({}, ports({ 'snap-20260601-101112': 'RUNNING' }))).resolves.toMatchObject({ snapshot_id: 'snap-20260601-101113', status: 'started' });
  });

  it('names a scheduled run after its slot, however late it is', async () => {
    await expect(requestBackup({ scheduledTime: '2026-06-01T02:00:00Z' }, ports())).resolves.toMatchObject({ snapshot_id: 'snap-20260601-020000' });
  });

  test.each([
    ['running', 'RUNNING', false],
    ['completed', 'SUCCEEDED', true],
    ['failed', 'FAILED', false],
    ['failed', 'TIMED_OUT', false],
  ])('says that a slot delivered twice is %s', async (status, execution, shared) => {
    const answer = requestBackup({ scheduledTime: '2026-06-01T02:00:00Z' }, ports({ 'snap-20260601-020000': execution }));

    await expect(answer).resolves.toMatchObject({ status, shared, snapshot_id: 'snap-20260601-020000' });
  });

  it('starts nothing for a wrong request', async () => {
    const start = jest.fn();

    await expect(requestBackup({ retention_days: -1 }, { ...ports(), executions: { ...ports().executions, start } })).rejects.toThrow('retention_days');
    expect(start).not.toHaveBeenCalled();
  });
});
