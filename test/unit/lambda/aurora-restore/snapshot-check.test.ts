import { METRIC, NoUsableSnapshot, TAG, type RestoreRun } from '../../../../lambda/aurora-restore/contract';
import { snapshotCheck, type SnapshotCheckPorts } from '../../../../lambda/aurora-restore/snapshot-check';
import type { ClusterSnapshot } from '../../../../lambda/common/aws/cluster-snapshots';
import { captureOutput } from '../../../support/captured-output';
import { HOUR_MS, NOW, PIPELINE, snapshotArn, snapshotOf, SOURCE, SOURCE_CLUSTER, stepOf, TARGET } from './fixtures';
import { MemoryAudit } from './memory-audit';
import { MemorySnapshots } from './memory-snapshots';

const output = captureOutput();
const agedHours = (hours: number) => ({ createdAt: new Date(NOW.getTime() - hours * HOUR_MS) });
const captured = { tags: { [TAG.manifest]: 'capture-1' } };

describe('snapshotCheck', () => {
  let audit: MemoryAudit;
  beforeEach(() => {
    audit = new MemoryAudit();
  });
  const check = (snapshots: readonly ClusterSnapshot[], run: Partial<RestoreRun> = {}, changes: Partial<SnapshotCheckPorts> = {}) =>
    snapshotCheck(
      { ...stepOf(run), copySteps: 'one' },
      { pipeline: PIPELINE, sourceCluster: SOURCE_CLUSTER, maxAgeHours: 26, places: { source: SOURCE, target: TARGET }, snapshots: new MemorySnapshots(SOURCE).add(...snapshots), audit, now: () => NOW, ...changes },
    );

  it('takes the newest that is available and plans its way', async () => {
    const chosen = await check([snapshotOf('older', agedHours(3)), snapshotOf('newest', agedHours(2)), snapshotOf('unfinished', { ...agedHours(0), status: 'creating' }), snapshotOf('broken', { ...agedHours(1), status: 'failed' })]);

    expect(chosen).toMatchObject({ identifier: 'newest', arn: snapshotArn('newest'), encryption: 'sse-kms', manifestKey: null, hops: [{ kind: 'share' }, { kind: 'copy-to-target' }] });
    expect(await audit.detailsOf('SnapshotChosen')).toEqual({ ...chosen });
  });

  it('says how old the snapshot is', async () => {
    await check([snapshotOf('nightly', agedHours(5))]);

    expect(output.metric(METRIC.snapshotAge)).toEqual([{ instance: PIPELINE, value: 5, unit: 'None' }]);
  });

  test.each([
    [1.9, 'captured', 'capture-1'],
    [2, 'bare', null],
  ])('prefers one with a manifest to one of an hour ago when it is of the same hour: %s h old', async (hours, identifier, manifestKey) => {
    expect(await check([snapshotOf('bare', agedHours(1)), snapshotOf('captured', { ...agedHours(hours), ...captured })])).toMatchObject({ identifier, manifestKey });
  });

  it('takes one of exactly the oldest age', async () => {
    await expect(check([snapshotOf('nightly', agedHours(26))])).resolves.toMatchObject({ identifier: 'nightly' });
  });

  it('takes none beyond the oldest age', async () => {
    await expect(check([snapshotOf('nightly', agedHours(26.2))])).rejects.toThrow('no snapshot of orders is younger than 26 h: the newest, nightly, is 26.2 h old');
    await expect(check([snapshotOf('nightly', agedHours(27))])).rejects.toThrow(NoUsableSnapshot);
  });

  it('says when there is none at all, or none of this cluster', async () => {
    await expect(check([])).rejects.toThrow('there is none that is available');
    await expect(check([snapshotOf('theirs', { clusterIdentifier: 'invoices' })])).rejects.toThrow('there is none that is available');
  });

  it('takes one that somebody named, however old, by identifier or ARN', async () => {
    const old = snapshotOf('last-year', agedHours(9000));

    await expect(check([old], { snapshotIdentifier: 'last-year' })).resolves.toMatchObject({ identifier: 'last-year' });
    await expect(check([old], { snapshotIdentifier: old.arn })).resolves.toMatchObject({ identifier: 'last-year' });
  });

  test.each<[string, Partial<ClusterSnapshot>, string]>([
    ['is not available', { status: 'creating' }, 'snapshot nightly is creating, not available'],
    ['is of another cluster', { clusterIdentifier: 'invoices' }, 'is of cluster invoices in account 111111111111, not of orders'],
    ['is of the same name in another account', { arn: snapshotArn('nightly', TARGET) }, 'is of cluster orders in account 333333333333, not of orders in 111111111111'],
  ])('refuses a named one that %s', async (_case, change, why) => {
    await expect(check([snapshotOf('nightly', change)], { snapshotIdentifier: 'nightly' })).rejects.toThrow(why);
    expect(await audit.types()).toEqual([]);
  });

  it('refuses a named one that is not there', async () => {
    await expect(check([], { snapshotIdentifier: 'gone' })).rejects.toThrow('there is no snapshot gone, or it may not be seen from here');
  });

  it('stays with the snapshot that the run began with, since its copies are of that one', async () => {
    await check([snapshotOf('first', agedHours(4))]);

    expect(await check([snapshotOf('first', agedHours(4)), snapshotOf('newer', agedHours(1))])).toMatchObject({ identifier: 'first' });
  });

  it('chooses anew after everything that was made has been removed', async () => {
    await check([snapshotOf('first', agedHours(4))]);
    await audit.record('Compensated', { removed: [] });

    expect(await check([snapshotOf('first', agedHours(4)), snapshotOf('newer', agedHours(1))])).toMatchObject({ identifier: 'newer' });
  });
});
