import type * as sdk from '@aws-sdk/client-route-53';
import { AwsError } from '../../gateway/aws-error';
import { ANSWERED_TYPES } from './dns-message';
import { normalName, recordKey, type HostedZone } from './hosted-zone';

const POLICIES = ['Failover', 'Weight', 'MultiValueAnswer', 'Region', 'GeoLocation', 'GeoProximityLocation', 'CidrRoutingConfig'] as const;
const SUPPORTED_POLICIES: readonly string[] = ['Failover', 'Weight', 'MultiValueAnswer'];

/**
 * The records after the changes; refuses the whole batch when one of them cannot be.
 *
 * https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html
 */
export function applyChanges(zone: HostedZone, changes: readonly sdk.Change[] | undefined, isHealthCheck: (id: string) => boolean): ReadonlyMap<string, sdk.ResourceRecordSet> {
  const records = new Map(zone.records);
  const problems: string[] = [];
  for (const { Action, ResourceRecordSet: record = { Name: '', Type: undefined } } of changes ?? []) {
    const problem = problemOf(zone, record, isHealthCheck) ?? change(records, Action, record);
    if (problem !== undefined) problems.push(`[${problem}]`);
  }
  if ((changes ?? []).length === 0) throw new AwsError('InvalidInput', 'The change batch must contain at least one change');
  for (const record of records.values()) {
    const conflict = conflictOf(records, record);
    if (conflict !== undefined) problems.push(`[${conflict}]`);
  }
  if (problems.length > 0) throw new AwsError('InvalidChangeBatch', [...new Set(problems)].join(', '), { details: { messages: [...new Set(problems)] } });
  return records;
}

function change(records: Map<string, sdk.ResourceRecordSet>, action: string | undefined, record: sdk.ResourceRecordSet): string | undefined {
  const key = recordKey(record);
  const title = `name='${normalName(record.Name ?? '')}', type='${record.Type ?? ''}'${record.SetIdentifier === undefined ? '' : `, set identifier='${record.SetIdentifier}'`}`;
  const known = records.get(key);
  if (action === 'CREATE' && known) return `Tried to create resource record set [${title}] but it already exists`;
  if (action !== 'DELETE') {
    records.set(key, { ...record, Name: normalName(record.Name ?? '') });
    return undefined;
  }
  if (!known) return `Tried to delete resource record set [${title}] but it was not found`;
  if (JSON.stringify(comparable(known)) !== JSON.stringify(comparable(record))) return `Tried to delete resource record set [${title}] but the values provided do not match the current values`;
  records.delete(key);
  return undefined;
}

function problemOf(zone: HostedZone, { Name = '', Type, TTL, ResourceRecords, AliasTarget, SetIdentifier, HealthCheckId, ...rest }: sdk.ResourceRecordSet, isHealthCheck: (id: string) => boolean): string | undefined {
  const name = normalName(Name);
  const policies = POLICIES.filter((policy) => rest[policy] !== undefined);
  const foreign = policies.find((policy) => !SUPPORTED_POLICIES.includes(policy));
  if (name !== zone.name && !name.endsWith(`.${zone.name}`)) return `RRSet with DNS name ${name} is not permitted in zone ${zone.name}`;
  if (!ANSWERED_TYPES.includes(Type ?? '')) return `Type ${Type ?? ''}: the local cloud answers ${ANSWERED_TYPES.join(', ')}`;
  if (Type === 'CNAME' && name === zone.name) return `RRSet of type CNAME with DNS name ${name} is not permitted at apex in zone ${zone.name}`;
  if (foreign !== undefined) return `${foreign}: the local cloud routes by failover, weight and multivalue answer`;
  if (policies.length > 1) return `More than one routing policy: ${policies.join(', ')}`;
  if ((policies.length === 1) !== (SetIdentifier !== undefined)) return `SetIdentifier is for records with a routing policy, which need it`;
  if (AliasTarget && (TTL !== undefined || ResourceRecords?.length)) return `Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], or TrafficPolicyInstanceId]`;
  if (!AliasTarget && (TTL === undefined || !ResourceRecords?.length)) return `Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], or TrafficPolicyInstanceId]`;
  if (HealthCheckId !== undefined && !isHealthCheck(HealthCheckId)) return `The health check ${HealthCheckId} does not exist`;
  if (rest.MultiValueAnswer && AliasTarget) return 'Multivalue answer records cannot be aliases';
  return undefined;
}

/** What the other records of the same name do not go together with. */
function conflictOf(records: ReadonlyMap<string, sdk.ResourceRecordSet>, record: sdk.ResourceRecordSet): string | undefined {
  const { Name = '', Type, SetIdentifier, Failover } = record;
  const sameName = [...records.values()].filter((other) => other !== record && other.Name === Name);
  if (Type === 'CNAME' && sameName.some((other) => other.Type !== 'CNAME')) return `RRSet of type CNAME with DNS name ${Name} is not permitted as it conflicts with other records with the same DNS name`;
  const siblings = sameName.filter((other) => other.Type === Type);
  if (siblings.some((other) => (other.SetIdentifier === undefined) !== (SetIdentifier === undefined))) return `RRSet with DNS name ${Name}, type ${Type ?? ''} cannot be created as other RRSets exist with the same name and type, with and without a routing policy`;
  if (Failover !== undefined && siblings.some((other) => other.Failover === Failover)) return `Failover record ${Name}, type ${Type ?? ''}: there is a ${Failover} record already`;
  return undefined;
}

function comparable(record: sdk.ResourceRecordSet): unknown {
  return Object.entries({ ...record, Name: normalName(record.Name ?? '') })
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
}
