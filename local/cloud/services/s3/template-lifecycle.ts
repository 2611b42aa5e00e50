import type { ExpirationStatus, LifecycleRule, TransitionStorageClass } from '@aws-sdk/client-s3';
import type { TemplateProperties } from '../../deploy/template-properties';

/** A life cycle rule of a template as the API has it. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-s3-bucket-rule.html */
export function lifecycleRule(rule: TemplateProperties): LifecycleRule {
  const noncurrent = rule.group('NoncurrentVersionExpiration');
  const noncurrentDays = noncurrent?.number('NoncurrentDays') ?? rule.number('NoncurrentVersionExpirationInDays');
  const abort = rule.group('AbortIncompleteMultipartUpload')?.number('DaysAfterInitiation');
  const date = rule.optionalText('ExpirationDate');
  return {
    ID: rule.optionalText('Id'),
    Status: rule.text('Status') as ExpirationStatus,
    Filter: filterIn(rule),
    Expiration: withoutAbsent({ Days: rule.number('ExpirationInDays'), Date: date === undefined ? undefined : new Date(date), ExpiredObjectDeleteMarker: rule.flag('ExpiredObjectDeleteMarker') }),
    NoncurrentVersionExpiration: withoutAbsent({ NoncurrentDays: noncurrentDays, NewerNoncurrentVersions: noncurrent?.number('NewerNoncurrentVersions') }),
    AbortIncompleteMultipartUpload: withoutAbsent({ DaysAfterInitiation: abort }),
    Transitions: rule.groups('Transitions').map((transition) => ({
      Days: transition.number('TransitionInDays'),
      StorageClass: transition.text('StorageClass') as TransitionStorageClass,
    })),
    NoncurrentVersionTransitions: rule.groups('NoncurrentVersionTransitions').map((transition) => ({
      NoncurrentDays: transition.number('TransitionInDays'),
      StorageClass: transition.text('StorageClass') as TransitionStorageClass,
    })),
  };
}

function filterIn(rule: TemplateProperties): LifecycleRule['Filter'] {
  return {
    And: {
      Prefix: rule.optionalText('Prefix') ?? '',
      Tags: rule.tags('TagFilters'),
      ObjectSizeGreaterThan: rule.number('ObjectSizeGreaterThan'),
      ObjectSizeLessThan: rule.number('ObjectSizeLessThan'),
    },
  };
}

/** The structure, or nothing when it has no member. */
function withoutAbsent<Structure extends object>(structure: Structure): Structure | undefined {
  return Object.values(structure).some((value) => value !== undefined) ? structure : undefined;
}
