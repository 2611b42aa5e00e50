import { AwsError } from '../../gateway/aws-error';
import { evaluate } from '../../gateway/iam/evaluate';
import { MalformedPolicyDocument } from '../../gateway/iam/malformed-policy-document';
import { parsePolicy } from '../../gateway/iam/parse-policy';
import type { Policy } from '../../gateway/iam/policy';
import type { RequestPrincipal } from '../../gateway/iam/principal';
import type { Place } from '../../gateway/service';
import type { Principal } from '../../gateway/principal';
import type { IamState } from '../iam/iam-state';
import { unknownPrincipals } from '../iam/unknown-principals';

/** The policy that a key gets when none is given. https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html */
export function defaultKeyPolicy({ account }: Place): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Id: 'key-default-1',
    Statement: [{ Sid: 'Enable IAM User Permissions', Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'kms:*', Resource: '*' }],
  });
}

export interface KeyPolicyCheck {
  readonly iam: IamState;
  readonly key: { readonly arn: string; readonly account: string };
  readonly caller: Principal;
  readonly bypassLockoutCheck: boolean | undefined;
}

/** Fails as KMS does for a policy that is malformed, names nobody, or would lock its author out. */
export function checkKeyPolicy(document: string, { iam, key, caller, bypassLockoutCheck }: KeyPolicyCheck): void {
  const policy = read(document, key.arn);
  if (unknownPrincipals(iam, policy).length > 0) throw malformed('Policy contains a statement with one or more invalid principals.');
  if (bypassLockoutCheck || caller.kind === 'service') return;
  // https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html#prevent-unmanageable-key
  const candidates: readonly RequestPrincipal[] = [caller, { kind: 'root', account: key.account }];
  const canStillChangeIt = candidates.some(
    (principal) => evaluate({ principal, action: 'kms:PutKeyPolicy', resource: key.arn, resourceAccount: key.account }, { resource: policy }).allowed,
  );
  if (!canStillChangeIt) throw malformed('The new key policy will not allow you to update the key policy in the future.');
}

function read(document: string, holder: string): Policy<'key'> {
  try {
    return parsePolicy({ kind: 'key', holder, name: 'default', document });
  } catch (error) {
    if (error instanceof MalformedPolicyDocument) throw malformed(error.message);
    throw error;
  }
}

function malformed(message: string): AwsError {
  return new AwsError('MalformedPolicyDocumentException', message);
}
