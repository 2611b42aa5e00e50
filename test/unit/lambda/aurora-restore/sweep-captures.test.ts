import { TAG } from '../../../../lambda/aurora-restore/contract';
import { sweepCaptures } from '../../../../lambda/aurora-restore/sweep-captures';
import type { ClusterSnapshot } from '../../../../lambda/common/aws/cluster-snapshots';
import { DAY_MS, NOW, PIPELINE, snapshotOf, SOURCE, SOURCE_CLUSTER } from './fixtures';
import { MemorySnapshots } from './memory-snapshots';

const captured = (identifier: string, daysAgo: number, changes: Partial<ClusterSnapshot> = {}): ClusterSnapshot =>
  snapshotOf(identifier, { createdAt: new Date(NOW.getTime() - daysAgo * DAY_MS), tags: { [TAG.pipeline]: PIPELINE, [TAG.manifest]: identifier }, ...changes });
const sweep = (snapshots: MemorySnapshots) => sweepCaptures({}, { pipeline: PIPELINE, sourceCluster: SOURCE_CLUSTER, keepCapturesDays: 7, snapshots, now: () => NOW });

describe('sweepCaptures', () => {
  it('deletes captures past their days, and none before', async () => {
    const snapshots = new MemorySnapshots(SOURCE).add(captured('today', 0), captured('last-week', 7), captured('before', 7.01), captured('long-ago', 90));

    expect(await sweep(snapshots)).toEqual({ removed: ['before', 'long-ago'] });
    expect(snapshots.names).toEqual(['last-week', 'today']);
  });

  it('leaves the newest, however old it is: there is no other to restore', async () => {
    const snapshots = new MemorySnapshots(SOURCE).add(captured('older', 40), captured('newest', 30), captured('failed', 0, { status: 'failed' }));

    expect(await sweep(snapshots)).toEqual({ removed: ['older'] });
    expect(snapshots.names).toEqual(['failed', 'newest']);
  });

  test.each<[string, Partial<ClusterSnapshot>]>([
    ['of another pipeline', { tags: { [TAG.pipeline]: 'invoices', [TAG.manifest]: 'old' } }],
    ['that somebody keeps by taking its tag', { tags: { [TAG.manifest]: 'old' } }],
    ['that nobody captured', { tags: {} }],
    ['that a run made of a capture', { tags: { [TAG.pipeline]: PIPELINE, [TAG.manifest]: 'another', [TAG.operation]: 'run-1' } }],
    ['that a run made under the name of its capture', { tags: { [TAG.pipeline]: PIPELINE, [TAG.manifest]: 'old', [TAG.operation]: 'old' } }],
    ['of another cluster', { clusterIdentifier: 'invoices' }],
    ['that is still being made', { status: 'creating' }],
  ])('leaves a snapshot alone %s', async (_case, changes) => {
    const snapshots = new MemorySnapshots(SOURCE).add(captured('newest', 0), captured('old', 90, changes));

    expect(await sweep(snapshots)).toEqual({ removed: [] });
    expect(snapshots.calls).toEqual([]);
  });
});
