import * as sdk from '@aws-sdk/client-iam';
import { globalArn } from '../../gateway/arn';
import { AwsError } from '../../gateway/aws-error';
import type { CloudClock } from '../../gateway/clock';
import { newId } from '../../gateway/credentials';
import { defineService, found, type Call, type Service } from '../../gateway/service';
import { tagMap, tagList } from '../../gateway/tags';
import { validatePolicy } from './policy-document';
import { serviceLinkedRole } from './service-linked-roles';
import type { IamState, Role } from './iam-state';

/** The part of IAM that deployments use: roles, their policies, customer managed policies. */
export function createIamService(state: IamState, clock: CloudClock): Service {
  const roleAccess = ({ RoleName }: { RoleName: string | undefined }, call: Call) => [{ resource: roleArn(call.account, RoleName ?? '') }];
  const roleOf = (account: string, name: string | undefined): Role =>
    found(state.role(account, name ?? ''), 'NoSuchEntityException', `The role with name ${name ?? ''} cannot be found.`);

  return defineService(sdk, 'iam', {
    CreateRole: {
      access: roleAccess,
      run: (input, { account }) => {
        if (state.role(account, input.RoleName ?? '')) {
          throw new AwsError('EntityAlreadyExistsException', `Role with name ${input.RoleName ?? ''} already exists.`);
        }
        const trustPolicy = input.AssumeRolePolicyDocument ?? '';
        validatePolicy(trustPolicy, 'trust');
        const role = state.addRole({
          account,
          name: input.RoleName ?? '',
          path: input.Path ?? '/',
          createdAt: clock.now(),
          maxSessionSeconds: input.MaxSessionDuration ?? 3600,
          description: input.Description,
          trustPolicy,
          permissionsBoundaryArn: input.PermissionsBoundary,
          tags: tagMap(input.Tags),
        });
        return { Role: describe(role) };
      },
    },
    CreateServiceLinkedRole: {
      access: ({ AWSServiceName = '' }, { account }) => [
        { resource: globalArn('iam', account, `role/aws-service-role/${AWSServiceName}/*`), context: { 'iam:AWSServiceName': AWSServiceName } },
      ],
      run: ({ AWSServiceName = '', Description, CustomSuffix }, { account }) => {
        const { name, path, trustPolicy } = serviceLinkedRole(AWSServiceName, CustomSuffix);
        if (state.role(account, name)) throw new AwsError('InvalidInputException', `Service role name ${name} has been taken in this account, please try a different suffix.`);
        const role = state.addRole({ account, name, path, createdAt: clock.now(), maxSessionSeconds: 3600, description: Description, trustPolicy, permissionsBoundaryArn: undefined, tags: {} });
        return { Role: describe(role) };
      },
    },
    GetRole: { access: roleAccess, run: ({ RoleName }, { account }) => ({ Role: describe(roleOf(account, RoleName)) }) },
    ListRoles: {
      access: () => [{ resource: '*' }],
      run: (_, { account }) => ({ Roles: state.rolesOf(account).map(describe), IsTruncated: false }),
    },
    DeleteRole: {
      access: roleAccess,
      run: ({ RoleName }, { account }) => {
        const role = roleOf(account, RoleName);
        if (role.inlinePolicies.size > 0 || role.attachedPolicyArns.size > 0) {
          throw new AwsError('DeleteConflictException', 'Cannot delete entity, must detach all policies first.');
        }
        state.removeRole(role);
        return {};
      },
    },
    UpdateAssumeRolePolicy: {
      access: roleAccess,
      run: ({ RoleName, PolicyDocument }, { account }) => {
        validatePolicy(PolicyDocument ?? '', 'trust');
        roleOf(account, RoleName).trustPolicy = PolicyDocument ?? '';
        return {};
      },
    },
    PutRolePolicy: {
      access: roleAccess,
      run: ({ RoleName, PolicyName, PolicyDocument }, { account }) => {
        validatePolicy(PolicyDocument ?? '');
        roleOf(account, RoleName).inlinePolicies.set(PolicyName ?? '', PolicyDocument ?? '');
        return {};
      },
    },
    GetRolePolicy: {
      access: roleAccess,
      run: ({ RoleName, PolicyName }, { account }) => {
        const document = roleOf(account, RoleName).inlinePolicies.get(PolicyName ?? '');
        const PolicyDocument = found(document, 'NoSuchEntityException', `The role policy with name ${PolicyName ?? ''} cannot be found.`);
        return { RoleName, PolicyName, PolicyDocument: encodeURIComponent(PolicyDocument) };
      },
    },
    ListRolePolicies: {
      access: roleAccess,
      run: ({ RoleName }, { account }) => ({ PolicyNames: [...roleOf(account, RoleName).inlinePolicies.keys()], IsTruncated: false }),
    },
    DeleteRolePolicy: {
      access: roleAccess,
      run: ({ RoleName, PolicyName }, { account }) => {
        if (!roleOf(account, RoleName).inlinePolicies.delete(PolicyName ?? '')) {
          throw new AwsError('NoSuchEntityException', `The role policy with name ${PolicyName ?? ''} cannot be found.`);
        }
        return {};
      },
    },
    CreatePolicy: {
      access: ({ PolicyName }, { account }) => [{ resource: globalArn('iam', account, `policy/${PolicyName ?? ''}`) }],
      run: ({ PolicyName, Path, PolicyDocument }, { account }) => {
        validatePolicy(PolicyDocument ?? '');
        const policy = state.addPolicy(account, PolicyName ?? newId('P'), Path ?? '/', PolicyDocument ?? '', clock.now());
        return { Policy: { PolicyName: policy.name, Arn: policy.arn, PolicyId: policy.id, CreateDate: policy.createdAt } };
      },
    },
    DeletePolicy: {
      access: ({ PolicyArn }) => [{ resource: PolicyArn ?? '' }],
      run: ({ PolicyArn }) => {
        state.removePolicy(PolicyArn ?? '');
        return {};
      },
    },
    AttachRolePolicy: {
      access: roleAccess,
      run: ({ RoleName, PolicyArn }, { account }) => {
        found(state.policy(PolicyArn ?? ''), 'NoSuchEntityException', `Policy ${PolicyArn ?? ''} does not exist or is not attachable.`);
        roleOf(account, RoleName).attachedPolicyArns.add(PolicyArn ?? '');
        return {};
      },
    },
    DetachRolePolicy: {
      access: roleAccess,
      run: ({ RoleName, PolicyArn }, { account }) => {
        roleOf(account, RoleName).attachedPolicyArns.delete(PolicyArn ?? '');
        return {};
      },
    },
  });

  function roleArn(account: string, name: string): string {
    return state.role(account, name)?.arn ?? globalArn('iam', account, `role/${name}`);
  }
}

function describe(role: Role) {
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: role.arn,
    CreateDate: role.createdAt,
    AssumeRolePolicyDocument: encodeURIComponent(role.trustPolicy),
    Description: role.description,
    MaxSessionDuration: role.maxSessionSeconds,
    Tags: tagList(role.tags),
  };
}
