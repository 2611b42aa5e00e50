import { checkInstanceStatus } from '../../../../lambda/aurora-restore/check-instance-status';
import { checkRestoreStatus } from '../../../../lambda/aurora-restore/check-restore-status';
import { instanceNameOf } from '../../../../lambda/aurora-restore/cluster-names';
import { RestoreFailed, TargetNotOurs } from '../../../../lambda/aurora-restore/contract';
import { createInstance } from '../../../../lambda/aurora-restore/create-instance';
import { restoreSnapshot } from '../../../../lambda/aurora-restore/restore-snapshot';
import { chosenOf, clusterOf, instanceOf, OPERATION, PIPELINE, QUARANTINE, snapshotArn, stepOf, tagsOf, TARGET, TARGET_CLUSTER } from './fixtures';
import { MemoryAudit } from './memory-audit';
import { MemoryClusters } from './memory-clusters';

const INSTANCE = instanceNameOf(TARGET_CLUSTER, OPERATION);
const step = { ...stepOf(), clusterIdentifier: TARGET_CLUSTER };

let clusters: MemoryClusters;
let audit: MemoryAudit;
beforeEach(() => {
  clusters = new MemoryClusters();
  audit = new MemoryAudit();
});

describe('restoreSnapshot', () => {
  const place = { subnetGroup: 'private', securityGroupId: QUARANTINE, kmsKeyArn: TARGET.keyArn, parameterGroup: undefined };
  const restore = () => restoreSnapshot({ ...step, snapshot: chosenOf() }, { pipeline: PIPELINE, clusters, place, audit });

  it('restores what arrived, in quarantine, under the target’s key, tagged with the run', async () => {
    expect(await restore()).toEqual({ started: true });

    expect(await clusters.find(TARGET_CLUSTER)).toMatchObject({ securityGroupIds: [QUARANTINE], kmsKeyArn: TARGET.keyArn, tags: tagsOf() });
    expect(clusters.calls).toEqual([`restore ${TARGET_CLUSTER} from ${snapshotArn('orders-refresh-20261121t0300-copy', TARGET)}`]);
  });

  it('adopts what an earlier attempt of the run has started', async () => {
    await restore();

    expect(await restore()).toEqual({ started: false });
    expect(clusters.calls).toHaveLength(1);
    expect(await audit.types()).toEqual(['RestoreStarted', 'RestoreAdopted']);
  });

  test.each([
    ['another run', tagsOf('another-run')],
    ['nobody we know', {}],
  ])('leaves a cluster of that name alone that is of %s', async (_case, tags) => {
    clusters.add(clusterOf(TARGET_CLUSTER, { tags }));

    await expect(restore()).rejects.toThrow(TargetNotOurs);
    expect(clusters.calls).toEqual([]);
    expect(await audit.types()).toEqual([]);
  });
});

describe('checkRestoreStatus', () => {
  test.each([
    ['available', true],
    ['creating', false],
    ['migrating', false],
    ['resetting-master-credentials', false],
    ['modifying', false],
    ['upgrading', false],
  ])('takes %s for done: %s', async (status, done) => {
    clusters.add(clusterOf(TARGET_CLUSTER, { status }));

    expect(await checkRestoreStatus(step, { clusters })).toEqual({ done, status });
  });

  it('waits for a password that is not in force yet, whatever the status says', async () => {
    clusters.add(clusterOf(TARGET_CLUSTER, { isPasswordPending: true }));

    expect(await checkRestoreStatus(step, { clusters })).toEqual({ done: false, status: 'available' });
  });

  test.each(['failed', 'deleting', 'incompatible-parameters', 'inaccessible-encryption-credentials', 'migration-failed', 'stopped', 'something new'])('gives up at %s', async (status) => {
    clusters.add(clusterOf(TARGET_CLUSTER, { status }));

    await expect(checkRestoreStatus(step, { clusters })).rejects.toThrow(RestoreFailed);
  });

  it('gives up when the cluster is gone', async () => {
    await expect(checkRestoreStatus(step, { clusters })).rejects.toThrow(`cluster ${TARGET_CLUSTER} is gone`);
  });
});

describe('createInstance', () => {
  const create = () => createInstance(step, { pipeline: PIPELINE, instanceClass: 'db.r6g.large', clusters, audit });

  it('starts the instance that a restored cluster comes without', async () => {
    clusters.add(clusterOf(TARGET_CLUSTER, { instanceIdentifiers: [] }));

    expect(await create()).toEqual({ instanceIdentifier: INSTANCE });
    expect(await clusters.findInstance(INSTANCE)).toMatchObject({ status: 'creating', tags: tagsOf() });
    expect(await audit.types()).toEqual(['InstanceStarted']);
  });

  it('adopts the one that an earlier attempt has started', async () => {
    clusters.add(clusterOf(TARGET_CLUSTER, { instanceIdentifiers: [] }));
    await create();

    expect(await create()).toEqual({ instanceIdentifier: INSTANCE });
    expect(clusters.calls).toHaveLength(1);
  });

  it('adopts its own under the name that it had before the cluster was renamed', async () => {
    clusters.add(clusterOf(TARGET_CLUSTER, { instanceIdentifiers: ['orders-staging-rabcdef01-1'] }));

    expect(await create()).toEqual({ instanceIdentifier: 'orders-staging-rabcdef01-1' });
    expect(clusters.calls).toEqual([]);
    expect(await audit.types()).toEqual(['InstanceAdopted']);
  });

  it('leaves an instance of that name alone that is not the run’s', async () => {
    clusters.add(clusterOf(TARGET_CLUSTER, { instanceIdentifiers: [] })).addInstance(instanceOf(INSTANCE, { tags: tagsOf('another-run') }));

    await expect(create()).rejects.toThrow(TargetNotOurs);
  });

  it('starts one beside an instance that still has the target’s name from before', async () => {
    clusters.add(clusterOf(TARGET_CLUSTER, { instanceIdentifiers: [] })).addInstance(instanceOf(`${TARGET_CLUSTER}-1`, { tags: tagsOf('another-run') }));

    expect(await create()).toEqual({ instanceIdentifier: INSTANCE });
  });

  it('adds nothing to a cluster that is gone or not the run’s', async () => {
    await expect(create()).rejects.toThrow(RestoreFailed);
    clusters.add(clusterOf(TARGET_CLUSTER, { tags: tagsOf('another-run') }));
    await expect(create()).rejects.toThrow(TargetNotOurs);
    expect(clusters.calls).toEqual([]);
  });
});

describe('checkInstanceStatus', () => {
  const check = () => checkInstanceStatus({ ...stepOf(), instanceIdentifier: INSTANCE }, { clusters });

  test.each([
    ['available', true],
    ['creating', false],
    ['configuring-enhanced-monitoring', false],
    ['rebooting', false],
  ])('takes %s for done: %s', async (status, done) => {
    clusters.addInstance(instanceOf(INSTANCE, { status }));

    expect(await check()).toEqual({ done, status });
  });

  test.each(['failed', 'incompatible-network', 'insufficient-capacity', 'deleting', 'stopped'])('gives up at %s', async (status) => {
    clusters.addInstance(instanceOf(INSTANCE, { status }));

    await expect(check()).rejects.toThrow(`instance ${INSTANCE} is ${status}`);
  });

  it('gives up when the instance is gone', async () => {
    await expect(check()).rejects.toThrow(RestoreFailed);
  });
});
