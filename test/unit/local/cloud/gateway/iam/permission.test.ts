import { evaluate } from '../../../../../../local/cloud/gateway/iam/evaluate';
import { permissionsOf, withoutAction } from '../../../../../../local/cloud/gateway/iam/permission';
import { PermissionLedger } from '../../../../../../local/cloud/gateway/iam/permission-ledger';
import { allow, deny, KEY, OBJECT, policy, request, verdictOf } from './fixtures';

const WORKER = 'arn:aws:iam::111111111111:role/worker';
const worker = policy('identity', [allow(['s3:Get*', 's3:PutObject'], '*', { Sid: 'Objects' }), allow('kms:*', '*'), deny('s3:DeleteObject', '*')], 'worker');

describe('permissionsOf', () => {
  test('lists what is allowed, pattern by pattern', () => {
    expect(permissionsOf([worker]).map(({ statement, sid, action }) => [statement, sid, action])).toEqual([
      [0, 'Objects', 's3:Get*'],
      [0, 'Objects', 's3:PutObject'],
      [1, undefined, 'kms:*'],
    ]);
  });

  test('takes NotAction for one permission', () => {
    expect(permissionsOf([policy('identity', [{ Effect: 'Allow', NotAction: ['iam:*', 'sts:*'], Resource: '*' }])]).map(({ action }) => action)).toEqual(['NotAction:iam:*,sts:*']);
  });

  test('leaves out what was withheld', () => {
    expect(permissionsOf(withoutAction([worker], 's3:*')).map(({ action }) => action)).toEqual(['kms:*']);
    expect(permissionsOf(withoutAction([worker], 'S3:putobject')).map(({ action }) => action)).toEqual(['s3:Get*', 'kms:*']);
    expect(permissionsOf(withoutAction([worker], 's3:GetObject')).map(({ action }) => action)).toEqual(['s3:Get*', 's3:PutObject', 'kms:*']);
  });
});

describe('withoutAction', () => {
  const decide = (action: string, withheld: string) =>
    verdictOf(evaluate(request({ action, resource: action.startsWith('kms') ? KEY : OBJECT }), { identity: withoutAction([worker], withheld) }));

  test.each([
    ['s3:GetObject', 's3:GetObject', 'no identity'],
    ['S3:getobject', 's3:GetObject', 'no identity'],
    ['s3:GetObjectAcl', 's3:GetObject', 'allowed'],
    ['s3:PutObject', 's3:GetObject', 'allowed'],
    ['s3:PutObject', 's3:putobject', 'no identity'],
    ['kms:GenerateDataKey', 'kms:Generate*', 'no identity'],
    ['kms:Decrypt', 'kms:Generate*', 'allowed'],
    ['kms:Decrypt', 'kms:*', 'no identity'],
    ['s3:DeleteObject', 's3:DeleteObject', 'denied by identity'],
  ])('%s without %s: %s', (action, withheld, expected) => {
    expect(decide(action, withheld)).toBe(expected);
  });

  test('takes the action out of NotAction statements too', () => {
    const everythingElse = [policy('identity', [{ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }])];

    expect(verdictOf(evaluate(request(), { identity: everythingElse }))).toBe('allowed');
    expect(verdictOf(evaluate(request(), { identity: withoutAction(everythingElse, 's3:GetObject') }))).toBe('no identity');
  });

  test('takes out several actions one after the other', () => {
    const identity = withoutAction(withoutAction([worker], 's3:GetObject'), 's3:PutObject');

    expect(verdictOf(evaluate(request(), { identity }))).toBe('no identity');
    expect(verdictOf(evaluate(request({ action: 's3:PutObject' }), { identity }))).toBe('no identity');
  });

  test.each(['GetObject', '*', 's3:', '', 'my s3:GetObject', 's3:Get Object'])('fails for %p, which is no action', (action) => {
    expect(() => withoutAction([worker], action)).toThrow(`action is ${action}, allowed: a service prefix and an action, such as kms:CreateGrant`);
  });
});

describe('PermissionLedger', () => {
  const actionsOf = (permissions: readonly { readonly action: string }[]) => permissions.map(({ action }) => action);

  test('tells used from unused permissions', () => {
    const ledger = new PermissionLedger();
    ledger.declare([worker]);
    ledger.record(evaluate(request(), { identity: [worker] }));

    expect(ledger.holders()).toEqual([WORKER]);
    expect(actionsOf(ledger.useOf(WORKER).used)).toEqual(['s3:Get*']);
    expect(actionsOf(ledger.useOf(WORKER).unused)).toEqual(['s3:PutObject', 'kms:*']);
    expect(actionsOf(ledger.useOf(WORKER).necessary)).toEqual(['s3:Get*']);
  });

  test('does not count a permission as necessary that something else could replace', () => {
    const generous = policy('identity', [allow('s3:*', '*')], 'generous');
    const ledger = new PermissionLedger();
    ledger.declare([worker, generous]);
    ledger.record(evaluate(request(), { identity: [worker, generous] }));

    expect(actionsOf(ledger.useOf(WORKER).used)).toEqual(['s3:Get*', 's3:*']);
    expect(ledger.useOf(WORKER).necessary).toEqual([]);
  });

  test('keeps a permission necessary that was so once', () => {
    const generous = policy('identity', [allow('s3:*', '*')], 'generous');
    const ledger = new PermissionLedger();
    ledger.record(evaluate(request(), { identity: [worker] }));
    ledger.record(evaluate(request(), { identity: [worker, generous] }));

    expect(actionsOf(ledger.useOf(WORKER).necessary)).toEqual(['s3:Get*']);
  });

  test('counts nothing for a denied request', () => {
    const ledger = new PermissionLedger();
    ledger.declare([worker]);
    ledger.record(evaluate(request({ action: 's3:DeleteObject' }), { identity: [worker] }));

    expect(ledger.useOf(WORKER).used).toEqual([]);
  });

  test('keeps the account when policies are declared again', () => {
    const ledger = new PermissionLedger();
    ledger.declare([worker]);
    ledger.record(evaluate(request(), { identity: [worker] }));
    ledger.declare([worker]);

    expect(actionsOf(ledger.useOf(WORKER).used)).toEqual(['s3:Get*']);
  });

  test('keeps the accounts of holders apart', () => {
    const other = { ...worker, holder: 'arn:aws:iam::111111111111:role/other' };
    const ledger = new PermissionLedger();
    ledger.declare([worker, other]);
    ledger.record(evaluate(request(), { identity: [worker] }));

    expect(ledger.holders()).toEqual([WORKER, other.holder]);
    expect(ledger.useOf(other.holder).used).toEqual([]);
  });

  test('enters grants of keys under the key', () => {
    const ledger = new PermissionLedger();
    const key = policy('key', [allow('kms:*', '*', { Principal: { AWS: 'arn:aws:iam::111111111111:role/keeper' } })]);
    const grants = [{ id: 'grant-1', granteePrincipal: WORKER, operations: ['Decrypt'] }];
    ledger.record(evaluate(request({ action: 'kms:Decrypt', resource: KEY }), { resource: key, grants }));

    expect(ledger.useOf(KEY).necessary.map(({ policyKind, policyName, action }) => [policyKind, policyName, action])).toEqual([['grant', 'grant-1', 'Decrypt']]);
  });
});
