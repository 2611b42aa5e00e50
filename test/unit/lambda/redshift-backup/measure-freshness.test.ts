import '../../../support/quiet-telemetry';
import type { WarehouseSnapshot } from '../../../../lambda/common/aws/redshift-snapshots';
import { TAG } from '../../../../lambda/redshift-backup/contract';
import { measureFreshness, type MeasureFreshnessPorts } from '../../../../lambda/redshift-backup/measure-freshness';
import { warehouseSnapshot } from '../../../support/warehouse-snapshot';

const SHARED = warehouseSnapshot({ identifier: 'snap-20260602-020000', createdAt: new Date('2026-06-02T02:00:00Z'), kmsKeyArn: 'source-key' });
const OWNED = warehouseSnapshot({
  identifier: 'snap-20260601-020000-owned',
  createdAt: new Date('2026-06-01T08:00:00Z'),
  kmsKeyArn: 'target-key',
  tags: { [TAG.pipeline]: 'warehouse', [TAG.dataAsOf]: '2026-06-01T02:00:00Z' },
});
const HOUR = 3600;

function ports(shared: readonly WarehouseSnapshot[], own: readonly WarehouseSnapshot[], obstacles: Record<string, string> = {}, copies?: readonly WarehouseSnapshot[]): MeasureFreshnessPorts {
  const keyObstacle = (key: string) => Promise.resolve(obstacles[key]);
  return {
    pipeline: 'warehouse',
    sourceAccount: '111111111111',
    snapshotPrefix: 'snap',
    home: { snapshots: { listShared: () => Promise.resolve(shared), listOwn: () => Promise.resolve(own) }, keyObstacle },
    elsewhere: copies && { snapshots: { listShared: () => Promise.resolve(copies) }, keyObstacle },
    now: () => new Date('2026-06-02T12:00:00Z'),
  };
}

describe('measureFreshness', () => {
  it('takes the younger of what is shared and what is owned, by the age of the data', async () => {
    await expect(measureFreshness({}, ports([SHARED], [OWNED]))).resolves.toEqual({
      restorableAgeSeconds: 10 * HOUR,
      provenAgeSeconds: 34 * HOUR,
      regionCopyAgeSeconds: null,
      newestRegionCopy: null,
      newestShared: SHARED.identifier,
      newestOwned: OWNED.identifier,
      obstacles: [],
    });
  });

  it('does not count what is under a key that may not be used', async () => {
    const freshness = await measureFreshness({}, ports([SHARED], [OWNED], { 'source-key': 'key source-key is Disabled, not Enabled' }));

    expect(freshness).toMatchObject({ restorableAgeSeconds: 34 * HOUR, newestShared: null, obstacles: ['key source-key is Disabled, not Enabled'] });
  });

  it('measures the copies of the other region apart, under the key that they have there', async () => {
    const copy = { ...SHARED, identifier: `copy:${SHARED.identifier}`, kmsKeyArn: 'other-key' };
    const older = { ...copy, identifier: 'copy:snap-20260601-020000', kmsKeyArn: 'older-key', createdAt: OWNED.createdAt };

    await expect(measureFreshness({}, ports([], [], {}, [older, copy]))).resolves.toMatchObject({ regionCopyAgeSeconds: 10 * HOUR, newestRegionCopy: copy.identifier, restorableAgeSeconds: null });
    await expect(measureFreshness({}, ports([], [], { 'other-key': 'key other-key is gone' }, [copy, older]))).resolves.toMatchObject({ regionCopyAgeSeconds: 28 * HOUR, newestRegionCopy: older.identifier, obstacles: ['key other-key is gone'] });
    await expect(measureFreshness({}, ports([SHARED], [], {}, [{ ...copy, identifier: 'copy:rs:warehouse-2026' }]))).resolves.toMatchObject({ regionCopyAgeSeconds: null });
  });

  test.each([
    ['nothing is there', [], []],
    ['nothing is complete', [{ ...SHARED, status: 'creating' }], [{ ...OWNED, status: 'creating' }]],
    ['the snapshots are other people’s', [{ ...SHARED, identifier: 'demo-snapshot-1' }], [{ ...OWNED, tags: {} }]],
  ])('says that nothing can be restored when %s', async (_case, shared, own) => {
    await expect(measureFreshness({}, ports(shared, own))).resolves.toMatchObject({ restorableAgeSeconds: null, provenAgeSeconds: null });
  });
});
