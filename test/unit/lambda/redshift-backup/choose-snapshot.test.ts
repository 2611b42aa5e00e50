import type { WarehouseCluster } from '../../../../lambda/common/aws/redshift-clusters';
import { chooseSnapshot, type ChooseSnapshotPorts } from '../../../../lambda/redshift-backup/choose-snapshot';
import { warehouseSnapshot } from '../../../support/warehouse-snapshot';

const OLD = warehouseSnapshot({ identifier: 'snap-20260601-020000', createdAt: new Date('2026-06-01T02:00:30Z') });
const NEW = warehouseSnapshot({ identifier: 'snap-20260602-020000', createdAt: new Date('2026-06-02T02:00:30Z') });
const MANIFESTS = [OLD, NEW].flatMap(({ identifier }) => ['after', 'before'].map((phase) => `manifests/${identifier}/${phase}.json`));

interface Circumstances {
  readonly evidence?: readonly string[];
  readonly clusters?: readonly string[];
  readonly costCapUsd?: number;
  readonly obstacle?: string;
  readonly shared?: readonly (typeof OLD)[];
  readonly own?: readonly string[];
}

function ports({ evidence = MANIFESTS, clusters = [], costCapUsd = 10, obstacle, shared = [OLD, NEW], own = ['copy-1', 'copy-2'] }: Circumstances = {}): ChooseSnapshotPorts {
  return {
    sourceAccount: '111111111111',
    snapshotPrefix: 'snap',
    proofClusterPrefix: 'warehouse-proof-',
    nodePrices: { 'ra3.large': 0.5 },
    costCapUsd,
    lifetimeHours: 6,
    snapshots: { listShared: () => Promise.resolve(shared), listOwn: () => Promise.resolve(own.map((identifier) => warehouseSnapshot({ identifier }))) },
    snapshotQuota: () => Promise.resolve(3),
    clusters: { list: () => Promise.resolve(clusters.map((identifier) => ({ identifier }) as WarehouseCluster)) },
    evidence: { keysUnder: (prefix) => Promise.resolve(evidence.filter((key) => key.startsWith(prefix))) },
    keyObstacle: () => Promise.resolve(obstacle),
    now: () => new Date('2026-06-02T06:00:00Z'),
  };
}

const ANY = { request: { snapshotIdentifier: null } };

describe('chooseSnapshot', () => {
  it('plans the newest shared snapshot, the name of its cluster and what it may cost', async () => {
    await expect(chooseSnapshot(ANY, ports())).resolves.toEqual({
      operationId: 'snap-20260602-020000',
      snapshotIdentifier: 'snap-20260602-020000',
      snapshotCreatedAt: '2026-06-02T02:00:30.000Z',
      proofClusterIdentifier: 'warehouse-proof-20260602-020000',
      nodeType: 'ra3.large',
      numberOfNodes: 2,
      estimatedUsd: 6,
      startedAt: '2026-06-02T06:00:00.000Z',
    });
  });

  it('takes the snapshot that is asked for', async () => {
    await expect(chooseSnapshot({ request: { snapshotIdentifier: OLD.identifier } }, ports())).resolves.toMatchObject({ snapshotIdentifier: OLD.identifier });
  });

  it('passes over a newer one that was read by no manifest', async () => {
    await expect(chooseSnapshot(ANY, ports({ evidence: MANIFESTS.filter((key) => key !== `manifests/${NEW.identifier}/after.json`) }))).resolves.toMatchObject({ snapshotIdentifier: OLD.identifier });
  });

  it('leaves out what is not complete and what has another name', async () => {
    const shared = [OLD, { ...NEW, status: 'creating' }, { ...NEW, identifier: 'somebody-elses' }];

    await expect(chooseSnapshot(ANY, ports({ shared }))).resolves.toMatchObject({ snapshotIdentifier: OLD.identifier });
  });

  it('lets a proof be repeated whose own copy took the last place', async () => {
    await expect(chooseSnapshot(ANY, ports({ own: ['copy-1', 'copy-2', `${NEW.identifier}-owned`] }))).resolves.toMatchObject({ snapshotIdentifier: NEW.identifier });
  });

  it('accepts exactly what the cap allows', async () => {
    await expect(chooseSnapshot(ANY, ports({ costCapUsd: 6 }))).resolves.toMatchObject({ estimatedUsd: 6 });
  });

  test.each([
    ['NothingToProve when the newest has its verdict', { evidence: [...MANIFESTS, `proofs/${NEW.identifier}/PROVEN.json`] }, `${NEW.identifier} is PROVEN already`],
    ['PreflightFailed without a manifest', { evidence: MANIFESTS.filter((key) => !key.includes('after')) }, 'has no manifest after it'],
    ['PreflightFailed while another proof runs', { clusters: ['warehouse-proof-20260601-020000'] }, 'cluster warehouse-proof-20260601-020000 of another proof exists'],
    ['PreflightFailed when the key may not be used', { obstacle: 'key x is Disabled, not Enabled' }, 'key x is Disabled, not Enabled'],
    ['PreflightFailed when there is no place for the copy', { own: ['copy-1', 'copy-2', 'copy-3'] }, 'the quota of 3 manual snapshots is used up: 3 exist, and the copy needs a place'],
    ['PreflightFailed when nothing is shared', { shared: [] }, 'account 111111111111 shares no snapshot snap-*'],
    ['CostCapExceeded a cent above the cap', { costCapUsd: 5.99 }, '2 x ra3.large for 6 h can cost 6.00 USD, 5.99 are allowed'],
    ['CostCapExceeded for nodes without a price', { shared: [{ ...NEW, nodeType: 'rg.large' }] }, 'the price of rg.large is not known'],
  ])('fails with %s', async (_case, circumstances, message) => {
    await expect(chooseSnapshot(ANY, ports(circumstances))).rejects.toThrow(message);
  });
});
