import type { CreateGrantCommandInput, GrantConstraints } from '@aws-sdk/client-kms';
import { AwsError } from '../../gateway/aws-error';
import type { KeyGrantConstraints } from '../../gateway/iam/kms-grants';
import type { Call, ContextValue } from '../../gateway/service';
import type { IamState } from '../iam/iam-state';
import { principalExists } from '../iam/unknown-principals';
import { encryptionContextKeys } from './key-access';
import type { Grant } from './key';

/** What a grant of a symmetric key may permit. https://docs.aws.amazon.com/kms/latest/developerguide/grants.html#terms-grant-operations */
const OPERATIONS = new Set([
  'CreateGrant',
  'Decrypt',
  'DescribeKey',
  'Encrypt',
  'GenerateDataKey',
  'GenerateDataKeyPair',
  'GenerateDataKeyPairWithoutPlaintext',
  'GenerateDataKeyWithoutPlaintext',
  'ReEncryptFrom',
  'ReEncryptTo',
  'RetireGrant',
]);

const ACCOUNT = /^(\d{12}|arn:aws:iam::\d{12}:root)$/;
const IDENTITY = /^arn:aws:(iam|sts)::\d{12}:(role|user|assumed-role)\/.+$/;
const SERVICE = /^[a-z0-9.-]+\.amazonaws\.com$/;

/** The condition keys of `CreateGrant`. https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html */
export function grantContext(input: CreateGrantCommandInput): Readonly<Record<string, ContextValue>> {
  const { EncryptionContextEquals, EncryptionContextSubset, SourceArn } = input.Constraints ?? {};
  const types = [
    ...(EncryptionContextEquals ? ['EncryptionContextEquals'] : []),
    ...(EncryptionContextSubset ? ['EncryptionContextSubset'] : []),
    ...(SourceArn !== undefined ? ['SourceArn'] : []),
  ];
  const grantee = granteeOf(input);
  const retirer = retirerOf(input);
  return {
    'kms:GrantOperations': input.Operations ?? [],
    ...(types.length > 0 && { 'kms:GrantConstraintType': types.length === 1 ? (types[0] ?? '') : types }),
    ...(grantee !== undefined && { 'kms:GranteePrincipal': grantee }),
    ...(retirer !== undefined && { 'kms:RetiringPrincipal': retirer }),
    ...encryptionContextKeys({ ...EncryptionContextSubset, ...EncryptionContextEquals }),
  };
}

/** Fails as KMS does for a request that makes no grant. */
export function checkGrantRequest(input: CreateGrantCommandInput, call: Call, iam: IamState): void {
  const operations = input.Operations ?? [];
  const unknown = operations.filter((operation) => !OPERATIONS.has(operation));
  if (operations.length === 0 || unknown.length > 0) throw invalid(`Operations is [${operations.join(', ')}], allowed for symmetric encryption keys: ${[...OPERATIONS].join(', ')}`);
  const grantee = granteeOf(input);
  if (grantee === undefined) throw invalid('GranteePrincipal: required, or GranteeServicePrincipal');
  if (input.GranteePrincipal !== undefined && input.GranteeServicePrincipal !== undefined) throw invalid('GranteePrincipal and GranteeServicePrincipal exclude each other');
  if (input.RetiringPrincipal !== undefined && input.RetiringServicePrincipal !== undefined) throw invalid('RetiringPrincipal and RetiringServicePrincipal exclude each other');
  if (input.GranteeServicePrincipal !== undefined) checkServiceGrantee(input);
  for (const principal of [grantee, retirerOf(input)]) {
    if (principal !== undefined && !isPrincipal(principal, input, call, iam)) throw new AwsError('InvalidArnException', `ARN does not refer to a valid principal: ${principal}`);
  }
}

/** The grant that the request describes. */
export function grantFrom(input: CreateGrantCommandInput, made: Pick<Grant, 'id' | 'token' | 'createdAt' | 'issuingAccount'>): Grant {
  return {
    ...made,
    name: input.Name,
    granteePrincipal: granteeOf(input) ?? '',
    retiringPrincipal: retirerOf(input),
    operations: input.Operations ?? [],
    constraints: constraintsOf(input.Constraints),
  };
}

/** Whether the request repeats a named grant, and so does not make another one. */
export function repeatsGrant(input: CreateGrantCommandInput, grant: Grant): boolean {
  return input.Name !== undefined && termsOf(grant) === termsOf(grantFrom(input, grant));
}

function termsOf({ name, granteePrincipal, retiringPrincipal, operations, constraints }: Grant): string {
  return JSON.stringify([name, granteePrincipal, retiringPrincipal, operations, constraints]);
}

/**
 * Whether the permission to create this grant can come from that one: a child grants no more than its parent does.
 *
 * https://docs.aws.amazon.com/kms/latest/developerguide/create-grant-overview.html#grant-creategrant
 */
export function canBeParentOf(parent: Grant, { Operations = [], Constraints }: CreateGrantCommandInput): boolean {
  if (!Operations.every((operation) => parent.operations.includes(operation))) return false;
  const child = constraintsOf(Constraints) ?? {};
  const { encryptionContextEquals: equals, encryptionContextSubset: subset, sourceArn } = parent.constraints ?? {};
  if (sourceArn !== undefined && child.sourceArn !== sourceArn) return false;
  if (equals) return child.encryptionContextEquals !== undefined && includes(child.encryptionContextEquals, equals) && includes(equals, child.encryptionContextEquals);
  return !subset || includes({ ...child.encryptionContextSubset, ...child.encryptionContextEquals }, subset);
}

function includes(all: Readonly<Record<string, string>>, some: Readonly<Record<string, string>>): boolean {
  return Object.entries(some).every(([key, value]) => all[key] === value);
}

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateGrant.html#KMS-CreateGrant-request-GranteeServicePrincipal */
function checkServiceGrantee(input: CreateGrantCommandInput): void {
  if (input.Constraints?.SourceArn === undefined) throw invalid('Constraints.SourceArn: required with GranteeServicePrincipal');
  if (retirerOf(input) === undefined) throw invalid('RetiringPrincipal or RetiringServicePrincipal: required with GranteeServicePrincipal');
}

/** Services that create grants for themselves name themselves as if they were a principal of the account. */
function isPrincipal(name: string, input: CreateGrantCommandInput, call: Call, iam: IamState): boolean {
  if (SERVICE.test(name)) return call.via !== undefined || name === input.GranteeServicePrincipal || name === input.RetiringServicePrincipal;
  return ACCOUNT.test(name) || (IDENTITY.test(name) && principalExists(iam, name));
}

function granteeOf({ GranteePrincipal, GranteeServicePrincipal }: CreateGrantCommandInput): string | undefined {
  return GranteePrincipal ?? GranteeServicePrincipal;
}

function retirerOf({ RetiringPrincipal, RetiringServicePrincipal }: CreateGrantCommandInput): string | undefined {
  return RetiringPrincipal ?? RetiringServicePrincipal;
}

function constraintsOf(constraints: GrantConstraints | undefined): KeyGrantConstraints | undefined {
  if (!constraints) return undefined;
  const { EncryptionContextEquals, EncryptionContextSubset, SourceArn } = constraints;
  return { encryptionContextEquals: EncryptionContextEquals, encryptionContextSubset: EncryptionContextSubset, sourceArn: SourceArn };
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message, { status: 400 });
}
