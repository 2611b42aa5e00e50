/** Who makes a call. ARNs are what `sts:GetCallerIdentity` would say. */
export type Principal = AccountRoot | RoleSession | ServicePrincipal;

/** The account itself: what an administrator's credentials of a sandbox account amount to. */
export interface AccountRoot {
  readonly kind: 'root';
  readonly account: string;
  readonly arn: string;
}

/** Somebody who assumed a role, which is how every function, task and state machine acts. */
export interface RoleSession {
  readonly kind: 'role-session';
  readonly account: string;
  readonly arn: string;
  readonly roleArn: string;
  readonly roleId: string;
  readonly sessionName: string;
  readonly sessionPolicies: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
}

/** An AWS service acting for itself, such as `events.amazonaws.com` invoking a function. */
export interface ServicePrincipal {
  readonly kind: 'service';
  readonly name: string;
  /** The account and resource that the service acts for: `aws:SourceAccount` and `aws:SourceArn`. */
  readonly account: string;
  readonly sourceArn: string;
}

export function accountRoot(account: string): AccountRoot {
  return { kind: 'root', account, arn: `arn:aws:iam::${account}:root` };
}

export function servicePrincipal(name: string, account: string, sourceArn: string): ServicePrincipal {
  return { kind: 'service', name, account, sourceArn };
}

/** How logs and reports name a principal. */
export function nameOf(principal: Principal): string {
  return principal.kind === 'service' ? principal.name : principal.arn;
}
