import '../../../support/quiet-telemetry';
import type { CopySetting } from '../../../../lambda/common/aws/region-copies';
import type { ShareOutcome, WarehouseSnapshot } from '../../../../lambda/common/aws/redshift-snapshots';
import { reconcileRegionCopies, type ReconcileRegionCopiesPorts } from '../../../../lambda/redshift-backup/reconcile-region-copies';
import { warehouseSnapshot } from '../../../support/warehouse-snapshot';

const WANTED: CopySetting = { region: 'us-west-2', grantName: 'copies', keepDays: 7, keepAutomatedDays: 3 };
const TARGET = '222222222222';
const COPY = warehouseSnapshot({ identifier: 'copy:snap-20260601-020000' });

interface Circumstances {
  readonly setting?: CopySetting;
  readonly grantMissing?: boolean;
  readonly copies?: readonly WarehouseSnapshot[];
  readonly sharing?: ShareOutcome;
}

function ports({ setting, grantMissing = false, copies = [], sharing = 'shared' }: Circumstances) {
  const calls: string[] = [];
  const all: ReconcileRegionCopiesPorts = {
    pipeline: 'warehouse',
    snapshotPrefix: 'snap',
    targetAccount: TARGET,
    wanted: WANTED,
    ensureGrant: () => Promise.resolve(grantMissing),
    copying: {
      setting: () => Promise.resolve(setting),
      enable: ({ region, keepDays }) => Promise.resolve(void calls.push(`enable ${region} ${keepDays}`)),
      disable: () => Promise.resolve(void calls.push('disable')),
      keepFor: (kind, days) => Promise.resolve(void calls.push(`keep ${kind} ${days}`)),
    },
    copies: {
      listOwn: () => Promise.resolve(copies),
      share: (identifier, account) => {
        calls.push(`share ${identifier} with ${account}`);
        return Promise.resolve(sharing);
      },
    },
  };
  return { all, calls };
}

describe('reconcileRegionCopies', () => {
  test.each([
    ['is as it should be', WANTED, []],
    ['was never made', undefined, ['enable us-west-2 7']],
    ['goes to another region', { ...WANTED, region: 'eu-west-1' }, ['disable', 'enable us-west-2 7']],
    ['uses a grant of somebody else', { ...WANTED, grantName: 'theirs' }, ['disable', 'enable us-west-2 7']],
    ['keeps copies for ever', { ...WANTED, keepDays: -1 }, ['keep manual 7']],
    ['keeps nothing as long as it should', { ...WANTED, keepDays: 1, keepAutomatedDays: 1 }, ['keep manual 7', 'keep automated 3']],
  ])('mends a setting that %s', async (_case, setting, expected) => {
    const { all, calls } = ports(setting ? { setting } : {});

    await reconcileRegionCopies({}, all);

    expect(calls).toEqual(expected);
  });

  it('tells what it had to mend', async () => {
    await expect(reconcileRegionCopies({}, ports({ setting: { ...WANTED, region: 'eu-west-1' }, grantMissing: true }).all)).resolves.toEqual({ mended: ['grant copies made', 'copies go to us-west-2 instead of eu-west-1'], shared: [] });
    await expect(reconcileRegionCopies({}, ports({ setting: WANTED }).all)).resolves.toEqual({ mended: [], shared: [] });
  });

  it('shares each finished copy of the pipeline that is not shared, and nothing else', async () => {
    const others = [warehouseSnapshot({ identifier: 'copy:theirs-20260601-020000' }), warehouseSnapshot({ identifier: 'snap-20260601-020000' }), { ...COPY, identifier: 'copy:snap-20260602-020000', status: 'creating' }, { ...COPY, identifier: 'copy:snap-20260603-020000', sharedWith: [TARGET] }];
    const { all, calls } = ports({ setting: WANTED, copies: [COPY, ...others] });

    await expect(reconcileRegionCopies({}, all)).resolves.toMatchObject({ shared: [COPY.identifier] });
    expect(calls).toEqual([`share ${COPY.identifier} with ${TARGET}`]);
  });

  it('fails after all else is done when a copy cannot be shared', async () => {
    await expect(reconcileRegionCopies({}, ports({ copies: [COPY], sharing: 'full' }).all)).rejects.toMatchObject({ name: 'RedshiftBackup.ShareRefused', details: { mended: ['copies go to us-west-2'] } });
  });
});
