import { randomUUID } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-application-auto-scaling';
import { parseArn, regionalArn } from '../../gateway/arn';
import { AwsError } from '../../gateway/aws-error';
import type { CloudContext } from '../../gateway/cloud-context';
import { pageOf } from '../../gateway/pagination';
import type { Access, Call, Operations } from '../../gateway/service';
import { requestTagContext, resourceTagContext } from '../../gateway/tags';
import type { ScalableTarget, ScalingPolicy } from './scalable-target';
import type { Scaler } from './scaler';
import { keyOf, targetArn, type ScalingState, type TargetRequest } from './scaling-state';
import { namesIn, type ServiceCapacity } from './service-capacity';
import type { TrackingAlarms } from './tracking-alarms';

export interface ScalingPorts {
  readonly cloud: CloudContext;
  readonly state: ScalingState;
  readonly scaler: Scaler;
  readonly capacity: ServiceCapacity;
  readonly trackingAlarms: TrackingAlarms;
}

const PAGE = 50;
const DIMENSION = 'ecs:service:DesiredCount';
const NOTHING_SUSPENDED: ScalableTarget['suspended'] = { DynamicScalingInSuspended: false, DynamicScalingOutSuspended: false, ScheduledScalingSuspended: false };

/** Scalable targets and their policies. */
export function scalingOperations({ cloud, state, scaler, capacity, trackingAlarms }: ScalingPorts): Operations<typeof sdk> {
  const access = (input: TargetRequest, call: Call): Access[] => [targetAccess(state, input, call)];
  const describeAccess = (): Access[] => [{ resource: '*' }];

  return {
    RegisterScalableTarget: {
      access: (input, call) => [...access(input, call).map((each) => ({ ...each, context: { ...each.context, ...requestTagContext(input.Tags ?? {}) } })), ...validatedAccess(input, call)],
      run: async (input, call) => {
        const target = state.find(call, input) ?? newTarget(input, call, cloud.clock.now());
        const minCapacity = input.MinCapacity ?? target.minCapacity;
        const maxCapacity = input.MaxCapacity ?? target.maxCapacity;
        if (minCapacity > maxCapacity) throw invalid('Maximum capacity cannot be less than minimum capacity');
        const { desired } = await capacity.read(target);
        Object.assign(target, { minCapacity, maxCapacity, suspended: { ...target.suspended, ...input.SuspendedState } });
        state.in(call).set(keyOf(input), target);
        // https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html: "it changes the resource's current capacity to a value that is inside of this range."
        await scaler.scaleTo(target, desired, desired < minCapacity ? 'minimum capacity was set' : 'maximum capacity was set');
        return { ScalableTargetARN: target.arn };
      },
    },
    DescribeScalableTargets: {
      access: describeAccess,
      run: ({ ServiceNamespace, ResourceIds, ScalableDimension, MaxResults = PAGE, NextToken }, call) => {
        const fitting = [...state.in(call).values()].filter((target) => target.serviceNamespace === ServiceNamespace && (ResourceIds?.includes(target.resourceId) ?? true) && (ScalableDimension === undefined || target.dimension === ScalableDimension));
        const page = pageOf(fitting, MaxResults, NextToken);
        if (!page) throw new AwsError('InvalidNextTokenException', 'The next token supplied was invalid');
        return { ScalableTargets: page.items.map(describeTarget), ...(page.nextToken && { NextToken: page.nextToken }) };
      },
    },
    DeregisterScalableTarget: {
      access,
      run: async (input, call) => {
        const target = state.target(call, input);
        for (const { alarms } of target.policies.values()) await trackingAlarms.remove(target, alarms);
        state.in(call).delete(keyOf(input));
        return {};
      },
    },
    PutScalingPolicy: {
      access,
      run: async (input, call) => {
        const target = state.target(call, input);
        const before = target.policies.get(input.PolicyName ?? '');
        const policy = newPolicy(input, target, cloud.clock.now(), before);
        if (before) await trackingAlarms.remove(target, before.alarms);
        target.policies.set(policy.name, policy);
        if (policy.tracking) policy.alarms = await trackingAlarms.create(target, policy.arn, policy.tracking);
        return { PolicyARN: policy.arn, Alarms: [...policy.alarms] };
      },
    },
    DescribeScalingPolicies: {
      access: describeAccess,
      run: ({ ServiceNamespace, ResourceId, ScalableDimension, PolicyNames, MaxResults = PAGE, NextToken }, call) => {
        const targets = [...state.in(call).values()].filter((target) => target.serviceNamespace === ServiceNamespace && (ResourceId === undefined || target.resourceId === ResourceId) && (ScalableDimension === undefined || target.dimension === ScalableDimension));
        const fitting = targets.flatMap((target) => [...target.policies.values()].filter(({ name }) => PolicyNames?.includes(name) ?? true).map((policy) => describePolicy(target, policy)));
        const page = pageOf(fitting, MaxResults, NextToken);
        if (!page) throw new AwsError('InvalidNextTokenException', 'The next token supplied was invalid');
        return { ScalingPolicies: [...page.items], ...(page.nextToken && { NextToken: page.nextToken }) };
      },
    },
    DeleteScalingPolicy: {
      access,
      run: async (input, call) => {
        const target = state.target(call, input);
        const policy = target.policies.get(input.PolicyName ?? '');
        if (!policy) throw new AwsError('ObjectNotFoundException', `No scaling policy found for name: ${input.PolicyName ?? ''}`);
        await trackingAlarms.remove(target, policy.alarms);
        target.policies.delete(policy.name);
        return {};
      },
    },
    DescribeScalingActivities: {
      access: describeAccess,
      run: ({ ServiceNamespace, ResourceId, MaxResults = PAGE, NextToken }, call) => {
        const targets = [...state.in(call).values()].filter((target) => target.serviceNamespace === ServiceNamespace && (ResourceId === undefined || target.resourceId === ResourceId));
        const page = pageOf(targets.flatMap(({ activities }) => activities), MaxResults, NextToken);
        if (!page) throw new AwsError('InvalidNextTokenException', 'The next token supplied was invalid');
        return { ScalingActivities: [...page.items], ...(page.nextToken && { NextToken: page.nextToken }) };
      },
    },
    TagResource: {
      access: ({ ResourceARN = '' }) => [{ resource: ResourceARN }],
      run: ({ ResourceARN = '', Tags = {} }) => {
        Object.assign(tagged(state, ResourceARN).tags, Tags);
        return {};
      },
    },
    ListTagsForResource: {
      access: ({ ResourceARN = '' }) => [{ resource: ResourceARN }],
      run: ({ ResourceARN = '' }) => ({ Tags: tagged(state, ResourceARN).tags }),
    },
  };
}

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsapplicationautoscaling.html */
export function targetAccess(state: ScalingState, input: TargetRequest, call: Call): Access {
  return {
    resource: targetArn(call, input),
    context: { ...resourceTagContext(state.find(call, input)?.tags ?? {}), 'application-autoscaling:service-namespace': input.ServiceNamespace ?? '', 'application-autoscaling:scalable-dimension': input.ScalableDimension ?? '' },
  };
}

/**
 * What the caller must be allowed in ECS and CloudWatch, as registration finds out by calls for the caller, those of CloudWatch without the name of an alarm:
 * https://docs.aws.amazon.com/autoscaling/application/userguide/security_iam_permission_validation.html,
 * https://docs.aws.amazon.com/autoscaling/application/userguide/security_iam_id-based-policy-examples.html#application-auto-scaling-additional-permissions
 */
function validatedAccess({ ResourceId = '' }: TargetRequest, call: Call): Access[] {
  const { cluster, service } = namesIn(ResourceId);
  return [
    ...['DescribeServices', 'UpdateService'].map((operation) => ({ action: `ecs:${operation}`, resource: regionalArn('ecs', call, `service/${cluster}/${service}`) })),
    ...['PutMetricAlarm', 'DescribeAlarms', 'DeleteAlarms'].map((operation) => ({ action: `cloudwatch:${operation}`, resource: '*' })),
  ];
}

function tagged(state: ScalingState, arn: string): ScalableTarget {
  const { account = '', region = '' } = parseArn(arn) ?? {};
  const found = [...state.in({ account, region }).values()].find((target) => target.arn === arn);
  if (!found) throw new AwsError('ResourceNotFoundException', `No scalable target found for ARN: ${arn}`);
  return found;
}

function newTarget(input: sdk.RegisterScalableTargetCommandInput, { account, region }: Call, createdAt: Date): ScalableTarget {
  const { ServiceNamespace, ResourceId = '', ScalableDimension, MinCapacity, MaxCapacity, RoleARN } = input;
  if (ServiceNamespace !== 'ecs' || ScalableDimension !== DIMENSION) throw invalid(`ServiceNamespace ${ServiceNamespace ?? ''}, ScalableDimension ${ScalableDimension ?? ''}: the local cloud scales ecs, ${DIMENSION}`);
  namesIn(ResourceId);
  if (MinCapacity === undefined || MaxCapacity === undefined) throw invalid('A scalable target needs MinCapacity and MaxCapacity');
  return {
    account,
    region,
    arn: targetArn({ account, region }, input),
    serviceNamespace: ServiceNamespace,
    resourceId: ResourceId,
    dimension: ScalableDimension,
    roleArn: RoleARN ?? `arn:aws:iam::${account}:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService`,
    createdAt,
    minCapacity: MinCapacity,
    maxCapacity: MaxCapacity,
    suspended: NOTHING_SUSPENDED,
    tags: input.Tags ?? {},
    policies: new Map(),
    schedules: new Map(),
    activities: [],
  };
}

function newPolicy(input: sdk.PutScalingPolicyCommandInput, target: ScalableTarget, now: Date, before: ScalingPolicy | undefined): ScalingPolicy {
  const { PolicyName: name = '', PolicyType = 'StepScaling', StepScalingPolicyConfiguration: step, TargetTrackingScalingPolicyConfiguration: tracking } = input;
  if (PolicyType !== 'StepScaling' && PolicyType !== 'TargetTrackingScaling') throw invalid(`PolicyType ${PolicyType}: the local cloud has StepScaling and TargetTrackingScaling`);
  if ((PolicyType === 'StepScaling') !== (step !== undefined) || (PolicyType === 'TargetTrackingScaling') !== (tracking !== undefined)) throw invalid(`PolicyType ${PolicyType} needs its own configuration and no other`);
  if (step && (step.StepAdjustments ?? []).length === 0) throw invalid('StepAdjustments: at least one step is required');
  const arn = before?.arn ?? regionalArn('autoscaling', target, `scalingPolicy:${randomUUID()}:resource/ecs/${target.resourceId}:policyName/${name}`);
  return { arn, name, type: PolicyType, createdAt: before?.createdAt ?? now, step, tracking, alarms: [], lastMs: { out: -Infinity, in: -Infinity } };
}

function describeTarget({ serviceNamespace, resourceId, dimension, minCapacity, maxCapacity, roleArn, createdAt, suspended, arn }: ScalableTarget): sdk.ScalableTarget {
  return { ServiceNamespace: serviceNamespace, ResourceId: resourceId, ScalableDimension: dimension, MinCapacity: minCapacity, MaxCapacity: maxCapacity, RoleARN: roleArn, CreationTime: createdAt, SuspendedState: suspended, ScalableTargetARN: arn };
}

function describePolicy({ serviceNamespace, resourceId, dimension }: ScalableTarget, { arn, name, type, createdAt, step, tracking, alarms }: ScalingPolicy): sdk.ScalingPolicy {
  return {
    PolicyARN: arn,
    PolicyName: name,
    ServiceNamespace: serviceNamespace,
    ResourceId: resourceId,
    ScalableDimension: dimension,
    PolicyType: type,
    CreationTime: createdAt,
    Alarms: [...alarms],
    ...(step && { StepScalingPolicyConfiguration: step }),
    ...(tracking && { TargetTrackingScalingPolicyConfiguration: tracking }),
  };
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
