import { CreateTrailCommand, PutEventSelectorsCommand, PutInsightSelectorsCommand, StartLoggingCommand, type AdvancedEventSelector, type EventSelector, type InsightSelector } from '@aws-sdk/client-cloudtrail';
import type { ResourceProviders } from '../../deploy/resource-provider';

/** CloudFormation's CloudTrail resources. https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudtrail-trail.html */
export const cloudTrailResources: ResourceProviders = {
  'AWS::CloudTrail::Trail': {
    async create(properties, { aws, generatedName }) {
      const Name = properties.optionalText('TrailName') ?? generatedName();
      const { TrailARN } = await aws.send(
        new CreateTrailCommand({
          Name,
          S3BucketName: properties.text('S3BucketName'),
          S3KeyPrefix: properties.optionalText('S3KeyPrefix'),
          SnsTopicName: properties.optionalText('SnsTopicName'),
          IncludeGlobalServiceEvents: properties.flag('IncludeGlobalServiceEvents'),
          IsMultiRegionTrail: properties.flag('IsMultiRegionTrail'),
          IsOrganizationTrail: properties.flag('IsOrganizationTrail'),
          EnableLogFileValidation: properties.flag('EnableLogFileValidation'),
          CloudWatchLogsLogGroupArn: properties.optionalText('CloudWatchLogsLogGroupArn'),
          CloudWatchLogsRoleArn: properties.optionalText('CloudWatchLogsRoleArn'),
          KmsKeyId: properties.optionalText('KMSKeyId'),
          TagsList: properties.tags(),
        }),
      );
      const EventSelectors = properties.raw<EventSelector[]>('EventSelectors')?.map((selector) => ({ ...selector }));
      const AdvancedEventSelectors = properties.raw<AdvancedEventSelector[]>('AdvancedEventSelectors');
      if (EventSelectors?.length || AdvancedEventSelectors?.length) await aws.send(new PutEventSelectorsCommand({ TrailName: Name, EventSelectors, AdvancedEventSelectors }));
      const InsightSelectors = properties.raw<InsightSelector[]>('InsightSelectors');
      if (InsightSelectors?.length) await aws.send(new PutInsightSelectorsCommand({ TrailName: Name, InsightSelectors }));
      if (properties.flag('IsLogging')) await aws.send(new StartLoggingCommand({ Name }));
      return { ref: Name, attributes: { Arn: TrailARN } };
    },
  },
};
