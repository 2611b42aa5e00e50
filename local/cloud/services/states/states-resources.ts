import { CreateStateMachineCommand, type LogLevel, type StateMachineType } from '@aws-sdk/client-sfn';
import type { ResourceProviders } from '../../deploy/resource-provider';
import type { TemplateProperties } from '../../deploy/template-properties';

/** CloudFormation's resources of Step Functions. */
export const statesResources: ResourceProviders = {
  'AWS::StepFunctions::StateMachine': {
    async create(properties, { aws, generatedName }) {
      const name = properties.optionalText('StateMachineName') ?? generatedName(80);
      const logging = properties.group('LoggingConfiguration');
      const tracing = properties.group('TracingConfiguration');
      const { stateMachineArn = '' } = await aws.send(
        new CreateStateMachineCommand({
          name,
          definition: definitionOf(properties),
          roleArn: properties.text('RoleArn'),
          type: properties.optionalText('StateMachineType') as StateMachineType | undefined,
          tags: properties.tags().map(({ Key, Value }) => ({ key: Key, value: Value })),
          ...(logging && {
            loggingConfiguration: {
              level: logging.optionalText('Level') as LogLevel | undefined,
              includeExecutionData: logging.flag('IncludeExecutionData'),
              destinations: logging.groups('Destinations').map((destination) => ({ cloudWatchLogsLogGroup: { logGroupArn: destination.group('CloudWatchLogsLogGroup')?.text('LogGroupArn') } })),
            },
          }),
          ...(tracing && { tracingConfiguration: { enabled: tracing.flag('Enabled') } }),
        }),
      );
      return { ref: stateMachineArn, attributes: { Arn: stateMachineArn, Name: name } };
    },
  },
};

/** `DefinitionString`, or `Definition` as an object; `${name}` in either is replaced by the substitution of that name. */
function definitionOf(properties: TemplateProperties): string {
  const text = properties.has('DefinitionString') ? properties.text('DefinitionString') : properties.json('Definition');
  const substitutions = properties.raw<Record<string, string | number | boolean>>('DefinitionSubstitutions');
  return Object.entries(substitutions ?? {}).reduce((definition, [name, value]) => definition.replaceAll(`\${${name}}`, String(value)), text);
}
