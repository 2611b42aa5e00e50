import {
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeServicesCommand,
  DescribeTasksCommand,
  ListTasksCommand,
  PutClusterCapacityProvidersCommand,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
  type CreateServiceCommandInput,
  type Tag,
} from '@aws-sdk/client-ecs';
import type { ResourceContext, ResourceProviders } from '../../deploy/resource-provider';
import { asApiMembers } from '../../deploy/template-members';
import type { TemplateProperties } from '../../deploy/template-properties';
import { until } from '../../deploy/until';
import { TemplateError } from '../../deploy/template-properties';

/** CloudFormation's ECS resources. */
export const ecsResources: ResourceProviders = {
  'AWS::ECS::Cluster': {
    async create(properties, { aws, generatedName }) {
      const { cluster } = await aws.send(
        new CreateClusterCommand({
          clusterName: properties.optionalText('ClusterName') ?? generatedName(255),
          settings: asApiMembers(properties.raw('ClusterSettings')),
          configuration: asApiMembers(properties.raw('Configuration')),
          capacityProviders: properties.texts('CapacityProviders'),
          defaultCapacityProviderStrategy: asApiMembers(properties.raw('DefaultCapacityProviderStrategy')),
          tags: tagsOf(properties),
        }),
      );
      return { ref: cluster?.clusterName ?? '', attributes: { Arn: cluster?.clusterArn } };
    },
  },
  'AWS::ECS::ClusterCapacityProviderAssociations': {
    async create(properties, { aws }) {
      const cluster = properties.text('Cluster');
      await aws.send(
        new PutClusterCapacityProvidersCommand({
          cluster,
          capacityProviders: properties.texts('CapacityProviders') ?? [],
          defaultCapacityProviderStrategy: asApiMembers(properties.raw('DefaultCapacityProviderStrategy')) ?? [],
        }),
      );
      return { ref: cluster };
    },
  },
  'AWS::ECS::TaskDefinition': {
    async create(properties, { aws, generatedName }) {
      const family = properties.optionalText('Family') ?? generatedName(255);
      const { taskDefinition } = await aws.send(
        new RegisterTaskDefinitionCommand({
          family,
          tags: tagsOf(properties),
          cpu: properties.optionalText('Cpu'),
          memory: properties.optionalText('Memory'),
          taskRoleArn: properties.optionalText('TaskRoleArn'),
          executionRoleArn: properties.optionalText('ExecutionRoleArn'),
          networkMode: properties.raw('NetworkMode'),
          requiresCompatibilities: properties.raw('RequiresCompatibilities'),
          containerDefinitions: asApiMembers<RegisterTaskDefinitionCommandInput['containerDefinitions']>(properties.raw('ContainerDefinitions'), ['Options', 'DockerLabels']),
          volumes: asApiMembers(properties.raw('Volumes')),
          runtimePlatform: asApiMembers(properties.raw('RuntimePlatform')),
          ephemeralStorage: asApiMembers(properties.raw('EphemeralStorage')),
        }),
      );
      const arn = taskDefinition?.taskDefinitionArn ?? '';
      return { ref: arn, attributes: { TaskDefinitionArn: arn } };
    },
  },
  'AWS::ECS::Service': {
    async create(properties, context) {
      const cluster = properties.optionalText('Cluster');
      const { service } = await context.aws.send(
        new CreateServiceCommand({
          cluster,
          serviceName: properties.optionalText('ServiceName') ?? context.generatedName(255),
          taskDefinition: properties.text('TaskDefinition'),
          desiredCount: properties.number('DesiredCount'),
          launchType: properties.raw('LaunchType'),
          capacityProviderStrategy: asApiMembers(properties.raw('CapacityProviderStrategy')),
          platformVersion: properties.optionalText('PlatformVersion'),
          loadBalancers: asApiMembers<CreateServiceCommandInput['loadBalancers']>(properties.raw('LoadBalancers')),
          networkConfiguration: networkOf(properties),
          deploymentConfiguration: asApiMembers(properties.raw('DeploymentConfiguration')),
          deploymentController: asApiMembers(properties.raw('DeploymentController')),
          healthCheckGracePeriodSeconds: properties.number('HealthCheckGracePeriodSeconds'),
          schedulingStrategy: properties.raw('SchedulingStrategy'),
          enableECSManagedTags: properties.flag('EnableECSManagedTags'),
          enableExecuteCommand: properties.flag('EnableExecuteCommand'),
          propagateTags: properties.raw('PropagateTags'),
          availabilityZoneRebalancing: properties.raw('AvailabilityZoneRebalancing'),
          tags: tagsOf(properties),
        }),
      );
      const arn = service?.serviceArn ?? '';
      await steady(context, cluster, arn);
      return { ref: arn, attributes: { ServiceArn: arn, Name: service?.serviceName } };
    },
  },
};

/** CloudFormation waits until the service is steady. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages.html */
async function steady(context: ResourceContext, cluster: string | undefined, arn: string): Promise<void> {
  await until(context, `service ${arn}`, async () => {
    const { services } = await context.aws.send(new DescribeServicesCommand({ cluster, services: [arn] }));
    const { deployments = [], runningCount, desiredCount } = services?.[0] ?? {};
    if (deployments[0]?.rolloutState === 'FAILED') throw new TemplateError(`${deployments[0].rolloutStateReason ?? ''} ${await lastFailure(context, cluster, arn)}`);
    return deployments.length === 1 && deployments[0]?.rolloutState === 'COMPLETED' && runningCount === desiredCount;
  });
}

/** What the newest stopped task died of, for whoever deploys. */
async function lastFailure({ aws }: ResourceContext, cluster: string | undefined, serviceName: string): Promise<string> {
  const { taskArns = [] } = await aws.send(new ListTasksCommand({ cluster, serviceName, desiredStatus: 'STOPPED' }));
  const { tasks = [] } = taskArns.length === 0 ? {} : await aws.send(new DescribeTasksCommand({ cluster, tasks: taskArns }));
  const last = tasks.at(-1);
  return [last?.stoppedReason, ...(last?.containers ?? []).flatMap(({ name, exitCode }) => (exitCode === undefined ? [] : [`container ${name ?? ''} ended with exit code ${exitCode}`]))].filter(Boolean).join('; ');
}

/** `AwsvpcConfiguration` in templates, `awsvpcConfiguration` in the API. */
function networkOf(properties: TemplateProperties): CreateServiceCommandInput['networkConfiguration'] {
  return asApiMembers(properties.raw('NetworkConfiguration'));
}

function tagsOf(properties: TemplateProperties): Tag[] | undefined {
  const tags = properties.tags().map(({ Key, Value }) => ({ key: Key, value: Value }));
  return tags.length > 0 ? tags : undefined;
}
