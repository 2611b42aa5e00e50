import { archiveSnapshot } from '../../../../lambda/aurora-restore/archive-snapshot';
import { TAG } from '../../../../lambda/aurora-restore/contract';
import { sweepLeftovers } from '../../../../lambda/aurora-restore/sweep-leftovers';
import { captureOutput } from '../../../support/captured-output';
import { chosenOf, CLIENTS, clusterOf, DAY_MS, HOUR_MS, LONG_WAY, NOW, OPERATION, PIPELINE, QUARANTINE, snapshotOf, SOURCE, stepOf, tagsOf, TARGET } from './fixtures';
import { MemoryAudit } from './memory-audit';
import { MemoryClusters } from './memory-clusters';
import { MemorySnapshots } from './memory-snapshots';

const COPY = `${OPERATION}-copy`;
const SHARED = `${OPERATION}-share`;
const output = captureOutput();

describe('archiveSnapshot', () => {
  let source: MemorySnapshots;
  let target: MemorySnapshots;
  let audit: MemoryAudit;
  beforeEach(async () => {
    source = new MemorySnapshots(SOURCE).add(snapshotOf('rds:orders-2026-11-21', { type: 'automated' }), snapshotOf(SHARED, { tags: tagsOf() }));
    target = new MemorySnapshots(TARGET).add(snapshotOf(COPY, { arn: 'arn:of:copy', tags: tagsOf() }));
    audit = await MemoryAudit.after(...LONG_WAY.map((hop) => ['HopStarted', hop] as const));
  });
  const archive = (keepCopiesDays: number) =>
    archiveSnapshot({ ...stepOf(), snapshot: chosenOf({ hops: LONG_WAY }) }, { keepCopiesDays, sourceSnapshots: source, targetSnapshots: () => target, keptSnapshots: () => target, audit, now: () => NOW });

  it('deletes the copies of the run and takes its shares back, and nothing else', async () => {
    expect(await archive(0)).toEqual({ removed: [`snapshot ${COPY} (${TARGET.region})`, `share of ${SHARED} with ${TARGET.account}`, `snapshot ${SHARED} (${SOURCE.region})`], kept: [] });
    expect(source.names).toEqual(['rds:orders-2026-11-21']);
    expect(target.names).toEqual([]);
    expect(await audit.detailsOf('CopiesArchived')).toMatchObject({ kept: [], keepCopiesDays: 0 });
  });

  it('keeps the last copy for as long as the configuration says, and tells the sweep until when', async () => {
    expect(await archive(7)).toMatchObject({ kept: [COPY] });

    expect((await target.find(COPY))!.tags).toEqual({ ...tagsOf(), [TAG.deleteAfter]: new Date(NOW.getTime() + 7 * DAY_MS).toISOString() });
    expect(source.names).toEqual(['rds:orders-2026-11-21']);
  });

  it('does the same a second time', async () => {
    await archive(7);
    await archive(7);

    expect(target.names).toEqual([COPY]);
  });

  it('keeps and deletes no copy of another run', async () => {
    target.alter(COPY, { tags: tagsOf('another-run') });

    expect(await archive(7)).toMatchObject({ kept: [] });
    await archive(0);
    expect((await target.find(COPY))!.tags).toEqual(tagsOf('another-run'));
  });
});

describe('sweepLeftovers', () => {
  const retired = (identifier: string, hours: number, changes = {}) =>
    clusterOf(identifier, { tags: { ...tagsOf('earlier-run'), [TAG.retiredAt]: new Date(NOW.getTime() - hours * HOUR_MS).toISOString() }, ...changes });
  const kept = (identifier: string, hours: number, changes = {}) =>
    snapshotOf(identifier, { tags: { [TAG.pipeline]: PIPELINE, [TAG.deleteAfter]: new Date(NOW.getTime() - hours * HOUR_MS).toISOString() }, ...changes });
  let clusters: MemoryClusters;
  let snapshots: MemorySnapshots;
  beforeEach(() => {
    clusters = new MemoryClusters();
    snapshots = new MemorySnapshots(TARGET);
  });
  const sweep = () => sweepLeftovers({}, { pipeline: PIPELINE, clientGroup: CLIENTS, clusters, snapshots, now: () => NOW });

  it('deletes the instances of a cluster that was retired a day ago, then the cluster', async () => {
    clusters.add(retired('orders-old', 25));

    expect(await sweep()).toEqual({ removed: [] });
    clusters.settle();
    expect(await sweep()).toEqual({ removed: ['orders-old'] });
    expect(clusters.calls).toEqual(['delete instance orders-old-1', 'delete cluster orders-old']);
    expect(output.metric('LeftoversRemoved').map(({ value }) => value)).toEqual([0, 1]);
  });

  test.each<[string, () => void]>([
    ['was retired less than a day ago', () => clusters.add(retired('orders-old', 24))],
    ['was opened to clients again', () => clusters.add(retired('orders-old', 99, { securityGroupIds: [CLIENTS] }))],
    ['is open to clients and others', () => clusters.add(retired('orders-old', 99, { securityGroupIds: [QUARANTINE, CLIENTS] }))],
    ['somebody wants to keep', () => clusters.add(retired('orders-old', 99, { deletionProtection: true }))],
    ['was never retired', () => clusters.add(clusterOf('orders-old'))],
    ['belongs to another pipeline', () => clusters.add(retired('orders-old', 99, { tags: { [TAG.pipeline]: 'invoices', [TAG.retiredAt]: '2020-01-01T00:00:00.000Z' } }))],
    ['belongs to nobody', () => clusters.add(retired('orders-old', 99, { tags: { [TAG.retiredAt]: '2020-01-01T00:00:00.000Z' } }))],
    ['has a date that is none', () => clusters.add(retired('orders-old', 99, { tags: { ...tagsOf(), [TAG.retiredAt]: 'yesterday' } }))],
  ])('leaves a cluster alone that %s', async (_case, arrange) => {
    arrange();

    expect(await sweep()).toEqual({ removed: [] });
    expect(clusters.calls).toEqual([]);
  });

  it('deletes a kept copy when its time is over', async () => {
    snapshots.add(kept('over', 1), kept('not-yet', -1), snapshotOf('forever', { tags: { [TAG.pipeline]: PIPELINE } }));

    expect(await sweep()).toEqual({ removed: ['over'] });
    expect(snapshots.names).toEqual(['forever', 'not-yet']);
  });

  test.each<[string, object]>([
    ['of another pipeline', { tags: { [TAG.pipeline]: 'invoices', [TAG.deleteAfter]: '2020-01-01T00:00:00.000Z' } }],
    ['that is still being copied', { status: 'copying' }],
    ['that is automated', { type: 'automated' }],
  ])('leaves a copy alone %s', async (_case, change) => {
    snapshots.add(kept('over', 1, change));

    expect(await sweep()).toEqual({ removed: [] });
  });
});
