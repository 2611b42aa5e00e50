import { denialMessage } from '../../../../../../local/cloud/gateway/iam/denial-message';
import type { DenialReason } from '../../../../../../local/cloud/gateway/iam/decision';
import type { PolicyKind } from '../../../../../../local/cloud/gateway/iam/policy';
import { HOME, KEY, OBJECT, request, service, session, VISITOR } from './fixtures';

const SESSION = `arn:aws:sts::${HOME}:assumed-role/worker/run-1`;

function implicit(policyKind: PolicyKind): DenialReason {
  return { kind: 'implicit-deny', policyKind };
}

function explicit(policyKind: PolicyKind): DenialReason {
  return { kind: 'explicit-deny', policyKind, by: { policyKind, holder: 'holder', policyName: 'name', statement: 0, sid: undefined } };
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html */
describe('denialMessage', () => {
  test.each<[DenialReason, string]>([
    [implicit('identity'), 'because no identity-based policy allows the s3:GetObject action'],
    [implicit('boundary'), 'because no permissions boundary allows the s3:GetObject action'],
    [implicit('session'), 'because no session policy allows the s3:GetObject action'],
    [implicit('service-control'), 'because no service control policy allows the s3:GetObject action'],
    [implicit('ordinary'), 'because no resource-based policy allows the s3:GetObject action'],
    [implicit('key'), 'because no resource-based policy allows the s3:GetObject action'],
    [implicit('trust'), 'because no role trust policy allows the s3:GetObject action'],
    [explicit('identity'), 'with an explicit deny in an identity-based policy'],
    [explicit('boundary'), 'with an explicit deny in a permissions boundary'],
    [explicit('session'), 'with an explicit deny in a session policy'],
    [explicit('service-control'), 'with an explicit deny in a service control policy'],
    [explicit('resource-control'), 'with an explicit deny in a resource control policy'],
    [explicit('ordinary'), 'with an explicit deny in a resource-based policy'],
    [explicit('key'), 'with an explicit deny in a resource-based policy'],
    [explicit('trust'), 'with an explicit deny in the role trust policy'],
  ])('ends as AWS ends it for %o', (reason, ending) => {
    expect(denialMessage(request(), { allowed: false, reason })).toBe(
      `User: ${SESSION} is not authorized to perform: s3:GetObject on resource: ${OBJECT} ${ending}`,
    );
  });

  test('leaves out a resource that is none', () => {
    expect(denialMessage(request({ action: 's3:ListAllMyBuckets', resource: '*' }), { allowed: false, reason: implicit('identity') })).toBe(
      `User: ${SESSION} is not authorized to perform: s3:ListAllMyBuckets because no identity-based policy allows the s3:ListAllMyBuckets action`,
    );
  });

  test.each([implicit('key'), explicit('key')])('does not tell another account about a key: %o', (reason) => {
    const visitor = session('visitor', { account: VISITOR });
    expect(denialMessage(request({ principal: visitor, action: 'kms:Decrypt', resource: KEY }), { allowed: false, reason })).toBe(
      `User: ${visitor.arn} is not authorized to perform: kms:Decrypt on this resource because the resource does not exist in this Region, ` +
        'no resource-based policies allow access, or a resource-based policy explicitly denies access',
    );
  });

  test('names a service by its principal', () => {
    expect(denialMessage(request({ principal: service('events.amazonaws.com') }), { allowed: false, reason: implicit('ordinary') })).toMatch(/^User: events.amazonaws.com is not/);
  });
});
