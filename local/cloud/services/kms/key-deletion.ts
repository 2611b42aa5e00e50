import type * as sdk from '@aws-sdk/client-kms';
import { AwsError } from '../../gateway/aws-error';
import type { Call, Operations } from '../../gateway/service';
import { isPrimary, type Key } from './key';
import { keyAccess } from './key-access';
import { checkState, stateOf } from './key-states';
import { DAY_MS, keyNamed, type KmsState } from './kms-state';

const LONGEST_WINDOW_DAYS = 30;
const SHORTEST_WINDOW_DAYS = 7;

/** Keys are deleted after a waiting period, primary keys only after their replicas. https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html */
export function deletionOperations(state: KmsState): Operations<typeof sdk> {
  return {
    ScheduleKeyDeletion: {
      access: ({ KeyId, PendingWindowInDays = LONGEST_WINDOW_DAYS }, call) => [
        keyAccess(state, KeyId, call, { context: { 'kms:ScheduleKeyDeletionPendingWindowInDays': PendingWindowInDays } }),
      ],
      run: ({ KeyId, PendingWindowInDays: days = LONGEST_WINDOW_DAYS }, call) => {
        const key = keyNamed(state, KeyId, call);
        if (days < SHORTEST_WINDOW_DAYS || days > LONGEST_WINDOW_DAYS) {
          const message = `PendingWindowInDays is ${days}, allowed: ${SHORTEST_WINDOW_DAYS} to ${LONGEST_WINDOW_DAYS}`;
          throw new AwsError('ValidationException', message, { status: 400 });
        }
        checkState(key, 'change of state');
        if (isPrimary(key) && key.family.members.size > 1) key.deletion = { kind: 'waits for replicas', windowDays: days };
        else startWaiting(state, key, days);
        return {
          KeyId: key.arn,
          KeyState: stateOf(key),
          PendingWindowInDays: days,
          ...(key.deletion?.kind === 'waits' && { DeletionDate: key.deletion.at }),
        };
      },
    },
    CancelKeyDeletion: {
      access: ({ KeyId }, call: Call) => [keyAccess(state, KeyId, call)],
      run: ({ KeyId }, call) => {
        const key = keyNamed(state, KeyId, call);
        checkState(key, 'cancellation of deletion');
        if (key.deletion?.kind === 'waits') key.deletion.timer.cancel();
        key.deletion = undefined;
        key.enabled = false;
        return { KeyId: key.arn };
      },
    },
  };
}

function startWaiting(state: KmsState, key: Key, windowDays: number): void {
  const delayMs = windowDays * DAY_MS;
  const timer = state.clock.after(delayMs, () => remove(state, key));
  key.deletion = { kind: 'waits', windowDays, at: new Date(state.clock.nowMs() + delayMs), timer };
}

function remove(state: KmsState, key: Key): void {
  state.remove(key);
  const { members, primaryRegion } = key.family;
  const primary = members.get(primaryRegion);
  if (primary?.deletion?.kind === 'waits for replicas' && members.size === 1) startWaiting(state, primary, primary.deletion.windowDays);
}
