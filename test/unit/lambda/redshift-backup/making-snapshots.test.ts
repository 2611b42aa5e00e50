import '../../../support/quiet-telemetry';
import type { ShareOutcome, SnapshotBeginning, WarehouseSnapshot } from '../../../../lambda/common/aws/redshift-snapshots';
import { checkSnapshot } from '../../../../lambda/redshift-backup/check-snapshot';
import { TAG, type BackupRun } from '../../../../lambda/redshift-backup/contract';
import { createSnapshot } from '../../../../lambda/redshift-backup/create-snapshot';
import { preflightBackup } from '../../../../lambda/redshift-backup/preflight-backup';
import { reconcileShares } from '../../../../lambda/redshift-backup/reconcile-shares';
import { shareSnapshot } from '../../../../lambda/redshift-backup/share-snapshot';
import { verifyShare } from '../../../../lambda/redshift-backup/verify-share';
import { warehouseSnapshot } from '../../../support/warehouse-snapshot';

const ID = 'snap-20260601-020000';
const RUN: BackupRun = { operationId: ID, clusterIdentifier: 'aca-redshift-cluster', targetAccount: '222222222222', retentionDays: null, startedAt: '2026-06-01T02:00:00Z' };
const INPUT = { operationId: ID, run: RUN };
const OURS = { [TAG.pipeline]: 'warehouse', [TAG.operation]: ID };

describe('preflightBackup', () => {
  const cluster = { identifier: 'aca-redshift-cluster', status: 'available', kmsKeyArn: 'key', namespaceArn: '', createdAt: undefined, nodeType: 'ra3.large', numberOfNodes: 2, database: 'dev', restoreStatus: undefined, tags: {} as Readonly<Record<string, string>> };
  const ports = (found: Partial<typeof cluster> | undefined, own: readonly WarehouseSnapshot[] = [], quota = 20) => ({
    pipeline: 'warehouse',
    clusters: { find: () => Promise.resolve(found && { ...cluster, ...found }) },
    snapshots: { listOwn: () => Promise.resolve(own) },
    snapshotQuota: () => Promise.resolve(quota),
  });
  const many = (count: number, changes: Partial<WarehouseSnapshot> = {}) => Array.from({ length: count }, (_, index) => warehouseSnapshot({ identifier: `other-${index}`, ...changes }));

  it('lets a backup begin with one place left', async () => {
    await expect(preflightBackup(INPUT, ports({}, many(19)))).resolves.toEqual(RUN);
  });

  it('heeds how long the owner of the cluster wants its backups kept, unless the request says otherwise', async () => {
    const tagged = ports({ tags: { [TAG.retentionDays]: '30' } });

    await expect(preflightBackup(INPUT, tagged)).resolves.toEqual({ ...RUN, retentionDays: 30 });
    await expect(preflightBackup({ ...INPUT, run: { ...RUN, retentionDays: 2 } }, tagged)).resolves.toMatchObject({ retentionDays: 2 });
  });

  it('lets a run go on whose own snapshot took the last place', async () => {
    await expect(preflightBackup(INPUT, ports({}, [...many(19), warehouseSnapshot({ identifier: ID })]))).resolves.toEqual(RUN);
  });

  test.each([
    ['a full quota', ports({}, many(20)), 'the quota of 20 manual snapshots is used up: 20 exist'],
    ['a tag that is no number of days', ports({ tags: { [TAG.retentionDays]: 'for ever' } }), 'tag holdfast:retention-days of aca-redshift-cluster: "for ever" is not allowed, expected a whole number from 1 to 3653'],
    ['a tag beyond what Redshift takes', ports({ tags: { [TAG.retentionDays]: '3654' } }), '"3654" is not allowed'],
    ['no cluster', ports(undefined), 'cluster aca-redshift-cluster does not exist'],
    ['a key with 100 shares', ports({}, many(10, { kmsKeyArn: 'key', sharedWith: Array.from({ length: 10 }, (_, index) => String(index)) })), 'key key has 100 of 100 shares'],
    ['a cluster that is being resized', ports({ status: 'resizing' }), 'cluster aca-redshift-cluster is resizing'],
  ])('fails with %s', async (_case, circumstances, message) => {
    await expect(preflightBackup(INPUT, circumstances)).rejects.toThrow(message);
  });
});

describe('createSnapshot', () => {
  const ports = (beginning: SnapshotBeginning, existing?: WarehouseSnapshot) => {
    const create = jest.fn(() => Promise.resolve(beginning));
    return { create, all: { pipeline: 'warehouse', policyDays: 7, graceDays: 7, snapshots: { create, find: () => Promise.resolve(existing) } } };
  };

  it('gives the snapshot an end, in case that nobody cleans up', async () => {
    const { create, all } = ports('begun');

    await expect(createSnapshot(INPUT, all)).resolves.toEqual({ adopted: false });
    expect(create).toHaveBeenCalledWith({ identifier: ID, clusterIdentifier: RUN.clusterIdentifier, retentionDays: 14, tags: OURS });
  });

  it('obeys the days of the request, up to what Redshift takes', async () => {
    const { create, all } = ports('begun');

    await createSnapshot({ operationId: ID, run: { ...RUN, retentionDays: 3650 } }, all);

    expect(create).toHaveBeenCalledWith(expect.objectContaining({ retentionDays: 3653, tags: { ...OURS, [TAG.retentionDays]: '3650' } }));
  });

  it('adopts what an earlier attempt of the run has begun', async () => {
    await expect(createSnapshot(INPUT, ports('exists', warehouseSnapshot({ identifier: ID, tags: OURS })).all)).resolves.toEqual({ adopted: true });
  });

  test.each([
    ['a snapshot of somebody else', ports('exists', warehouseSnapshot({ identifier: ID })), 'was not made by this run'],
    ['a snapshot of another cluster', ports('exists', warehouseSnapshot({ identifier: ID, tags: OURS, clusterIdentifier: 'other' })), 'was not made by this run'],
    ['a busy cluster', ports('busy'), 'is not available'],
    ['a full quota', ports('full'), 'the quota of manual snapshots is used up'],
  ])('fails for %s', async (_case, { all }, message) => {
    await expect(createSnapshot(INPUT, all)).rejects.toThrow(message);
  });
});

describe('checkSnapshot', () => {
  const check = (found: WarehouseSnapshot | undefined) => checkSnapshot({ operationId: ID, snapshotIdentifier: ID }, { snapshots: { find: () => Promise.resolve(found) } });

  test.each([
    ['creating', false],
    ['available', true],
  ])('answers for one that is %s', async (status, done) => {
    await expect(check(warehouseSnapshot({ status }))).resolves.toEqual({ done, status });
  });

  test.each([['failed', warehouseSnapshot({ status: 'failed' })], ['gone', undefined]])('fails for one that is %s', async (what, found) => {
    await expect(check(found)).rejects.toThrow(`is ${what}`);
  });
});

describe('shareSnapshot', () => {
  const share = (outcome: ShareOutcome) => shareSnapshot(INPUT, { snapshots: { share: () => Promise.resolve(outcome) } });

  test.each<ShareOutcome>(['shared', 'already'])('takes %s for good', async (outcome) => {
    await expect(share(outcome)).resolves.toEqual({ account: '222222222222' });
  });

  test.each<[ShareOutcome, string]>([
    ['full', 'as many accounts as AWS allows: 20 a snapshot, 100 a key'],
    ['refused', 'is not available any more'],
    ['gone', 'is not available any more'],
  ])('fails for %s', async (outcome, message) => {
    await expect(share(outcome)).rejects.toThrow(message);
  });
});

describe('verifyShare', () => {
  const verify = (found: Partial<WarehouseSnapshot> | undefined) =>
    verifyShare(INPUT, { snapshots: { find: () => Promise.resolve(found && warehouseSnapshot(found)) }, now: () => new Date('2026-06-01T02:30:00Z') });

  it('answers how long it took', async () => {
    await expect(verify({ sharedWith: ['222222222222'] })).resolves.toEqual({ shared: true, minutes: 30 });
  });

  test.each([
    ['a share that does not show', {}, 'is not shared with 222222222222'],
    ['a share with somebody else', { sharedWith: ['333333333333'] }, 'is not shared with 222222222222'],
    ['a snapshot that is gone', undefined, 'is gone'],
  ])('fails for %s', async (_case, found, message) => {
    await expect(verify(found)).rejects.toThrow(message);
  });
});

describe('reconcileShares', () => {
  it('shares what is complete, revokes strangers, and leaves the rest alone', async () => {
    const calls: string[] = [];
    const own = [
      warehouseSnapshot({ identifier: 'unshared', tags: OURS }),
      warehouseSnapshot({ identifier: 'strange', tags: OURS, sharedWith: ['222222222222', '333333333333'] }),
      warehouseSnapshot({ identifier: 'young', tags: OURS, status: 'creating' }),
      warehouseSnapshot({ identifier: 'foreign', sharedWith: ['333333333333'] }),
    ];
    const snapshots = {
      listOwn: () => Promise.resolve(own),
      share: (id: string, account: string) => Promise.resolve<ShareOutcome>(calls.push(`share ${id} ${account}`) > 0 ? 'shared' : 'gone'),
      revoke: (id: string, account: string) => Promise.resolve(void calls.push(`revoke ${id} ${account}`)),
    };

    await expect(reconcileShares({}, { pipeline: 'warehouse', targetAccount: '222222222222', snapshots })).resolves.toEqual({ shared: ['unshared'], revoked: ['strange with 333333333333'] });
    expect(calls).toEqual(['share unshared 222222222222', 'revoke strange 333333333333']);
  });

  it('fails when the key carries no more shares, after everything else', async () => {
    const snapshots = { listOwn: () => Promise.resolve([warehouseSnapshot({ tags: OURS })]), share: () => Promise.resolve<ShareOutcome>('full'), revoke: () => Promise.resolve() };

    await expect(reconcileShares({}, { pipeline: 'warehouse', targetAccount: '222222222222', snapshots })).rejects.toThrow('cannot be shared: their key carries 100 shares');
  });
});
