import type { PermissionAccount } from '../../../../local/cloud/gateway/iam/permission-ledger';
import { concludeSystem, type PlayedSystem } from '../../../../local/rehearsal/conclude-system';
import type { CloudRecord } from '../../../../local/rehearsal/events';

const COPY = 'rds:CopyDBSnapshot';
const DELETE = 'rds:DeleteDBSnapshot';

const account = (action: string, use: Partial<PermissionAccount> = {}, changes: Partial<PermissionAccount['permission']> = {}): PermissionAccount => ({
  permission: { policyKind: 'identity', holder: 'arn:aws:iam::111111111111:role/orders-copier', policyName: 'work', statement: 0, sid: undefined, action, ...changes },
  used: false,
  necessary: false,
  ...use,
});
const NEEDED = { used: true, necessary: true };

const cloud = (changes: Partial<CloudRecord> = {}): CloudRecord => ({ system: 'ledger', failure: undefined, accounts: [], defects: [], idleRules: [], ...changes });

const conclude = (clouds: readonly CloudRecord[], changes: Partial<PlayedSystem> = {}) =>
  concludeSystem({ system: 'ledger', isWhole: true, clouds, scenarios: [{ outcome: 'passed' }], wallSeconds: 1, kindOf: (role) => role, unrehearsed: [], ...changes });

describe('a system rehearsed on two clouds', () => {
  it('grants nothing in vain that was needed on one of them', () => {
    const record = conclude([cloud({ accounts: [account(COPY, NEEDED), account(DELETE)] }), cloud({ accounts: [account(COPY), account(DELETE, NEEDED)] })]);

    expect(record).toMatchObject({ outcome: 'passed', permissions: { granted: 2, used: 2, unused: [], redundant: [] } });
  });

  it('fails by a permission that none of them needed', () => {
    const record = conclude([cloud({ accounts: [account(COPY, NEEDED), account(DELETE)] }), cloud({ accounts: [account(COPY, { used: true }), account(DELETE, { used: true })] })]);

    expect(record).toMatchObject({ outcome: 'failed', permissions: { redundant: ['orders-copier: rds:DeleteDBSnapshot (statement 1 of work)'] } });
  });

  it('tells the keys of two regions apart', () => {
    const inRegion = (region: string, use?: Partial<PermissionAccount>) => account('kms:Decrypt', use, { policyKind: 'key', holder: `alias/shop in ${region} of 111111111111`, sid: 'Logs' });

    const record = conclude([cloud({ accounts: [inRegion('us-west-2', NEEDED), inRegion('eu-west-1')] })]);

    expect(record).toMatchObject({ outcome: 'failed', permissions: { unused: ['alias/shop in eu-west-1 of 111111111111: statement Logs'] } });
  });

  it('asks nothing of permissions when only some scenarios were played', () => {
    expect(conclude([cloud({ accounts: [account(DELETE)] })], { isWhole: false }).outcome).toBe('passed');
  });

  it('fails with a scenario, a cloud that ended early, or a defect of one of them', () => {
    expect(conclude([cloud(), cloud()], { scenarios: [{ outcome: 'passed' }, { outcome: 'failed' }] }).outcome).toBe('failed');
    expect(conclude([cloud(), cloud({ failure: 'its process ended with SIGKILL' })])).toMatchObject({ outcome: 'failed', failure: 'its process ended with SIGKILL' });
    expect(conclude([cloud({ defects: ['rds: odd'] }), cloud()])).toMatchObject({ outcome: 'failed', defects: ['rds: odd'] });
  });

  it('names the rules that met nothing on either', () => {
    expect(conclude([cloud({ idleRules: ['a', 'b'] }), cloud({ idleRules: ['b'] })]).idleRules).toEqual(['b']);
  });
});
