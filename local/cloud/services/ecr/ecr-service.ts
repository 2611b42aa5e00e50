import * as sdk from '@aws-sdk/client-ecr';
import type { CloudContext } from '../../gateway/cloud-context';
import { defineService, type Service } from '../../gateway/service';
import type { ProgramFiles } from '../../network/program-files';
import type { EventSink } from '../events/event-sink';
import type { IamState } from '../iam/iam-state';
import { EcrState } from './ecr-state';
import { ImageBuilder } from './image-builder';
import { imageOperations } from './image-operations';
import { ImagePublisher } from './image-publisher';
import { ImageReplication } from './image-replication';
import { registryOperations } from './registry-operations';
import { repositoryOperations } from './repository-operations';

export interface EcrPorts {
  readonly context: CloudContext;
  readonly iam: IamState;
  readonly events: EventSink;
  readonly programs: ProgramFiles;
}

/** ECR and what others may use of it. */
export interface Ecr {
  readonly service: Service;
  readonly state: EcrState;
  readonly images: ImagePublisher;
  /** Stops what arrives in a region, for scenarios in which images are missing there. */
  readonly replication: Pick<ImageReplication, 'stop'>;
}

/** Elastic Container Registry. An image is a directory of files and what a Dockerfile says about running them. */
export function createEcr({ context, iam, events, programs }: EcrPorts): Ecr {
  const state = new EcrState();
  const replication = new ImageReplication(state, context, events);
  const ports = { state, context, events, replication };
  const service = defineService(sdk, 'ecr', { ...repositoryOperations(state, iam, context.clock), ...imageOperations(ports), ...registryOperations(state, iam) });
  return { service, state, replication, images: new ImagePublisher({ ...ports, builder: new ImageBuilder(programs) }) };
}
