import type { RegistryScanningConfiguration, ReplicationConfiguration } from '@aws-sdk/client-ecr';
import { regionalArn } from '../../gateway/arn';
import { AwsError } from '../../gateway/aws-error';
import { PerRegion, type Place } from '../../gateway/service';
import type { Repository } from './image';

/** A registry: what an account has in a region. */
export interface Registry extends Place {
  readonly repositories: Map<string, Repository>;
  replication: ReplicationConfiguration;
  policy: string | undefined;
  scanning: RegistryScanningConfiguration;
}

export interface RepositoryProps {
  readonly name: string;
  readonly createdAt: Date;
  readonly tagMutability?: Repository['tagMutability'] | undefined;
  readonly scanOnPush?: boolean | undefined;
  readonly encryption?: Repository['encryption'] | undefined;
  readonly tags?: Record<string, string>;
}

/** The registries of all accounts and regions. */
export class EcrState {
  private readonly registries = new PerRegion<Registry>((place) => ({
    ...place,
    repositories: new Map(),
    replication: { rules: [] },
    policy: undefined,
    scanning: { scanType: 'BASIC', rules: [] },
  }));

  in({ account, region }: Place): Registry {
    return this.registries.in({ account, region });
  }

  /** The registry that a request names, or the caller's own. */
  registry(registryId: string | undefined, { account, region }: Place): Registry {
    return this.in({ account: registryId ?? account, region });
  }

  find(place: Place, name: string): Repository | undefined {
    return this.in(place).repositories.get(name);
  }

  repository(registryId: string | undefined, name: string | undefined, place: Place): Repository {
    const registry = this.registry(registryId, place);
    const repository = registry.repositories.get(name ?? '');
    if (!repository) {
      throw new AwsError('RepositoryNotFoundException', `The repository with name '${name ?? ''}' does not exist in the registry with id '${registry.account}'`);
    }
    return repository;
  }

  addRepository(place: Place, { name, createdAt, tagMutability = 'MUTABLE', scanOnPush = false, encryption, tags = {} }: RepositoryProps): Repository {
    const { account, region } = place;
    const repository: Repository = {
      account,
      region,
      name,
      arn: repositoryArn(place, name),
      uri: `${account}.dkr.ecr.${region}.amazonaws.com/${name}`,
      createdAt,
      encryption: encryption ?? { type: 'AES256', kmsKey: undefined },
      tagMutability,
      scanOnPush,
      lifecyclePolicy: undefined,
      policy: undefined,
      tags,
      images: new Map(),
    };
    this.in(place).repositories.set(name, repository);
    return repository;
  }
}

export function repositoryArn(place: Place, name: string): string {
  return regionalArn('ecr', place, `repository/${name}`);
}
