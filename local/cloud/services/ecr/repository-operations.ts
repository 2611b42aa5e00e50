import type * as sdk from '@aws-sdk/client-ecr';
import { parseArn } from '../../gateway/arn';
import { AwsError } from '../../gateway/aws-error';
import type { CloudClock } from '../../gateway/clock';
import { pageOf } from '../../gateway/pagination';
import type { Access, Call, Operations } from '../../gateway/service';
import { requestTagContext, tagList, tagMap } from '../../gateway/tags';
import type { IamState } from '../iam/iam-state';
import { repositoryAccess, type RepositoryRequest } from './ecr-access';
import { repositoryArn, type EcrState } from './ecr-state';
import type { Repository } from './image';
import { checkRegistryPolicy } from './registry-policy';

const PAGE = 100;
const NAME = /^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$/;

/** Repositories with what is configured for each of them. */
export function repositoryOperations(state: EcrState, iam: IamState, clock: CloudClock): Operations<typeof sdk> {
  const access = (input: RepositoryRequest, call: Call): Access[] => [repositoryAccess(state, input, call)];
  const named = ({ registryId, repositoryName }: RepositoryRequest, call: Call): Repository => state.repository(registryId, repositoryName, call);
  const byArn = ({ resourceArn = '' }: { resourceArn?: string | undefined }, call: Call): Repository => {
    const { account, resource = '' } = parseArn(resourceArn) ?? {};
    return state.repository(account, resource.replace(/^repository\//, ''), call);
  };
  const accessByArn = ({ resourceArn = '' }: { resourceArn?: string | undefined }, call: Call): Access[] => {
    const { account, resource = '' } = parseArn(resourceArn) ?? {};
    return [repositoryAccess(state, { registryId: account, repositoryName: resource.replace(/^repository\//, '') }, call)];
  };

  return {
    CreateRepository: {
      access: ({ repositoryName = '', tags }, call) => {
        const resource = repositoryArn(call, repositoryName);
        const context = requestTagContext(tagMap(tags));
        return [{ resource, context }, ...(tags?.length ? [{ action: 'ecr:TagResource', resource, context }] : [])];
      },
      run: (input, call) => {
        const name = input.repositoryName ?? '';
        if (!NAME.test(name) || name.length < 2 || name.length > 256) {
          throw new AwsError('InvalidParameterException', `Invalid parameter at 'repositoryName' failed to satisfy constraint: 'must satisfy regular expression '${NAME.source}''`);
        }
        if (state.find(call, name)) throw new AwsError('RepositoryAlreadyExistsException', `The repository with name '${name}' already exists in the registry with id '${call.account}'`);
        const repository = state.addRepository(call, {
          name,
          createdAt: clock.now(),
          tagMutability: mutabilityOf(input.imageTagMutability),
          scanOnPush: input.imageScanningConfiguration?.scanOnPush,
          encryption: input.encryptionConfiguration && { type: input.encryptionConfiguration.encryptionType ?? 'AES256', kmsKey: input.encryptionConfiguration.kmsKey },
          tags: tagMap(input.tags),
        });
        return { repository: describe(repository) };
      },
    },
    DescribeRepositories: {
      access: ({ registryId, repositoryNames }, call) => (repositoryNames ?? ['*']).map((repositoryName) => repositoryAccess(state, { registryId, repositoryName }, call)),
      run: ({ registryId, repositoryNames, maxResults = PAGE, nextToken }, call) => {
        const repositories = repositoryNames?.map((repositoryName) => state.repository(registryId, repositoryName, call)) ?? [...state.registry(registryId, call).repositories.values()];
        const page = pageOf(repositories, maxResults, nextToken);
        if (!page) throw new AwsError('InvalidParameterException', 'Invalid nextToken');
        return { repositories: page.items.map(describe), ...(page.nextToken && { nextToken: page.nextToken }) };
      },
    },
    DeleteRepository: {
      access,
      run: (input, call) => {
        const repository = named(input, call);
        if (repository.images.size > 0 && !input.force) {
          throw new AwsError('RepositoryNotEmptyException', `The repository with name '${repository.name}' in registry with id '${repository.account}' cannot be deleted because it still contains images`);
        }
        state.in(repository).repositories.delete(repository.name);
        return { repository: describe(repository) };
      },
    },
    PutImageTagMutability: {
      access,
      run: (input, call) => {
        const repository = named(input, call);
        repository.tagMutability = mutabilityOf(input.imageTagMutability) ?? repository.tagMutability;
        return { registryId: repository.account, repositoryName: repository.name, imageTagMutability: repository.tagMutability };
      },
    },
    PutImageScanningConfiguration: {
      access,
      run: (input, call) => {
        const repository = named(input, call);
        repository.scanOnPush = input.imageScanningConfiguration?.scanOnPush ?? false;
        return { registryId: repository.account, repositoryName: repository.name, imageScanningConfiguration: { scanOnPush: repository.scanOnPush } };
      },
    },
    PutLifecyclePolicy: {
      access,
      run: (input, call) => {
        const repository = named(input, call);
        const text = input.lifecyclePolicyText ?? '';
        if (!isRules(text)) throw new AwsError('InvalidParameterException', `Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: 'Lifecycle policy validation failure'`);
        repository.lifecyclePolicy = { text, evaluatedAt: clock.now() };
        return { registryId: repository.account, repositoryName: repository.name, lifecyclePolicyText: text };
      },
    },
    GetLifecyclePolicy: {
      access,
      run: (input, call) => {
        const { account, name, lifecyclePolicy } = named(input, call);
        if (!lifecyclePolicy) throw new AwsError('LifecyclePolicyNotFoundException', `Lifecycle policy does not exist for the repository with name '${name}' in the registry with id '${account}'`);
        return { registryId: account, repositoryName: name, lifecyclePolicyText: lifecyclePolicy.text, lastEvaluatedAt: lifecyclePolicy.evaluatedAt };
      },
    },
    SetRepositoryPolicy: {
      access,
      run: (input, call) => {
        const repository = named(input, call);
        checkRegistryPolicy(iam, repository.arn, input.policyText ?? '');
        repository.policy = input.policyText;
        return { registryId: repository.account, repositoryName: repository.name, policyText: repository.policy };
      },
    },
    GetRepositoryPolicy: {
      access,
      run: (input, call) => {
        const { account, name, policy } = named(input, call);
        if (policy === undefined) throw new AwsError('RepositoryPolicyNotFoundException', `Repository policy does not exist for the repository with name '${name}' in the registry with id '${account}'`);
        return { registryId: account, repositoryName: name, policyText: policy };
      },
    },
    DeleteRepositoryPolicy: {
      access,
      run: (input, call) => {
        const repository = named(input, call);
        const { policy } = repository;
        repository.policy = undefined;
        return { registryId: repository.account, repositoryName: repository.name, policyText: policy };
      },
    },
    TagResource: {
      access: (input, call) => accessByArn(input, call).map((each) => ({ ...each, context: { ...each.context, ...requestTagContext(tagMap(input.tags)) } })),
      run: (input, call) => {
        const repository = byArn(input, call);
        repository.tags = { ...repository.tags, ...tagMap(input.tags) };
        return {};
      },
    },
    UntagResource: {
      access: accessByArn,
      run: (input, call) => {
        const repository = byArn(input, call);
        repository.tags = Object.fromEntries(Object.entries(repository.tags).filter(([key]) => !input.tagKeys?.includes(key)));
        return {};
      },
    },
    ListTagsForResource: { access: accessByArn, run: (input, call) => ({ tags: tagList(byArn(input, call).tags) }) },
  };
}

function mutabilityOf(asked: sdk.ImageTagMutability | undefined): Repository['tagMutability'] | undefined {
  if (asked === undefined || asked === 'MUTABLE' || asked === 'IMMUTABLE') return asked;
  throw new AwsError('InvalidParameterException', `imageTagMutability ${asked}: the local cloud knows MUTABLE and IMMUTABLE`);
}

function isRules(text: string): boolean {
  try {
    return Array.isArray((JSON.parse(text) as { rules?: unknown }).rules);
  } catch {
    return false;
  }
}

function describe({ account, name, arn, uri, createdAt, tagMutability, scanOnPush, encryption }: Repository): sdk.Repository {
  return {
    registryId: account,
    repositoryName: name,
    repositoryArn: arn,
    repositoryUri: uri,
    createdAt,
    imageTagMutability: tagMutability,
    imageScanningConfiguration: { scanOnPush },
    encryptionConfiguration: { encryptionType: encryption.type, ...(encryption.kmsKey !== undefined && { kmsKey: encryption.kmsKey }) },
  };
}
