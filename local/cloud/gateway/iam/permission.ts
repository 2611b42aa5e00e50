import { meansAction } from './pattern';
import type { Policy, PolicyKind } from './policy';
import { notActionText } from './match-statement';

/** One action pattern of one statement of one policy, or one operation of a KMS grant: the smallest thing that can be taken away. */
export interface Permission {
  readonly policyKind: PolicyKind | 'grant';
  /** Whom the policy is attached to; for a grant, the key. */
  readonly holder: string;
  /** The policy's name; for a grant, its id. */
  readonly policyName: string;
  /** Position of the statement in the document. */
  readonly statement: number;
  readonly sid: string | undefined;
  /** As written in the policy; a `NotAction` element is a single permission, `NotAction:` and its list. */
  readonly action: string;
}

/** Text that is the same for the same permission and differs between any two. */
export function permissionId({ policyKind, holder, policyName, statement, action }: Permission): string {
  return [policyKind, holder, policyName, statement, action].join(' | ');
}

/** Every permission that the policies allow, leaving out what was withheld from them. */
export function permissionsOf(policies: readonly Policy[]): readonly Permission[] {
  return policies.flatMap(({ kind, holder, name, document }) =>
    document.statements.flatMap(({ sid, effect, actions, withheldActions }, statement) => {
      if (effect === 'Deny') return [];
      const written = actions.negated ? [notActionText(actions.items)] : actions.items;
      return written
        .filter((action) => !withheldActions.some((withheld) => meansAction(withheld, action)))
        .map((action): Permission => ({ policyKind: kind, holder, policyName: name, statement, sid, action }));
    }),
  );
}

/**
 * The policies as if no statement allowed the action, even where it says `s3:*`; denials stay. The action may be a pattern.
 */
export function withoutAction<Kind extends PolicyKind>(policies: readonly Policy<Kind>[], action: string): readonly Policy<Kind>[] {
  if (!/^[a-z0-9-]+:[a-z0-9*?-]+$/i.test(action)) throw new Error(`action is ${action}, allowed: a service prefix and an action, such as kms:CreateGrant`);
  return policies.map((policy) => ({
    ...policy,
    document: {
      ...policy.document,
      statements: policy.document.statements.map((statement) =>
        statement.effect === 'Deny' ? statement : { ...statement, withheldActions: [...statement.withheldActions, action] },
      ),
    },
  }));
}
