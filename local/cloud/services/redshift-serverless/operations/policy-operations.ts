import { AwsError } from '../../../gateway/aws-error';
import type { Call } from '../../../gateway/service';
import { requestTagContext } from '../../../gateway/tags';
import { ServerlessAccess, tagsOf } from '../serverless-access';
import { required, type ServerlessContext } from '../serverless-context';
import { checkPolicy } from '../shares';
import { serverlessArn } from '../state/estate';
import type { ServerlessOperations } from './serverless-operations';

interface Tagged {
  tags: Record<string, string>;
}

/** Policies that share snapshots, and tags. */
export function policyOperations({ estate }: ServerlessContext): ServerlessOperations {
  const to = new ServerlessAccess(estate);
  const ownSnapshot = (call: Call, arn = ''): string => {
    const snapshot = estate.snapshotByArn(arn);
    if (!snapshot || snapshot.place.account !== call.account) throw new AwsError('ResourceNotFoundException', `The resource ${arn} does not exist.`);
    return arn;
  };
  const tagged = (call: Call, arn = ''): Tagged => {
    const state = estate.in(call);
    const all = [
      ...[...state.namespaces.values()].map((resource) => [serverlessArn('namespace', resource), resource] as const),
      ...[...state.workgroups.values()].map((resource) => [serverlessArn('workgroup', resource), resource] as const),
      ...[...state.snapshots.values()].map((resource) => [serverlessArn('snapshot', resource), resource] as const),
    ];
    const found = all.find(([known]) => known === arn);
    if (!found) throw new AwsError('ResourceNotFoundException', `The resource ${arn} does not exist.`);
    return found[1];
  };
  return {
    PutResourcePolicy: {
      access: () => to.anything(),
      run: ({ resourceArn, policy }, call) => {
        const arn = ownSnapshot(call, resourceArn);
        estate.in(call).policies.set(arn, checkPolicy(required('policy', policy)));
        return { resourcePolicy: { resourceArn: arn, policy } };
      },
    },
    GetResourcePolicy: {
      access: () => to.anything(),
      run: ({ resourceArn }, call) => {
        const policy = estate.in(call).policies.get(ownSnapshot(call, resourceArn));
        if (policy === undefined) throw new AwsError('ResourceNotFoundException', `The resource ${resourceArn ?? ''} has no policy.`);
        return { resourcePolicy: { resourceArn, policy } };
      },
    },
    DeleteResourcePolicy: {
      access: () => to.anything(),
      run: ({ resourceArn }, call) => {
        estate.in(call).policies.delete(ownSnapshot(call, resourceArn));
        return {};
      },
    },
    TagResource: {
      access: ({ resourceArn, tags }) => [{ resource: resourceArn ?? '*', context: requestTagContext(tagsOf(tags)) }],
      run: ({ resourceArn, tags }, call) => {
        const resource = tagged(call, resourceArn);
        resource.tags = { ...resource.tags, ...tagsOf(tags) };
        return {};
      },
    },
    UntagResource: {
      access: ({ resourceArn, tagKeys = [] }) => [{ resource: resourceArn ?? '*', context: { 'aws:TagKeys': tagKeys } }],
      run: ({ resourceArn, tagKeys = [] }, call) => {
        const resource = tagged(call, resourceArn);
        resource.tags = Object.fromEntries(Object.entries(resource.tags).filter(([key]) => !tagKeys.includes(key)));
        return {};
      },
    },
    ListTagsForResource: {
      access: ({ resourceArn = '' }) => [{ resource: /:(namespace|workgroup)\//.test(resourceArn) ? resourceArn : '*' }],
      run: ({ resourceArn }, call) => ({ tags: Object.entries(tagged(call, resourceArn).tags).map(([key, value]) => ({ key, value })) }),
    },
  };
}
