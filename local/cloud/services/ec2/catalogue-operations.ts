import type * as sdk from '@aws-sdk/client-ec2';
import type { Operations } from '../../gateway/service';
import type { Ec2Access } from './ec2-access';
import { existing } from './ec2-errors';
import { isAsked, passesFilters } from './ec2-filters';
import type { Ec2State } from './ec2-state';

const ZONES = ['a', 'b', 'c'];
const UNTAGGED = { tags: {} };

/** What AWS itself has: availability zones, and the address blocks of its services. */
export function catalogueOperations(state: Ec2State, access: Ec2Access): Operations<typeof sdk> {
  return {
    DescribeAvailabilityZones: {
      access: access.describe,
      run: ({ ZoneNames, Filters }, { region }) => ({
        AvailabilityZones: ZONES.map((letter, index) => ({
          ZoneName: region + letter,
          ZoneId: `${zoneIdPrefix(region)}-az${index + 1}`,
          ZoneType: 'availability-zone',
          RegionName: region,
          State: 'available' as const,
          OptInStatus: 'opt-in-not-required' as const,
          GroupName: region,
          NetworkBorderGroup: region,
        })).filter((zone) => isAsked(ZoneNames, zone.ZoneName) && passesFilters(Filters, UNTAGGED, { 'zone-name': [zone.ZoneName], 'zone-id': [zone.ZoneId], state: [zone.State], 'zone-type': [zone.ZoneType], 'region-name': [region], 'opt-in-status': [zone.OptInStatus] })),
      }),
    },
    DescribePrefixLists: {
      access: access.describe,
      run: ({ PrefixListIds, Filters }, { region }) => ({
        PrefixLists: state
          .prefixListsIn(region)
          .filter((list) => isAsked(PrefixListIds, list.id) && passesFilters(Filters, UNTAGGED, { 'prefix-list-id': [list.id], 'prefix-list-name': [list.name] }))
          .map(({ id, name, cidrs }) => ({ PrefixListId: id, PrefixListName: name, Cidrs: [...cidrs] })),
      }),
    },
    DescribeManagedPrefixLists: {
      access: access.describe,
      run: ({ PrefixListIds, Filters }, { region }) => ({
        PrefixLists: state
          .prefixListsIn(region)
          .filter((list) => isAsked(PrefixListIds, list.id) && passesFilters(Filters, UNTAGGED, { 'prefix-list-id': [list.id], 'prefix-list-name': [list.name], 'owner-id': ['AWS'] }))
          .map(({ id, name }) => ({
            PrefixListId: id,
            PrefixListName: name,
            PrefixListArn: `arn:aws:ec2:${region}:aws:prefix-list/${id}`,
            AddressFamily: 'IPv4',
            OwnerId: 'AWS',
          })),
      }),
    },
    GetManagedPrefixListEntries: {
      access: access.describe,
      run: ({ PrefixListId }, { region }) => {
        state.prefixListsIn(region);
        return { Entries: existing(state.prefixLists, 'prefix-list', PrefixListId).cidrs.map((Cidr) => ({ Cidr })) };
      },
    },
  };
}

/** `euw1` for `eu-west-1`. https://docs.aws.amazon.com/global-infrastructure/latest/regions/az-ids.html */
function zoneIdPrefix(region: string): string {
  const [continent = '', direction = '', number = ''] = region.split('-');
  return `${continent}${direction.replace(/^(north|south)(east|west)$/, (_, a: string, b: string) => a.charAt(0) + b.charAt(0)).replace(/^(north|south|east|west|central)$/, (word) => word.charAt(0))}${number}`;
}
