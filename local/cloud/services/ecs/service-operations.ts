import type * as sdk from '@aws-sdk/client-ecs';
import { AwsError } from '../../gateway/aws-error';
import { pageOf } from '../../gateway/pagination';
import type { Access, ContextValue, Operations } from '../../gateway/service';
import { requestTagContext } from '../../gateway/tags';
import { describeService, tasksOf } from './describe';
import { EcsAccess } from './ecs-access';
import type { EcsContext } from './ecs-context';
import { ecsArn, lastPart } from './ecs-state';
import { tagsFromEcs } from './ecs-tags';
import { newService, networkOf, percentagesOf } from './new-service';
import { announce } from './service-events';
import { newDeployment, type ServiceScheduler } from './service-scheduler';

const PAGE = 100;

/** Services: desired counts, roll-outs. */
export function serviceOperations(context: EcsContext, scheduler: ServiceScheduler): Operations<typeof sdk> {
  const { state, cloud } = context;
  const access = new EcsAccess(state);

  return {
    CreateService: {
      access: ({ cluster, serviceName, taskDefinition, tags, networkConfiguration, enableExecuteCommand, propagateTags }, call) => {
        const { resource, context: keys } = access.service(call, cluster, serviceName);
        const asked = requestKeys(state.findDefinition(call, taskDefinition ?? '')?.arn ?? taskDefinition, networkConfiguration, { enableExecuteCommand, propagateTags });
        return [{ resource, context: { ...keys, ...requestTagContext(tagsFromEcs(tags)), ...asked } }, ...access.tagging(resource, 'CreateService', tags)];
      },
      run: (input, call) => {
        const created = newService(context, input, call);
        created.cluster.services.set(created.name, created);
        scheduler.wake(created);
        return { service: describeService(created, ['TAGS']) };
      },
    },
    UpdateService: {
      access: ({ cluster, service, taskDefinition, networkConfiguration, enableExecuteCommand, propagateTags }, call) => {
        const { context: keys, resource } = access.service(call, cluster, service);
        const definition = taskDefinition === undefined ? undefined : (state.findDefinition(call, taskDefinition)?.arn ?? taskDefinition);
        return [{ resource, context: { ...keys, ...requestKeys(definition, networkConfiguration, { enableExecuteCommand, propagateTags }) } }];
      },
      run: (input, call) => {
        const service = state.service(state.cluster(call, input.cluster), input.service);
        if (service.status !== 'ACTIVE') throw new AwsError('ServiceNotActiveException', 'Service was not ACTIVE.');
        const [primary] = service.deployments;
        const definition = input.taskDefinition === undefined ? primary?.definition : state.activeDefinition(call, input.taskDefinition);
        const network = input.networkConfiguration ? networkOf(context, input.networkConfiguration) : primary?.network;
        if (input.desiredCount !== undefined) service.desiredCount = input.desiredCount;
        if (input.deploymentConfiguration) service.deploymentConfiguration = percentagesOf(input.deploymentConfiguration, service.deploymentConfiguration);
        service.healthCheckGracePeriodSeconds = input.healthCheckGracePeriodSeconds ?? service.healthCheckGracePeriodSeconds;
        service.enableExecuteCommand = input.enableExecuteCommand ?? service.enableExecuteCommand;
        service.isSteady = false;
        const isNew = input.forceNewDeployment || input.taskDefinition !== undefined || input.networkConfiguration !== undefined;
        if (isNew && definition && network) {
          service.failuresInARow = 0;
          service.notBeforeMs = 0;
          scheduler.roll(service, newDeployment({ definition, network }, cloud.clock.now()));
        }
        scheduler.wake(service);
        return { service: describeService(service, ['TAGS']) };
      },
    },
    DeleteService: {
      access: ({ cluster, service }, call) => [access.service(call, cluster, service)],
      run: ({ cluster, service: name, force }, call) => {
        const service = state.service(state.cluster(call, cluster), name);
        if (service.desiredCount > 0 && !force) throw new AwsError('InvalidParameterException', 'The service cannot be stopped while it is scaled above 0.');
        Object.assign(service, { status: 'DRAINING', desiredCount: 0, isSteady: false });
        announce(service, cloud.clock.now(), `(service ${service.name}) is draining.`);
        scheduler.wake(service);
        return { service: describeService(service) };
      },
    },
    DescribeServices: {
      access: ({ cluster, services = [] }, call) => services.map((each) => access.service(call, cluster, each)),
      run: ({ cluster: name, services = [], include = [] }, call) => {
        const cluster = state.cluster(call, name);
        const found = services.map((each) => ({ each, service: cluster.services.get(lastPart(each)) }));
        for (const { service } of found) if (service?.status === 'DRAINING' && tasksOf(service).length === 0) service.status = 'INACTIVE';
        return {
          services: found.flatMap(({ service }) => (service ? [describeService(service, include)] : [])),
          failures: found.filter(({ service }) => !service).map(({ each }) => ({ arn: ecsArn(call, `service/${cluster.name}/${lastPart(each)}`), reason: 'MISSING' })),
        };
      },
    },
    ListServices: {
      access: ({ cluster }, call) => [{ resource: '*', context: access.clusterKey(call, cluster) }],
      run: ({ cluster, maxResults = PAGE, nextToken }, call) => {
        const page = pageOf([...state.cluster(call, cluster).services.values()].filter(({ status }) => status !== 'INACTIVE'), maxResults, nextToken);
        if (!page) throw new AwsError('InvalidParameterException', 'Invalid nextToken');
        return { serviceArns: page.items.map(({ arn }) => arn), ...(page.nextToken && { nextToken: page.nextToken }) };
      },
    },
  };
}

/** What a request says of a service, in IAM's words. */
function requestKeys(definitionArn: string | undefined, network: sdk.NetworkConfiguration | undefined, { enableExecuteCommand, propagateTags }: { enableExecuteCommand?: boolean | undefined; propagateTags?: string | undefined }): Access['context'] {
  const { subnets, assignPublicIp } = network?.awsvpcConfiguration ?? {};
  const keys: Record<string, ContextValue | undefined> = {
    'ecs:task-definition': definitionArn,
    'ecs:subnet': subnets,
    'ecs:auto-assign-public-ip': assignPublicIp,
    'ecs:enable-execute-command': enableExecuteCommand,
    'ecs:propagate-tags': propagateTags,
  };
  return Object.fromEntries(Object.entries(keys).filter((entry): entry is [string, ContextValue] => entry[1] !== undefined));
}

