import type { AccessRequest } from './access-request';
import { SCOPE, type ApplicablePolicies } from './applicable-policies';
import type { Allowance, Decision, DenialReason } from './decision';
import { gatherFacts, type AppliedStatement, type Facts, type MatchingRules, type Source } from './evaluation-facts';
import { worksAcrossAccounts } from './kms-grants';
import { PRINCIPAL_RULES } from './match-principal';
import { STATEMENT_TESTS } from './match-statement';
import { permissionId, type Permission } from './permission';
import type { Policy, PolicyKind } from './policy';

/**
 * The rules of an evaluation. It always goes by `AWS_RULES`; tests take rules away one by one to see that each of them decides
 * something.
 */
export interface EvaluationRules extends MatchingRules {
  readonly steps: readonly Step[];
}

/** Finds statements that deny, or a kind of policy that has to allow and what in it (or instead of it) does. */
export interface Step {
  readonly name: string;
  readonly check: (facts: Facts) => readonly Finding[];
}

type Finding = { readonly deniedBy: AppliedStatement } | { readonly needed: PolicyKind; readonly metBy: readonly Source[] };

/**
 * Decides a request as AWS does: an explicit deny anywhere wins; otherwise every kind of policy that has to allow must allow.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
 */
export function evaluate(request: AccessRequest, policies: ApplicablePolicies, rules: EvaluationRules = AWS_RULES): Decision {
  const facts = gatherFacts(request, policies, rules);
  const findings = rules.steps.flatMap(({ check }) => check(facts));
  const reason = findings.map(denialIn).find((found) => found !== undefined);
  return reason ? { allowed: false, reason } : { allowed: true, by: allowancesOf(findings) };
}

/** All steps are taken; the first that refuses gives the reason. */
const STEPS: readonly Step[] = [
  explicitDeny('service-control', ({ serviceControl }) => serviceControl.flat()),
  explicitDeny('resource-control', ({ resourceControl }) => resourceControl),
  explicitDeny('endpoint', ({ endpoint }) => (endpoint ? [endpoint] : [])),
  explicitDeny('resource', ({ resource }) => (resource ? [resource] : [])),
  explicitDeny('identity', ({ identity }) => identity),
  explicitDeny('boundary', ({ boundary }) => (boundary ? [boundary] : [])),
  explicitDeny('session', ({ session }) => session),
  { name: 'every level of the organization allows', check: everyLevelAllows },
  { name: 'the VPC endpoint lets it pass', check: endpointAllows },
  { name: 'a key can be used like this from another account', check: keyOperationWorksAcrossAccounts },
  { name: "the resource's side allows", check: resourceSideAllows },
  { name: "the identity's side allows", check: identitySideAllows },
  { name: 'the permissions boundary allows', check: boundaryAllows },
  { name: 'a session policy allows', check: sessionAllows },
];

export const AWS_RULES: EvaluationRules = { steps: STEPS, statement: STATEMENT_TESTS, principals: PRINCIPAL_RULES, scope: SCOPE };

/** A statement that denies wins over everything that allows. */
function explicitDeny(kind: string, policiesOf: (policies: Facts['policies']) => readonly Policy[]): Step {
  return {
    name: `no ${kind} policy denies`,
    check: ({ policies, applied }) => applied(policiesOf(policies), 'Deny').map((deniedBy) => ({ deniedBy })),
  };
}

/**
 * Service control policies have to allow at every level from the root to the account. Resource control policies need no such
 * step: their full access cannot be detached, so that they only ever deny.
 *
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
 */
function everyLevelAllows({ policies, applied }: Facts): readonly Finding[] {
  return policies.serviceControl.map((level) => ({ needed: 'service-control', metBy: applied(level, 'Allow') }));
}

/** https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html */
function endpointAllows({ policies: { endpoint }, applied }: Facts): readonly Finding[] {
  return endpoint ? [{ needed: 'endpoint', metBy: applied([endpoint], 'Allow') }] : [];
}

/** https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html */
function keyOperationWorksAcrossAccounts({ request, policies, sameAccount }: Facts): readonly Finding[] {
  if (sameAccount || policies.resource?.kind !== 'key' || worksAcrossAccounts(request.action)) return [];
  return [{ needed: 'key', metBy: [] }];
}

/**
 * The resource's policy has to allow a principal from outside the account, which services always are. KMS keys and roles insist
 * on it from inside too, if only by naming the account, and so leaving the matter to the account's own policies.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
 * https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
 */
function resourceSideAllows({ policies, sameAccount, resourceSources, grantSources }: Facts): readonly Finding[] {
  const kind = policies.resource?.kind ?? 'ordinary';
  if (sameAccount && kind === 'ordinary') return [];
  return [{ needed: kind, metBy: [...resourceSources, ...grantSources] }];
}

/**
 * A user's or role's own policies have to allow, unless the resource grants directly: within the account by its policy, and
 * anywhere by a KMS grant. The root user may do everything in its account.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics.html
 */
function identitySideAllows({ request, policies, sameAccount, resourceSources, grantSources, applied }: Facts): readonly Finding[] {
  if (request.principal.kind !== 'user' && request.principal.kind !== 'role-session') return [];
  const direct = [...(sameAccount ? resourceSources : []), ...grantSources].filter(({ reach }) => reach !== 'account');
  return [{ needed: 'identity', metBy: [...applied(policies.identity, 'Allow'), ...direct] }];
}

function boundaryAllows(facts: Facts): readonly Finding[] {
  const { boundary } = facts.policies;
  return boundary ? [{ needed: 'boundary', metBy: [...facts.applied([boundary], 'Allow'), ...beyondLimits(facts)] }] : [];
}

function sessionAllows(facts: Facts): readonly Finding[] {
  const { session } = facts.policies;
  return session.length > 0 ? [{ needed: 'session', metBy: [...facts.applied(session, 'Allow'), ...beyondLimits(facts)] }] : [];
}

/**
 * What a permissions boundary or session policy does not limit unless it denies: statements of a resource in the same account
 * that name the user, the session, or everyone. A role's ARN is not among them; grants are not documented, and count as limited.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
 */
function beyondLimits({ sameAccount, resourceSources }: Facts): readonly Source[] {
  return sameAccount ? resourceSources.filter(({ reach }) => reach === 'exact' || reach === 'everyone') : [];
}

function denialIn(finding: Finding): DenialReason | undefined {
  if ('deniedBy' in finding) {
    const { policy, index, sid } = finding.deniedBy;
    const { kind: policyKind, holder, name: policyName } = policy;
    return { kind: 'explicit-deny', policyKind, by: { policyKind, holder, policyName, statement: index, sid } };
  }
  return finding.metBy.length === 0 ? { kind: 'implicit-deny', policyKind: finding.needed } : undefined;
}

/** Lists what allowed. A permission is necessary when it meets some need alone. */
function allowancesOf(findings: readonly Finding[]): readonly Allowance[] {
  const needs = findings.map((finding) => ('metBy' in finding ? finding.metBy.flatMap(({ permissions }) => permissions) : []));
  const necessary = new Set(needs.filter(({ length }) => length === 1).flatMap((alone) => alone.map(permissionId)));
  const each = new Map(needs.flat().map((permission): [string, Permission] => [permissionId(permission), permission]));
  return [...each].map(([id, permission]) => ({ ...permission, necessary: necessary.has(id) }));
}
