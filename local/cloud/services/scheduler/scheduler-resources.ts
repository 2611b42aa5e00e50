import {
  CreateScheduleCommand,
  CreateScheduleGroupCommand,
  GetScheduleGroupCommand,
  type FlexibleTimeWindowMode,
  type ScheduleState,
  type Target,
} from '@aws-sdk/client-scheduler';
import type { ResourceProviders } from '../../deploy/resource-provider';
import type { TemplateProperties } from '../../deploy/template-properties';

/** CloudFormation's resources of EventBridge Scheduler. */
export const schedulerResources: ResourceProviders = {
  'AWS::Scheduler::ScheduleGroup': {
    async create(properties, { aws, generatedName }) {
      const Name = properties.optionalText('Name') ?? generatedName();
      const { ScheduleGroupArn = '' } = await aws.send(new CreateScheduleGroupCommand({ Name, Tags: properties.tags() }));
      const { State, CreationDate, LastModificationDate } = await aws.send(new GetScheduleGroupCommand({ Name }));
      return { ref: Name, attributes: { Arn: ScheduleGroupArn, State, CreationDate: CreationDate?.toISOString(), LastModificationDate: LastModificationDate?.toISOString() } };
    },
  },
  'AWS::Scheduler::Schedule': {
    async create(properties, { aws, generatedName }) {
      const Name = properties.optionalText('Name') ?? generatedName();
      const window = properties.group('FlexibleTimeWindow');
      const target = properties.group('Target');
      const { ScheduleArn = '' } = await aws.send(
        new CreateScheduleCommand({
          Name,
          GroupName: properties.optionalText('GroupName'),
          ScheduleExpression: properties.text('ScheduleExpression'),
          ScheduleExpressionTimezone: properties.optionalText('ScheduleExpressionTimezone'),
          StartDate: dateOf(properties, 'StartDate'),
          EndDate: dateOf(properties, 'EndDate'),
          Description: properties.optionalText('Description'),
          State: properties.optionalText('State') as ScheduleState | undefined,
          KmsKeyArn: properties.optionalText('KmsKeyArn'),
          FlexibleTimeWindow: { Mode: window?.text('Mode') as FlexibleTimeWindowMode | undefined, MaximumWindowInMinutes: window?.number('MaximumWindowInMinutes') },
          Target: target && targetOf(target),
        }),
      );
      return { ref: Name, attributes: { Arn: ScheduleArn } };
    },
  },
};

function targetOf(target: TemplateProperties): Target {
  const letters = target.group('DeadLetterConfig');
  const retry = target.group('RetryPolicy');
  const bus = target.group('EventBridgeParameters');
  const sqs = target.group('SqsParameters');
  return {
    Arn: target.text('Arn'),
    RoleArn: target.text('RoleArn'),
    Input: target.optionalText('Input'),
    ...(letters && { DeadLetterConfig: { Arn: letters.text('Arn') } }),
    ...(retry && { RetryPolicy: { MaximumEventAgeInSeconds: retry.number('MaximumEventAgeInSeconds'), MaximumRetryAttempts: retry.number('MaximumRetryAttempts') } }),
    ...(bus && { EventBridgeParameters: { DetailType: bus.text('DetailType'), Source: bus.text('Source') } }),
    ...(sqs && { SqsParameters: { MessageGroupId: sqs.text('MessageGroupId') } }),
  };
}

function dateOf(properties: TemplateProperties, name: string): Date | undefined {
  const text = properties.optionalText(name);
  return text === undefined ? undefined : new Date(text);
}
