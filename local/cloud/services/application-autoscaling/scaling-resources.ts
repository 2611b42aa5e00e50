import { PutScalingPolicyCommand, PutScheduledActionCommand, RegisterScalableTargetCommand, type ScheduledAction } from '@aws-sdk/client-application-auto-scaling';
import type { ResourceProviders } from '../../deploy/resource-provider';
import { TemplateError } from '../../deploy/template-properties';
import { asNumbers } from './template-numbers';

/** CloudFormation's resources of Application Auto Scaling. */
export const scalingResources: ResourceProviders = {
  'AWS::ApplicationAutoScaling::ScalableTarget': {
    async create(properties, { aws }) {
      const which = { ServiceNamespace: properties.raw<'ecs'>('ServiceNamespace'), ResourceId: properties.text('ResourceId'), ScalableDimension: properties.raw<'ecs:service:DesiredCount'>('ScalableDimension') };
      await aws.send(
        new RegisterScalableTargetCommand({
          ...which,
          MinCapacity: properties.number('MinCapacity'),
          MaxCapacity: properties.number('MaxCapacity'),
          RoleARN: properties.optionalText('RoleARN'),
          SuspendedState: properties.raw('SuspendedState'),
        }),
      );
      for (const action of properties.raw<ScheduledAction[]>('ScheduledActions') ?? []) {
        const { ScheduledActionName, Schedule, Timezone, ScalableTargetAction } = action;
        await aws.send(new PutScheduledActionCommand({ ...which, ScheduledActionName, Schedule, Timezone, ScalableTargetAction: asNumbers(ScalableTargetAction) }));
      }
      // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-applicationautoscaling-scalabletarget.html: resource, dimension and namespace, with bars between them.
      const id = `${which.ResourceId}|${which.ScalableDimension ?? ''}|${which.ServiceNamespace ?? ''}`;
      return { ref: id, attributes: { Id: id } };
    },
  },
  'AWS::ApplicationAutoScaling::ScalingPolicy': {
    async create(properties, { aws }) {
      const targetId = properties.optionalText('ScalingTargetId');
      const [resourceId, dimension, namespace] = targetId?.split('|') ?? [properties.optionalText('ResourceId'), properties.optionalText('ScalableDimension'), properties.optionalText('ServiceNamespace')];
      if (!resourceId) throw new TemplateError('ScalingTargetId, or ResourceId, ScalableDimension and ServiceNamespace are required');
      const { PolicyARN = '' } = await aws.send(
        new PutScalingPolicyCommand({
          PolicyName: properties.text('PolicyName'),
          PolicyType: properties.raw('PolicyType'),
          ServiceNamespace: namespace as 'ecs',
          ResourceId: resourceId,
          ScalableDimension: dimension as 'ecs:service:DesiredCount',
          StepScalingPolicyConfiguration: asNumbers(properties.raw('StepScalingPolicyConfiguration')),
          TargetTrackingScalingPolicyConfiguration: asNumbers(properties.raw('TargetTrackingScalingPolicyConfiguration')),
        }),
      );
      return { ref: PolicyARN, attributes: { Arn: PolicyARN } };
    },
  },
};
