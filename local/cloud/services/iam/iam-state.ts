import { globalArn } from '../../gateway/arn';
import { newId } from '../../gateway/credentials';

/** A role as IAM keeps it. */
export interface Role {
  readonly account: string;
  readonly name: string;
  readonly arn: string;
  readonly id: string;
  readonly path: string;
  readonly createdAt: Date;
  readonly maxSessionSeconds: number;
  readonly description: string | undefined;
  trustPolicy: string;
  readonly inlinePolicies: Map<string, string>;
  readonly attachedPolicyArns: Set<string>;
  permissionsBoundaryArn: string | undefined;
  tags: Record<string, string>;
}

/** A customer managed policy. */
export interface ManagedPolicy {
  readonly name: string;
  readonly arn: string;
  readonly id: string;
  readonly createdAt: Date;
  document: string;
}

/** One policy document that applies to a role, under the name that reports show. */
export interface NamedPolicy {
  readonly name: string;
  readonly document: string;
}

/** Roles and managed policies of all accounts. IAM is global: there are no regions here. */
export class IamState {
  private readonly roles = new Map<string, Role>();
  private readonly policies = new Map<string, ManagedPolicy>();

  addRole(role: Omit<Role, 'arn' | 'id' | 'inlinePolicies' | 'attachedPolicyArns'>): Role {
    const arn = globalArn('iam', role.account, `role${role.path}${role.name}`);
    const added: Role = { ...role, arn, id: newId('AROA'), inlinePolicies: new Map(), attachedPolicyArns: new Set() };
    this.roles.set(arn, added);
    return added;
  }

  role(account: string, name: string): Role | undefined {
    return [...this.roles.values()].find((role) => role.account === account && role.name === name);
  }

  roleByArn(arn: string): Role | undefined {
    return this.roles.get(arn);
  }

  rolesOf(account: string): readonly Role[] {
    return [...this.roles.values()].filter((role) => role.account === account);
  }

  allRoles(): readonly Role[] {
    return [...this.roles.values()];
  }

  removeRole(role: Role): void {
    this.roles.delete(role.arn);
  }

  addPolicy(account: string, name: string, path: string, document: string, createdAt: Date): ManagedPolicy {
    const policy = { name, arn: globalArn('iam', account, `policy${path}${name}`), id: newId('ANPA'), createdAt, document };
    this.policies.set(policy.arn, policy);
    return policy;
  }

  policy(arn: string): ManagedPolicy | undefined {
    return this.policies.get(arn);
  }

  removePolicy(arn: string): void {
    this.policies.delete(arn);
  }

  /** The identity-based policies of a role. */
  identityPoliciesOf(role: Role): readonly NamedPolicy[] {
    const attached = [...role.attachedPolicyArns].flatMap((arn) => this.policies.get(arn) ?? []);
    return [...[...role.inlinePolicies].map(([name, document]) => ({ name, document })), ...attached];
  }
}
