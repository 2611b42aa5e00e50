import { AwsError } from '../../gateway/aws-error';

/** Refuses a policy document that IAM would refuse. */
export function validatePolicy(document: string): void {
  try {
    JSON.parse(document);
  } catch {
    throw new AwsError('MalformedPolicyDocumentException', 'Syntax errors in policy.');
  }
}
