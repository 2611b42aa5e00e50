import { AwsError } from '../../gateway/aws-error';
import { evaluate } from '../../gateway/iam/evaluate';
import type { RequestPrincipal } from '../../gateway/iam/principal';
import type { Place } from '../../gateway/service';
import type { Principal } from '../../gateway/principal';
import type { IamState } from '../iam/iam-state';
import { readResourcePolicy } from '../iam/read-resource-policy';

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
  const invalidPrincipal = () => malformed('Policy contains a statement with one or more invalid principals.');
  const policy = readResourcePolicy(iam, 'key', key.arn, document, { malformed, invalidPrincipal });
  if (bypassLockoutCheck || caller.kind === 'service') return;
  // https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html#prevent-unmanageable-key
  const candidates: readonly RequestPrincipal[] = [caller, { kind: 'root', account: key.account }];
  const canStillChangeIt = candidates.some(
    (principal) => evaluate({ principal, action: 'kms:PutKeyPolicy', resource: key.arn, resourceAccount: key.account }, { resource: policy }).allowed,
  );
  if (!canStillChangeIt) throw malformed('The new key policy will not allow you to update the key policy in the future.');
}

function malformed(message: string): AwsError {
  return new AwsError('MalformedPolicyDocumentException', message);
}
