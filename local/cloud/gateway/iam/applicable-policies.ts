import type { KeyGrant } from './kms-grants';
import type { Policy, ResourcePolicyKind } from './policy';
import { isServiceLinkedRole, type RequestPrincipal } from './principal';

/** The policies that concern a request. What is absent does not limit: an account outside an organization has no service control policies. */
export interface ApplicablePolicies {
  /** Of the user or role, its groups included. */
  readonly identity?: readonly Policy<'identity'>[] | undefined;
  readonly boundary?: Policy<'boundary'> | undefined;
  /** Given when the role was assumed. */
  readonly session?: readonly Policy<'session'>[] | undefined;
  /** From the organization's root to the principal's account, one list a level; absent for the management account. */
  readonly serviceControl?: readonly (readonly Policy<'service-control'>[])[] | undefined;
  /** Of all levels above the resource's account, and its own. */
  readonly resourceControl?: readonly Policy<'resource-control'>[] | undefined;
  /** Of the VPC endpoint through which the request came. */
  readonly endpoint?: Policy<'endpoint'> | undefined;
  /** Of the resource. Calls that manage a role pass none: a trust policy only judges who assumes it. */
  readonly resource?: Policy<ResourcePolicyKind> | undefined;
  /** Of the KMS key. */
  readonly grants?: readonly KeyGrant[] | undefined;
}

/** The policies of a request, none of them missing, whose kinds have a say about its principal. */
export interface PoliciesInScope {
  readonly identity: readonly Policy<'identity'>[];
  readonly boundary: Policy<'boundary'> | undefined;
  readonly session: readonly Policy<'session'>[];
  readonly serviceControl: readonly (readonly Policy<'service-control'>[])[];
  readonly resourceControl: readonly Policy<'resource-control'>[];
  readonly endpoint: Policy<'endpoint'> | undefined;
  readonly resource: Policy<ResourcePolicyKind> | undefined;
  readonly grants: readonly KeyGrant[];
}

/** Says about whom the policies of a kind have a say. */
export type Scope = Readonly<Record<'identity' | 'boundary' | 'session' | 'serviceControl' | 'resourceControl', (principal: RequestPrincipal) => boolean>>;

/**
 * The root user has no policies of its own, services have none at all, and organizations cannot restrict service-linked roles.
 *
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html#not-restricted-by-scp
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
 */
export const SCOPE: Scope = {
  identity: hasOwnPolicies,
  boundary: hasOwnPolicies,
  session: (principal) => principal.kind === 'role-session',
  serviceControl: (principal) => (hasOwnPolicies(principal) || principal.kind === 'root') && !isServiceLinkedRole(principal),
  resourceControl: (principal) => !isServiceLinkedRole(principal),
};

/** Leaves out the policies that have no say about the principal. */
export function inScope(policies: ApplicablePolicies, principal: RequestPrincipal, scope: Scope): PoliciesInScope {
  return {
    identity: (scope.identity(principal) && policies.identity) || [],
    boundary: scope.boundary(principal) ? policies.boundary : undefined,
    session: (scope.session(principal) && policies.session) || [],
    serviceControl: (scope.serviceControl(principal) && policies.serviceControl) || [],
    resourceControl: (scope.resourceControl(principal) && policies.resourceControl) || [],
    endpoint: policies.endpoint,
    resource: policies.resource,
    grants: policies.grants ?? [],
  };
}

function hasOwnPolicies(principal: RequestPrincipal): boolean {
  return principal.kind === 'user' || principal.kind === 'role-session';
}
