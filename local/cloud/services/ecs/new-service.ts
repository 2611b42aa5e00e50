import type * as sdk from '@aws-sdk/client-ecs';
import { AwsError } from '../../gateway/aws-error';
import type { Call } from '../../gateway/service';
import type { Service, TaskDefinition } from './container-service';
import type { EcsContext } from './ecs-context';
import { ecsArn } from './ecs-state';
import { tagsFromEcs } from './ecs-tags';
import { newDeployment } from './service-scheduler';

const NAME = /^[\w-]{1,255}$/;
/** What `LATEST` means for Linux. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/platform-fargate.html */
const LATEST_PLATFORM = '1.4.0';

/** The service that a request asks for; refuses what ECS refuses. */
export function newService(context: EcsContext, input: sdk.CreateServiceCommandInput, call: Call): Service {
  const { state, cloud } = context;
  const cluster = state.cluster(call, input.cluster);
  const { serviceName: name = '', loadBalancers = [] } = input;
  if (!NAME.test(name)) throw invalid(`Service name contains invalid characters: ${name}`);
  const known = cluster.services.get(name);
  if (known && known.status !== 'INACTIVE') throw invalid('Creation of service was not idempotent.');
  if (input.schedulingStrategy === 'DAEMON' || (input.deploymentController && input.deploymentController.type !== 'ECS')) throw invalid('The local cloud has services of the scheduling strategy REPLICA with the deployment controller ECS alone');
  const definition = state.activeDefinition(call, input.taskDefinition);
  checkLoadBalancers(context, definition, loadBalancers, call);
  if (loadBalancers.length === 0 && input.healthCheckGracePeriodSeconds !== undefined) throw invalid('Health check grace period is only valid for services configured to use load balancers');
  const network = networkOf(context, input.networkConfiguration);
  const at = cloud.clock.now();
  const { account, region } = call;
  return {
    account,
    region,
    name,
    arn: ecsArn(call, `service/${cluster.name}/${name}`),
    cluster,
    createdAt: at,
    loadBalancers,
    enableEcsManagedTags: input.enableECSManagedTags ?? false,
    propagateTags: input.propagateTags,
    status: 'ACTIVE',
    desiredCount: input.desiredCount ?? 1,
    deploymentConfiguration: percentagesOf(input.deploymentConfiguration),
    healthCheckGracePeriodSeconds: input.healthCheckGracePeriodSeconds ?? 0,
    enableExecuteCommand: input.enableExecuteCommand ?? false,
    platformVersion: input.platformVersion === undefined || input.platformVersion === 'LATEST' ? LATEST_PLATFORM : input.platformVersion,
    tags: tagsFromEcs(input.tags),
    deployments: [newDeployment({ definition, network }, at)],
    events: [],
    failuresInARow: 0,
    notBeforeMs: 0,
    isSteady: false,
  };
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html */
export function percentagesOf({ maximumPercent, minimumHealthyPercent, deploymentCircuitBreaker }: sdk.DeploymentConfiguration = {}, before?: Service['deploymentConfiguration']): Service['deploymentConfiguration'] {
  return {
    maximumPercent: maximumPercent ?? before?.maximumPercent ?? 200,
    minimumHealthyPercent: minimumHealthyPercent ?? before?.minimumHealthyPercent ?? 100,
    circuitBreaker: deploymentCircuitBreaker ?? before?.circuitBreaker ?? { enable: false, rollback: false },
  };
}

/** Where tasks are put: subnets and groups of one VPC. */
export function networkOf({ network }: Pick<EcsContext, 'network'>, { awsvpcConfiguration }: sdk.NetworkConfiguration = {}): sdk.AwsVpcConfiguration {
  if (!awsvpcConfiguration?.subnets?.length) throw invalid('Network Configuration must be provided when networkMode ‘awsvpc’ is specified.');
  const { subnets, securityGroups = [] } = awsvpcConfiguration;
  const vpcIds = new Set(subnets.map((id) => network.subnets.get(id)?.vpcId));
  const missing = subnets.find((id) => !network.subnets.has(id));
  if (missing !== undefined) throw invalid(`Error retrieving subnet information for [${missing}]: The subnet ID '${missing}' does not exist`);
  const [vpcId] = vpcIds;
  if (vpcIds.size > 1) throw invalid('Subnets must all be in the same VPC.');
  const foreign = securityGroups.find((id) => network.securityGroups.get(id)?.vpcId !== vpcId);
  if (foreign !== undefined) throw invalid(`Error retrieving security group information for [${foreign}]: The security group '${foreign}' does not exist`);
  const own = securityGroups.length > 0 ? securityGroups : [...network.securityGroups.values()].filter((group) => group.vpcId === vpcId && group.name === 'default').map(({ id }) => id);
  return { subnets, securityGroups: own, assignPublicIp: awsvpcConfiguration.assignPublicIp ?? 'DISABLED' };
}

function checkLoadBalancers({ loadBalancing }: EcsContext, definition: TaskDefinition, loadBalancers: readonly sdk.LoadBalancer[], call: Call): void {
  for (const { targetGroupArn = '', containerName = '', containerPort } of loadBalancers) {
    const group = loadBalancing.state.in(call).targetGroups.get(targetGroupArn);
    if (!group) throw invalid(`The specified target group does not exist: ${targetGroupArn}`);
    if (loadBalancing.state.usersOf(group).length === 0) throw invalid(`The target group with targetGroupArn ${targetGroupArn} does not have an associated load balancer.`);
    const container = definition.input.containerDefinitions?.find(({ name }) => name === containerName);
    if (!container) throw invalid(`The container ${containerName} does not exist in the task definition.`);
    if (!container.portMappings?.some((mapping) => mapping.containerPort === containerPort)) throw invalid(`The container ${containerName} did not have a container port ${containerPort ?? ''} defined.`);
  }
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}
