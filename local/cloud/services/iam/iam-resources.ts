import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateServiceLinkedRoleCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import type { ResourceProviders } from '../../deploy/resource-provider';
import { globalArn } from '../../gateway/arn';

/** CloudFormation's IAM resources. */
export const iamResources: ResourceProviders = {
  'AWS::IAM::Role': {
    async create(properties, { aws, account, generatedName }) {
      const RoleName = properties.optionalText('RoleName') ?? generatedName();
      const { Role } = await aws.send(
        new CreateRoleCommand({
          RoleName,
          AssumeRolePolicyDocument: properties.json('AssumeRolePolicyDocument'),
          Path: properties.optionalText('Path'),
          Description: properties.optionalText('Description'),
          MaxSessionDuration: properties.number('MaxSessionDuration'),
          PermissionsBoundary: properties.optionalText('PermissionsBoundary'),
          Tags: properties.tags(),
        }),
      );
      for (const policy of properties.groups('Policies')) {
        await aws.send(new PutRolePolicyCommand({ RoleName, PolicyName: policy.text('PolicyName'), PolicyDocument: policy.json('PolicyDocument') }));
      }
      for (const PolicyArn of properties.texts('ManagedPolicyArns') ?? []) await aws.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
      return { ref: RoleName, attributes: { Arn: Role?.Arn ?? globalArn('iam', account, `role/${RoleName}`), RoleId: Role?.RoleId } };
    },
  },
  'AWS::IAM::ServiceLinkedRole': {
    async create(properties, { aws }) {
      const { Role } = await aws.send(
        new CreateServiceLinkedRoleCommand({ AWSServiceName: properties.text('AWSServiceName'), Description: properties.optionalText('Description'), CustomSuffix: properties.optionalText('CustomSuffix') }),
      );
      const RoleName = Role?.RoleName ?? '';
      return { ref: RoleName, attributes: { RoleName } };
    },
  },
  'AWS::IAM::Policy': {
    async create(properties, { aws, generatedName }) {
      const PolicyName = properties.text('PolicyName');
      const PolicyDocument = properties.json('PolicyDocument');
      for (const RoleName of properties.texts('Roles') ?? []) await aws.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument }));
      return { ref: generatedName(), attributes: { Id: generatedName() } };
    },
  },
  'AWS::IAM::ManagedPolicy': {
    async create(properties, { aws, generatedName }) {
      const { Policy } = await aws.send(
        new CreatePolicyCommand({
          PolicyName: properties.optionalText('ManagedPolicyName') ?? generatedName(),
          Path: properties.optionalText('Path'),
          Description: properties.optionalText('Description'),
          PolicyDocument: properties.json('PolicyDocument'),
        }),
      );
      const arn = Policy?.Arn ?? '';
      for (const RoleName of properties.texts('Roles') ?? []) await aws.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: arn }));
      return { ref: arn, attributes: { PolicyArn: arn } };
    },
  },
};
