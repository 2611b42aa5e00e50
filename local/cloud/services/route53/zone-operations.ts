import type * as sdk from '@aws-sdk/client-route-53';
import { AwsError } from '../../gateway/aws-error';
import { pageOf } from '../../gateway/pagination';
import type { Operations } from '../../gateway/service';
import type { CloudClock } from '../../gateway/clock';
import { normalName, recordKey, type HostedZone } from './hosted-zone';
import { submit } from './record-operations';
import { anything, onChange, onZone } from './route53-access';
import { newZoneId, plainId, type Route53State } from './route53-state';

const PAGE = 100;
const NAME_SERVERS = ['ns-1.awsdns-01.com', 'ns-2.awsdns-02.net', 'ns-3.awsdns-03.org', 'ns-4.awsdns-04.co.uk'];
/** https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/SOA-NSrecords.html */
const NS_TTL_SECONDS = 172_800;
const SOA_TTL_SECONDS = 900;

/** Hosted zones, public and private. */
export function zoneOperations(state: Route53State, clock: CloudClock): Operations<typeof sdk> {
  return {
    CreateHostedZone: {
      access: ({ VPC }) => [{ resource: '*', ...(VPC && { context: { 'route53:VPCs': [vpcKey(VPC)] } }) }],
      run: (input, { account }) => {
        if (state.zonesOf(account).some(({ callerReference }) => callerReference === input.CallerReference)) throw new AwsError('HostedZoneAlreadyExists', `A hosted zone has already been created with the specified caller reference ${input.CallerReference ?? ''}`);
        const zone = newZone(input, account);
        state.zones.set(zone.id, zone);
        return { HostedZone: describe(zone), ChangeInfo: submit(state, clock, zone, zone.records), Location: `https://route53.amazonaws.com/2013-04-01/hostedzone/${zone.id}`, DelegationSet: { NameServers: [...zone.nameServers] }, ...(input.VPC && { VPC: input.VPC }) };
      },
    },
    GetHostedZone: {
      access: ({ Id }) => onZone(Id),
      run: ({ Id }, { account }) => {
        const zone = state.zone(account, Id);
        return { HostedZone: describe(zone), ...(zone.isPrivate ? { VPCs: [...zone.vpcs] } : { DelegationSet: { NameServers: [...zone.nameServers] } }) };
      },
    },
    ListHostedZones: {
      access: anything,
      run: ({ MaxItems = PAGE, Marker }, { account }) => {
        const page = pageOf(state.zonesOf(account), Number(MaxItems), Marker);
        if (!page) throw new AwsError('InvalidInput', `Invalid marker ${Marker ?? ''}`);
        return { HostedZones: page.items.map(describe), IsTruncated: page.nextToken !== undefined, MaxItems: Number(MaxItems), Marker, ...(page.nextToken && { NextMarker: page.nextToken }) };
      },
    },
    ListHostedZonesByName: {
      access: anything,
      run: ({ DNSName, MaxItems = PAGE }, { account }) => {
        const from = DNSName === undefined ? '' : normalName(DNSName);
        const zones = [...state.zonesOf(account)].sort((a, b) => order(a.name, b.name)).filter(({ name }) => from === '' || order(name, from) >= 0);
        return { HostedZones: zones.slice(0, Number(MaxItems)).map(describe), DNSName, IsTruncated: zones.length > Number(MaxItems), MaxItems: Number(MaxItems) };
      },
    },
    DeleteHostedZone: {
      access: ({ Id }) => onZone(Id),
      run: ({ Id }, { account }) => {
        const zone = state.zone(account, Id);
        const own = [...zone.records.values()].filter(({ Type, Name }) => !(Name === zone.name && (Type === 'NS' || Type === 'SOA')));
        if (own.length > 0) throw new AwsError('InvalidInput', `The specified hosted zone contains non-required resource record sets and so cannot be deleted.`);
        state.zones.delete(zone.id);
        return { ChangeInfo: submit(state, clock, zone, new Map()) };
      },
    },
    AssociateVPCWithHostedZone: {
      access: ({ HostedZoneId, VPC }) => onZone(HostedZoneId, VPC && { 'route53:VPCs': [vpcKey(VPC)] }),
      run: ({ HostedZoneId, VPC }, { account }) => {
        const zone = state.zone(account, HostedZoneId);
        if (!zone.isPrivate || !VPC) throw new AwsError('InvalidInput', 'Only private hosted zones can be associated with VPCs');
        zone.vpcs = [...zone.vpcs, VPC];
        return { ChangeInfo: submit(state, clock, zone, zone.records) };
      },
    },
    GetChange: {
      access: ({ Id }) => onChange(Id),
      run: ({ Id }) => {
        const change = state.changes.get(plainId(Id));
        if (!change) throw new AwsError('NoSuchChange', `A change with id ${plainId(Id)} does not exist`);
        return { ChangeInfo: { Id: `/change/${change.id}`, Status: change.status, SubmittedAt: change.submittedAt, ...(change.comment !== undefined && { Comment: change.comment }) } };
      },
    },
  };
}

function vpcKey({ VPCId = '', VPCRegion }: sdk.VPC): string {
  return `VPCId=${VPCId},VPCRegion=${VPCRegion ?? ''}`;
}

/** Zones are ordered by their labels from the right. */
function order(a: string, b: string): number {
  const [left, right] = [a, b].map((name) => name.split('.').reverse().join('.'));
  return (left ?? '') < (right ?? '') ? -1 : left === right ? 0 : 1;
}

function newZone({ Name = '', CallerReference = '', HostedZoneConfig, VPC }: sdk.CreateHostedZoneCommandInput, account: string): HostedZone {
  const name = normalName(Name);
  if (!/^([a-z0-9_-]{1,63}\.)+$/.test(name)) throw new AwsError('InvalidDomainName', `${Name} is not a valid domain name`);
  const isPrivate = VPC !== undefined;
  const soa = { Name: name, Type: 'SOA', TTL: SOA_TTL_SECONDS, ResourceRecords: [{ Value: `${NAME_SERVERS[0] ?? ''}. awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400` }] } as const;
  const ns = { Name: name, Type: 'NS', TTL: NS_TTL_SECONDS, ResourceRecords: NAME_SERVERS.map((server) => ({ Value: `${server}.` })) } as const;
  const records = new Map<string, sdk.ResourceRecordSet>([ns, soa].map((record) => [recordKey(record as sdk.ResourceRecordSet), record as sdk.ResourceRecordSet]));
  return { id: newZoneId(), account, name, callerReference: CallerReference, comment: HostedZoneConfig?.Comment, isPrivate, nameServers: NAME_SERVERS, vpcs: VPC ? [VPC] : [], tags: {}, records, published: records };
}

function describe({ id, name, callerReference, comment, isPrivate, records }: HostedZone): sdk.HostedZone {
  return { Id: `/hostedzone/${id}`, Name: name, CallerReference: callerReference, Config: { ...(comment !== undefined && { Comment: comment }), PrivateZone: isPrivate }, ResourceRecordSetCount: records.size };
}
