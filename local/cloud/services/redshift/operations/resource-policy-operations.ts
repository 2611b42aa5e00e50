import { AwsError } from '../../../gateway/aws-error';
import { parsePolicy } from '../../../gateway/iam/parse-policy';
import { MalformedPolicyDocument } from '../../../gateway/iam/malformed-policy-document';
import { found, type Call } from '../../../gateway/service';
import { required } from '../../rds/request-errors';
import type { RedshiftContext } from '../redshift-context';
import type { RedshiftOperations } from './redshift-operations';

/** The policies of namespaces, which decide about data sharing and integrations. Snapshots of clusters are shared without them. */
export function resourcePolicyOperations({ estate }: RedshiftContext): RedshiftOperations {
  const access = ({ ResourceArn }: { ResourceArn: string | undefined }) => [{ resource: ResourceArn ?? '' }];
  const policies = (call: Call) => estate.in(call).resourcePolicies;
  return {
    PutResourcePolicy: {
      access,
      run: ({ ResourceArn, Policy }, call) => {
        const arn = required('ResourceArn', ResourceArn);
        const document = checkedPolicy(arn, required('Policy', Policy));
        policies(call).set(arn, document);
        return { ResourcePolicy: { ResourceArn: arn, Policy: document } };
      },
    },
    GetResourcePolicy: {
      access,
      run: ({ ResourceArn }, call) => ({ ResourcePolicy: { ResourceArn, Policy: found(policies(call).get(ResourceArn ?? ''), 'ResourceNotFoundFault', `No policy found for ${ResourceArn ?? ''}.`) } }),
    },
    DeleteResourcePolicy: {
      access,
      run: ({ ResourceArn }, call) => {
        policies(call).delete(ResourceArn ?? '');
        return {};
      },
    },
  };
}

function checkedPolicy(holder: string, document: string): string {
  try {
    parsePolicy({ kind: 'ordinary', holder, name: 'resource policy', document });
    return document;
  } catch (error) {
    if (error instanceof MalformedPolicyDocument) throw new AwsError('InvalidPolicyFault', error.message);
    throw error;
  }
}
