import { DescribeServicesCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { AwsError } from '../../gateway/aws-error';
import type { CloudClient } from '../../gateway/cloud-client';
import type { CloudContext } from '../../gateway/cloud-context';
import { accountRoot } from '../../gateway/principal';
import type { Place } from '../../gateway/service';
import type { ScalableTarget } from './scalable-target';

/** How a service of ECS stands, as scaling sees it. */
export interface Capacity {
  readonly desired: number;
  readonly running: number;
}

/** Reads and changes the desired count of services, with the service-linked role, for which the account stands here. */
export class ServiceCapacity {
  constructor(private readonly cloud: CloudContext) {}

  /** Rejects with `AwsError` for a service that is not there. */
  async read({ resourceId, ...target }: Pick<ScalableTarget, 'resourceId' | 'account' | 'region'>): Promise<Capacity> {
    const { cluster, service } = namesIn(resourceId);
    const { services } = await this.ecs(target).send(new DescribeServicesCommand({ cluster, services: [service] }));
    const [found] = services ?? [];
    if (!found || found.status === 'INACTIVE') throw new AwsError('ValidationException', `ECS service doesn't exist: ${resourceId}`);
    return { desired: found.desiredCount ?? 0, running: found.runningCount ?? 0 };
  }

  async write({ resourceId, ...target }: Pick<ScalableTarget, 'resourceId' | 'account' | 'region'>, desiredCount: number): Promise<void> {
    const { cluster, service } = namesIn(resourceId);
    await this.ecs(target).send(new UpdateServiceCommand({ cluster, service, desiredCount }));
  }

  private ecs({ account, region }: Place): CloudClient {
    return this.cloud.as(accountRoot(account), { account, region }, 'application-autoscaling.amazonaws.com');
  }
}

/** `service/<cluster>/<service>` */
export function namesIn(resourceId: string): { readonly cluster: string; readonly service: string } {
  const [kind, cluster, service] = resourceId.split('/');
  if (kind !== 'service' || !cluster || !service) throw new AwsError('ValidationException', `Unsupported resource ID ${resourceId}: expected service/<cluster>/<service>`);
  return { cluster, service };
}
