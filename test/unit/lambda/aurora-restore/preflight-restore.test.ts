import { ownNameOf } from '../../../../lambda/aurora-restore/cluster-names';
import { DeletionRefused, PreflightFailed, TAG, TargetNotOurs, type ChosenSnapshot, type Hop, type RestoreRun } from '../../../../lambda/aurora-restore/contract';
import { preflightRestore, type PreflightRestorePorts } from '../../../../lambda/aurora-restore/preflight-restore';
import { chosenOf, clusterOf, HOPS, instanceOf, LONG_WAY, OPERATION, PIPELINE, snapshotArn, SOURCE, SOURCE_CLUSTER, stepOf, tagsOf, TARGET, TARGET_CLUSTER } from './fixtures';
import { MemoryAudit } from './memory-audit';
import { MemoryClusters } from './memory-clusters';
import { MemorySecret } from './memory-stores';

const OWN_NAME = ownNameOf(TARGET_CLUSTER, OPERATION);
const DELETABLE = { [TAG.deletableBy]: PIPELINE };

let clusters: MemoryClusters;
let sourceClusters: MemoryClusters;
let audit: MemoryAudit;
let askedKeys: string[];
/** Quotas of other places than the target's. */
let elsewhere: Readonly<Record<string, MemoryClusters>>;
beforeEach(() => {
  clusters = new MemoryClusters();
  sourceClusters = new MemoryClusters().add(clusterOf(SOURCE_CLUSTER, { tags: DELETABLE }));
  audit = new MemoryAudit();
  askedKeys = [];
  elsewhere = {};
});

const SOURCE_PLACE = `${SOURCE.account} ${SOURCE.region}`;

/** Quotas of a place in which so many manual snapshots can be taken. */
function room(snapshots: number): MemoryClusters {
  const place = new MemoryClusters();
  place.quotas['ManualClusterSnapshots'] = snapshots;
  return place;
}

function preflight(run: Partial<RestoreRun> = {}, snapshot: Partial<ChosenSnapshot> = {}, changes: Partial<PreflightRestorePorts> = {}) {
  const ports: PreflightRestorePorts = {
    pipeline: PIPELINE,
    sourceDeletable: true,
    sourceCluster: SOURCE_CLUSTER,
    subnetGroup: 'private',
    keepCopiesDays: 0,
    readsLiveSource: true,
    keyObstacle: async (keyArn) => {
      askedKeys.push(keyArn);
      return undefined;
    },
    targetKeyArn: TARGET.keyArn,
    sourceClusters,
    clusters,
    source: { account: SOURCE.account, region: SOURCE.region },
    target: { account: TARGET.account, region: TARGET.region },
    quotasIn: ({ account, region }) => (account === TARGET.account && region === TARGET.region ? clusters : (elsewhere[`${account} ${region}`] ?? new MemoryClusters())),
    secrets: [{ arn: 'arn:secret:admin', secret: new MemorySecret() }],
    audit,
    ...changes,
  };
  return preflightRestore({ ...stepOf(run), snapshot: chosenOf(snapshot) }, ports);
}

describe('preflightRestore', () => {
  it('finds nothing missing and says what will be done', async () => {
    const plan = await preflight();

    expect(plan).toMatchObject({ clusterIdentifier: TARGET_CLUSTER, previousClusterIdentifier: null, deletions: [] });
    expect(plan.calls[0]).toBe(`rds:ModifyDBClusterSnapshotAttribute nightly: restore by ${TARGET.account}`);
    expect(await audit.detailsOf('PreflightPassed')).toEqual({ ...plan });
    expect(clusters.calls).toEqual([]);
  });

  it('names everything that is missing at once, before anything is started', async () => {
    clusters.subnetGroups.clear();
    Object.assign(clusters.quotas, { ManualClusterSnapshots: 0, DBClusters: 0, DBInstances: 0 });
    const failed = preflight({}, {}, { keyObstacle: async (key) => `key ${key} may not be used`, secrets: [{ arn: 'arn:secret:admin', secret: new MemorySecret(null) }] });

    await expect(failed).rejects.toThrow(PreflightFailed);
    await expect(failed).rejects.toMatchObject({
      missing: [
        'subnet group private does not exist',
        `key ${SOURCE.keyArn} may not be used`,
        `key ${TARGET.keyArn} may not be used`,
        'secret arn:secret:admin does not exist',
        'quota ManualClusterSnapshots of account 333333333333 in us-west-2 has 0 left, 1 needed',
        'quota DBClusters of account 333333333333 in us-west-2 has 0 left, 1 needed',
        'quota DBInstances of account 333333333333 in us-west-2 has 0 left, 1 needed',
      ],
    });
    expect(await audit.types()).toEqual([]);
  });

  it('needs no room for copies where none is made, nor an answer where AWS tells no quota', async () => {
    Object.assign(clusters.quotas, { ManualClusterSnapshots: 0 });

    await expect(preflight({}, { hops: [] })).resolves.toBeDefined();
  });

  it('needs room wherever a copy lands: at the source to be shared, on the way, and at its end', async () => {
    const way: readonly Hop[] = [...LONG_WAY.slice(0, 2), { ...HOPS[1], snapshotIdentifier: `${OPERATION}-via`, region: SOURCE.region }, HOPS[1]];
    elsewhere = { [SOURCE_PLACE]: room(0), [`${TARGET.account} ${SOURCE.region}`]: room(0) };
    clusters.quotas['ManualClusterSnapshots'] = 0;

    await expect(preflight({}, { hops: way })).rejects.toMatchObject({
      missing: [
        'quota ManualClusterSnapshots of account 111111111111 in ap-southeast-2 has 0 left, 1 needed',
        'quota ManualClusterSnapshots of account 333333333333 in ap-southeast-2 has 0 left, 1 needed',
        'quota ManualClusterSnapshots of account 333333333333 in us-west-2 has 0 left, 1 needed',
      ],
    });
  });

  it('needs room for the final snapshot of a source that is deleted, until that is there', async () => {
    elsewhere = { [SOURCE_PLACE]: room(1) };
    const plan = () => preflight({ mode: 'plan', deleteSource: true }, { hops: LONG_WAY });

    await expect(plan()).rejects.toMatchObject({ missing: ['quota ManualClusterSnapshots of account 111111111111 in ap-southeast-2 has 1 left, 2 needed'] });
    await audit.record('FinalSnapshotStarted', { identifier: `${OPERATION}-final` });
    await expect(plan()).resolves.toBeDefined();
  });

  it('asks each key once: the one of what is read and the one of the target', async () => {
    await preflight({}, { kmsKeyArn: TARGET.keyArn });
    expect(askedKeys).toEqual([TARGET.keyArn]);

    askedKeys = [];
    await preflight({}, { hops: LONG_WAY, kmsKeyArn: 'arn:of:a:key:that:stays:behind' });
    expect(askedKeys).toEqual([SOURCE.keyArn, TARGET.keyArn]);

    askedKeys = [];
    await preflight({}, { encryption: 'none', kmsKeyArn: null });
    expect(askedKeys).toEqual([TARGET.keyArn]);
  });
});

describe('the name to restore under', () => {
  it('is the target’s when this run has it already', async () => {
    clusters.add(clusterOf(TARGET_CLUSTER));

    expect(await preflight()).toMatchObject({ clusterIdentifier: TARGET_CLUSTER, previousClusterIdentifier: null });
  });

  it('is one of the run’s own while the cluster of an earlier run has the target’s', async () => {
    clusters.add(clusterOf(TARGET_CLUSTER, { tags: tagsOf('earlier-run') }));

    expect(await preflight()).toMatchObject({ clusterIdentifier: OWN_NAME, previousClusterIdentifier: TARGET_CLUSTER });
  });

  it('stays the run’s own after the earlier cluster has made room', async () => {
    clusters.add(clusterOf(OWN_NAME));

    expect(await preflight()).toMatchObject({ clusterIdentifier: OWN_NAME, previousClusterIdentifier: null });
  });

  test.each<[string, Record<string, string>]>([
    ['has no tags', {}],
    ['is of another pipeline', { [TAG.operation]: 'x', [TAG.pipeline]: 'invoices-refresh' }],
  ])('is refused when a cluster has it that %s', async (_case, tags) => {
    clusters.add(clusterOf(TARGET_CLUSTER, { tags }));

    await expect(preflight()).rejects.toThrow(TargetNotOurs);
    expect(await audit.types()).toEqual([]);
  });
});

describe('a run that deletes its source', () => {
  const hashOfPlan = async () => (await preflight({ mode: 'plan', deleteSource: true })).planHash;

  it('plans what it would delete', async () => {
    const { deletions, calls } = await preflight({ mode: 'plan', deleteSource: true });

    expect(deletions).toEqual([`instance ${SOURCE_CLUSTER}-1`, `cluster ${SOURCE_CLUSTER} (cluster-OFORDERS), after a final snapshot`]);
    expect(calls).toContain('rds:DeleteDBCluster of the source');
  });

  it('goes on with the hash of its plan, also under another id and mode', async () => {
    const planHash = await hashOfPlan();

    await expect(preflight({ operationId: 'friday', deleteSource: true, planHash })).resolves.toMatchObject({ planHash });
  });

  test.each<[string, () => void, Partial<RestoreRun>, Partial<ChosenSnapshot>]>([
    ['another snapshot', () => undefined, {}, { arn: snapshotArn('weekly') }],
    ['another target', () => undefined, { targetClusterIdentifier: 'orders-test' }, {}],
    ['a source that has got another instance', () => sourceClusters.add(clusterOf(SOURCE_CLUSTER, { tags: DELETABLE, instanceIdentifiers: ['orders-1', 'orders-2'] })), {}, {}],
    ['a source that was made anew under its name', () => sourceClusters.alter(SOURCE_CLUSTER, { resourceId: 'cluster-OTHER' }), {}, {}],
  ])('is refused with the hash of a plan for %s', async (_case, alter, run, snapshot) => {
    const planHash = await hashOfPlan();
    alter();

    await expect(preflight({ deleteSource: true, planHash, ...run }, snapshot)).rejects.toThrow('the run carries the hash of another plan');
  });

  it.each<[string, () => unknown]>([
    ['whose instances it has begun to delete', () => sourceClusters.add(clusterOf(SOURCE_CLUSTER, { tags: DELETABLE, instanceIdentifiers: [] }))],
    ['that it has deleted', () => (sourceClusters = new MemoryClusters())],
  ])('goes on by the plan that it began with, for a source %s', async (_case, alter) => {
    const planHash = await hashOfPlan();
    const { deletions } = await preflight({ deleteSource: true, planHash });
    await audit.record('DeletionBegun', { resourceId: 'cluster-OFORDERS', planHash });
    alter();

    await expect(preflight({ deleteSource: true, planHash })).resolves.toMatchObject({ planHash, deletions });
  });

  it('has the same plan in whatever order AWS lists the instances', async () => {
    sourceClusters.add(clusterOf(SOURCE_CLUSTER, { tags: DELETABLE, instanceIdentifiers: ['orders-1', 'orders-2'] }));
    const planHash = await hashOfPlan();
    sourceClusters.add(clusterOf(SOURCE_CLUSTER, { tags: DELETABLE, instanceIdentifiers: ['orders-2', 'orders-1'] }));

    await expect(preflight({ deleteSource: true, planHash })).resolves.toBeDefined();
  });

  it('is refused with every reason, also in a plan', async () => {
    sourceClusters.add(clusterOf(SOURCE_CLUSTER, { tags: {}, deletionProtection: true })).addInstance(instanceOf('orders-1', { tags: DELETABLE }));
    const refused = preflight({ mode: 'plan', deleteSource: true });

    await expect(refused).rejects.toThrow(DeletionRefused);
    await expect(refused).rejects.toMatchObject({ reasons: [`cluster orders is not tagged ${TAG.deletableBy}=${PIPELINE}`, 'cluster orders has deletion protection on'] });
  });

  it('is refused when the source is not there', async () => {
    await expect(preflight({ mode: 'plan', deleteSource: true }, {}, { sourceCluster: 'gone' })).rejects.toThrow('cluster gone is not there');
  });
});
