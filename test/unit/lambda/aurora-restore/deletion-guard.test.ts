import { TAG } from '../../../../lambda/aurora-restore/contract';
import { reasonsToKeep, type DeletionCandidate } from '../../../../lambda/aurora-restore/deletion-guard';
import { clusterOf, instanceOf, PIPELINE, SOURCE_CLUSTER } from './fixtures';

const DELETABLE = { [TAG.deletableBy]: PIPELINE };
const cluster = clusterOf(SOURCE_CLUSTER, { tags: DELETABLE });
const instance = instanceOf('orders-1', { tags: DELETABLE });
const candidate: DeletionCandidate = { pipeline: PIPELINE, sourceDeletable: true, cluster, instances: [instance] };

describe('reasonsToKeep', () => {
  it('has none against a source whose owner gave it to this pipeline', () => {
    expect(reasonsToKeep(candidate)).toEqual([]);
  });

  test.each<[string, Partial<DeletionCandidate>, string]>([
    ['a configuration that does not allow it', { sourceDeletable: false }, 'the configuration of the pipeline does not allow it (source.deletable)'],
    ['a cluster that nobody gave away', { cluster: { ...cluster, tags: {} } }, `cluster orders is not tagged ${TAG.deletableBy}=${PIPELINE}`],
    ['a cluster given to another pipeline', { cluster: { ...cluster, tags: { [TAG.deletableBy]: 'invoices' } } }, `cluster orders is not tagged ${TAG.deletableBy}=${PIPELINE}`],
    ['a cluster that was itself restored', { cluster: { ...cluster, tags: { ...DELETABLE, [TAG.pipeline]: 'orders-drill' } } }, 'cluster orders was itself restored by pipeline orders-drill'],
    ['a cluster under protection', { cluster: { ...cluster, deletionProtection: true } }, 'cluster orders has deletion protection on'],
    ['an instance that nobody gave away', { instances: [{ ...instance, tags: {} }] }, `instance orders-1 is not tagged ${TAG.deletableBy}=${PIPELINE}`],
    ['an instance under protection, which the cluster’s does not cover', { instances: [{ ...instance, deletionProtection: true }] }, 'instance orders-1 has deletion protection on'],
    ['a cluster of which no snapshot can be taken', { cluster: { ...cluster, status: 'stopped' } }, 'cluster orders is stopped, not available: no final snapshot can be taken of it'],
    ['a member of a global database', { cluster: { ...cluster, isGlobalMember: true } }, 'cluster orders is a member of a global database'],
    ['a replica', { cluster: { ...cluster, replicatesFrom: 'arn:of:another' } }, 'cluster orders replicates from arn:of:another'],
  ])('has one against %s', (_case, change, reason) => {
    expect(reasonsToKeep({ ...candidate, ...change })).toEqual([reason]);
  });

  it('names all that there are', () => {
    const everything = { sourceDeletable: false, cluster: { ...cluster, tags: {}, deletionProtection: true }, instances: [{ ...instance, tags: {}, deletionProtection: true }] };

    expect(reasonsToKeep({ ...candidate, ...everything })).toHaveLength(5);
  });
});
