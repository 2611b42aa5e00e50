import { checkDeleteStatus } from '../../../../lambda/aurora-restore/check-delete-status';
import { DeletionRefused, TAG, type ProofSummary } from '../../../../lambda/aurora-restore/contract';
import { deleteRds, type DeleteRdsPorts } from '../../../../lambda/aurora-restore/delete-rds';
import { deletionsOf, hashPlan } from '../../../../lambda/aurora-restore/deletion-guard';
import { CLIENTS, clusterOf, instanceOf, OPERATION, PIPELINE, PROVEN, QUARANTINE, runOf, snapshotArn, snapshotOf, SOURCE, SOURCE_CLUSTER, stepOf, tagsOf, TARGET_CLUSTER } from './fixtures';
import { MemoryAudit } from './memory-audit';
import { MemoryClusters } from './memory-clusters';
import { MemorySnapshots } from './memory-snapshots';

const DELETABLE = { [TAG.deletableBy]: PIPELINE };
const SNAPSHOT = snapshotArn('nightly');
const FINAL = `${OPERATION}-final`;
const cluster = clusterOf(SOURCE_CLUSTER, { tags: DELETABLE, instanceIdentifiers: ['orders-1', 'orders-2'] });
const planHash = hashPlan(runOf({ deleteSource: true }), SNAPSHOT, deletionsOf({ cluster, instances: [instanceOf('orders-1'), instanceOf('orders-2')] }));

let clusters: MemoryClusters;
let restored: MemoryClusters;
let snapshots: MemorySnapshots;
let audit: MemoryAudit;
beforeEach(() => {
  clusters = new MemoryClusters().add(cluster);
  restored = new MemoryClusters().add(clusterOf(TARGET_CLUSTER, { securityGroupIds: [CLIENTS] }));
  snapshots = new MemorySnapshots(SOURCE);
  audit = new MemoryAudit();
});

const remove = (changes: { readonly proof?: ProofSummary; readonly planHash?: string | null; readonly ports?: Partial<DeleteRdsPorts> } = {}) =>
  deleteRds(
    { ...stepOf({ deleteSource: true, planHash: changes.planHash === undefined ? planHash : changes.planHash }), snapshotArn: SNAPSHOT, proof: changes.proof ?? PROVEN },
    { pipeline: PIPELINE, sourceDeletable: true, sourceCluster: SOURCE_CLUSTER, clientGroup: CLIENTS, clusters, snapshots, restored, audit, ...changes.ports },
  );
const status = () => checkDeleteStatus(stepOf(), { sourceCluster: SOURCE_CLUSTER, clusters, audit });
const withFinalSnapshot = () => snapshots.add(snapshotOf(FINAL, { tags: tagsOf() }));

describe('deleteRds', () => {
  it('takes a final snapshot, then deletes the instances, then the cluster, whose backups stay', async () => {
    expect(await remove()).toEqual({ phase: 'final-snapshot' });
    expect(await remove()).toEqual({ phase: 'final-snapshot' });
    expect(snapshots.calls).toEqual([`create ${FINAL}`]);
    expect(clusters.calls).toEqual([]);

    snapshots.alter(FINAL, { status: 'available' });
    expect(await remove()).toEqual({ phase: 'instances' });
    expect(clusters.calls).toEqual(['delete instance orders-1', 'delete instance orders-2']);

    clusters.settle();
    expect(await remove()).toEqual({ phase: 'cluster' });
    expect(clusters.calls.at(-1)).toBe('delete cluster orders, keep its automated backups');
    expect(await status()).toEqual({ done: false, status: 'deleting' });

    clusters.settle();
    expect(await status()).toEqual({ done: true, status: 'gone' });
    expect(await remove()).toEqual({ phase: 'gone' });
    expect(await audit.types()).toEqual(['FinalSnapshotStarted', 'DeletionBegun', 'SourceDeleted']);
    expect(await audit.detailsOf('SourceDeleted')).toEqual({ clusterIdentifier: SOURCE_CLUSTER, finalSnapshot: FINAL });
  });

  test.each<[string, () => void, Parameters<typeof remove>[0], string]>([
    ['the content differs from the manifest', () => undefined, { proof: { ...PROVEN, verdict: 'MISMATCH' } }, 'the restored content is MISMATCH, not PROVEN'],
    ['the content was only compared with the live source', () => undefined, { proof: { ...PROVEN, verdict: 'SAME_AS_LIVE_SOURCE' } }, 'the restored content is SAME_AS_LIVE_SOURCE, not PROVEN'],
    ['some rows were being written to when they should have been proven', () => undefined, { proof: { ...PROVEN, provenRows: 999 } }, 'only 999 of 1000 restored rows are proven: the source was written to while it was captured'],
    ['the new database is not open', () => restored.alter(TARGET_CLUSTER, { securityGroupIds: [QUARANTINE] }), {}, 'cluster orders-staging, which takes its place, is not open to its clients'],
    ['the new database is of another run', () => restored.alter(TARGET_CLUSTER, { tags: tagsOf('another-run') }), {}, 'is not open to its clients'],
    ['the new database is not available', () => restored.alter(TARGET_CLUSTER, { status: 'modifying' }), {}, 'is not open to its clients'],
    ['there is no new database', () => undefined, { ports: { restored: new MemoryClusters() } }, 'is not open to its clients'],
    ['there is no plan', () => undefined, { planHash: null }, 'the source is not as it was when the plan was made'],
    ['the source has got another instance since', () => clusters.add({ ...cluster, instanceIdentifiers: ['orders-1', 'orders-2', 'orders-3'] }), {}, 'the source is not as it was when the plan was made'],
    ['the source was made anew under its name', () => clusters.alter(SOURCE_CLUSTER, { resourceId: 'cluster-OTHER' }), {}, 'the source is not as it was when the plan was made'],
    ['the source is protected', () => clusters.alter(SOURCE_CLUSTER, { deletionProtection: true }), {}, 'cluster orders has deletion protection on'],
    ['an instance is protected', () => clusters.alterInstance('orders-2', { deletionProtection: true }), {}, 'instance orders-2 has deletion protection on'],
    ['the configuration does not allow it', () => undefined, { ports: { sourceDeletable: false } }, '(source.deletable)'],
    ['somebody else deletes it already', () => clusters.alter(SOURCE_CLUSTER, { status: 'deleting' }), {}, 'cluster orders is deleting, not available'],
    ['somebody else has deleted it', () => clusters = new MemoryClusters(), {}, 'cluster orders is not there'],
  ])('refuses when %s, having touched nothing', async (_case, alter, changes, reason) => {
    withFinalSnapshot();
    alter();
    const refused = remove(changes);

    await expect(refused).rejects.toThrow(DeletionRefused);
    await expect(refused).rejects.toThrow(reason);
    expect(clusters.calls).toEqual([]);
    expect(await audit.types()).toEqual([]);
  });

  test.each([
    ['of another cluster', { clusterIdentifier: 'invoices', tags: tagsOf() }, 'is there already and is not the final snapshot of this operation'],
    ['of another run', { tags: tagsOf('another-run') }, 'is there already and is not the final snapshot of this operation'],
    ['that failed', { tags: tagsOf(), status: 'failed' }, `the final snapshot ${FINAL} is failed`],
  ])('refuses with a final snapshot %s', async (_case, change, reason) => {
    snapshots.add(snapshotOf(FINAL, change));

    await expect(remove()).rejects.toThrow(reason);
    expect(clusters.calls).toEqual([]);
  });

  it('continues what it has begun, when the proof and plan no longer can be looked at', async () => {
    withFinalSnapshot();
    await remove();
    clusters.settle();

    expect(await remove({ planHash: null, ports: { restored: new MemoryClusters() } })).toEqual({ phase: 'cluster' });
  });

  it('leaves a cluster alone that was made under the source’s name after the deletion', async () => {
    withFinalSnapshot();
    await remove();
    clusters.add(clusterOf(SOURCE_CLUSTER, { tags: DELETABLE, resourceId: 'cluster-NEW' }));
    clusters.calls.length = 0;

    expect(await remove()).toEqual({ phase: 'gone' });
    expect(await status()).toEqual({ done: true, status: 'gone' });
    expect(clusters.calls).toEqual([]);
  });
});
