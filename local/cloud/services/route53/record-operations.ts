import type * as sdk from '@aws-sdk/client-route-53';
import type { CloudClock } from '../../gateway/clock';
import type { Operations } from '../../gateway/service';
import { tagList, tagMap } from '../../gateway/tags';
import { applyChanges } from './check-change-batch';
import { normalName, recordKey, type Change, type HostedZone } from './hosted-zone';
import { ROUTE53_DURATIONS } from './life-cycle';
import type { NameAnswers } from './name-answers';
import { onHealthCheck, onZone, anything } from './route53-access';
import { newChangeId, type Route53State } from './route53-state';

const PAGE = 300;

/** Records and tags. */
export function recordOperations(state: Route53State, clock: CloudClock, names: Pick<NameAnswers, 'test'>): Operations<typeof sdk> {
  const onTagged = ({ ResourceType, ResourceId }: { ResourceType?: string | undefined; ResourceId?: string | undefined }) => (ResourceType === 'healthcheck' ? onHealthCheck(ResourceId) : onZone(ResourceId));
  const tagged = (account: string, { ResourceType, ResourceId }: { ResourceType?: string | undefined; ResourceId?: string | undefined }) => (ResourceType === 'healthcheck' ? state.healthCheck(account, ResourceId) : state.zone(account, ResourceId));

  return {
    ChangeResourceRecordSets: {
      access: ({ HostedZoneId, ChangeBatch }) => {
        const sets = (ChangeBatch?.Changes ?? []).map(({ Action = '', ResourceRecordSet }) => ({ action: Action, name: normalName(ResourceRecordSet?.Name ?? '').replace(/\.$/, ''), type: ResourceRecordSet?.Type ?? '' }));
        return onZone(HostedZoneId, {
          'route53:ChangeResourceRecordSetsActions': [...new Set(sets.map(({ action }) => action))],
          'route53:ChangeResourceRecordSetsNormalizedRecordNames': [...new Set(sets.map(({ name }) => name))],
          'route53:ChangeResourceRecordSetsRecordTypes': [...new Set(sets.map(({ type }) => type))],
        });
      },
      run: ({ HostedZoneId, ChangeBatch }, { account }) => {
        const zone = state.zone(account, HostedZoneId);
        zone.records = applyChanges(zone, ChangeBatch?.Changes, (id) => state.healthChecks.has(id));
        return { ChangeInfo: submit(state, clock, zone, zone.records, ChangeBatch?.Comment) };
      },
    },
    ListResourceRecordSets: {
      access: ({ HostedZoneId }) => onZone(HostedZoneId),
      run: ({ HostedZoneId, StartRecordName, StartRecordType, StartRecordIdentifier, MaxItems = PAGE }, { account }) => {
        const zone = state.zone(account, HostedZoneId);
        const keyed = [...zone.records.values()].map((record) => ({ record, key: listKey(record) })).sort((a, b) => (a.key < b.key ? -1 : 1));
        const start = StartRecordName === undefined ? '' : listKey({ Name: StartRecordName, Type: StartRecordType, SetIdentifier: StartRecordIdentifier }).trimEnd();
        const rest = keyed.filter(({ key }) => key >= start).map(({ record }) => record);
        const limit = Number(MaxItems);
        const next = rest[limit];
        return {
          ResourceRecordSets: rest.slice(0, limit),
          IsTruncated: next !== undefined,
          MaxItems: limit,
          ...(next && { NextRecordName: next.Name, NextRecordType: next.Type, ...(next.SetIdentifier !== undefined && { NextRecordIdentifier: next.SetIdentifier }) }),
        };
      },
    },
    TestDNSAnswer: {
      access: anything,
      run: ({ HostedZoneId, RecordName = '', RecordType = 'A' }, { account }) => {
        const zone = state.zone(account, HostedZoneId);
        const answers = names.test(zone, normalName(RecordName), RecordType);
        return { Nameserver: zone.nameServers[0], RecordName, RecordType, RecordData: answers.map(({ value }) => value), ResponseCode: answers.length > 0 ? 'NOERROR' : 'NXDOMAIN', Protocol: 'UDP' };
      },
    },
    ChangeTagsForResource: {
      access: onTagged,
      run: ({ AddTags, RemoveTagKeys = [], ...which }, { account }) => {
        const resource = tagged(account, which);
        resource.tags = Object.fromEntries(Object.entries({ ...resource.tags, ...tagMap(AddTags) }).filter(([key]) => !RemoveTagKeys.includes(key)));
        return {};
      },
    },
    ListTagsForResource: {
      access: onTagged,
      run: (which, { account }) => ({ ResourceTagSet: { ResourceType: which.ResourceType, ResourceId: which.ResourceId, Tags: tagList(tagged(account, which).tags) } }),
    },
  };
}

/** Sends the zone's records on their way to the name servers. */
export function submit(state: Route53State, clock: CloudClock, zone: HostedZone, records: HostedZone['records'], comment?: string): sdk.ChangeInfo {
  const change: Change = { id: newChangeId(), submittedAt: clock.now(), comment, status: 'PENDING' };
  state.changes.set(change.id, change);
  clock.after(ROUTE53_DURATIONS.propagationMs, () => {
    change.status = 'INSYNC';
    zone.published = records;
  });
  return { Id: `/change/${change.id}`, Status: change.status, SubmittedAt: change.submittedAt, ...(comment !== undefined && { Comment: comment }) };
}

/** Records are listed by their labels from the right, then by type and identifier. */
function listKey(record: sdk.ResourceRecordSet): string {
  const [name = '', type = '', identifier = ''] = recordKey(record).split(' ');
  return `${name.split('.').reverse().join('.')} ${type} ${identifier}`;
}
