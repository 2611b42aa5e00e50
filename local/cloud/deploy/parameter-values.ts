import { GetParameterCommand } from '@aws-sdk/client-ssm';
import type { CloudClient } from '../gateway/cloud-client';
import { referencesIn, type Template } from './intrinsic-resolver';

const SSM_TYPE = /^AWS::SSM::Parameter::Value<(List<)?/;

/**
 * The template with the values of the SSM parameters that its own parameters stand for.
 *
 * Only those that something refers to are read: the bootstrap version, which every CDK template has, is for rules alone.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-supplied-parameter-types.html
 */
export async function withParameterValues(template: Template, aws: CloudClient): Promise<Template> {
  const used = new Set(referencesIn([template.Resources, template.Outputs, template.Conditions]));
  const parameters = await Promise.all(
    Object.entries(template.Parameters ?? {}).map(async ([name, parameter]) => {
      const isList = SSM_TYPE.exec(parameter.Type)?.[1] !== undefined;
      if (!SSM_TYPE.test(parameter.Type) || !used.has(name)) return [name, parameter] as const;
      const { Parameter } = await aws.send(new GetParameterCommand({ Name: String(parameter.Default ?? '') }));
      const value = Parameter?.Value ?? '';
      return [name, { Type: 'String', Default: isList ? value.split(',') : value }] as const;
    }),
  );
  return { ...template, Parameters: Object.fromEntries(parameters) };
}
