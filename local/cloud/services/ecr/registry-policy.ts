import { AwsError } from '../../gateway/aws-error';
import type { IamState } from '../iam/iam-state';
import { readResourcePolicy } from '../iam/read-resource-policy';

/**
 * A repository's policy as IAM reads it: statements need not name a resource, because they are about the repository.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policies.html
 */
export function aboutItself(document: string): string {
  const policy = JSON.parse(document) as { Statement?: unknown };
  const statements = [policy.Statement ?? []].flat() as readonly object[];
  return JSON.stringify({ ...policy, Statement: statements.map((statement) => ('Resource' in statement || 'NotResource' in statement ? statement : { ...statement, Resource: '*' })) });
}

/** Refuses a policy that ECR would refuse. */
export function checkRegistryPolicy(iam: IamState, holder: string, document: string): void {
  const invalid = (message: string): AwsError => new AwsError('InvalidParameterException', `Invalid parameter at 'PolicyText' failed to satisfy constraint: '${message}'`);
  let text;
  try {
    text = aboutItself(document);
  } catch {
    throw invalid('Invalid repository policy provided');
  }
  readResourcePolicy(iam, 'ordinary', holder, text, { malformed: invalid, invalidPrincipal: () => invalid('Invalid repository policy provided: Principal not found') });
}
