import type { Destination, ReplicationConfiguration, ReplicationRule, ReplicationRuleFilter, SourceSelectionCriteria, StorageClass } from '@aws-sdk/client-s3';
import type { TemplateProperties } from '../../deploy/template-properties';

/** A replication configuration of a template as the API has it. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-s3-bucket-replicationconfiguration.html */
export function replicationIn(properties: TemplateProperties): ReplicationConfiguration {
  return { Role: properties.text('Role'), Rules: properties.groups('Rules').map(ruleIn) };
}

function ruleIn(rule: TemplateProperties): ReplicationRule {
  const deleteMarkers = rule.group('DeleteMarkerReplication');
  return {
    ID: rule.optionalText('Id'),
    Priority: rule.number('Priority'),
    Status: rule.text('Status') as ReplicationRule['Status'],
    Prefix: rule.optionalText('Prefix'),
    Filter: filterIn(rule.group('Filter')),
    DeleteMarkerReplication: deleteMarkers && { Status: statusOf(deleteMarkers) },
    SourceSelectionCriteria: criteriaIn(rule.group('SourceSelectionCriteria')),
    Destination: destinationIn(rule.group('Destination')),
  };
}

function filterIn(filter: TemplateProperties | undefined): ReplicationRuleFilter | undefined {
  if (!filter) return undefined;
  const tag = filter.raw<{ Key: string; Value: string }>('TagFilter');
  const and = filter.group('And');
  if (and) return { And: { Prefix: and.optionalText('Prefix'), Tags: and.tags('TagFilters') } };
  return tag ? { Tag: tag } : { Prefix: filter.optionalText('Prefix') ?? '' };
}

function criteriaIn(criteria: TemplateProperties | undefined): SourceSelectionCriteria | undefined {
  const encrypted = criteria?.group('SseKmsEncryptedObjects');
  const modifications = criteria?.group('ReplicaModifications');
  return criteria && { SseKmsEncryptedObjects: encrypted && { Status: statusOf(encrypted) }, ReplicaModifications: modifications && { Status: statusOf(modifications) } };
}

function destinationIn(destination: TemplateProperties | undefined): Destination {
  const encryption = destination?.group('EncryptionConfiguration');
  const translation = destination?.group('AccessControlTranslation');
  const time = destination?.group('ReplicationTime');
  const metrics = destination?.group('Metrics');
  return {
    Bucket: destination?.text('Bucket'),
    Account: destination?.optionalText('Account'),
    StorageClass: destination?.optionalText('StorageClass') as StorageClass | undefined,
    EncryptionConfiguration: encryption && { ReplicaKmsKeyID: encryption.text('ReplicaKmsKeyID') },
    AccessControlTranslation: translation && { Owner: translation.text('Owner') as 'Destination' },
    ReplicationTime: time && { Status: statusOf(time), Time: { Minutes: time.group('Time')?.number('Minutes') } },
    Metrics: metrics && { Status: statusOf(metrics), EventThreshold: { Minutes: metrics.group('EventThreshold')?.number('Minutes') } },
  };
}

function statusOf(properties: TemplateProperties): 'Enabled' | 'Disabled' {
  return properties.text('Status') as 'Enabled' | 'Disabled';
}
