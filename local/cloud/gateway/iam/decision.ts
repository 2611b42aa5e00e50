import type { Permission } from './permission';
import type { PolicyKind } from './policy';

/** What IAM answers to an access request. */
export type Decision = Allowed | Denied;

export interface Allowed {
  readonly allowed: true;
  /** The permissions that took part, each once. An account's root user needs none for what its account owns. */
  readonly by: readonly Allowance[];
}

/** A permission that a request used. */
export interface Allowance extends Permission {
  /** Whether the request would have been denied without it: no other permission could have stood in. */
  readonly necessary: boolean;
}

export interface Denied {
  readonly allowed: false;
  readonly reason: DenialReason;
}

/** Either a statement says no, or no statement says yes in a kind of policy that had to. */
export type DenialReason =
  | { readonly kind: 'explicit-deny'; readonly policyKind: PolicyKind; readonly by: Omit<Permission, 'action'> }
  | { readonly kind: 'implicit-deny'; readonly policyKind: PolicyKind };
