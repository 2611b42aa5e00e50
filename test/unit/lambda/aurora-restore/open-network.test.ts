import { RestoreFailed, TAG, TargetNotOurs } from '../../../../lambda/aurora-restore/contract';
import { openNetwork } from '../../../../lambda/aurora-restore/open-network';
import { CLIENTS, clusterOf, DAY_MS, NOW, PIPELINE, QUARANTINE, stepOf, tagsOf, TARGET_CLUSTER } from './fixtures';
import { MemoryAudit } from './memory-audit';
import { MemoryClusters } from './memory-clusters';

const OWN = 'orders-staging-r12345678';
const RETIRED = 'orders-staging-old-202611210300';
const previous = clusterOf(TARGET_CLUSTER, { securityGroupIds: [CLIENTS], tags: tagsOf('earlier-run'), resourceId: 'cluster-PREVIOUS' });

let clusters: MemoryClusters;
let audit: MemoryAudit;
let nowMs: number;
beforeEach(() => {
  clusters = new MemoryClusters();
  audit = new MemoryAudit();
  nowMs = NOW.getTime();
});

const open = (clusterIdentifier = OWN) =>
  openNetwork({ ...stepOf(), plan: { clusterIdentifier } }, { pipeline: PIPELINE, quarantineGroup: QUARANTINE, clientGroup: CLIENTS, clusters, audit, now: () => new Date(nowMs) });

async function openUntilDone(clusterIdentifier = OWN) {
  for (let calls = 1; calls <= 10; calls += 1) {
    const { done, endpoint } = await open(clusterIdentifier);
    if (done) return { calls, endpoint };
    clusters.settle();
    nowMs += 60_000;
  }
  throw new Error('not open after ten calls');
}

describe('openNetwork', () => {
  it('opens a cluster that has the target’s name already, and is done when clients are let in', async () => {
    clusters.add(clusterOf(TARGET_CLUSTER));

    expect(await open(TARGET_CLUSTER)).toEqual({ done: false, endpoint: null });
    expect(await open(TARGET_CLUSTER)).toEqual({ done: false, endpoint: null });
    clusters.settle();
    expect(await open(TARGET_CLUSTER)).toEqual({ done: true, endpoint: clusterOf(TARGET_CLUSTER).endpoint });
    expect(clusters.calls).toEqual([`put ${TARGET_CLUSTER} into ${CLIENTS}`]);
    expect(await audit.types()).toEqual(['NetworkOpened']);
  });

  it('closes and renames the cluster of the run before, then takes its name, then opens', async () => {
    clusters.add(previous).add(clusterOf(OWN));

    const { endpoint } = await openUntilDone();

    expect(clusters.calls).toEqual([
      `tag ${TARGET_CLUSTER}`,
      `put ${TARGET_CLUSTER} into ${QUARANTINE}`,
      `rename ${TARGET_CLUSTER} to ${RETIRED}`,
      `rename ${OWN} to ${TARGET_CLUSTER}`,
      `put ${TARGET_CLUSTER} into ${CLIENTS}`,
    ]);
    expect(endpoint).toBe(clusterOf(TARGET_CLUSTER).endpoint);
    expect(await clusters.find(TARGET_CLUSTER)).toMatchObject({ tags: tagsOf(), securityGroupIds: [CLIENTS] });
    expect(await clusters.find(RETIRED)).toMatchObject({ resourceId: 'cluster-PREVIOUS', securityGroupIds: [QUARANTINE], tags: { [TAG.retiredAt]: NOW.toISOString() } });
  });

  it('records what it retires before it does, once', async () => {
    clusters.add(previous).add(clusterOf(OWN));
    await openUntilDone();

    expect(await audit.types()).toEqual(['PreviousRetired', 'NameRequested', 'NetworkOpened']);
    expect(await audit.detailsOf('PreviousRetired')).toEqual({ clusterIdentifier: TARGET_CLUSTER, resourceId: 'cluster-PREVIOUS', renamedTo: RETIRED });
  });

  it('records it also when another run that died had begun to retire the cluster', async () => {
    clusters.add({ ...previous, securityGroupIds: [QUARANTINE], tags: { ...previous.tags, [TAG.retiredAt]: '2026-11-20T22:15:00.000Z' } }).add(clusterOf(OWN));

    await openUntilDone();

    expect(await audit.detailsOf('PreviousRetired')).toMatchObject({ renamedTo: 'orders-staging-old-202611202215' });
    expect(clusters.names).toContain('orders-staging-old-202611202215');
  });

  it('gives a cluster that was reopened since its first retirement another grace', async () => {
    const longAgo = new Date(nowMs - 9 * DAY_MS).toISOString();
    clusters.add({ ...previous, tags: { ...previous.tags, [TAG.retiredAt]: longAgo } }).add(clusterOf(OWN));

    await openUntilDone();

    expect(await clusters.find(RETIRED)).toMatchObject({ tags: { [TAG.retiredAt]: NOW.toISOString() } });
  });

  it('never takes the name from a cluster that the pipeline did not make', async () => {
    clusters.add({ ...previous, tags: { [TAG.pipeline]: 'invoices-refresh' } }).add(clusterOf(OWN));

    await expect(open()).rejects.toThrow(TargetNotOurs);
    expect(clusters.calls).toEqual([]);
  });

  it('waits while the previous cluster is being changed', async () => {
    clusters.add({ ...previous, status: 'backing-up' }).add(clusterOf(OWN));

    expect(await open()).toMatchObject({ done: false });
    expect(clusters.calls).toEqual([]);
  });

  it('waits while its own cluster is under neither name, but not for ever', async () => {
    clusters.add(clusterOf(OWN));
    await open();
    clusters.remove(OWN);

    nowMs += 29 * 60_000;
    expect(await open()).toMatchObject({ done: false });
    nowMs += 60_000;
    await expect(open()).rejects.toThrow(`cluster ${OWN} is gone, and ${TARGET_CLUSTER} is not there`);
  });

  it('gives up at once when its own cluster is gone and never asked for the name', async () => {
    await expect(open()).rejects.toThrow(RestoreFailed);
  });

  it('waits while its own cluster is on its way', async () => {
    clusters.add(clusterOf(OWN, { status: 'modifying' }));

    expect(await open()).toMatchObject({ done: false });
    expect(clusters.calls).toEqual([]);
  });

  it('gives up when its own cluster has failed', async () => {
    clusters.add(clusterOf(OWN, { status: 'failed' }));

    await expect(open()).rejects.toThrow(RestoreFailed);
  });

  it('records no opening that did not start', async () => {
    clusters.add(clusterOf(TARGET_CLUSTER));
    const refusing = { find: clusters.find.bind(clusters), rename: async () => false, tag: async () => undefined, setSecurityGroups: async () => false };

    await openNetwork({ ...stepOf(), plan: { clusterIdentifier: OWN } }, { pipeline: PIPELINE, quarantineGroup: QUARANTINE, clientGroup: CLIENTS, clusters: refusing, audit, now: () => NOW });

    expect(await audit.types()).toEqual([]);
  });
});
