import {
  CreateRepositoryCommand,
  PutLifecyclePolicyCommand,
  PutRegistryPolicyCommand,
  PutRegistryScanningConfigurationCommand,
  PutReplicationConfigurationCommand,
  SetRepositoryPolicyCommand,
  type ReplicationDestination,
} from '@aws-sdk/client-ecr';
import type { ResourceProviders } from '../../deploy/resource-provider';

/** CloudFormation's ECR resources. */
export const ecrResources: ResourceProviders = {
  'AWS::ECR::Repository': {
    async create(properties, { aws, generatedName }) {
      const repositoryName = properties.optionalText('RepositoryName') ?? generatedName(256).toLowerCase();
      const scanning = properties.group('ImageScanningConfiguration');
      const encryption = properties.group('EncryptionConfiguration');
      const lifecycle = properties.group('LifecyclePolicy');
      properties.ignore('EmptyOnDelete'); // Nothing is deleted here.
      lifecycle?.ignore('RegistryId');
      const { repository } = await aws.send(
        new CreateRepositoryCommand({
          repositoryName,
          imageTagMutability: properties.raw('ImageTagMutability'),
          imageScanningConfiguration: scanning && { scanOnPush: scanning.flag('ScanOnPush') ?? false },
          encryptionConfiguration: encryption && { encryptionType: encryption.raw('EncryptionType'), kmsKey: encryption.optionalText('KmsKey') },
          tags: properties.tags(),
        }),
      );
      if (lifecycle) await aws.send(new PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText: lifecycle.text('LifecyclePolicyText') }));
      if (properties.has('RepositoryPolicyText')) await aws.send(new SetRepositoryPolicyCommand({ repositoryName, policyText: properties.json('RepositoryPolicyText') }));
      return { ref: repositoryName, attributes: { Arn: repository?.repositoryArn, RepositoryUri: repository?.repositoryUri } };
    },
  },
  'AWS::ECR::ReplicationConfiguration': {
    async create(properties, { aws, account }) {
      const rules = (properties.group('ReplicationConfiguration')?.groups('Rules') ?? []).map((rule) => ({
        destinations: rule.groups('Destinations').map((each): ReplicationDestination => ({ region: each.text('Region'), registryId: each.text('RegistryId') })),
        ...(rule.has('RepositoryFilters') && { repositoryFilters: rule.groups('RepositoryFilters').map((each) => ({ filter: each.text('Filter'), filterType: each.raw<'PREFIX_MATCH'>('FilterType') })) }),
      }));
      await aws.send(new PutReplicationConfigurationCommand({ replicationConfiguration: { rules } }));
      return { ref: account, attributes: { RegistryId: account } };
    },
  },
  'AWS::ECR::RegistryPolicy': {
    async create(properties, { aws, account }) {
      await aws.send(new PutRegistryPolicyCommand({ policyText: properties.json('PolicyText') }));
      return { ref: account, attributes: { RegistryId: account } };
    },
  },
  'AWS::ECR::RegistryScanningConfiguration': {
    async create(properties, { aws, account }) {
      const rules = properties.groups('Rules').map((rule) => ({
        scanFrequency: rule.raw<'SCAN_ON_PUSH'>('ScanFrequency'),
        repositoryFilters: rule.groups('RepositoryFilters').map((each) => ({ filter: each.text('Filter'), filterType: each.raw<'WILDCARD'>('FilterType') })),
      }));
      await aws.send(new PutRegistryScanningConfigurationCommand({ scanType: properties.raw('ScanType'), rules }));
      return { ref: account, attributes: { RegistryId: account } };
    },
  },
};
