import type { AccessRequest } from './access-request';
import { inScope, type ApplicablePolicies, type PoliciesInScope, type Scope } from './applicable-policies';
import { contextOf } from './context-of-request';
import { grantReach, isRetireGrant, operationOf } from './kms-grants';
import { reachOf, type PrincipalRule, type Reach } from './match-principal';
import { matchedActions, type StatementTest, type Subject } from './match-statement';
import type { Permission } from './permission';
import type { Policy } from './policy';
import { accountOf } from './principal';

/** Something that allows the request: a statement that applies to it, or a KMS grant. */
export interface Source {
  readonly permissions: readonly Permission[];
  /** How it came to mean the principal; absent in policies of identities. */
  readonly reach: Reach | undefined;
}

/** A statement that applies to the request. */
export interface AppliedStatement extends Source {
  readonly policy: Policy;
  readonly index: number;
  readonly sid: string | undefined;
}

/** What is known about a request before anything is decided. */
export interface Facts {
  readonly request: AccessRequest;
  readonly policies: PoliciesInScope;
  /** Whether principal and resource belong to the same account; services belong to none. */
  readonly sameAccount: boolean;
  /** What the resource's policy allows. */
  readonly resourceSources: readonly Source[];
  /** What the key's grants allow. */
  readonly grantSources: readonly Source[];
  /** The statements of the policies that apply to the request. */
  readonly applied: (policies: readonly Policy[], effect: 'Allow' | 'Deny') => readonly AppliedStatement[];
}

/** The rules by which statements come to apply. */
export interface MatchingRules {
  readonly statement: readonly StatementTest[];
  readonly principals: readonly PrincipalRule[];
  readonly scope: Scope;
}

/** Finds the statements and grants that apply to the request. */
export function gatherFacts(request: AccessRequest, applicable: ApplicablePolicies, rules: MatchingRules): Facts {
  const policies = inScope(applicable, request.principal, rules.scope);
  const subject: Subject = { request, context: contextOf(request), hasBoundary: policies.boundary !== undefined };
  const applied: Facts['applied'] = (among, effect) => among.flatMap((policy) => appliedStatements(policy, effect, subject, rules));
  return {
    request,
    policies,
    sameAccount: accountOf(request.principal) === request.resourceAccount,
    resourceSources: policies.resource && !isRetireGrant(request.action) ? applied([policies.resource], 'Allow') : [],
    grantSources: grantSources(policies, subject, rules),
    applied,
  };
}

function appliedStatements(policy: Policy, effect: 'Allow' | 'Deny', subject: Subject, rules: MatchingRules): readonly AppliedStatement[] {
  const { principal, action } = subject.request;
  return policy.document.statements.flatMap((statement, index) => {
    if (statement.effect !== effect || !rules.statement.every(({ passes }) => passes(statement, subject, policy.document))) return [];
    const { sid, principals } = statement;
    const permissions = matchedActions(statement, action).map(
      (pattern): Permission => ({ policyKind: policy.kind, holder: policy.holder, policyName: policy.name, statement: index, sid, action: pattern }),
    );
    return [{ policy, index, sid, permissions, reach: principals && reachOf(principals.items, principal, rules.principals) }];
  });
}

function grantSources({ resource, grants }: PoliciesInScope, { request, context }: Subject, rules: MatchingRules): readonly Source[] {
  if (resource?.kind !== 'key') return [];
  return grants.flatMap((grant): Source[] => {
    const reach = grantReach(grant, request, context, rules.principals);
    if (!reach) return [];
    const action = operationOf(request.action);
    return [{ reach, permissions: [{ policyKind: 'grant', holder: resource.holder, policyName: grant.id, statement: 0, sid: undefined, action }] }];
  });
}
