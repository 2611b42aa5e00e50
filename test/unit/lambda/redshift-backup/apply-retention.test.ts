import '../../../support/quiet-telemetry';
import type { WarehouseSnapshot } from '../../../../lambda/common/aws/redshift-snapshots';
import { applyRetention, type ApplyRetentionPorts } from '../../../../lambda/redshift-backup/apply-retention';
import { TAG } from '../../../../lambda/redshift-backup/contract';
import { warehouseSnapshot } from '../../../support/warehouse-snapshot';

const NOW = new Date('2026-06-20T03:00:00Z');
const OURS = { [TAG.pipeline]: 'warehouse' };

function named(day: string, changes: Partial<WarehouseSnapshot> = {}): WarehouseSnapshot {
  return warehouseSnapshot({ identifier: `snap-202606${day}-020000`, createdAt: new Date(`2026-06-${day}T02:00:00Z`), sharedWith: ['222222222222'], tags: OURS, retentionDays: 40, ...changes });
}

interface Circumstances {
  readonly verdicts?: readonly string[];
  readonly deletion?: 'deleted' | 'refused' | Error;
}

function ports(snapshots: readonly WarehouseSnapshot[], { verdicts = [], deletion = 'deleted' }: Circumstances = {}) {
  const calls: string[] = [];
  const record = (call: string) => {
    calls.push(call);
    return Promise.resolve();
  };
  const all: ApplyRetentionPorts = {
    pipeline: 'warehouse',
    snapshotPrefix: 'snap',
    policy: { days: 7, daily: 0, weekly: 0, monthly: 0, yearly: 0 },
    graceDays: 7,
    snapshots: {
      listOwn: () => Promise.resolve(snapshots),
      revoke: (id, account) => record(`revoke ${id} ${account}`),
      share: async (id, account) => (await record(`share ${id} ${account}`), 'shared'),
      delete: async (id) => {
        await record(`delete ${id}`);
        if (deletion instanceof Error) throw deletion;
        return deletion;
      },
      keepFor: (id, days) => record(`keep ${id} ${days}`),
    },
    evidence: { keysUnder: () => Promise.resolve(verdicts) },
    now: () => NOW,
  };
  return { all, calls };
}

describe('applyRetention', () => {
  it('revokes before it deletes, and leaves what is young', async () => {
    const { all, calls } = ports([named('01'), named('19')]);

    const { deleted, kept } = await applyRetention({}, all);

    expect(calls).toEqual(['revoke snap-20260601-020000 222222222222', 'delete snap-20260601-020000']);
    expect(deleted).toEqual(['snap-20260601-020000']);
    expect(kept).toEqual({ 'snap-20260619-020000': ['age', 'last-good'] });
  });

  it('keeps the last good one of a source that stopped backing up', async () => {
    const { all } = ports([named('01'), named('02')]);

    await expect(applyRetention({}, all)).resolves.toMatchObject({ deleted: ['snap-20260601-020000'], kept: { 'snap-20260602-020000': ['last-good'] } });
  });

  it('keeps the last proven one, and does not take a mismatched one for good', async () => {
    const { all } = ports([named('01'), named('02'), named('19')], { verdicts: ['proofs/snap-20260601-020000/PROVEN.json', 'proofs/snap-20260619-020000/MISMATCH.json'] });

    const { deleted, kept } = await applyRetention({}, all);

    expect(deleted).toEqual([]);
    expect(kept).toEqual({ 'snap-20260601-020000': ['last-proven'], 'snap-20260602-020000': ['last-good'], 'snap-20260619-020000': ['age'] });
  });

  it('keeps what is on hold, for ever', async () => {
    const { all, calls } = ports([named('01', { tags: { ...OURS, [TAG.legalHold]: 'case' } }), named('19')]);

    await expect(applyRetention({}, all)).resolves.toMatchObject({ deleted: [] });
    expect(calls).toEqual(['keep snap-20260601-020000 -1']);
  });

  it('gives what was on hold an end again', async () => {
    const { all, calls } = ports([named('18', { retentionDays: -1 })]);

    await applyRetention({}, all);

    expect(calls).toEqual(['keep snap-20260618-020000 11']);
  });

  it('obeys the days that a run by hand asked for', async () => {
    const { all } = ports([named('17', { tags: { ...OURS, [TAG.retentionDays]: '2' } }), named('19')]);

    await expect(applyRetention({}, all)).resolves.toMatchObject({ deleted: ['snap-20260617-020000'] });
  });

  it('touches no snapshot of anybody else', async () => {
    const { all, calls } = ports([named('01', { tags: {} }), named('02', { tags: { [TAG.pipeline]: 'another' } })]);

    await applyRetention({}, all);

    expect(calls).toEqual([]);
  });

  test.each([
    ['Redshift refuses', 'refused' as const],
    ['AWS answers with an error', new Error('access denied')],
  ])('shares again what it could not delete because %s, does the rest and fails', async (_case, deletion) => {
    const { all, calls } = ports([named('01'), named('02'), named('19')], { deletion });

    await expect(applyRetention({}, all)).rejects.toThrow('snap-20260601-020000, snap-20260602-020000 could not be deleted and are shared again');
    expect(calls.filter((call) => call.startsWith('share'))).toEqual(['share snap-20260601-020000 222222222222', 'share snap-20260602-020000 222222222222']);
  });

  it('deletes what Redshift gave up', async () => {
    const { all } = ports([named('19', { status: 'failed', sharedWith: [] }), named('18')]);

    await expect(applyRetention({}, all)).resolves.toMatchObject({ deleted: ['snap-20260619-020000'] });
  });
});
