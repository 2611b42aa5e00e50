import {
  AssociateVPCWithHostedZoneCommand,
  ChangeResourceRecordSetsCommand,
  ChangeTagsForResourceCommand,
  CreateHealthCheckCommand,
  CreateHostedZoneCommand,
  GetChangeCommand,
  ListHostedZonesByNameCommand,
  type HealthCheckConfig,
  type ResourceRecordSet,
  type VPC,
} from '@aws-sdk/client-route-53';
import type { ResourceContext, ResourceProviders } from '../../deploy/resource-provider';
import { TemplateError, type TemplateProperties } from '../../deploy/template-properties';
import { until } from '../../deploy/until';

/** CloudFormation's Route 53 resources. */
export const route53Resources: ResourceProviders = {
  'AWS::Route53::HostedZone': {
    async create(properties, context) {
      const { aws, generatedName } = context;
      const vpcs = properties.raw<VPC[]>('VPCs') ?? [];
      const comment = properties.group('HostedZoneConfig')?.optionalText('Comment');
      const tags = properties.tags('HostedZoneTags');
      const [first, ...others] = vpcs;
      const created = await aws.send(
        new CreateHostedZoneCommand({ Name: properties.text('Name'), CallerReference: generatedName(), ...(first && { VPC: first }), HostedZoneConfig: { ...(comment !== undefined && { Comment: comment }), PrivateZone: first !== undefined } }),
      );
      const Id = created.HostedZone?.Id?.replace('/hostedzone/', '') ?? '';
      for (const vpc of others) await aws.send(new AssociateVPCWithHostedZoneCommand({ HostedZoneId: Id, VPC: vpc }));
      if (tags.length > 0) await aws.send(new ChangeTagsForResourceCommand({ ResourceType: 'hostedzone', ResourceId: Id, AddTags: tags }));
      await insync(context, created.ChangeInfo?.Id);
      return { ref: Id, attributes: { Id, NameServers: created.DelegationSet?.NameServers ?? [] } };
    },
  },
  'AWS::Route53::RecordSet': {
    async create(properties, context) {
      const HostedZoneId = await zoneOf(properties, context);
      properties.ignore('Comment'); // Of the change, which nobody reads any more.
      const record = properties.rest() as unknown as ResourceRecordSet;
      await change(context, HostedZoneId, [recordOf(record)]);
      return { ref: record.Name ?? '' };
    },
  },
  'AWS::Route53::RecordSetGroup': {
    async create(properties, context) {
      const HostedZoneId = await zoneOf(properties, context);
      properties.ignore('Comment'); // Of the change, which nobody reads any more.
      const records = properties.raw<ResourceRecordSet[]>('RecordSets') ?? [];
      await change(context, HostedZoneId, records.map(recordOf));
      return { ref: context.logicalId, attributes: { Id: context.logicalId } };
    },
  },
  'AWS::Route53::HealthCheck': {
    async create(properties, { aws, generatedName }) {
      const tags = properties.tags('HealthCheckTags');
      const config = properties.raw<HealthCheckConfig>('HealthCheckConfig') ?? { Type: undefined };
      const { HealthCheck } = await aws.send(new CreateHealthCheckCommand({ CallerReference: generatedName(), HealthCheckConfig: configOf(config) }));
      const HealthCheckId = HealthCheck?.Id ?? '';
      if (tags.length > 0) await aws.send(new ChangeTagsForResourceCommand({ ResourceType: 'healthcheck', ResourceId: HealthCheckId, AddTags: tags }));
      return { ref: HealthCheckId, attributes: { HealthCheckId } };
    },
  },
};

async function zoneOf(properties: TemplateProperties, { aws }: ResourceContext): Promise<string> {
  const id = properties.optionalText('HostedZoneId');
  const name = properties.optionalText('HostedZoneName');
  if (id !== undefined) return id;
  const { HostedZones } = await aws.send(new ListHostedZonesByNameCommand({ DNSName: name }));
  const found = HostedZones?.find((zone) => zone.Name === name);
  if (!found?.Id) throw new TemplateError(`there is no hosted zone ${name ?? ''}`);
  return found.Id;
}

async function change(context: ResourceContext, HostedZoneId: string, records: readonly ResourceRecordSet[]): Promise<void> {
  const { ChangeInfo } = await context.aws.send(new ChangeResourceRecordSetsCommand({ HostedZoneId, ChangeBatch: { Changes: records.map((ResourceRecordSet) => ({ Action: 'CREATE' as const, ResourceRecordSet })) } }));
  await insync(context, ChangeInfo?.Id);
}

async function insync(context: ResourceContext, Id: string | undefined): Promise<void> {
  await until(context, `change ${Id ?? ''}`, async () => (await context.aws.send(new GetChangeCommand({ Id }))).ChangeInfo?.Status === 'INSYNC');
}

/** Templates have a record's values as a list of texts, and numbers as text. */
function recordOf({ ResourceRecords, TTL, Weight, ...record }: ResourceRecordSet): ResourceRecordSet {
  const values = ResourceRecords as readonly unknown[] | undefined;
  return {
    ...record,
    ...(TTL !== undefined && { TTL: Number(TTL) }),
    ...(Weight !== undefined && { Weight: Number(Weight) }),
    ...(record.AliasTarget && { AliasTarget: { ...record.AliasTarget, EvaluateTargetHealth: record.AliasTarget.EvaluateTargetHealth ?? false } }),
    ...(values && { ResourceRecords: values.map((value) => ({ Value: String(value) })) }),
  };
}

function configOf(config: HealthCheckConfig): HealthCheckConfig {
  const numbers = ['Port', 'RequestInterval', 'FailureThreshold', 'HealthThreshold'] as const;
  return { ...config, ...Object.fromEntries(numbers.flatMap((name) => (config[name] === undefined ? [] : [[name, Number(config[name])]]))) };
}
