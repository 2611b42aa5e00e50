import type { KeyState } from '@aws-sdk/client-kms';
import { AwsError } from '../../gateway/aws-error';
import type { Key } from './key';

/** How long the states last that end by themselves: seconds, says AWS. https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-replicate.html */
export const TRANSIENT_MS = { Creating: 15_000, Updating: 15_000 } as const;

export function stateOf({ deletion, transient, enabled }: Key): KeyState {
  if (deletion) return deletion.kind === 'waits' ? 'PendingDeletion' : 'PendingReplicaDeletion';
  return transient ?? (enabled ? 'Enabled' : 'Disabled');
}

type Refusals = Readonly<Partial<Record<KeyState, 'DisabledException' | 'KMSInvalidStateException'>>>;

const NOT_WHILE_DELETED: Refusals = { PendingDeletion: 'KMSInvalidStateException', PendingReplicaDeletion: 'KMSInvalidStateException' };
const NOT_BEFORE_CREATED: Refusals = { Creating: 'KMSInvalidStateException' };
const NOT_WHILE_UPDATED: Refusals = { Updating: 'KMSInvalidStateException' };
const NOT_DISABLED: Refusals = { Disabled: 'DisabledException' };

/**
 * Which states keep a key from being used for what. What is not here works in every state.
 *
 * https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html
 */
const REFUSALS = {
  'cryptographic operation': { ...NOT_DISABLED, ...NOT_WHILE_DELETED, ...NOT_BEFORE_CREATED },
  grant: { ...NOT_DISABLED, ...NOT_WHILE_DELETED, ...NOT_BEFORE_CREATED },
  'change of rotation': { ...NOT_DISABLED, ...NOT_WHILE_DELETED, ...NOT_BEFORE_CREATED },
  'change of Regions': { ...NOT_DISABLED, ...NOT_WHILE_DELETED, ...NOT_BEFORE_CREATED, ...NOT_WHILE_UPDATED },
  'change of state': { ...NOT_WHILE_DELETED, ...NOT_BEFORE_CREATED, ...NOT_WHILE_UPDATED },
  'change of description': { ...NOT_WHILE_DELETED, ...NOT_BEFORE_CREATED },
  alias: NOT_WHILE_DELETED,
  'key policy': NOT_BEFORE_CREATED,
  'cancellation of deletion': {
    Enabled: 'KMSInvalidStateException',
    Disabled: 'KMSInvalidStateException',
    Creating: 'KMSInvalidStateException',
    Updating: 'KMSInvalidStateException',
  },
} as const satisfies Record<string, Refusals>;

export type KeyPurpose = keyof typeof REFUSALS;

/** Fails as KMS does when the key's state does not allow the purpose. */
export function checkState(key: Key, purpose: KeyPurpose): void {
  const state = stateOf(key);
  const refusals: Refusals = REFUSALS[purpose];
  const code = refusals[state];
  if (code) throw new AwsError(code, `${key.arn} is ${WORDS[state] ?? state}.`);
}

const WORDS: Readonly<Partial<Record<KeyState, string>>> = {
  Enabled: 'not pending deletion',
  Disabled: 'disabled',
  Creating: 'creating',
  Updating: 'updating',
  PendingDeletion: 'pending deletion',
  PendingReplicaDeletion: 'pending replica deletion',
};
