import type { AccessRequest } from './access-request';
import { matchesArn, patternOf } from './pattern';
import { reachOf, type PrincipalRule, type Reach } from './match-principal';
import { principalPattern } from './parse-principals';
import type { RequestContext } from './request-context';

/** A grant of a KMS key, as `CreateGrant` made it. https://docs.aws.amazon.com/kms/latest/developerguide/grants.html */
export interface KeyGrant {
  readonly id: string;
  /** ARN of an account, user, role or session, or the name of a service principal. */
  readonly granteePrincipal: string;
  /** Operations such as `Decrypt`, without the service's prefix. */
  readonly operations: readonly string[];
  readonly retiringPrincipal?: string | undefined;
  readonly constraints?: KeyGrantConstraints | undefined;
}

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_GrantConstraints.html */
export interface KeyGrantConstraints {
  readonly encryptionContextEquals?: Readonly<Record<string, string>> | undefined;
  readonly encryptionContextSubset?: Readonly<Record<string, string>> | undefined;
  readonly sourceArn?: string | undefined;
}

/** These have no encryption context; what a child grant may contain is for `CreateGrant` itself to check. */
const WITHOUT_ENCRYPTION_CONTEXT = new Set(['describekey', 'getpublickey', 'creategrant', 'retiregrant']);

/** What a principal of another account can do with a key, whatever its policy says: use it, look at it, and handle grants. */
const ACROSS_ACCOUNTS = new Set(
  [
    ...['Encrypt', 'Decrypt', 'ReEncryptFrom', 'ReEncryptTo', 'Sign', 'Verify', 'GenerateMac', 'VerifyMac', 'DeriveSharedSecret', 'Encapsulate', 'Decapsulate'],
    ...['GenerateDataKey', 'GenerateDataKeyWithoutPlaintext', 'GenerateDataKeyPair', 'GenerateDataKeyPairWithoutPlaintext'],
    ...['DescribeKey', 'GetKeyRotationStatus', 'GetPublicKey', 'CreateGrant', 'ListGrants', 'RetireGrant', 'RevokeGrant'],
  ].map((operation) => `kms:${operation}`.toLowerCase()),
);

/** https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html */
export function worksAcrossAccounts(action: string): boolean {
  return ACROSS_ACCOUNTS.has(action.toLowerCase());
}

/**
 * Retiring a grant is for those whom the grant names; key policies have no say in it.
 * https://docs.aws.amazon.com/kms/latest/developerguide/grant-delete.html
 */
export function isRetireGrant(action: string): boolean {
  return action.toLowerCase() === 'kms:retiregrant';
}

/** How the grant covers the request, or nothing when it does not allow it. */
export function grantReach(grant: KeyGrant, request: AccessRequest, context: RequestContext, rules: readonly PrincipalRule[]): Reach | undefined {
  const operation = operationOf(request.action).toLowerCase();
  const grantees = grant.operations.some((each) => each.toLowerCase() === operation) ? [grant.granteePrincipal] : [];
  const retirers = isRetireGrant(request.action) ? [grant.retiringPrincipal, `arn:aws:iam::${request.resourceAccount}:root`] : [];
  const named = [...grantees, ...retirers].filter((principal) => principal !== undefined);
  const reach = reachOf(named.map(principalPattern), request.principal, rules);
  return reach && constraintsHold(grant.constraints ?? {}, operation, context) ? reach : undefined;
}

/** The part of an action that grants know. */
export function operationOf(action: string): string {
  return action.slice(action.indexOf(':') + 1);
}

function constraintsHold(
  { encryptionContextEquals, encryptionContextSubset, sourceArn }: KeyGrantConstraints,
  operation: string,
  context: RequestContext,
): boolean {
  if (sourceArn !== undefined && operation !== 'retiregrant') {
    const [actual] = context.valuesOf('aws:SourceArn') ?? [];
    if (actual === undefined || !matchesArn(patternOf(sourceArn), actual)) return false;
  }
  if (WITHOUT_ENCRYPTION_CONTEXT.has(operation)) return true;
  const given = context.startingWith('kms:EncryptionContext:');
  // In constraints, unlike anywhere else, the keys of the encryption context are not case-sensitive.
  const includes = (expected: Readonly<Record<string, string>>) => Object.entries(expected).every(([key, value]) => given.get(key.toLowerCase()) === value);
  if (encryptionContextSubset && !includes(encryptionContextSubset)) return false;
  return !encryptionContextEquals || (includes(encryptionContextEquals) && given.size === Object.keys(encryptionContextEquals).length);
}
