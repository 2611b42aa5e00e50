import type { Policy, PrincipalPattern } from '../../gateway/iam/policy';
import type { IamState } from './iam-state';

/**
 * The ARNs of roles and users that a policy allows or denies something although they do not exist. Services refuse to attach
 * such a policy to a resource, because IAM replaces names by unique ids when it does.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-roles
 */
export function unknownPrincipals(iam: IamState, { document }: Policy): readonly string[] {
  return document.statements.flatMap(({ principals }) => principals?.items ?? []).flatMap((principal) => (exists(iam, principal) ? [] : arnOf(principal)));
}

function exists(iam: IamState, principal: PrincipalPattern): boolean {
  return principal.type !== 'arn' || principalExists(iam, principal.arn);
}

/** Whether a role, user or session of a role exists, as far as its ARN can tell. */
export function principalExists(iam: IamState, arn: string): boolean {
  const [, account = '', roleName] = /^arn:aws:sts::(\d{12}):assumed-role\/([^/]+)\/.+$/.exec(arn) ?? [];
  return roleName === undefined ? iam.roleByArn(arn) !== undefined : iam.role(account, roleName) !== undefined;
}

function arnOf(principal: PrincipalPattern): readonly string[] {
  return principal.type === 'arn' ? [principal.arn] : [];
}
