import { CreateFunctionCommand, GetFunctionConfigurationCommand, PutFunctionConcurrencyCommand, type FunctionCode as CodeLocation } from '@aws-sdk/client-lambda';
import type { ResourceContext, ResourceProvider } from '../../deploy/resource-provider';
import { until } from '../../deploy/until';
import type { TemplateProperties } from '../../deploy/template-properties';
import { tagMap } from '../../gateway/tags';
import type { FunctionCode } from './function-code';
import { functionArn } from './function-name';
import { writeZip } from './zip-archive';

/** CloudFormation's function, with its code from the cloud assembly. */
export function functionResource(code: FunctionCode): ResourceProvider {
  return {
    async create(properties, context) {
      const { aws, generatedName } = context;
      const FunctionName = properties.optionalText('FunctionName') ?? generatedName(64);
      const reserved = properties.number('ReservedConcurrentExecutions');
      properties.ignore('RecursiveLoop'); // No loop is looked for here.
      await aws.send(
        new CreateFunctionCommand({
          FunctionName,
          Role: properties.text('Role'),
          Runtime: properties.raw('Runtime'),
          Handler: properties.optionalText('Handler'),
          Description: properties.optionalText('Description'),
          Timeout: properties.number('Timeout'),
          MemorySize: properties.number('MemorySize'),
          EphemeralStorage: properties.raw('EphemeralStorage'),
          Architectures: properties.raw('Architectures'),
          Environment: properties.raw('Environment'),
          KMSKeyArn: properties.optionalText('KmsKeyArn'),
          DeadLetterConfig: properties.raw('DeadLetterConfig'),
          TracingConfig: properties.raw('TracingConfig'),
          LoggingConfig: properties.raw('LoggingConfig'),
          VpcConfig: properties.raw('VpcConfig'),
          PackageType: properties.raw('PackageType'),
          Layers: properties.texts('Layers'),
          Tags: tagMap(properties.tags()),
          Code: codeOf(properties, context, code),
        }),
      );
      if (reserved !== undefined) await aws.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: reserved }));
      await until(context, `function ${FunctionName}`, async () => (await aws.send(new GetFunctionConfigurationCommand({ FunctionName }))).State === 'Active');
      return { ref: FunctionName, attributes: { Arn: functionArn(context, FunctionName) } };
    },
  };
}

/** The asset that the template names is taken from the cloud assembly; code in the template becomes a file, as CloudFormation does it. */
function codeOf(properties: TemplateProperties, { assetDirectory }: ResourceContext, code: FunctionCode): CodeLocation {
  const location = properties.group('Code');
  const inline = location?.optionalText('ZipFile');
  if (inline !== undefined) return { ZipFile: writeZip([{ path: 'index.js', content: Buffer.from(inline) }]) };
  const [S3Bucket, S3Key] = [location?.text('S3Bucket') ?? '', location?.text('S3Key') ?? ''];
  code.offer(S3Bucket, S3Key, assetDirectory(S3Key));
  return { S3Bucket, S3Key };
}
