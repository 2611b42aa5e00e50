import { arnParts } from './arn';

/** Who makes a request. */
export type RequestPrincipal = RootUser | User | RoleSession | ServicePrincipal | FederatedPrincipal;

export interface RootUser {
  readonly kind: 'root';
  readonly account: string;
}

export interface User {
  readonly kind: 'user';
  readonly account: string;
  readonly arn: string;
  readonly userId?: string;
  readonly tags?: Tags;
}

/** A role that somebody assumed; `arn` is the session's, `arn:aws:sts::<account>:assumed-role/<role>/<session>`. */
export interface RoleSession {
  readonly kind: 'role-session';
  readonly account: string;
  readonly arn: string;
  readonly roleArn: string;
  readonly roleId?: string;
  readonly sessionName?: string;
  /** The role's tags, overridden by the session's. */
  readonly tags?: Tags;
}

/** A service that acts on its own, for one of its resources: `aws:SourceArn` in `aws:SourceAccount`. */
export interface ServicePrincipal {
  readonly kind: 'service';
  readonly name: string;
  readonly account?: string;
  readonly sourceArn?: string;
}

/** Somebody whom an identity provider vouches for, as in `sts:AssumeRoleWithWebIdentity`. */
export interface FederatedPrincipal {
  readonly kind: 'federated';
  readonly provider: string;
}

type Tags = Readonly<Record<string, string>>;

/** The account that the principal belongs to: its policies and service control policies come from there. */
export function accountOf(principal: RequestPrincipal): string | undefined {
  return principal.kind === 'service' || principal.kind === 'federated' ? undefined : principal.account;
}

/** The name of the principal itself, as AWS's messages give it. */
export function arnOf(principal: RequestPrincipal): string {
  switch (principal.kind) {
    case 'root':
      return `arn:aws:iam::${principal.account}:root`;
    case 'service':
      return principal.name;
    case 'federated':
      return principal.provider;
    case 'user':
    case 'role-session':
      return principal.arn;
  }
}

/** Whether the role belongs to a service. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html */
export function isServiceLinkedRole(principal: RequestPrincipal): boolean {
  return principal.kind === 'role-session' && arnParts(principal.roleArn)?.resource.startsWith('role/aws-service-role/') === true;
}
