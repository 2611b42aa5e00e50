import type { PrincipalPattern, Selection } from './policy';
import { accountOf, arnOf, type RequestPrincipal } from './principal';

/**
 * How a `Principal` element comes to mean the principal of a request, which decides what the statement can grant:
 *
 * - `everyone` and `exact` (the user, the session, the service itself) grant directly, whatever limits the identity;
 * - `role` grants directly, but within the role's permissions boundary and the session's policies;
 * - `account` grants nothing by itself: it lets the account's own policies grant.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
export type Reach = 'everyone' | 'exact' | 'role' | 'account';

export interface PrincipalRule {
  readonly name: string;
  readonly reach: Reach;
  readonly covers: (pattern: PrincipalPattern, principal: RequestPrincipal) => boolean;
}

/** From the widest grant to the narrowest. */
export const PRINCIPAL_RULES: readonly PrincipalRule[] = [
  { name: 'everyone', reach: 'everyone', covers: (pattern) => pattern.type === 'everyone' },
  {
    name: 'user or session by its ARN',
    reach: 'exact',
    covers: (pattern, principal) => pattern.type === 'arn' && pattern.arn === arnOf(principal),
  },
  {
    name: 'service',
    reach: 'exact',
    covers: (pattern, principal) => pattern.type === 'service' && principal.kind === 'service' && pattern.name === principal.name,
  },
  {
    name: 'identity provider',
    reach: 'exact',
    covers: (pattern, principal) => pattern.type === 'federated' && principal.kind === 'federated' && pattern.provider === principal.provider,
  },
  {
    name: 'role of a session',
    reach: 'role',
    covers: (pattern, principal) => pattern.type === 'arn' && principal.kind === 'role-session' && pattern.arn === principal.roleArn,
  },
  {
    name: 'account',
    reach: 'account',
    covers: (pattern, principal) => pattern.type === 'account' && pattern.account === accountOf(principal),
  },
];

/** The widest way in which the patterns cover the principal, or nothing when they do not. */
export function reachOf(
  patterns: readonly PrincipalPattern[],
  principal: RequestPrincipal,
  rules: readonly PrincipalRule[] = PRINCIPAL_RULES,
): Reach | undefined {
  return rules.find(({ covers }) => patterns.some((pattern) => covers(pattern, principal)))?.reach;
}

/**
 * Whether a `Principal` or `NotPrincipal` element makes its statement apply to the principal.
 *
 * `NotPrincipal` exempts somebody only when it lists every layer of that identity (session, role and account), and it exempts
 * nobody who has a permissions boundary.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
 */
export function principalApplies(
  { items, negated }: Selection<PrincipalPattern>,
  principal: RequestPrincipal,
  { hasBoundary, rules = PRINCIPAL_RULES }: { readonly hasBoundary: boolean; readonly rules?: readonly PrincipalRule[] },
): boolean {
  if (!negated) return reachOf(items, principal, rules) !== undefined;
  if (hasBoundary) return true;
  const listed = new Set(rules.filter(({ covers }) => items.some((pattern) => covers(pattern, principal))).map(({ reach }) => reach));
  return !listed.has('everyone') && LAYERS[principal.kind].some((layer) => !listed.has(layer));
}

const LAYERS: Readonly<Record<RequestPrincipal['kind'], readonly Reach[]>> = {
  root: ['account'],
  user: ['exact', 'account'],
  'role-session': ['exact', 'role', 'account'],
  service: ['exact'],
  federated: ['exact'],
};
