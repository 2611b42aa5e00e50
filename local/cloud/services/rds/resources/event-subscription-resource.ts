import { CreateEventSubscriptionCommand } from '@aws-sdk/client-rds';
import type { ResourceProvider } from '../../../deploy/resource-provider';
import { MAX_GROUP_NAME, physicalName } from './physical-name';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-rds-eventsubscription.html */
export const eventSubscriptionResource: ResourceProvider = {
  async create(properties, context) {
    const name = physicalName(properties.optionalText('SubscriptionName'), context, MAX_GROUP_NAME);
    await context.aws.send(
      new CreateEventSubscriptionCommand({
        SubscriptionName: name,
        SnsTopicArn: properties.text('SnsTopicArn'),
        SourceType: properties.optionalText('SourceType'),
        SourceIds: properties.texts('SourceIds'),
        EventCategories: properties.texts('EventCategories'),
        Enabled: properties.flag('Enabled'),
        Tags: properties.tags(),
      }),
    );
    return { ref: name };
  },
};
