import { createHash } from 'node:crypto';
import { regionalArn } from '../../gateway/arn';
import { AwsError } from '../../gateway/aws-error';
import { PerRegion, type Place } from '../../gateway/service';
import type { ScalableTarget, ScalingPolicy } from './scalable-target';

/** What names a scalable target in every request. */
export interface TargetRequest {
  readonly ServiceNamespace?: string | undefined;
  readonly ResourceId?: string | undefined;
  readonly ScalableDimension?: string | undefined;
}

/** Scalable targets of all accounts and regions. */
export class ScalingState {
  private readonly regions = new PerRegion<Map<string, ScalableTarget>>(() => new Map());

  in(place: Place): Map<string, ScalableTarget> {
    return this.regions.in(place);
  }

  all(): readonly ScalableTarget[] {
    return this.regions.all().flatMap(([, targets]) => [...targets.values()]);
  }

  find(place: Place, request: TargetRequest): ScalableTarget | undefined {
    return this.in(place).get(keyOf(request));
  }

  target(place: Place, request: TargetRequest): ScalableTarget {
    const found = this.find(place, request);
    if (!found) throw new AwsError('ObjectNotFoundException', `No scalable target found for service namespace: ${request.ServiceNamespace ?? ''}, resource ID: ${request.ResourceId ?? ''}, scalable dimension: ${request.ScalableDimension ?? ''}`);
    return found;
  }

  /** The policy of this ARN, and its target. */
  policy(arn: string): readonly [ScalableTarget, ScalingPolicy] | undefined {
    for (const target of this.all()) for (const policy of target.policies.values()) if (policy.arn === arn) return [target, policy];
    return undefined;
  }
}

export function keyOf({ ServiceNamespace = '', ResourceId = '', ScalableDimension = '' }: TargetRequest): string {
  return `${ServiceNamespace}|${ResourceId}|${ScalableDimension}`;
}

/** The same target has the same id whenever it is registered. */
export function targetArn(place: Place, request: TargetRequest): string {
  return regionalArn('application-autoscaling', place, `scalable-target/${createHash('sha256').update(keyOf(request)).digest('hex').slice(0, 20)}`);
}
