import type { Tag } from '@aws-sdk/client-redshift';
import { AwsError } from '../../../gateway/aws-error';
import { found, type Access, type Call } from '../../../gateway/service';
import { requestTagContext, tagMap } from '../../../gateway/tags';
import { page } from '../../rds/describe/listing';
import { invalidCombination, invalidValue } from '../../rds/request-errors';
import { RedshiftAccess } from '../access/redshift-access';
import { parseRedshiftArn, redshiftArn, snapshotArn, splitSnapshotName, type RedshiftResourceKind } from '../redshift-arn';
import type { RedshiftContext } from '../redshift-context';
import { hasTags, requestedTags } from '../request';
import type { RedshiftOperations } from './redshift-operations';

interface Tagged {
  tags: Record<string, string>;
}

/** Something with tags, as DescribeTags lists it. */
interface Listed {
  readonly arn: string;
  readonly kind: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** CreateTags, DeleteTags, DescribeTags. */
export function tagOperations(redshift: RedshiftContext): RedshiftOperations {
  const to = new RedshiftAccess(redshift.estate);
  const access = (call: Call, arn: string | undefined, context: NonNullable<Access['context']> = {}): readonly Access[] => {
    const parsed = parseRedshiftArn(arn ?? '');
    if (parsed?.kind === 'snapshot') return [to.snapshot(call, { identifier: undefined, arn }, context)];
    return [to.existing((parsed?.kind ?? 'cluster') as RedshiftResourceKind, call, arn, context)];
  };
  return {
    CreateTags: {
      access: ({ ResourceName, Tags }, call) => access(call, ResourceName, requestTagContext(tagMap(Tags))),
      run: ({ ResourceName, Tags }: { ResourceName: string | undefined; Tags: Tag[] | undefined }, call) => {
        const resource = taggedOf(redshift, call, ResourceName);
        resource.tags = { ...resource.tags, ...requestedTags(Tags) };
        return {};
      },
    },
    DeleteTags: {
      access: ({ ResourceName, TagKeys = [] }, call) => access(call, ResourceName, TagKeys.length > 0 ? { 'aws:TagKeys': TagKeys } : {}),
      run: ({ ResourceName, TagKeys = [] }, call) => {
        const resource = taggedOf(redshift, call, ResourceName);
        resource.tags = Object.fromEntries(Object.entries(resource.tags).filter(([key]) => !TagKeys.includes(key)));
        return {};
      },
    },
    DescribeTags: {
      access: ({ ResourceName }, call) => access(call, ResourceName),
      run: ({ ResourceName, ResourceType, TagKeys, TagValues, ...paging }, call) => {
        if (ResourceName !== undefined && ResourceType !== undefined) throw invalidCombination('ResourceName and ResourceType cannot both be specified.');
        const kind = ResourceType?.toLowerCase().replaceAll(' ', '');
        if (ResourceName !== undefined) taggedOf(redshift, call, ResourceName);
        const tagged = allTagged(redshift, call).filter((each) => (ResourceName === undefined || each.arn === ResourceName.toLowerCase()) && (kind === undefined || each.kind === kind) && hasTags(each.tags, TagKeys, TagValues));
        const tags = tagged.flatMap(({ arn, kind: type, tags: own }) => Object.entries(own).map(([Key, Value]) => ({ Tag: { Key, Value }, ResourceName: arn, ResourceType: type })));
        const { items, Marker } = page(tags, paging);
        return { TaggedResources: items, Marker };
      },
    },
  };
}

function taggedOf({ estate }: RedshiftContext, call: Call, arn: string | undefined): Tagged {
  const parsed = parseRedshiftArn(arn ?? '');
  if (!parsed) throw invalidValue(`Invalid resource name: ${arn ?? ''}`);
  const notFound = `The resource ${arn ?? ''} could not be found.`;
  if (parsed.place.account !== call.account || parsed.place.region !== call.region) throw new AwsError('ResourceNotFoundFault', notFound);
  const state = estate.in(call);
  if (parsed.kind === 'snapshot') {
    const { clusterIdentifier, identifier } = splitSnapshotName(parsed.name);
    const snapshot = state.snapshots.get(identifier);
    return found(snapshot?.clusterIdentifier === clusterIdentifier ? snapshot : undefined, 'ResourceNotFoundFault', notFound);
  }
  const stores: Readonly<Record<string, ReadonlyMap<string, Tagged>>> = {
    cluster: state.clusters,
    subnetgroup: state.subnetGroups,
    parametergroup: state.parameterGroups,
    snapshotcopygrant: state.copyGrants,
    snapshotschedule: state.schedules,
    eventsubscription: state.eventSubscriptions,
  };
  return found(stores[parsed.kind]?.get(parsed.name), 'ResourceNotFoundFault', notFound);
}

function allTagged({ estate }: RedshiftContext, call: Call): readonly Listed[] {
  const state = estate.in(call);
  const named = (kind: RedshiftResourceKind, resources: Iterable<{ readonly name: string; readonly tags: Record<string, string> }>): readonly Listed[] =>
    [...resources].map(({ name, tags }) => ({ arn: redshiftArn(kind, call, name), kind, tags }));
  return [
    ...[...state.clusters.values()].map(({ identifier, tags }) => ({ arn: redshiftArn('cluster', call, identifier), kind: 'cluster', tags })),
    ...[...state.snapshots.values()].map((snapshot) => ({ arn: snapshotArn(snapshot), kind: 'snapshot', tags: snapshot.tags })),
    ...named('subnetgroup', state.subnetGroups.values()),
    ...named('parametergroup', state.parameterGroups.values()),
    ...named('snapshotcopygrant', state.copyGrants.values()),
    ...named('snapshotschedule', state.schedules.values()),
    ...named('eventsubscription', state.eventSubscriptions.values()),
  ];
}
