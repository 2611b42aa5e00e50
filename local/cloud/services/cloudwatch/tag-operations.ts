import type * as sdk from '@aws-sdk/client-cloudwatch';
import { AwsError } from '../../gateway/aws-error';
import type { Access, Call, Operations } from '../../gateway/service';
import { requestTagContext, resourceTagContext, tagList, tagMap } from '../../gateway/tags';
import type { AlarmStore } from './alarm-state';
import type { DashboardStore } from './dashboard-store';

interface Tagged {
  tags: Record<string, string>;
}

/** The operations on tags of alarms and dashboards. */
export function tagOperations(alarms: AlarmStore, dashboards: DashboardStore): Operations<typeof sdk> {
  const find = (call: Call, arn: string): Tagged | undefined => {
    const [, kind, name] = /:(alarm:|dashboard\/)(.+)$/.exec(arn) ?? [];
    return kind === 'alarm:' ? alarms.find(call, name) : dashboards.of(call.account).get(name ?? '');
  };
  const get = (call: Call, arn: string): Tagged => {
    const found = find(call, arn);
    if (!found) throw new AwsError('ResourceNotFoundException', `Unknown resource ${arn}`);
    return found;
  };
  const access = (call: Call, arn: string, requested: Access['context'] = {}): Access[] => [{ resource: arn, context: { ...resourceTagContext(find(call, arn)?.tags ?? {}), ...requested } }];
  return {
    TagResource: {
      access: ({ ResourceARN = '', Tags }, call) => access(call, ResourceARN, requestTagContext(tagMap(Tags))),
      run: ({ ResourceARN = '', Tags }, call) => {
        const resource = get(call, ResourceARN);
        resource.tags = { ...resource.tags, ...tagMap(Tags) };
        return {};
      },
    },
    UntagResource: {
      access: ({ ResourceARN = '' }, call) => access(call, ResourceARN),
      run: ({ ResourceARN = '', TagKeys = [] }, call) => {
        const resource = get(call, ResourceARN);
        resource.tags = Object.fromEntries(Object.entries(resource.tags).filter(([key]) => !TagKeys.includes(key)));
        return {};
      },
    },
    ListTagsForResource: {
      access: ({ ResourceARN = '' }, call) => access(call, ResourceARN),
      run: ({ ResourceARN = '' }, call) => ({ Tags: tagList(get(call, ResourceARN).tags) }),
    },
  };
}
