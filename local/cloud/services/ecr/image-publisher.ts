import type { CloudContext } from '../../gateway/cloud-context';
import type { Place } from '../../gateway/service';
import type { EventSink } from '../events/event-sink';
import type { EcrState } from './ecr-state';
import type { Image } from './image';
import type { BuildContext, ImageBuilder } from './image-builder';
import { imageEvent } from './image-events';
import { checkTagIsFree } from './image-operations';
import { moveTag, type ImageReplication } from './image-replication';

/** An image that is to be in a repository. */
export interface Publication extends BuildContext {
  readonly place: Place;
  readonly repositoryName: string;
  readonly tag: string;
}

export interface PublisherPorts {
  readonly state: EcrState;
  readonly context: CloudContext;
  readonly events: EventSink;
  readonly replication: ImageReplication;
  readonly builder: ImageBuilder;
}

/** Builds images and pushes them, as `docker build` and `docker push` would with the layers that the API cannot carry. */
export class ImagePublisher {
  constructor(private readonly ports: PublisherPorts) {}

  /** Builds the image and puts it into the repository, which must exist; returns its digest. */
  async publish({ place, repositoryName, tag, ...build }: Publication): Promise<string> {
    const { state, context, events, replication, builder } = this.ports;
    const repository = state.repository(undefined, repositoryName, place);
    const content = await context.clock.whileWorking(() => builder.build(build));
    const known = repository.images.get(content.digest);
    if (known?.tags.has(tag)) return content.digest;
    checkTagIsFree(repository, tag);
    const image: Image = known ?? { content, tags: new Set(), pushedAt: context.clock.now(), lastPulledAt: undefined, replication: new Map() };
    repository.images.set(content.digest, image);
    moveTag(repository, image, tag);
    events.emit(imageEvent(repository, image, tag, 'PUSH'));
    replication.pushed(repository, image, tag);
    return content.digest;
  }

  /** As `publish`, into the repository that `cdk bootstrap` makes for assets, which is made where it is not there yet. */
  async publishAsset(publication: Publication): Promise<string> {
    const { state, context } = this.ports;
    const { place, repositoryName } = publication;
    if (!state.find(place, repositoryName)) state.addRepository(place, { name: repositoryName, createdAt: context.clock.now(), tagMutability: 'IMMUTABLE', scanOnPush: true });
    return this.publish(publication);
  }
}
