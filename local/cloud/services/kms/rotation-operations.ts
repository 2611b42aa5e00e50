import type * as sdk from '@aws-sdk/client-kms';
import { AwsError } from '../../gateway/aws-error';
import type { Call, Operations } from '../../gateway/service';
import { isPrimary, type Key } from './key';
import { keyAccess } from './key-access';
import { checkState } from './key-states';
import { keyNamed, type KmsState } from './kms-state';
import { pageOfKms } from './kms-pages';

const YEAR_DAYS = 365;
const SHORTEST_PERIOD_DAYS = 90;
const LONGEST_PERIOD_DAYS = 2560;
const MOST_ON_DEMAND_ROTATIONS = 25;

/** New key material, automatic or on demand. https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html */
export function rotationOperations(state: KmsState): Operations<typeof sdk> {
  const byKeyId = ({ KeyId }: { KeyId: string | undefined }, call: Call) => [keyAccess(state, KeyId, call)];
  return {
    EnableKeyRotation: {
      access: ({ KeyId, RotationPeriodInDays = YEAR_DAYS }, call) => [keyAccess(state, KeyId, call, { context: { 'kms:RotationPeriodInDays': RotationPeriodInDays } })],
      run: ({ KeyId, RotationPeriodInDays: days = YEAR_DAYS }, call) => {
        const key = rotatable(state, KeyId, call);
        if (days < SHORTEST_PERIOD_DAYS || days > LONGEST_PERIOD_DAYS) {
          throw new AwsError('ValidationException', `RotationPeriodInDays is ${days}, allowed: ${SHORTEST_PERIOD_DAYS} to ${LONGEST_PERIOD_DAYS}`, { status: 400 });
        }
        if (key.family.rotation?.periodDays !== days) state.setRotation(key.family, days);
        return {};
      },
    },
    DisableKeyRotation: {
      access: byKeyId,
      run: ({ KeyId }, call) => {
        rotatable(state, KeyId, call).family.rotation = undefined;
        return {};
      },
    },
    GetKeyRotationStatus: {
      access: byKeyId,
      run: ({ KeyId }, call) => {
        const key = keyNamed(state, KeyId, call);
        state.materialOf(key);
        const { rotation } = key.family;
        return { KeyId: key.arn, KeyRotationEnabled: rotation !== undefined, ...(rotation && { RotationPeriodInDays: rotation.periodDays, NextRotationDate: rotation.nextAt }) };
      },
    },
    RotateKeyOnDemand: {
      access: byKeyId,
      run: ({ KeyId }, call) => {
        const key = rotatable(state, KeyId, call);
        const material = state.materialOf(key);
        if (material.versions.filter(({ origin }) => origin === 'ON_DEMAND').length >= MOST_ON_DEMAND_ROTATIONS) {
          throw new AwsError('LimitExceededException', `${key.arn} has been rotated on demand ${MOST_ON_DEMAND_ROTATIONS} times.`);
        }
        material.rotate('ON_DEMAND', state.clock.now());
        return { KeyId: key.family.id };
      },
    },
    ListKeyRotations: {
      access: byKeyId,
      run: ({ KeyId, Limit = 100, Marker }, call) => {
        const key = keyNamed(state, KeyId, call);
        const rotations = state.materialOf(key).versions.flatMap(({ id, createdAt, origin }) =>
          origin === 'FIRST' ? [] : [{ KeyId: key.arn, KeyMaterialId: id, RotationDate: createdAt, RotationType: origin }],
        );
        const { items, NextMarker, Truncated } = pageOfKms(rotations, Limit, Marker);
        return { Rotations: [...items], NextMarker, Truncated };
      },
    },
  };
}

/** Rotation is a matter of the primary key. */
function rotatable(state: KmsState, keyId: string | undefined, call: Call): Key {
  const key = keyNamed(state, keyId, call);
  checkState(key, 'change of rotation');
  if (!isPrimary(key)) throw new AwsError('UnsupportedOperationException', `${key.arn} is a replica key: its rotation is that of its primary key.`);
  return key;
}
