import { ownNameOf } from '../../../../lambda/aurora-restore/cluster-names';
import { compensateRestore, type Compensation } from '../../../../lambda/aurora-restore/compensate-restore';
import { TAG, type Hop, type RestoreRun } from '../../../../lambda/aurora-restore/contract';
import { CLIENTS, clusterOf, HOPS, LONG_WAY, NOW, OPERATION, QUARANTINE, snapshotOf, SOURCE, stepOf, tagsOf, TARGET, TARGET_CLUSTER } from './fixtures';
import { MemoryAudit } from './memory-audit';
import { MemoryClusters } from './memory-clusters';
import { MemorySnapshots } from './memory-snapshots';

const OWN = ownNameOf(TARGET_CLUSTER, OPERATION);
const RETIRED = 'orders-staging-old-202611210300';
const COPY = `${OPERATION}-copy`;
const previous = clusterOf(TARGET_CLUSTER, { securityGroupIds: [CLIENTS], tags: tagsOf('earlier-run'), resourceId: 'cluster-PREVIOUS' });
const retirement = { clusterIdentifier: TARGET_CLUSTER, resourceId: 'cluster-PREVIOUS', renamedTo: RETIRED };

let clusters: MemoryClusters;
let source: MemorySnapshots;
let target: MemorySnapshots;
let audit: MemoryAudit;
let released: string[];
beforeEach(() => {
  clusters = new MemoryClusters();
  source = new MemorySnapshots(SOURCE).add(snapshotOf('nightly'));
  target = new MemorySnapshots(TARGET);
  audit = new MemoryAudit();
  released = [];
});

const compensate = (run: Partial<RestoreRun> = {}) =>
  compensateRestore(stepOf(run), {
    targetAccount: TARGET.account,
    clientGroup: CLIENTS,
    clusters,
    sourceSnapshots: source,
    targetSnapshots: () => target,
    slots: { release: async (place, holder) => void released.push(`${holder} at ${place}`) },
    audit,
  });

async function compensateUntilDone(): Promise<Compensation> {
  for (let calls = 0; calls < 12; calls += 1) {
    const compensation = await compensate();
    if (compensation.done) return compensation;
    clusters.settle();
  }
  throw new Error('not done after twelve calls');
}

const took = async (...hops: readonly Hop[]) => {
  for (const hop of hops) await audit.record('HopStarted', hop);
};

describe('compensateRestore', () => {
  it('has nothing to do for a run that made nothing', async () => {
    clusters.add(previous);

    expect(await compensate()).toEqual({ done: true, removed: [], kept: null });
    expect([...clusters.calls, ...source.calls, ...target.calls]).toEqual([]);
    expect(await audit.types()).toEqual(['Compensated']);
  });

  it('removes the instances, the cluster, the copies and the shares, in this order', async () => {
    await took(...LONG_WAY);
    source.add(snapshotOf(`${OPERATION}-share`, { tags: tagsOf() }));
    target.add(snapshotOf(COPY, { tags: tagsOf() }));
    await audit.record('PreflightPassed', {});
    clusters.add(clusterOf(TARGET_CLUSTER));

    const { removed, kept } = await compensateUntilDone();

    expect(clusters.calls).toEqual([`delete instance ${TARGET_CLUSTER}-1`, `delete cluster ${TARGET_CLUSTER}`]);
    expect(target.calls).toEqual([`delete ${COPY}`]);
    expect(source.calls).toEqual([`unshare ${OPERATION}-share with ${TARGET.account}`, `delete ${OPERATION}-share`]);
    expect(source.names).toEqual(['nightly']);
    expect(kept).toBeNull();
    expect(removed).toEqual([`cluster ${TARGET_CLUSTER}`, `snapshot ${COPY} (${TARGET.region})`, `share of ${OPERATION}-share with ${TARGET.account}`, `snapshot ${OPERATION}-share (${SOURCE.region})`]);
  });

  it('finds its cluster under the name of its own too', async () => {
    await audit.record('PreflightPassed', {});
    clusters.add(previous).add(clusterOf(OWN));

    await compensateUntilDone();

    expect(clusters.names).toEqual([TARGET_CLUSTER]);
    expect(await clusters.find(TARGET_CLUSTER)).toMatchObject({ resourceId: 'cluster-PREVIOUS', securityGroupIds: [CLIENTS] });
  });

  it('leaves alone what carries the tag of another run, or none', async () => {
    await took(...HOPS);
    await audit.record('PreflightPassed', {});
    clusters.add(clusterOf(TARGET_CLUSTER, { tags: tagsOf('another-run') })).add(clusterOf(OWN, { tags: {} }));
    target.add(snapshotOf(COPY, { tags: tagsOf('another-run') }));
    source.alter('nightly', { tags: {} });

    await compensateUntilDone();

    expect(clusters.calls).toEqual([]);
    expect(target.names).toEqual([COPY]);
    expect(source.names).toEqual(['nightly']);
  });

  it('does not take back a share that was there before the run', async () => {
    await audit.record('HopAdopted', HOPS[0]);
    await source.share('nightly', TARGET.account);

    await compensate();

    expect(await source.sharedWith('nightly')).toEqual([TARGET.account]);
  });

  it('removes a copy that it only found, if it carries its tag', async () => {
    await audit.record('HopAdopted', HOPS[1]);
    target.add(snapshotOf(COPY, { tags: tagsOf() }));

    expect((await compensate()).removed).toEqual([`snapshot ${COPY} (${TARGET.region})`]);
  });

  it('does without a snapshot that is gone', async () => {
    await took({ ...HOPS[0], snapshotIdentifier: 'deleted-since' }, HOPS[1]);

    expect(await compensate()).toEqual({ done: true, removed: [], kept: null });
    expect(source.calls).toEqual([]);
  });

  it('waits for what cannot be deleted yet', async () => {
    await audit.record('PreflightPassed', {});
    clusters.add(clusterOf(TARGET_CLUSTER, { status: 'creating' }));

    expect(await compensate()).toEqual({ done: false, removed: [], kept: null });
    expect(clusters.calls).toEqual([]);

    clusters.add(clusterOf(TARGET_CLUSTER), { status: 'creating' });
    expect(await compensate()).toMatchObject({ done: false });
    expect(clusters.calls).toEqual([]);
  });

  it('keeps a database that people use already', async () => {
    await took(...HOPS);
    await audit.record('PreflightPassed', {});
    target.add(snapshotOf(COPY, { tags: tagsOf() }));
    clusters.add(clusterOf(TARGET_CLUSTER, { securityGroupIds: [CLIENTS] }));

    expect(await compensate()).toEqual({ done: true, removed: [], kept: 'opened' });
    expect([...clusters.calls, ...target.calls, ...source.calls]).toEqual([]);
  });

  it('only gives the copy slots back when what was made is to be kept', async () => {
    await audit.record('SnapshotChosen', { hops: LONG_WAY });
    await took(...LONG_WAY);
    await audit.record('PreflightPassed', {});
    clusters.add(clusterOf(TARGET_CLUSTER));

    expect(await compensate({ onFailure: 'keep' })).toEqual({ done: true, removed: [], kept: 'as-requested' });
    expect(clusters.calls).toEqual([]);
    expect(released).toHaveLength(2);
  });

  it('gives a slot back that was taken just before the copy could be recorded', async () => {
    await audit.record('SnapshotChosen', { hops: HOPS });

    await compensate();

    expect(released).toEqual([`${OPERATION} at ${TARGET.account} ${TARGET.region}`]);
  });

  it('removes everything of a run that is abandoned after it was kept', async () => {
    await audit.record('PreflightPassed', {});
    clusters.add(clusterOf(TARGET_CLUSTER));
    await compensate({ onFailure: 'keep' });

    await compensateUntilDone();

    expect(clusters.names).toEqual([]);
  });

  it('may be done twice', async () => {
    await took(...HOPS);
    target.add(snapshotOf(COPY, { tags: tagsOf() }));

    await compensate();
    expect(await compensate()).toEqual({ done: true, removed: [`share of nightly with ${TARGET.account}`], kept: null });
    expect(target.calls).toHaveLength(1);
  });
});

describe('a cluster that made room', () => {
  beforeEach(async () => {
    await audit.record('PreflightPassed', {});
    await audit.record('PreviousRetired', retirement);
  });

  const retired = { ...previous, tags: { ...previous.tags, [TAG.retiredAt]: NOW.toISOString() }, securityGroupIds: [QUARANTINE] };

  test.each<[string, () => void]>([
    ['closed only', () => clusters.add(retired).add(clusterOf(OWN))],
    ['renamed', () => clusters.add({ ...retired, identifier: RETIRED }).add(clusterOf(OWN))],
    ['replaced under its name by the run’s own, which is not open yet', () => clusters.add({ ...retired, identifier: RETIRED }).add(clusterOf(TARGET_CLUSTER))],
    ['tagged only', () => clusters.add({ ...previous, tags: retired.tags }).add(clusterOf(OWN))],
  ])('gets its name and its clients back when it was %s', async (_case, arrange) => {
    arrange();

    const { kept } = await compensateUntilDone();

    expect(kept).toBeNull();
    expect(clusters.names).toEqual([TARGET_CLUSTER]);
    expect(await clusters.find(TARGET_CLUSTER)).toMatchObject({ resourceId: 'cluster-PREVIOUS', securityGroupIds: [CLIENTS], tags: previous.tags });
    expect((await clusters.find(TARGET_CLUSTER))!.tags).not.toHaveProperty(TAG.retiredAt);
    expect(await audit.types()).toContain('PreviousReopened');
  });

  it('is left as it is when the new database was opened', async () => {
    clusters.add({ ...retired, identifier: RETIRED }).add(clusterOf(TARGET_CLUSTER, { securityGroupIds: [CLIENTS] }));

    expect(await compensate()).toMatchObject({ done: true, kept: 'opened' });
    expect(clusters.calls).toEqual([]);
  });

  it('is not looked for when a sweep has deleted it', async () => {
    expect(await compensate()).toMatchObject({ done: true });
    expect(clusters.calls).toEqual([]);
  });

  it('does not get a name back that somebody has given to another cluster', async () => {
    clusters.add({ ...retired, identifier: RETIRED }).add(clusterOf(TARGET_CLUSTER, { tags: tagsOf('another-run') }));

    expect(await compensate()).toMatchObject({ done: true });
    expect(clusters.calls).toEqual([]);
  });

  it('is not another cluster of the retired one’s name', async () => {
    clusters.add(clusterOf(RETIRED, { resourceId: 'cluster-OTHER' }));

    expect(await compensate()).toMatchObject({ done: true });
    expect(clusters.calls).toEqual([]);
  });
});
