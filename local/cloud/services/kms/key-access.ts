import { AwsError } from '../../gateway/aws-error';
import type { Access, Call, ContextValue } from '../../gateway/service';
import { resourceTagContext } from '../../gateway/tags';
import { isPrimary, type Grant, type Key } from './key';
import type { EncryptionContext } from './key-material';
import { keyNotFound, readKeyId, type KmsState } from './kms-state';

type Context = Readonly<Record<string, ContextValue>>;

export interface KeyAccessOptions {
  /** By default the operation's own. */
  readonly action?: string;
  /** Whether the operation takes aliases too; most take keys only. */
  readonly byAlias?: boolean;
  readonly context?: Context;
  readonly encryptionContext?: EncryptionContext | undefined;
  /** The grants that may allow it; by default all of the key. */
  readonly grants?: readonly Grant[];
}

/**
 * What IAM is asked about the key that a request names.
 *
 * A key of the caller's own account that does not exist is told to be so; about those of other accounts nothing is told.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awskeymanagementservice.html
 */
export function keyAccess(state: KmsState, keyId: string | undefined, call: Call, options: KeyAccessOptions = {}): Access {
  const reference = readKeyId(keyId, call);
  if (reference.isAlias && !options.byAlias) throw new AwsError('NotFoundException', `Invalid keyId '${keyId ?? ''}'`);
  const key = state.keyAt(reference);
  if (key) return accessTo(state, key, { ...options, context: { ...(reference.isAlias && { 'kms:RequestAlias': reference.name }), ...options.context } });
  if (reference.account === call.account) throw keyNotFound(reference);
  return { ...(options.action && { action: options.action }), resource: reference.arn, policy: { kind: 'key', account: reference.account, document: undefined } };
}

/** What IAM is asked about a key. */
export function accessTo(state: KmsState, key: Key, { action, context, encryptionContext, grants }: KeyAccessOptions = {}): Access {
  return {
    ...(action && { action }),
    resource: key.arn,
    context: { ...keyContext(state, key), ...encryptionContextKeys(encryptionContext), ...context },
    policy: { kind: 'key', account: key.account, document: key.policy, grants: grants ?? [...key.grants.values()] },
  };
}

/** The condition keys of an encryption context. https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-encryption-context */
export function encryptionContextKeys(encryptionContext: EncryptionContext = {}): Context {
  const pairs = Object.entries(encryptionContext);
  if (pairs.length === 0) return {};
  return {
    'kms:EncryptionContextKeys': pairs.map(([key]) => key),
    ...Object.fromEntries(pairs.map(([key, value]) => [`kms:EncryptionContext:${key}`, value])),
  };
}

/** What a request for a new key, or about an existing one, says about its kind. */
export function keyKindContext(multiRegion: boolean): Context {
  return { 'kms:KeySpec': 'SYMMETRIC_DEFAULT', 'kms:KeyUsage': 'ENCRYPT_DECRYPT', 'kms:KeyOrigin': 'AWS_KMS', 'kms:MultiRegion': multiRegion };
}

function keyContext(state: KmsState, key: Key): Context {
  return {
    ...keyKindContext(key.family.multiRegion),
    ...(key.family.multiRegion && { 'kms:MultiRegionKeyType': isPrimary(key) ? 'PRIMARY' : 'REPLICA' }),
    'kms:ResourceAliases': state.aliasesOf(key).map(({ name }) => name),
    ...resourceTagContext(key.tags),
  };
}
