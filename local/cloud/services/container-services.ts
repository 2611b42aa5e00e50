import type { ResourceProviders } from '../deploy/resource-provider';
import type { CloudContext } from '../gateway/cloud-context';
import type { Principal } from '../gateway/principal';
import type { Service } from '../gateway/service';
import type { AlarmFeed } from './application-autoscaling/scaler';
import { scalingResources } from './application-autoscaling/scaling-resources';
import { createScalingService } from './application-autoscaling/scaling-service';
import type { MetricSink } from './cloudwatch/metric-sink';
import type { ComputeServices } from './compute-services';
import { ecrResources } from './ecr/ecr-resources';
import { createEcr, type Ecr } from './ecr/ecr-service';
import { ecsResources } from './ecs/ecs-resources';
import { createEcs, type Ecs } from './ecs/ecs-service';
import { elbResources } from './elbv2/elb-resources';
import { createElb, type Elb } from './elbv2/elb-service';
import type { EventSink } from './events/event-sink';
import type { IamState } from './iam/iam-state';
import { route53Resources } from './route53/route53-resources';
import { createRoute53, type Route53 } from './route53/route53-service';

/** The services that run containers and bring requests to them. */
export interface ContainerServices {
  readonly services: readonly Service[];
  readonly resources: ResourceProviders;
  readonly ecr: Ecr;
  readonly ecs: Ecs;
  readonly loadBalancing: Elb;
  readonly route53: Route53;
  /** Kills the task that acts under this session. */
  killProcessOf(principal: Principal): void;
  stop(): Promise<void>;
}

export interface ContainerPorts {
  readonly context: CloudContext;
  readonly iam: IamState;
  readonly compute: Pick<ComputeServices, 'programs' | 'fabric' | 'network' | 'launcher'>;
  readonly metrics: MetricSink;
  readonly events: EventSink;
  readonly alarms: AlarmFeed;
}

/** Creates them. */
export function createContainerServices({ context, iam, compute, metrics, events, alarms }: ContainerPorts): ContainerServices {
  const { programs, fabric, network, launcher } = compute;
  const ecr = createEcr({ context, iam, events, programs });
  const loadBalancing = createElb({ context, fabric, network, metrics });
  const ecs = createEcs({ cloud: context, fabric, network, launcher, registries: ecr.state, loadBalancing, metrics, events });
  const route53 = createRoute53({ context, fabric, metrics, loadBalancing, alarms });
  return {
    ecr,
    ecs,
    loadBalancing,
    route53,
    services: [ecr.service, loadBalancing.service, ecs.service, route53.service, createScalingService(context, alarms)],
    resources: { ...ecrResources, ...elbResources, ...ecsResources, ...route53Resources, ...scalingResources },
    killProcessOf: (principal) => ecs.killProcessOf(principal),
    stop: async () => {
      await ecs.stop();
      await route53.stop();
      await loadBalancing.stop();
    },
  };
}
