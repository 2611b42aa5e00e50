import type { ReplicationRule } from '@aws-sdk/client-ecr';
import { AwsError } from '../../gateway/aws-error';
import type { CloudContext } from '../../gateway/cloud-context';
import { accountRoot } from '../../gateway/principal';
import type { Place } from '../../gateway/service';
import type { EventSink } from '../events/event-sink';
import { repositoryArn, type EcrState, type Registry } from './ecr-state';
import { imageEvent } from './image-events';
import type { Image, Repository } from './image';
import { ECR_DURATIONS } from './life-cycle';
import { aboutItself } from './registry-policy';

interface Task {
  readonly source: Repository;
  readonly image: Image;
  readonly tag: string | undefined;
  readonly destination: Place;
}

/**
 * Copies pushed images to other regions and accounts by the rules of the registry.
 *
 * A copy is made once for each push, and not copied further: https://docs.aws.amazon.com/AmazonECR/latest/userguide/replication.html
 */
export class ImageReplication {
  private readonly waiting = new Set<Task>();
  private readonly stopped = new Set<string>();

  constructor(
    private readonly state: EcrState,
    private readonly context: CloudContext,
    private readonly events: EventSink,
  ) {
    context.regions.onChange(() => this.goOn());
  }

  /** Begins the copies of an image that was pushed. */
  pushed(source: Repository, image: Image, tag: string | undefined): void {
    for (const destination of destinationsOf(this.state.in(source), source.name)) {
      image.replication.set(keyOf(destination), 'IN_PROGRESS');
      const task = { source, image, tag, destination };
      this.waiting.add(task);
      this.context.clock.after(ECR_DURATIONS.replicationMs + (image.content.sizeBytes / 1_000_000) * ECR_DURATIONS.replicationMsPerMb, () => this.finish(task));
    }
  }

  /** Lets nothing arrive in the region any more; the returned function lets everything go that has waited. */
  stop(region: string): () => void {
    this.stopped.add(region);
    return () => {
      this.stopped.delete(region);
      this.goOn();
    };
  }

  private goOn(): void {
    for (const task of this.waiting) if (!this.isHeld(task)) this.context.clock.after(ECR_DURATIONS.replicationMs, () => this.finish(task));
  }

  private isHeld({ source, destination }: Task): boolean {
    return this.stopped.has(destination.region) || this.context.regions.isLost(source.region) || this.context.regions.isLost(destination.region);
  }

  private finish(task: Task): void {
    if (this.isHeld(task) || !this.waiting.delete(task)) return;
    const { source, image, tag, destination } = task;
    const status = this.mayReplicate(task) ? 'COMPLETE' : 'FAILED';
    image.replication.set(keyOf(destination), status);
    if (status === 'FAILED') return;
    const target = this.state.find(destination, source.name) ?? this.state.addRepository(destination, { name: source.name, createdAt: this.context.clock.now() });
    const copy = target.images.get(image.content.digest) ?? { content: image.content, tags: new Set<string>(), pushedAt: this.context.clock.now(), lastPulledAt: undefined, replication: new Map<string, never>() };
    target.images.set(image.content.digest, copy);
    if (tag !== undefined) moveTag(target, copy, tag);
    this.events.emit(imageEvent(target, copy, tag, 'REPLICATE', source));
  }

  /** Another account's registry must let the source in. https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry-permissions-create-replication.html */
  private mayReplicate({ source, destination }: Task): boolean {
    if (source.account === destination.account) return true;
    const { policy } = this.state.in(destination);
    const guard = { kind: 'ordinary', account: destination.account, document: policy && aboutItself(policy) } as const;
    try {
      this.context.demand(accountRoot(source.account), destination, { action: 'ecr:ReplicateImage', resource: repositoryArn(destination, source.name), policy: guard });
      return true;
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return false;
    }
  }
}

/** Gives the tag to the image, whichever had it before. */
export function moveTag(repository: Repository, image: Image, tag: string): void {
  for (const other of repository.images.values()) other.tags.delete(tag);
  image.tags.add(tag);
}

function destinationsOf({ replication, account, region }: Registry, repositoryName: string): readonly Place[] {
  const fitting = (replication.rules ?? []).filter((rule) => appliesTo(rule, repositoryName));
  const destinations = fitting.flatMap((rule) => rule.destinations ?? []).map((each) => ({ account: each.registryId ?? account, region: each.region ?? '' }));
  const unique = new Map(destinations.map((each) => [keyOf(each), each]));
  return [...unique.values()].filter((each) => keyOf(each) !== keyOf({ account, region }));
}

function appliesTo({ repositoryFilters = [] }: ReplicationRule, name: string): boolean {
  return repositoryFilters.length === 0 || repositoryFilters.some(({ filter }) => name.startsWith(filter ?? ''));
}

function keyOf({ account, region }: Place): string {
  return `${region}/${account}`;
}
