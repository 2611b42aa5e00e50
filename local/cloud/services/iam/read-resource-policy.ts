import { MalformedPolicyDocument } from '../../gateway/iam/malformed-policy-document';
import { parsePolicy } from '../../gateway/iam/parse-policy';
import type { Policy, ResourcePolicyKind } from '../../gateway/iam/policy';
import type { IamState } from './iam-state';
import { unknownPrincipals } from './unknown-principals';

/** What is wrong with a policy that is to be attached to a resource; every service has its own words for it. */
export interface PolicyRefusals {
  readonly malformed: (message: string) => Error;
  readonly invalidPrincipal: () => Error;
}

/** Reads a policy that is to be attached to a resource, and refuses one that is malformed or speaks of nobody. */
export function readResourcePolicy<Kind extends ResourcePolicyKind>(iam: IamState, kind: Kind, holder: string, document: string, refusals: PolicyRefusals): Policy<Kind> {
  const policy = parse(kind, holder, document, refusals);
  if (unknownPrincipals(iam, policy).length > 0) throw refusals.invalidPrincipal();
  return policy;
}

/** Whether the policy lets in everybody. AWS reasons about conditions; here any condition keeps the public out. */
export function isPublic({ document }: Policy): boolean {
  return document.statements.some(
    ({ effect, principals, conditions }) =>
      effect === 'Allow' && conditions.length === 0 && principals !== undefined && (principals.negated || principals.items.some(({ type }) => type === 'everyone')),
  );
}

function parse<Kind extends ResourcePolicyKind>(kind: Kind, holder: string, document: string, { malformed }: PolicyRefusals): Policy<Kind> {
  try {
    return parsePolicy({ kind, holder, name: 'resource policy', document });
  } catch (error) {
    if (error instanceof MalformedPolicyDocument) throw malformed(error.message);
    throw error;
  }
}
