import type { Event, FilterRule, NotificationConfiguration } from '@aws-sdk/client-s3';
import type { TemplateProperties } from '../../deploy/template-properties';

/** A notification configuration of a template as the API has it. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-s3-bucket-notificationconfiguration.html */
export function notificationsIn(properties: TemplateProperties): NotificationConfiguration {
  const eventBridge = properties.group('EventBridgeConfiguration');
  return {
    EventBridgeConfiguration: eventBridge && (eventBridge.flag('EventBridgeEnabled') ?? true) ? {} : undefined,
    QueueConfigurations: properties.groups('QueueConfigurations').map((queue) => ({ QueueArn: queue.text('Queue'), ...eventsIn(queue) })),
    TopicConfigurations: properties.groups('TopicConfigurations').map((topic) => ({ TopicArn: topic.text('Topic'), ...eventsIn(topic) })),
    LambdaFunctionConfigurations: properties.groups('LambdaConfigurations').map((lambda) => ({ LambdaFunctionArn: lambda.text('Function'), ...eventsIn(lambda) })),
  };
}

function eventsIn(destination: TemplateProperties): { readonly Events: Event[]; readonly Filter?: { readonly Key: { readonly FilterRules: FilterRule[] } } } {
  const FilterRules = destination.group('Filter')?.group('S3Key')?.raw<FilterRule[]>('Rules');
  return { Events: [destination.text('Event') as Event], ...(FilterRules && { Filter: { Key: { FilterRules } } }) };
}
