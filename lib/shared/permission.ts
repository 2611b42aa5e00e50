import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { flattenCfnReference } from 'cdk-nag/lib/utils/flatten-cfn-reference';
import { acknowledge } from './acknowledge';

/** What a role may do, written out so that a reader of the template sees each action and each resource. */
export interface Permission {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
  /** Why a resource with a wildcard cannot be named more narrowly. Required when there is one. */
  readonly because?: string;
}

/** Adds the permission to the role, and tells the rule packs the reason for a wildcard in it. */
export function permit(role: Role, { actions, resources, conditions, because }: Permission): void {
  const open = resources.map((resource) => flattenCfnReference(Stack.of(role).resolve(resource))).filter((resource) => resource.includes('*'));
  if (open.length > 0 && !because) throw new Error(`${role.node.path}: say why ${actions.join(', ')} needs ${open.join(', ')}`);
  role.addToPolicy(new PolicyStatement({ actions: [...actions], resources: [...resources], ...(conditions && { conditions }) }));
  if (because) acknowledge(role, because, ...open.map((resource) => `AwsSolutions-IAM5[Resource::${resource}]`));
}
