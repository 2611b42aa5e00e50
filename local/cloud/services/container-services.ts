import type { CloudContext } from '../gateway/cloud-context';
import type { Service } from '../gateway/service';
import type { ResourceProviders } from '../deploy/resource-provider';
import type { ComputeServices } from './compute-services';
import { ecrResources } from './ecr/ecr-resources';
import { createEcr, type Ecr } from './ecr/ecr-service';
import type { EventSink } from './events/event-sink';
import type { IamState } from './iam/iam-state';

/** The services that run containers and bring requests to them. */
export interface ContainerServices {
  readonly services: readonly Service[];
  readonly resources: ResourceProviders;
  readonly ecr: Ecr;
}

export interface ContainerPorts {
  readonly context: CloudContext;
  readonly iam: IamState;
  readonly compute: Pick<ComputeServices, 'programs'>;
  readonly events: EventSink;
}

/** Creates them. */
export function createContainerServices({ context, iam, compute, events }: ContainerPorts): ContainerServices {
  const ecr = createEcr({ context, iam, events, programs: compute.programs });
  return { ecr, services: [ecr.service], resources: { ...ecrResources } };
}
