import { SnapshotNotShareable } from '../../../../lambda/aurora-restore/contract';
import { planHops, type Route } from '../../../../lambda/aurora-restore/snapshot-route';
import { OPERATION, snapshotArn, snapshotOf, SOURCE, TARGET } from './fixtures';

const HOME = { ...TARGET, account: SOURCE.account };
const NEAR = { ...TARGET, region: SOURCE.region };

function plan(changes: Partial<Route> = {}) {
  return planHops({ operationId: OPERATION, snapshot: snapshotOf('nightly'), source: SOURCE, target: TARGET, steps: 'one', ...changes });
}

describe('planHops', () => {
  it('takes no hop where the snapshot is already', () => {
    expect(plan({ target: { ...SOURCE, keyArn: TARGET.keyArn } })).toEqual({ hops: [], restorableArn: snapshotArn('nightly') });
  });

  it('shares and copies once across account and region, under the key of the target', () => {
    expect(plan()).toEqual({
      hops: [
        { kind: 'share', snapshotIdentifier: 'nightly', region: SOURCE.region, account: TARGET.account },
        { kind: 'copy-to-target', snapshotIdentifier: `${OPERATION}-copy`, region: TARGET.region, kmsKeyArn: TARGET.keyArn, sourceArn: snapshotArn('nightly') },
      ],
      restorableArn: snapshotArn(`${OPERATION}-copy`, TARGET),
    });
  });

  it('takes a step in between where AWS refuses both at once, under a key that exists there', () => {
    const { hops, restorableArn } = plan({ steps: 'two' });

    expect(hops).toEqual([
      expect.objectContaining({ kind: 'share' }),
      { kind: 'copy-to-target', snapshotIdentifier: `${OPERATION}-via`, region: SOURCE.region, kmsKeyArn: 'alias/aws/rds', sourceArn: snapshotArn('nightly') },
      { kind: 'copy-to-target', snapshotIdentifier: `${OPERATION}-copy`, region: TARGET.region, kmsKeyArn: TARGET.keyArn, sourceArn: snapshotArn(`${OPERATION}-via`, { ...TARGET, region: SOURCE.region }) },
    ]);
    expect(restorableArn).toBe(snapshotArn(`${OPERATION}-copy`, TARGET));
  });

  it('needs no second step within one account or one region', () => {
    expect(plan({ steps: 'two', target: HOME }).hops.map(({ kind }) => kind)).toEqual(['copy-to-target']);
    expect(plan({ steps: 'two', target: NEAR }).hops.map(({ kind }) => kind)).toEqual(['share', 'copy-to-target']);
  });

  it('does not share within one account', () => {
    expect(plan({ target: HOME }).hops).toEqual([
      { kind: 'copy-to-target', snapshotIdentifier: `${OPERATION}-copy`, region: TARGET.region, kmsKeyArn: TARGET.keyArn, sourceArn: snapshotArn('nightly') },
    ]);
  });

  test.each<[string, Partial<ReturnType<typeof snapshotOf>>]>([
    ['an automated snapshot', { type: 'automated', identifier: 'rds:orders-2026-11-21', arn: snapshotArn('rds:orders-2026-11-21') }],
    ['a snapshot that RDS itself encrypts', { encryption: 'sse-rds', kmsKeyArn: undefined }],
    ['a snapshot under another key', { kmsKeyArn: `arn:aws:kms:${SOURCE.region}:${SOURCE.account}:key/0a1b2c3d-9999-4aaa-8bbb-000000000009` }],
  ])('copies %s at the source first, since AWS lets nobody share it', (_case, change) => {
    const snapshot = snapshotOf('nightly', change);
    const { hops } = plan({ snapshot });

    expect(hops).toEqual([
      { kind: 'copy-at-source', snapshotIdentifier: `${OPERATION}-share`, region: SOURCE.region, kmsKeyArn: SOURCE.keyArn, sourceArn: snapshot.arn },
      { kind: 'share', snapshotIdentifier: `${OPERATION}-share`, region: SOURCE.region, account: TARGET.account },
      { kind: 'copy-to-target', snapshotIdentifier: `${OPERATION}-copy`, region: TARGET.region, kmsKeyArn: TARGET.keyArn, sourceArn: snapshotArn(`${OPERATION}-share`) },
    ]);
  });

  test.each<[string, Partial<ReturnType<typeof snapshotOf>>, string]>([
    ['is automated', { type: 'automated' }, 'automated, which AWS does not let anybody share'],
    ['is encrypted by RDS', { encryption: 'sse-rds' }, 'encrypted by RDS itself'],
    ['is under a key of others', { kmsKeyArn: 'arn:aws:kms:ap-southeast-2:111111111111:key/other' }, 'under the key arn:aws:kms:ap-southeast-2:111111111111:key/other'],
  ])('refuses one that %s when there is no key to copy it under, and says why', (_case, change, why) => {
    const refused = () => plan({ snapshot: snapshotOf('nightly', change), source: { ...SOURCE, keyArn: undefined } });

    expect(refused).toThrow(SnapshotNotShareable);
    expect(refused).toThrow(why);
  });

  it('names no key for a snapshot that is not encrypted: RDS would refuse it', () => {
    const { hops } = plan({ steps: 'two', snapshot: snapshotOf('nightly', { encryption: 'none', kmsKeyArn: undefined, type: 'automated' }) });

    expect(hops.filter(({ kind }) => kind !== 'share').map((hop) => 'kmsKeyArn' in hop && hop.kmsKeyArn)).toEqual([null, null, null]);
  });

  it('shares a snapshot that is not encrypted as it is', () => {
    expect(plan({ snapshot: snapshotOf('nightly', { encryption: 'none', kmsKeyArn: undefined }), source: { ...SOURCE, keyArn: undefined } }).hops.map(({ kind }) => kind)).toEqual(['share', 'copy-to-target']);
  });
});
