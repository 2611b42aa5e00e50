import { CreateDetectorCommand, type DataSourceConfigurations, type DetectorFeatureConfiguration, type FindingPublishingFrequency } from '@aws-sdk/client-guardduty';
import type { ResourceProviders } from '../../deploy/resource-provider';
import { tagMap } from '../../gateway/tags';

/** CloudFormation's GuardDuty resources. https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-guardduty-detector.html */
export const guardDutyResources: ResourceProviders = {
  'AWS::GuardDuty::Detector': {
    async create(properties, { aws }) {
      const Tags = tagMap(properties.tags());
      const { DetectorId = '' } = await aws.send(
        new CreateDetectorCommand({
          Enable: properties.flag('Enable'),
          FindingPublishingFrequency: properties.optionalText('FindingPublishingFrequency') as FindingPublishingFrequency | undefined,
          DataSources: properties.raw<DataSourceConfigurations>('DataSources'),
          Features: properties.raw<DetectorFeatureConfiguration[]>('Features'),
          ...(Object.keys(Tags).length > 0 && { Tags }),
        }),
      );
      return { ref: DetectorId, attributes: { Id: DetectorId } };
    },
  },
};
