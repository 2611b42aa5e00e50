import { CreateFunctionCommand, GetFunctionConfigurationCommand, PutFunctionConcurrencyCommand } from '@aws-sdk/client-lambda';
import { functionArn } from './function-name';
import type { ResourceContext, ResourceProviders } from '../../deploy/resource-provider';
import type { TemplateProperties } from '../../deploy/template-properties';
import { tagMap } from '../../gateway/tags';
import type { CodeStore } from './function-code';
import { writeZip } from './zip-archive';

/** How long CloudFormation's own wait for a function may take. */
const ACTIVE_WITHIN_MS = 10 * 60_000;
const POLL_MS = 5_000;

/** CloudFormation's Lambda resources. */
export function lambdaResources(code: CodeStore): ResourceProviders {
  return {
    'AWS::Lambda::Function': {
      async create(properties, resource) {
        const { aws, generatedName } = resource;
        const FunctionName = properties.optionalText('FunctionName') ?? generatedName(64);
        const reserved = properties.number('ReservedConcurrentExecutions');
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
            Code: codeOf(properties, resource, code),
          }),
        );
        if (reserved !== undefined) await aws.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: reserved }));
        await untilActive(resource, FunctionName);
        return { ref: FunctionName, attributes: { Arn: functionArn(resource, FunctionName) } };
      },
    },
  };
}

/** The asset that the template names is taken from the cloud assembly; code in the template becomes a file, as CloudFormation does it. */
function codeOf(properties: TemplateProperties, { assetDirectory }: ResourceContext, code: CodeStore) {
  const location = properties.group('Code');
  const inline = location?.optionalText('ZipFile');
  if (inline !== undefined) return { ZipFile: writeZip([{ path: 'index.js', content: Buffer.from(inline) }]) };
  const [S3Bucket, S3Key] = [location?.text('S3Bucket') ?? '', location?.text('S3Key') ?? ''];
  code.offer(S3Bucket, S3Key, assetDirectory(S3Key));
  return { S3Bucket, S3Key };
}

async function untilActive({ aws, clock }: ResourceContext, FunctionName: string): Promise<void> {
  const active = async (): Promise<void> => {
    for (;;) {
      const { State } = await aws.send(new GetFunctionConfigurationCommand({ FunctionName }));
      if (State === 'Active') return;
      await clock.sleep(POLL_MS);
    }
  };
  await clock.passUntil(active(), ACTIVE_WITHIN_MS, `function ${FunctionName}`);
}
