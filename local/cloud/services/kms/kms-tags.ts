import type * as sdk from '@aws-sdk/client-kms';
import type { Call, Operations } from '../../gateway/service';
import { requestTagContext } from '../../gateway/tags';
import { keyAccess } from './key-access';
import { checkState } from './key-states';
import { keyNamed, type KmsState } from './kms-state';
import { pageOfKms } from './kms-pages';

/** KMS names the halves of a tag in its own way. */
export function kmsTagMap(tags: readonly sdk.Tag[] | undefined): Record<string, string> {
  return Object.fromEntries((tags ?? []).map(({ TagKey, TagValue }) => [TagKey ?? '', TagValue ?? '']));
}

/** The tags of keys. */
export function tagOperations(state: KmsState): Operations<typeof sdk> {
  return {
    TagResource: {
      access: ({ KeyId, Tags }, call) => [keyAccess(state, KeyId, call, { context: requestTagContext(kmsTagMap(Tags)) })],
      run: ({ KeyId, Tags }, call) => {
        const key = keyNamed(state, KeyId, call);
        checkState(key, 'change of description');
        Object.assign(key.tags, kmsTagMap(Tags));
        return {};
      },
    },
    UntagResource: {
      access: ({ KeyId, TagKeys = [] }, call) => [keyAccess(state, KeyId, call, { context: { 'aws:TagKeys': TagKeys } })],
      run: ({ KeyId, TagKeys = [] }, call) => {
        const key = keyNamed(state, KeyId, call);
        checkState(key, 'change of description');
        key.tags = Object.fromEntries(Object.entries(key.tags).filter(([name]) => !TagKeys.includes(name)));
        return {};
      },
    },
    ListResourceTags: {
      access: ({ KeyId }, call: Call) => [keyAccess(state, KeyId, call)],
      run: ({ KeyId, Limit = 50, Marker }, call) => {
        const tags = Object.entries(keyNamed(state, KeyId, call).tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue }));
        const { items, NextMarker, Truncated } = pageOfKms(tags, Limit, Marker);
        return { Tags: [...items], NextMarker, Truncated };
      },
    },
  };
}
