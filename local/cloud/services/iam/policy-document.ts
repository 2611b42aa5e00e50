import { AwsError } from '../../gateway/aws-error';
import { MalformedPolicyDocument } from '../../gateway/iam/malformed-policy-document';
import { parsePolicy } from '../../gateway/iam/parse-policy';
import type { PolicyKind } from '../../gateway/iam/policy';

/** Refuses a policy document that IAM would refuse. */
export function validatePolicy(document: string, kind: PolicyKind = 'identity'): void {
  try {
    parsePolicy({ kind, holder: '', name: '', document });
  } catch (error) {
    if (error instanceof MalformedPolicyDocument) throw new AwsError('MalformedPolicyDocumentException', error.message);
    throw error;
  }
}
