import type { Access, Call } from '../../gateway/service';
import { resourceTagContext } from '../../gateway/tags';
import { repositoryArn, type EcrState } from './ecr-state';
import { aboutItself } from './registry-policy';

/** What names a repository in most requests of ECR. */
export interface RepositoryRequest {
  readonly registryId?: string | undefined;
  readonly repositoryName?: string | undefined;
}

/** What IAM is asked about a repository: its ARN, its tags, and the policy that lets other accounts in. https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html */
export function repositoryAccess(state: EcrState, { registryId, repositoryName = '' }: RepositoryRequest, call: Call): Access {
  const owner = { account: registryId ?? call.account, region: call.region };
  const repository = state.find(owner, repositoryName);
  return {
    resource: repositoryArn(owner, repositoryName),
    policy: { kind: 'ordinary', account: owner.account, document: repository?.policy && aboutItself(repository.policy) },
    ...(repository && { context: { ...resourceTagContext(repository.tags), ...prefixed(repository.tags) } }),
  };
}

function prefixed(tags: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [`ecr:ResourceTag/${key}`, value]));
}
