import type * as sdk from '@aws-sdk/client-ec2';
import type { Call, Operations } from '../../gateway/service';
import { requestTagContext, tagMap, type Tag } from '../../gateway/tags';
import type { Ec2Access } from './ec2-access';
import { ec2Error } from './ec2-errors';
import { passesFilters } from './ec2-filters';
import type { Owned } from './ec2-records';
import type { Ec2State } from './ec2-state';

/** Tags, of whatever resource. */
export function tagOperations(state: Ec2State, access: Ec2Access): Operations<typeof sdk> {
  const resourceOf = (id: string): Owned => {
    const resource = state.resource(id);
    if (!resource) throw ec2Error('InvalidID', `The ID '${id}' is not valid`);
    return resource;
  };
  const onResources = (ids: readonly string[] = [], tags: readonly Tag[] | undefined, call: Call) =>
    ids.flatMap((id) => access.on(call, resourceOf(id).type, id)).map((each) => ({ ...each, context: { ...each.context, ...requestTagContext(tagMap(tags)) } }));

  return {
    CreateTags: {
      access: ({ Resources, Tags }, call) => onResources(Resources, Tags, call),
      run: ({ Resources = [], Tags }) => {
        for (const id of Resources) Object.assign(resourceOf(id).tags, tagMap(Tags));
        return {};
      },
    },
    DeleteTags: {
      access: ({ Resources, Tags }, call) => onResources(Resources, Tags, call),
      run: ({ Resources = [], Tags }) => {
        for (const id of Resources) {
          const resource = resourceOf(id);
          const unwanted = new Set(Tags?.map(({ Key }) => Key) ?? Object.keys(resource.tags));
          resource.tags = Object.fromEntries(Object.entries(resource.tags).filter(([key]) => !unwanted.has(key)));
        }
        return {};
      },
    },
    DescribeTags: {
      access: access.describe,
      run: ({ Filters }, call) => {
        const tagged = state.taggable(call).flatMap((resource) => Object.entries(resource.tags).map(([Key, Value]) => ({ resource, Key, Value })));
        const found = tagged.filter(({ resource, Key, Value }) =>
          passesFilters(Filters, { tags: {} }, { 'resource-id': [resource.id], 'resource-type': [resource.type], key: [Key], value: [Value] }),
        );
        return { Tags: found.map(({ resource, Key, Value }) => ({ Key, Value, ResourceId: resource.id, ResourceType: resource.type })) };
      },
    },
  };
}
