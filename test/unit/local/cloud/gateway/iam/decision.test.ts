import { evaluate } from '../../../../../../local/cloud/gateway/iam/evaluate';
import type { ApplicablePolicies } from '../../../../../../local/cloud/gateway/iam/applicable-policies';
import type { AccessRequest } from '../../../../../../local/cloud/gateway/iam/access-request';
import { allow, deny, HOME, KEY, policy, request, root } from './fixtures';

/** The permissions that allowed, as `kind[statement] action`, with `!` for the necessary ones. */
function allowancesOf(policies: ApplicablePolicies, differences: Partial<AccessRequest> = {}): readonly string[] {
  const decision = evaluate(request(differences), policies);
  if (!decision.allowed) throw new Error(`expected to be allowed, but: ${JSON.stringify(decision.reason)}`);
  return decision.by.map(({ policyKind, statement, action, necessary }) => `${policyKind}[${statement}] ${action}${necessary ? '!' : ''}`);
}

const worker = { Principal: { AWS: `arn:aws:iam::${HOME}:role/worker` } };
const decrypt = { action: 'kms:Decrypt', resource: KEY };

describe('what a decision says about permissions', () => {
  test('points to policy, statement and pattern', () => {
    const reader = policy('identity', [allow('s3:ListBucket', '*'), allow(['s3:Put*', 's3:Get*'], '*', { Sid: 'Read' })], 'reader');

    expect(evaluate(request(), { identity: [reader] })).toEqual({
      allowed: true,
      by: [
        {
          policyKind: 'identity',
          holder: `arn:aws:iam::${HOME}:role/worker`,
          policyName: 'reader',
          statement: 1,
          sid: 'Read',
          action: 's3:Get*',
          necessary: true,
        },
      ],
    });
  });

  test('points to the statement that denies', () => {
    const guard = policy('identity', [allow('*', '*'), deny('s3:*', '*', { Sid: 'NoObjects' })], 'guard');

    expect(evaluate(request(), { identity: [guard] })).toEqual({
      allowed: false,
      reason: {
        kind: 'explicit-deny',
        policyKind: 'identity',
        by: { policyKind: 'identity', holder: `arn:aws:iam::${HOME}:role/worker`, policyName: 'guard', statement: 1, sid: 'NoObjects' },
      },
    });
  });

  test.each<[string, ApplicablePolicies, Partial<AccessRequest>, readonly string[]]>([
    ['the only permission is necessary', { identity: [policy('identity', [allow('s3:*', '*')])] }, {}, ['identity[0] s3:*!']],
    [
      'of two patterns of a statement neither is necessary',
      { identity: [policy('identity', [allow(['s3:*', 's3:GetObject', 's3:PutObject'], '*')])] },
      {},
      ['identity[0] s3:*', 'identity[0] s3:GetObject'],
    ],
    [
      'of two statements neither is necessary',
      { identity: [policy('identity', [allow('s3:*', '*'), allow('*', '*')])] },
      {},
      ['identity[0] s3:*', 'identity[1] *'],
    ],
    ['NotAction is one permission', { identity: [policy('identity', [{ Effect: 'Allow', NotAction: ['iam:*', 'sts:*'], Resource: '*' }])] }, {}, ['identity[0] NotAction:iam:*,sts:*!']],
    [
      'within an account, identity and resource stand in for each other',
      { identity: [policy('identity', [allow('s3:GetObject', '*')])], resource: policy('ordinary', [allow('s3:*', '*', worker)]) },
      {},
      ['identity[0] s3:GetObject', 'ordinary[0] s3:*'],
    ],
    [
      'a key policy that enables IAM policies and the IAM policy are both necessary',
      { identity: [policy('identity', [allow('kms:Decrypt', '*')])], resource: policy('key', [allow('kms:*', '*', { Principal: { AWS: HOME } })]) },
      decrypt,
      ['key[0] kms:*!', 'identity[0] kms:Decrypt!'],
    ],
    [
      'a key policy that also names the role leaves nothing necessary',
      {
        identity: [policy('identity', [allow('kms:Decrypt', '*')])],
        resource: policy('key', [allow('kms:*', '*', { Principal: { AWS: HOME } }), allow('kms:Decrypt', '*', worker)]),
      },
      decrypt,
      ['key[0] kms:*', 'key[1] kms:Decrypt', 'identity[0] kms:Decrypt'],
    ],
    [
      'a grant is a permission',
      {
        grants: [{ id: 'grant-1', granteePrincipal: `arn:aws:iam::${HOME}:role/worker`, operations: ['Decrypt'] }],
        resource: policy('key', [allow('kms:*', '*', { Principal: { AWS: HOME } })]),
      },
      decrypt,
      ['key[0] kms:*', 'grant[0] Decrypt!'],
    ],
    [
      'what limits is necessary too',
      {
        identity: [policy('identity', [allow('s3:*', '*')])],
        boundary: policy('boundary', [allow('s3:Get*', '*')]),
        session: [policy('session', [allow('*', '*')])],
        serviceControl: [[policy('service-control', [allow('*', '*')])]],
      },
      {},
      ['service-control[0] *!', 'identity[0] s3:*!', 'boundary[0] s3:Get*!', 'session[0] *!'],
    ],
    ['the root user needs none', {}, { principal: root() }, []],
  ])('%s', (_rule, policies, differences, expected) => {
    expect(allowancesOf(policies, differences)).toEqual(expected);
  });
});
