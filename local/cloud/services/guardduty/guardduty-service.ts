import { createHash } from 'node:crypto';
import * as sdk from '@aws-sdk/client-guardduty';
import type { DataSourceConfigurations, DetectorFeatureConfiguration, FindingPublishingFrequency } from '@aws-sdk/client-guardduty';
import { regionalArn } from '../../gateway/arn';
import { AwsError } from '../../gateway/aws-error';
import type { CloudContext } from '../../gateway/cloud-context';
import { defineService, PerRegion, type Access, type Call, type Place, type Service } from '../../gateway/service';
import { requestTagContext, resourceTagContext } from '../../gateway/tags';

/** What GuardDuty watches in a region. */
interface Detector {
  readonly id: string;
  readonly place: Place;
  readonly createdAt: Date;
  updatedAt: Date;
  isEnabled: boolean;
  frequency: FindingPublishingFrequency;
  dataSources: DataSourceConfigurations;
  features: readonly DetectorFeatureConfiguration[];
  tags: Record<string, string>;
}

const ANY: readonly Access[] = [{ resource: '*' }];
/** They are always on: https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_data-sources.html */
const FOUNDATIONS = ['CLOUD_TRAIL', 'DNS_LOGS', 'FLOW_LOGS'] as const;

/** Amazon GuardDuty as far as its settings go: the local cloud has nothing that it could find. */
export function createGuardDutyService({ clock }: CloudContext): Service {
  const regions = new PerRegion(() => new Map<string, Detector>());
  const access = ({ DetectorId = '' }: { DetectorId?: string | undefined }, call: Call): readonly Access[] => [
    { resource: detectorArn(call, DetectorId), context: resourceTagContext(regions.in(call).get(DetectorId)?.tags ?? {}) },
  ];
  const named = (call: Call, id = ''): Detector => {
    const detector = regions.in(call).get(id);
    if (!detector) throw badRequest('The request is rejected because the input detectorId is not owned by the current account.');
    return detector;
  };
  const tagged = (call: Call, arn = ''): Detector => named(call, arn.split('/').pop());
  return defineService(sdk, 'guardduty', {
    CreateDetector: {
      access: ({ Tags }) => [
        { resource: '*', context: requestTagContext(Tags ?? {}) },
        ...(Tags ? [{ action: 'guardduty:TagResource', resource: '*', context: requestTagContext(Tags) }] : []),
      ],
      run: ({ Enable = false, FindingPublishingFrequency: frequency = 'SIX_HOURS', DataSources = {}, Features = [], Tags }, call) => {
        const detectors = regions.in(call);
        if (detectors.size > 0) throw badRequest('The request is rejected because a detector already exists for the current account.');
        const place = { account: call.account, region: call.region };
        const id = createHash('md5').update(`${place.account}/${place.region}/${clock.nowMs()}`).digest('hex');
        const now = clock.now();
        detectors.set(id, { id, place, createdAt: now, updatedAt: now, isEnabled: Enable, frequency, dataSources: DataSources, features: Features, tags: { ...Tags } });
        return { DetectorId: id };
      },
    },
    GetDetector: {
      access,
      run: ({ DetectorId }, call) => {
        const { place, isEnabled, frequency, createdAt, updatedAt, tags, features } = named(call, DetectorId);
        const found = FOUNDATIONS.map((Name) => ({ Name, Status: 'ENABLED' as const, UpdatedAt: createdAt }));
        return {
          CreatedAt: createdAt.toISOString(),
          UpdatedAt: updatedAt.toISOString(),
          FindingPublishingFrequency: frequency,
          ServiceRole: `arn:aws:iam::${place.account}:role/aws-service-role/guardduty.amazonaws.com/AWSServiceRoleForAmazonGuardDuty`,
          Status: isEnabled ? ('ENABLED' as const) : ('DISABLED' as const),
          Features: [...found, ...features.map(({ Name, Status, AdditionalConfiguration }) => ({ Name, Status, UpdatedAt: updatedAt, AdditionalConfiguration }))],
          Tags: tags,
        };
      },
    },
    ListDetectors: { access: () => ANY, run: (_input, call) => ({ DetectorIds: [...regions.in(call).keys()] }) },
    UpdateDetector: {
      access,
      run: ({ DetectorId, Enable, FindingPublishingFrequency: frequency, DataSources, Features = [] }, call) => {
        const detector = named(call, DetectorId);
        const changed = new Set(Features.map(({ Name }) => Name));
        detector.isEnabled = Enable ?? detector.isEnabled;
        detector.frequency = frequency ?? detector.frequency;
        detector.dataSources = DataSources ?? detector.dataSources;
        detector.features = [...detector.features.filter(({ Name }) => !changed.has(Name)), ...Features];
        detector.updatedAt = clock.now();
        return {};
      },
    },
    DeleteDetector: {
      access,
      run: ({ DetectorId }, call) => {
        regions.in(call).delete(named(call, DetectorId).id);
        return {};
      },
    },
    ListFindings: {
      access: () => ANY,
      run: ({ DetectorId }, call) => {
        named(call, DetectorId);
        return { FindingIds: [] };
      },
    },
    TagResource: {
      access: ({ ResourceArn, Tags }) => [{ resource: ResourceArn ?? '*', context: requestTagContext(Tags ?? {}) }],
      run: ({ ResourceArn, Tags }, call) => {
        const detector = tagged(call, ResourceArn);
        detector.tags = { ...detector.tags, ...Tags };
        return {};
      },
    },
    UntagResource: {
      access: ({ ResourceArn, TagKeys = [] }) => [{ resource: ResourceArn ?? '*', context: { 'aws:TagKeys': TagKeys } }],
      run: ({ ResourceArn, TagKeys = [] }, call) => {
        const detector = tagged(call, ResourceArn);
        detector.tags = Object.fromEntries(Object.entries(detector.tags).filter(([key]) => !TagKeys.includes(key)));
        return {};
      },
    },
    ListTagsForResource: { access: ({ ResourceArn }) => [{ resource: ResourceArn ?? '*' }], run: ({ ResourceArn }, call) => ({ Tags: tagged(call, ResourceArn).tags }) },
  });
}

function detectorArn(place: Place, id: string): string {
  return regionalArn('guardduty', place, `detector/${id === '' ? '*' : id}`);
}

function badRequest(message: string): AwsError {
  return new AwsError('BadRequestException', message);
}
