import { AwsError } from '../../../gateway/aws-error';
import { found, type Access, type Call } from '../../../gateway/service';
import { tagList } from '../../../gateway/tags';
import { RdsAccess, requestContext } from '../access/rds-access';
import { parseRdsArn, type RdsResourceKind } from '../rds-arn';
import type { RdsContext } from '../rds-context';
import { invalidValue } from '../request-errors';
import { requestedTags } from '../tagging';
import type { RdsOperations } from './rds-operations';

interface Tagged {
  tags: Record<string, string>;
}

/** What is said when something is not there to be tagged, by kind. */
const NOT_FOUND: Readonly<Record<string, string>> = {
  cluster: 'DBClusterNotFoundFault',
  db: 'DBInstanceNotFoundFault',
  snapshot: 'DBSnapshotNotFoundFault',
};

/** AddTagsToResource, RemoveTagsFromResource, ListTagsForResource. */
export function tagOperations(rds: RdsContext): RdsOperations {
  const to = new RdsAccess(rds.estate);
  const access = (call: Call, arn: string | undefined, context: NonNullable<Access['context']> = {}) => [
    to.existing((parseRdsArn(arn ?? '')?.kind ?? 'db') as RdsResourceKind, call, arn, context),
  ];
  return {
    AddTagsToResource: {
      access: ({ ResourceName, Tags }, call) => access(call, ResourceName, requestContext(Tags)),
      run: ({ ResourceName, Tags }, call) => {
        const resource = taggedOf(rds, call, ResourceName);
        resource.tags = { ...resource.tags, ...requestedTags(Tags) };
        return {};
      },
    },
    RemoveTagsFromResource: {
      access: ({ ResourceName, TagKeys = [] }, call) => access(call, ResourceName, TagKeys.length > 0 ? { 'aws:TagKeys': TagKeys } : {}),
      run: ({ ResourceName, TagKeys = [] }, call) => {
        const resource = taggedOf(rds, call, ResourceName);
        resource.tags = Object.fromEntries(Object.entries(resource.tags).filter(([key]) => !TagKeys.includes(key)));
        return {};
      },
    },
    ListTagsForResource: {
      access: ({ ResourceName }, call) => access(call, ResourceName),
      run: ({ ResourceName }, call) => ({ TagList: tagList(taggedOf(rds, call, ResourceName).tags) }),
    },
  };
}

function taggedOf({ estate }: RdsContext, call: Call, arn: string | undefined): Tagged {
  const parsed = parseRdsArn(arn ?? '');
  if (!parsed) throw invalidValue(`Invalid resource name: ${arn ?? ''}`);
  const { kind, place, name } = parsed;
  if (place.account !== call.account || place.region !== call.region) throw new AwsError(NOT_FOUND[kind] ?? 'DBInstanceNotFoundFault', `${arn ?? ''} not found.`);
  const state = estate.in(place);
  const stores: Readonly<Record<string, ReadonlyMap<string, Tagged>>> = {
    cluster: state.clusters,
    db: state.instances,
    'cluster-snapshot': state.snapshots.cluster,
    snapshot: state.snapshots.instance,
    subgrp: state.subnetGroups,
    'cluster-pg': state.parameterGroups.cluster,
    pg: state.parameterGroups.instance,
    es: state.eventSubscriptions,
  };
  return found(stores[kind]?.get(name), NOT_FOUND[kind] ?? 'DBInstanceNotFoundFault', `${arn ?? ''} not found.`);
}
