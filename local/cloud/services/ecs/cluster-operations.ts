import type * as sdk from '@aws-sdk/client-ecs';
import { AwsError } from '../../gateway/aws-error';
import { pageOf } from '../../gateway/pagination';
import type { Call, Operations } from '../../gateway/service';
import { requestTagContext, resourceTagContext } from '../../gateway/tags';
import { describeCluster } from './describe';
import { EcsAccess } from './ecs-access';
import { ecsArn, lastPart, type EcsState } from './ecs-state';
import { tagsAsEcs, tagsFromEcs } from './ecs-tags';
import type { Cluster } from './container-service';

const PAGE = 100;

/** Clusters, and the tags of everything. */
export function clusterOperations(state: EcsState): Operations<typeof sdk> {
  const access = new EcsAccess(state);

  return {
    CreateCluster: {
      access: ({ clusterName = 'default', tags }, call) => {
        const { resource } = access.cluster(call, clusterName);
        return [{ resource, context: requestTagContext(tagsFromEcs(tags)) }, ...access.tagging(resource, 'CreateCluster', tags)];
      },
      run: (input, call) => {
        const { clusters } = state.in(call);
        const created = clusters.get(input.clusterName ?? 'default') ?? newCluster(input, call);
        clusters.set(created.name, created);
        return { cluster: describeCluster(created, ['SETTINGS', 'CONFIGURATIONS', 'TAGS']) };
      },
    },
    DescribeClusters: {
      access: ({ clusters = ['default'] }, call) => clusters.map((each) => access.cluster(call, each)),
      run: ({ clusters = ['default'], include = [] }, call) => {
        const found = clusters.map((each) => ({ each, cluster: state.findCluster(call, each) }));
        return {
          clusters: found.flatMap(({ cluster }) => (cluster ? [describeCluster(cluster, include)] : [])),
          failures: found.filter(({ cluster }) => !cluster).map(({ each }) => ({ arn: ecsArn(call, `cluster/${lastPart(each)}`), reason: 'MISSING' })),
        };
      },
    },
    ListClusters: {
      access: access.anything,
      run: ({ maxResults = PAGE, nextToken }, call) => {
        const page = pageOf([...state.in(call).clusters.values()], maxResults, nextToken);
        if (!page) throw new AwsError('InvalidParameterException', 'Invalid nextToken');
        return { clusterArns: page.items.map(({ arn }) => arn), ...(page.nextToken && { nextToken: page.nextToken }) };
      },
    },
    UpdateCluster: {
      access: ({ cluster }, call) => [access.cluster(call, cluster)],
      run: ({ cluster, settings, configuration }, call) => {
        const updated = state.cluster(call, cluster);
        updated.settings = settings ?? updated.settings;
        updated.configuration = configuration ?? updated.configuration;
        return { cluster: describeCluster(updated, ['SETTINGS', 'CONFIGURATIONS', 'TAGS']) };
      },
    },
    PutClusterCapacityProviders: {
      access: ({ cluster }, call) => [access.cluster(call, cluster)],
      run: ({ cluster, capacityProviders = [], defaultCapacityProviderStrategy = [] }, call) => {
        const foreign = capacityProviders.find((name) => name !== 'FARGATE' && name !== 'FARGATE_SPOT');
        if (foreign !== undefined) throw new AwsError('InvalidParameterException', `The specified capacity provider '${foreign}' was not found: the local cloud has FARGATE and FARGATE_SPOT`);
        const updated = state.cluster(call, cluster);
        updated.capacityProviders = capacityProviders;
        updated.defaultStrategy = defaultCapacityProviderStrategy;
        return { cluster: describeCluster(updated) };
      },
    },
    DeleteCluster: {
      access: ({ cluster }, call) => [access.cluster(call, cluster)],
      run: ({ cluster }, call) => {
        const deleted = state.cluster(call, cluster);
        if ([...deleted.services.values()].some(({ status }) => status !== 'INACTIVE')) throw new AwsError('ClusterContainsServicesException', 'The Cluster cannot be deleted while Services are active.');
        if ([...deleted.tasks.values()].some(({ status }) => status !== 'STOPPED')) throw new AwsError('ClusterContainsTasksException', 'The Cluster cannot be deleted while Tasks are active.');
        state.in(call).clusters.delete(deleted.name);
        return { cluster: { ...describeCluster(deleted), status: 'INACTIVE' } };
      },
    },
    TagResource: {
      access: ({ resourceArn = '', tags }) => [{ resource: resourceArn, context: { ...resourceTagContext(taggedIn(state, resourceArn)?.tags ?? {}), ...requestTagContext(tagsFromEcs(tags)) } }],
      run: ({ resourceArn = '', tags }) => {
        Object.assign(tagged(state, resourceArn).tags, tagsFromEcs(tags));
        return {};
      },
    },
    UntagResource: {
      access: ({ resourceArn = '' }) => [{ resource: resourceArn, context: resourceTagContext(taggedIn(state, resourceArn)?.tags ?? {}) }],
      run: ({ resourceArn = '', tagKeys = [] }) => {
        const resource = tagged(state, resourceArn);
        resource.tags = Object.fromEntries(Object.entries(resource.tags).filter(([key]) => !tagKeys.includes(key)));
        return {};
      },
    },
    ListTagsForResource: {
      access: ({ resourceArn = '' }) => [{ resource: resourceArn, context: resourceTagContext(taggedIn(state, resourceArn)?.tags ?? {}) }],
      run: ({ resourceArn = '' }) => ({ tags: tagsAsEcs(tagged(state, resourceArn).tags) }),
    },
  };
}

interface Tagged {
  tags: Record<string, string>;
}

/** A cluster, service, task or task definition, by its ARN. */
function taggedIn(state: EcsState, arn: string): Tagged | undefined {
  const [, region = '', account = '', kind, rest = ''] = /^arn:aws:ecs:([^:]+):(\d+):([a-z-]+)\/(.+)$/.exec(arn) ?? [];
  const place = { account, region };
  const [clusterName = '', name = ''] = rest.split('/');
  const cluster = state.in(place).clusters.get(clusterName);
  switch (kind) {
    case 'cluster':
      return cluster;
    case 'service':
      return cluster?.services.get(name);
    case 'task':
      return cluster?.tasks.get(name);
    default:
      return state.findDefinition(place, rest);
  }
}

function tagged(state: EcsState, arn: string): Tagged {
  const found = taggedIn(state, arn);
  if (!found) throw new AwsError('InvalidParameterException', `The specified resource ${arn} was not found`);
  return found;
}

function newCluster({ clusterName: name = 'default', settings = [], configuration, capacityProviders = [], defaultCapacityProviderStrategy = [], tags }: sdk.CreateClusterCommandInput, { account, region }: Call): Cluster {
  return {
    account,
    region,
    name,
    arn: ecsArn({ account, region }, `cluster/${name}`),
    settings: settings.length > 0 ? settings : [{ name: 'containerInsights', value: 'disabled' }],
    configuration,
    capacityProviders,
    defaultStrategy: defaultCapacityProviderStrategy,
    tags: tagsFromEcs(tags),
    services: new Map(),
    tasks: new Map(),
  };
}
