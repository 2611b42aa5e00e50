import { CreateEventBusCommand, DescribeEventBusCommand, PutPermissionCommand, PutRuleCommand, PutTargetsCommand, type RuleState, type Target } from '@aws-sdk/client-eventbridge';
import type { ResourceProviders } from '../../deploy/resource-provider';
import type { TemplateProperties } from '../../deploy/template-properties';

interface PolicyDocument {
  readonly Version: string;
  readonly Statement: readonly (Record<string, unknown> & { readonly Sid?: string })[];
}

/** CloudFormation's resources of EventBridge. */
export const eventsResources: ResourceProviders = {
  'AWS::Events::EventBus': {
    async create(properties, { aws }) {
      const Name = properties.text('Name');
      const { EventBusArn = '' } = await aws.send(
        new CreateEventBusCommand({ Name, Description: properties.optionalText('Description'), EventSourceName: properties.optionalText('EventSourceName'), KmsKeyIdentifier: properties.optionalText('KmsKeyIdentifier'), Tags: properties.tags() }),
      );
      if (properties.has('Policy')) await aws.send(new PutPermissionCommand({ EventBusName: Name, Policy: properties.json('Policy') }));
      return { ref: Name, attributes: { Arn: EventBusArn, Name } };
    },
  },
  'AWS::Events::EventBusPolicy': {
    async create(properties, { aws }) {
      const EventBusName = properties.optionalText('EventBusName') ?? 'default';
      const StatementId = properties.text('StatementId');
      if (properties.has('Statement')) {
        const { Policy } = await aws.send(new DescribeEventBusCommand({ Name: EventBusName }));
        const statements = Policy === undefined ? [] : (JSON.parse(Policy) as PolicyDocument).Statement;
        const statement = { Sid: StatementId, ...(JSON.parse(properties.json('Statement')) as object) };
        await aws.send(new PutPermissionCommand({ EventBusName, Policy: JSON.stringify({ Version: '2012-10-17', Statement: [...statements.filter(({ Sid }) => Sid !== StatementId), statement] }) }));
      } else {
        const condition = properties.group('Condition');
        await aws.send(
          new PutPermissionCommand({
            EventBusName,
            StatementId,
            Action: properties.text('Action'),
            Principal: properties.text('Principal'),
            ...(condition && { Condition: { Type: condition.text('Type'), Key: condition.text('Key'), Value: condition.text('Value') } }),
          }),
        );
      }
      return { ref: `${EventBusName}|${StatementId}` };
    },
  },
  'AWS::Events::Rule': {
    async create(properties, { aws, generatedName }) {
      const Name = properties.optionalText('Name') ?? generatedName();
      const EventBusName = properties.optionalText('EventBusName');
      const { RuleArn = '' } = await aws.send(
        new PutRuleCommand({
          Name,
          EventBusName,
          Description: properties.optionalText('Description'),
          EventPattern: properties.has('EventPattern') ? properties.json('EventPattern') : undefined,
          ScheduleExpression: properties.optionalText('ScheduleExpression'),
          State: properties.optionalText('State') as RuleState | undefined,
          RoleArn: properties.optionalText('RoleArn'),
          Tags: properties.tags(),
        }),
      );
      const Targets = properties.groups('Targets').map(targetOf);
      if (Targets.length > 0) await aws.send(new PutTargetsCommand({ Rule: Name, EventBusName, Targets }));
      return { ref: EventBusName === undefined ? Name : `${EventBusName}|${Name}`, attributes: { Arn: RuleArn } };
    },
  },
};

function targetOf(target: TemplateProperties): Target {
  const transformer = target.group('InputTransformer');
  const retry = target.group('RetryPolicy');
  const letters = target.group('DeadLetterConfig');
  const sqs = target.group('SqsParameters');
  return {
    Id: target.text('Id'),
    Arn: target.text('Arn'),
    RoleArn: target.optionalText('RoleArn'),
    Input: target.optionalText('Input'),
    InputPath: target.optionalText('InputPath'),
    ...(transformer && { InputTransformer: { InputPathsMap: transformer.raw<Record<string, string>>('InputPathsMap'), InputTemplate: transformer.text('InputTemplate') } }),
    ...(retry && { RetryPolicy: { MaximumRetryAttempts: retry.number('MaximumRetryAttempts'), MaximumEventAgeInSeconds: retry.number('MaximumEventAgeInSeconds') } }),
    ...(letters && { DeadLetterConfig: { Arn: letters.text('Arn') } }),
    ...(sqs && { SqsParameters: { MessageGroupId: sqs.text('MessageGroupId') } }),
  };
}
