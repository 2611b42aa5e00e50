import fc from 'fast-check';
import type { AccessRequest } from '../../../../../../local/cloud/gateway/iam/access-request';
import type { ApplicablePolicies } from '../../../../../../local/cloud/gateway/iam/applicable-policies';
import { evaluate } from '../../../../../../local/cloud/gateway/iam/evaluate';
import { permissionId, permissionsOf, withoutAction, type Permission } from '../../../../../../local/cloud/gateway/iam/permission';
import type { Policy, PolicyKind, ResourcePolicyKind, Statement } from '../../../../../../local/cloud/gateway/iam/policy';
import type { ContextValue } from '../../../../../../local/cloud/gateway/iam/request-context';
import { BUCKET, HOME, KEY, OBJECT, policy, root, service, session, user, VISITOR, type StatementSource } from './fixtures';

const ACTIONS = ['s3:GetObject', 's3:PutObject', 'kms:Decrypt', 'kms:ScheduleKeyDeletion'];
const PATTERNS = [...ACTIONS, 's3:Get*', 's3:*', 'kms:*', '*'];
const PRINCIPALS = [session('worker'), session('visitor', { account: VISITOR }), user('ada'), root(), root(VISITOR), service('events.amazonaws.com')];
const NAMES = [
  '*',
  { AWS: HOME },
  { AWS: VISITOR },
  ...PRINCIPALS.flatMap((principal) => (principal.kind === 'role-session' ? [{ AWS: principal.arn }, { AWS: principal.roleArn }] : [])),
  { AWS: user('ada').arn },
  { Service: 'events.amazonaws.com' },
];
const CONDITIONS = [
  { Bool: { 'aws:SecureTransport': 'true' } },
  { StringEqualsIfExists: { 'aws:RequestedRegion': 'eu-west-1' } },
  { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['team'] } },
  { StringNotLike: { 'aws:PrincipalTag/team': 'red*' } },
];

function statement(kind: PolicyKind, effects: readonly string[] = ['Allow', 'Deny']): fc.Arbitrary<StatementSource> {
  const hasPrincipal = kind === 'ordinary' || kind === 'key';
  return fc
    .record({
      effect: fc.constantFrom(...effects),
      actions: fc.uniqueArray(fc.constantFrom(...PATTERNS), { minLength: 1, maxLength: 3 }),
      resource: fc.constantFrom('*', OBJECT, KEY, `${BUCKET}/*`),
      principal: fc.constantFrom(...NAMES),
      condition: fc.option(fc.constantFrom(...CONDITIONS), { nil: undefined, freq: 4 }),
      negated: fc.boolean(),
    })
    .map(({ effect, actions, resource, principal, condition, negated }) => ({
      Effect: effect,
      [negated && actions.length === 1 ? 'NotAction' : 'Action']: actions,
      Resource: resource,
      ...(hasPrincipal && { Principal: principal }),
      ...(condition && { Condition: condition }),
    }));
}

function policyOf<Kind extends PolicyKind>(kind: Kind): fc.Arbitrary<Policy<Kind>> {
  const mostlyAllowing = statement(kind, ['Allow', 'Allow', 'Allow', 'Deny']);
  return fc.array(mostlyAllowing, { minLength: 1, maxLength: 3 }).map((statements) => policy(kind, statements));
}

const requests: fc.Arbitrary<AccessRequest> = fc.record({
  principal: fc.constantFrom(...PRINCIPALS),
  action: fc.constantFrom(...ACTIONS),
  resource: fc.constantFrom(OBJECT, KEY),
  resourceAccount: fc.constant(HOME),
  context: fc.constantFrom<Readonly<Record<string, ContextValue>>[]>({}, { 'aws:SecureTransport': true }, { 'aws:RequestedRegion': 'us-east-1', 'aws:TagKeys': ['team', 'cost'] }),
});

const policies: fc.Arbitrary<ApplicablePolicies> = fc.record({
  identity: fc.array(policyOf('identity'), { maxLength: 2 }).map((each) => each.map((one, index) => ({ ...one, name: `identity-${index}` }))),
  boundary: fc.option(policyOf('boundary'), { nil: undefined, freq: 2 }),
  session: fc.array(policyOf('session'), { maxLength: 1 }),
  serviceControl: fc.array(fc.array(policyOf('service-control'), { minLength: 1, maxLength: 1 }), { maxLength: 1 }),
  resource: fc.option(fc.oneof<[fc.Arbitrary<Policy<ResourcePolicyKind>>, fc.Arbitrary<Policy<ResourcePolicyKind>>]>(policyOf('ordinary'), policyOf('key')), { nil: undefined }),
  grants: fc.array(
    fc.record({
      id: fc.constantFrom('grant-1', 'grant-2'),
      granteePrincipal: fc.constantFrom(session('worker').roleArn, session('visitor', { account: VISITOR }).roleArn, `arn:aws:iam::${VISITOR}:root`),
      operations: fc.constantFrom(['Decrypt'], ['Encrypt']),
    }),
    { maxLength: 1 },
  ),
});

/** The policies after a change to every one of them, whatever its kind. */
function mapPolicies(all: ApplicablePolicies, change: <Kind extends PolicyKind>(policy: Policy<Kind>) => Policy<Kind>): ApplicablePolicies {
  return {
    ...all,
    identity: all.identity?.map(change),
    boundary: all.boundary && change(all.boundary),
    session: all.session?.map(change),
    serviceControl: all.serviceControl?.map((level) => level.map(change)),
    resource: all.resource && change(all.resource),
  };
}

/** Appends a statement to the policies of one kind. */
function withStatement(all: ApplicablePolicies, kind: PolicyKind, source: StatementSource): ApplicablePolicies {
  const added = policy(kind, [source]).document.statements;
  return mapPolicies(all, (each) => (each.kind === kind ? { ...each, document: { ...each.document, statements: [...each.document.statements, ...added] } } : each));
}

const additions = (effect: 'Allow' | 'Deny') =>
  fc.constantFrom<PolicyKind>('identity', 'boundary', 'session', 'service-control', 'ordinary', 'key').chain((kind) => fc.tuple(fc.constant(kind), statement(kind, [effect])));

/** The policies with one permission cut out of them, its pattern or its whole `NotAction`. */
function withoutPermission(all: ApplicablePolicies, permission: Permission): ApplicablePolicies {
  const cut = (each: Statement): Statement =>
    each.actions.negated
      ? { ...each, actions: { negated: false, items: [] } }
      : { ...each, actions: { negated: false, items: each.actions.items.filter((item) => item !== permission.action) } };
  const withoutGrants = { ...all, grants: all.grants?.filter(({ id }) => permission.policyKind !== 'grant' || id !== permission.policyName) };
  return mapPolicies(withoutGrants, (each) =>
    each.kind === permission.policyKind && each.name === permission.policyName
      ? { ...each, document: { ...each.document, statements: each.document.statements.map((one, index) => (index === permission.statement ? cut(one) : one)) } }
      : each,
  );
}

const RUNS = { numRuns: 2_000 };

describe('laws of evaluate', () => {
  test('an added denial never widens', () => {
    fc.assert(
      fc.property(requests, policies, additions('Deny'), (request, before, [kind, added]) => {
        const after = withStatement(before, kind, added);
        return evaluate(request, before).allowed || !evaluate(request, after).allowed;
      }),
      RUNS,
    );
  });

  test('an added permission never narrows', () => {
    fc.assert(
      fc.property(requests, policies, additions('Allow'), (request, before, [kind, added]) => {
        const after = withStatement(before, kind, added);
        return !evaluate(request, before).allowed || evaluate(request, after).allowed;
      }),
      RUNS,
    );
  });

  test('withholding an action never widens', () => {
    fc.assert(
      fc.property(requests, policies, fc.constantFrom(...ACTIONS, 's3:*', 'kms:D*'), (request, before, action) => {
        const after = mapPolicies(before, (each) => withoutAction([each], action)[0] ?? each);
        return evaluate(request, before).allowed || !evaluate(request, after).allowed;
      }),
      RUNS,
    );
  });

  test('withholding every action leaves nothing that a statement allows', () => {
    fc.assert(
      fc.property(requests, policies, (request, before) => {
        const after = mapPolicies(before, (each) => withoutAction([each], request.action)[0] ?? each);
        const decision = evaluate(request, { ...after, grants: [] });
        return !decision.allowed || decision.by.length === 0;
      }),
      RUNS,
    );
  });

  test('the capitals of an action do not matter', () => {
    fc.assert(
      fc.property(requests, policies, fc.constantFrom('toUpperCase' as const, 'toLowerCase' as const), (request, all, change) => {
        const recased = { ...request, action: request.action[change]() };
        expect(evaluate(recased, all).allowed).toBe(evaluate(request, all).allowed);
      }),
      RUNS,
    );
  });

  test('a permission is necessary exactly when the request is denied without it', () => {
    let necessary = 0;
    let replaceable = 0;
    fc.assert(
      fc.property(requests, policies, (request, all) => {
        const decision = evaluate(request, all);
        for (const allowance of decision.allowed ? decision.by : []) {
          expect(evaluate(request, withoutPermission(all, allowance)).allowed).toBe(!allowance.necessary);
          if (allowance.necessary) necessary += 1;
          else replaceable += 1;
        }
      }),
      RUNS,
    );
    // Both kinds occur often enough to mean something, whatever the seed.
    expect(Math.min(necessary, replaceable)).toBeGreaterThan(20);
  });

  test('what was used was granted', () => {
    fc.assert(
      fc.property(requests, policies, (request, all) => {
        const decision = evaluate(request, all);
        const given = [...(all.identity ?? []), ...(all.session ?? []), ...(all.serviceControl ?? []).flat(), all.boundary, all.resource].filter((each) => each !== undefined);
        const granted = new Set(permissionsOf(given).map(permissionId));
        return !decision.allowed || decision.by.every((allowance) => allowance.policyKind === 'grant' || granted.has(permissionId(allowance)));
      }),
      RUNS,
    );
  });
});
