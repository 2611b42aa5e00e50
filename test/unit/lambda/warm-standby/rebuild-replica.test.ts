import { FailoverRefused, NotReversible, PromotionFailed } from '../../../../lambda/warm-standby/contract';
import { rebuildReplica, type RebuildReplicaInput } from '../../../../lambda/warm-standby/rebuild-replica';
import { instanceOf, MemoryInstances, PRIMARY, STANDBY } from './fixtures';

const SOURCE = `arn:aws:rds:${STANDBY}:111111111111:db:shop`;
const OLD = instanceOf({ replicatesFrom: undefined, replicationStatus: undefined, resourceId: 'db-OLD' });
const KEPT = 'shop-before-epoch-2';

let instances: MemoryInstances;
let activeRegion: string;
beforeEach(() => {
  instances = new MemoryInstances();
  activeRegion = STANDBY;
});

const call = (mode: RebuildReplicaInput['mode']) =>
  rebuildReplica(
    { operationId: 'rebuild-1', mode },
    {
      region: PRIMARY,
      instance: 'shop',
      replica: { sourceArn: SOURCE, instanceClass: 'db.r6g.large', subnetGroup: 'shop', securityGroupIds: ['sg-1'], parameterGroup: 'shop', kmsKeyArn: 'key' },
      instances,
      register: { highest: async () => ({ authority: { epoch: 2, activeRegion }, answered: 3 }) },
    },
  );

/** Calls until it is done, as the state machine does; returns how often. */
async function untilDone(mode: RebuildReplicaInput['mode']): Promise<number> {
  for (let calls = 1; calls <= 10; calls += 1) {
    const { done } = await call(mode);
    if (done) return calls;
    instances.settle();
  }
  throw new Error('not done after ten calls');
}

describe('rebuildReplica', () => {
  it('renames the old database, keeps it, and makes a replica under its name', async () => {
    instances.add(OLD);

    await untilDone('rebuild');

    expect(instances.calls).toEqual([`rename shop to ${KEPT}`, `create shop from ${SOURCE}`]);
    expect(await instances.find(KEPT)).toMatchObject({ resourceId: 'db-OLD' });
    expect(await instances.find('shop')).toMatchObject({ replicatesFrom: SOURCE });
  });

  it('does nothing twice when it is called while something is under way', async () => {
    instances.add(OLD);
    await call('rebuild');

    await expect(call('rebuild')).resolves.toMatchObject({ done: false, status: 'creating the replica' });

    expect(instances.calls).toEqual([`rename shop to ${KEPT}`]);
  });

  it('is done at once where a replica follows already', async () => {
    instances.add(instanceOf());

    expect(await untilDone('rebuild')).toBe(1);
    expect(instances.calls).toEqual([]);
  });

  it('waits for a replica that exists and does not follow yet', async () => {
    instances.add(instanceOf({ replicationStatus: 'connecting' }));

    await expect(call('rebuild')).resolves.toMatchObject({ done: false });
  });

  it('refuses to touch the database of the active region', async () => {
    activeRegion = PRIMARY;
    instances.add(OLD);

    await expect(call('rebuild')).rejects.toThrow(FailoverRefused);
    expect(instances.calls).toEqual([]);
  });

  it('stops before two databases of which neither is a replica', async () => {
    instances.add(OLD).add({ ...OLD, identifier: KEPT });

    await expect(call('rebuild')).rejects.toThrow(PromotionFailed);
  });
});

describe('undoing a rebuild', () => {
  it.each<[string, number]>([
    ['after the renaming', 1],
    ['while the replica is made', 2],
    ['when it is complete', 4],
  ])('gives the old database its name back %s, and deletes nothing', async (_case, callsBefore) => {
    instances.add(OLD);
    for (let calls = 0; calls < callsBefore; calls += 1) {
      await call('rebuild');
      instances.settle();
    }
    const before = instances.names().length;

    await untilDone('undo');

    expect(await instances.find('shop')).toMatchObject({ resourceId: 'db-OLD', status: 'available' });
    expect(instances.names()).toHaveLength(before);
  });

  it('can be rebuilt again afterwards', async () => {
    instances.add(OLD);
    await untilDone('rebuild');
    await untilDone('undo');

    await untilDone('rebuild');

    expect(instances.names()).toEqual(['shop', KEPT, 'shop-undone-in-epoch-2']);
  });

  it('does nothing where nothing was rebuilt', async () => {
    instances.add(OLD);

    expect(await untilDone('undo')).toBe(1);
    expect(instances.calls).toEqual([]);
  });

  it('does not take a replica’s name away when there is no old database to get it', async () => {
    instances.add(instanceOf());

    await expect(call('undo')).rejects.toThrow(NotReversible);
  });

  it('does not lose a replica that was put aside before', async () => {
    instances.add(instanceOf()).add({ ...OLD, identifier: KEPT }).add(instanceOf({ identifier: 'shop-undone-in-epoch-2' }));

    await expect(call('undo')).rejects.toThrow(/shop-undone-in-epoch-2 is there already: delete it/);
  });
});
