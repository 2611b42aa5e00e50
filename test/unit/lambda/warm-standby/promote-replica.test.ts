import { PromotionFailed } from '../../../../lambda/warm-standby/contract';
import { promoteReplica } from '../../../../lambda/warm-standby/promote-replica';
import { instanceOf, MemoryInstances, stepOf } from './fixtures';

let instances: MemoryInstances;
beforeEach(() => {
  instances = new MemoryInstances();
});

const promote = () => promoteReplica(stepOf(), { instance: 'shop', backupRetentionDays: 7, backupWindow: '15:00-15:30', instances });

describe('promoteReplica', () => {
  it('promotes once, and is done when the instance can be used and is backed up', async () => {
    instances.add(instanceOf());

    await expect(promote()).resolves.toMatchObject({ done: false });
    await expect(promote()).resolves.toMatchObject({ done: false, status: 'modifying' });
    instances.settle();
    await expect(promote()).resolves.toEqual({ done: true, status: 'available', backupRetentionDays: 7 });
    expect(instances.calls).toEqual(['promote shop']);
  });

  it('waits until a backup of the replica has ended', async () => {
    instances.add(instanceOf({ status: 'backing-up' }));

    await expect(promote()).resolves.toMatchObject({ done: false, status: 'backing-up' });
    expect(instances.calls).toEqual([]);
    instances.settle();
    await promote();
    expect(instances.calls).toEqual(['promote shop']);
  });

  it('is not kept from going on by the first backup after the promotion', async () => {
    instances.add(instanceOf({ replicatesFrom: undefined, status: 'backing-up', backupRetentionDays: 7 }));

    await expect(promote()).resolves.toMatchObject({ done: true });
  });

  it('does not count as done while backups are off', async () => {
    instances.add(instanceOf({ replicatesFrom: undefined, backupRetentionDays: 0 }));

    await expect(promote()).resolves.toMatchObject({ done: false, backupRetentionDays: 0 });
  });

  it.each(['failed', 'deleting', 'storage-full', 'inaccessible-encryption-credentials'])('gives up an instance that is %s', async (status) => {
    instances.add(instanceOf({ status }));

    await expect(promote()).rejects.toThrow(`instance shop is ${status}`);
  });

  it('gives up when there is no instance', async () => {
    await expect(promote()).rejects.toThrow(PromotionFailed);
  });
});
