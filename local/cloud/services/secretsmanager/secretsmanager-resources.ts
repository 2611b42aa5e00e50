import { DescribeDBClustersCommand, DescribeDBInstancesCommand } from '@aws-sdk/client-rds';
import {
  CreateSecretCommand,
  GetRandomPasswordCommand,
  GetSecretValueCommand,
  PutResourcePolicyCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
  type RotationRulesType,
} from '@aws-sdk/client-secrets-manager';
import type { ResourceContext, ResourceProviders } from '../../deploy/resource-provider';
import { TemplateError, type TemplateProperties } from '../../deploy/template-properties';

/** CloudFormation's Secrets Manager resources. */
export const secretsManagerResources: ResourceProviders = {
  'AWS::SecretsManager::Secret': {
    async create(properties, context) {
      const { ARN = '' } = await context.aws.send(
        new CreateSecretCommand({
          Name: properties.optionalText('Name') ?? context.generatedName(),
          Description: properties.optionalText('Description'),
          KmsKeyId: properties.optionalText('KmsKeyId'),
          SecretString: (await generatedValue(properties.group('GenerateSecretString'), context)) ?? properties.optionalText('SecretString'),
          Tags: properties.tags(),
          AddReplicaRegions: properties.groups('ReplicaRegions').map((replica) => ({ Region: replica.text('Region'), KmsKeyId: replica.optionalText('KmsKeyId') })),
        }),
      );
      return { ref: ARN, attributes: { Id: ARN } };
    },
  },
  'AWS::SecretsManager::ResourcePolicy': {
    async create(properties, { aws }) {
      const SecretId = properties.text('SecretId');
      await aws.send(
        new PutResourcePolicyCommand({ SecretId, ResourcePolicy: properties.json('ResourcePolicy'), BlockPublicPolicy: properties.flag('BlockPublicPolicy') }),
      );
      return { ref: SecretId, attributes: { Id: SecretId } };
    },
  },
  'AWS::SecretsManager::SecretTargetAttachment': {
    async create(properties, { aws }) {
      const SecretId = properties.text('SecretId');
      const { SecretString = '{}' } = await aws.send(new GetSecretValueCommand({ SecretId }));
      const connection = await connectionOf(properties.text('TargetType'), properties.text('TargetId'), aws);
      await aws.send(new PutSecretValueCommand({ SecretId, SecretString: JSON.stringify({ ...(JSON.parse(SecretString) as object), ...connection }) }));
      return { ref: SecretId, attributes: { Id: SecretId } };
    },
  },
  'AWS::SecretsManager::RotationSchedule': {
    async create(properties, { aws }) {
      const SecretId = properties.text('SecretId');
      await aws.send(
        new RotateSecretCommand({
          SecretId,
          RotationLambdaARN: properties.optionalText('RotationLambdaARN'),
          RotationRules: properties.raw<RotationRulesType>('RotationRules'),
          RotateImmediately: properties.flag('RotateImmediatelyOnUpdate'),
        }),
      );
      return { ref: SecretId, attributes: { Id: SecretId } };
    },
  },
};

async function generatedValue(properties: TemplateProperties | undefined, { aws }: ResourceContext): Promise<string | undefined> {
  if (!properties) return undefined;
  const { RandomPassword = '' } = await aws.send(
    new GetRandomPasswordCommand({
      PasswordLength: properties.number('PasswordLength'),
      ExcludeCharacters: properties.optionalText('ExcludeCharacters'),
      ExcludeLowercase: properties.flag('ExcludeLowercase'),
      ExcludeUppercase: properties.flag('ExcludeUppercase'),
      ExcludeNumbers: properties.flag('ExcludeNumbers'),
      ExcludePunctuation: properties.flag('ExcludePunctuation'),
      IncludeSpace: properties.flag('IncludeSpace'),
      RequireEachIncludedType: properties.flag('RequireEachIncludedType'),
    }),
  );
  const template = properties.optionalText('SecretStringTemplate');
  const key = properties.optionalText('GenerateStringKey');
  if (template === undefined || key === undefined) return RandomPassword;
  return JSON.stringify({ ...(JSON.parse(template) as object), [key]: RandomPassword });
}

/** What an attachment adds to a secret. https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_secret_json_structure.html */
async function connectionOf(type: string, id: string, aws: ResourceContext['aws']): Promise<object> {
  switch (type) {
    case 'AWS::RDS::DBCluster': {
      const { DBClusters: [cluster] = [] } = await aws.send(new DescribeDBClustersCommand({ DBClusterIdentifier: id }));
      return { engine: engineName(cluster?.Engine), host: cluster?.Endpoint, port: cluster?.Port, dbname: cluster?.DatabaseName, dbClusterIdentifier: cluster?.DBClusterIdentifier };
    }
    case 'AWS::RDS::DBInstance': {
      const { DBInstances: [instance] = [] } = await aws.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: id }));
      const { Address: host, Port: port } = instance?.Endpoint ?? {};
      return { engine: engineName(instance?.Engine), host, port, dbname: instance?.DBName, dbInstanceIdentifier: instance?.DBInstanceIdentifier };
    }
    default:
      throw new TemplateError(`the local cloud attaches secrets to AWS::RDS::DBCluster and AWS::RDS::DBInstance, not to ${type}`);
  }
}

/** The secret speaks of the family: `postgres`, whether it is Aurora or not. */
function engineName(engine: string | undefined): string | undefined {
  return engine?.replace('aurora-postgresql', 'postgres');
}
