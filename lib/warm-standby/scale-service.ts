import { Duration } from 'aws-cdk-lib';
import { Chain, CustomState } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { Permission } from '../shared/permission';
import { retryWithin } from '../shared/retry-within';
import type { RegionNames, SystemNames } from './names';

/** Everybody scales when a region is lost. Nothing waits for this but the promotion beside it, which takes longer. */
const SCALING_BUDGET = Duration.minutes(5);

export interface ScaleServiceProps {
  readonly names: SystemNames;
  readonly tasks: number;
  /** Ids of the two states: what becomes of the minimum, and of the tasks. */
  readonly ids: readonly [minimum: string, tasks: string];
}

/** Two states that give the region's service this many tasks. Autoscaling would go back to its old minimum otherwise, so that changes first. */
export function scaleService(scope: Construct, { names, tasks, ids }: ScaleServiceProps): Chain {
  const minimum = call(scope, ids[0], 'applicationautoscaling:registerScalableTarget', {
    ServiceNamespace: 'ecs',
    ScalableDimension: 'ecs:service:DesiredCount',
    ResourceId: `service/${names.cluster}/${names.service}`,
    MinCapacity: tasks,
  });
  return Chain.start(minimum).next(call(scope, ids[1], 'ecs:updateService', { Cluster: names.cluster, Service: names.service, DesiredCount: tasks }));
}

/**
 * What a state machine with these states may do.
 *
 * Registration refuses a caller who could not scale the service and change the alarms of its policies himself, and asks for the
 * latter without naming an alarm: https://docs.aws.amazon.com/autoscaling/application/userguide/security_iam_permission_validation.html
 */
export function scalingPermissions(names: SystemNames, own: RegionNames): readonly Permission[] {
  const place = `${own.region}:${names.account}`;
  return [
    { actions: ['application-autoscaling:RegisterScalableTarget'], resources: [`arn:aws:application-autoscaling:${place}:scalable-target/*`], because: 'the id of a scalable target is made by the service' },
    { actions: ['cloudwatch:DeleteAlarms', 'cloudwatch:DescribeAlarms', 'cloudwatch:PutMetricAlarm'], resources: ['*'], because: 'Application Auto Scaling makes sure of them by calls that name no alarm' },
    { actions: ['ecs:DescribeServices', 'ecs:UpdateService'], resources: [`arn:aws:ecs:${place}:service/${names.cluster}/${names.service}`] },
  ];
}

function call(scope: Construct, id: string, action: string, parameters: Readonly<Record<string, unknown>>): CustomState {
  const state = new CustomState(scope, id, { stateJson: { Type: 'Task', Resource: `arn:aws:states:::aws-sdk:${action}`, Parameters: parameters, ResultPath: null } });
  state.addRetry(retryWithin(['States.TaskFailed'], { interval: Duration.seconds(2), backoffRate: 2, budget: SCALING_BUDGET }));
  return state;
}
