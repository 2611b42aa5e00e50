import type * as sdk from '@aws-sdk/client-kms';
import { AwsError } from '../../gateway/aws-error';
import type { Operations } from '../../gateway/service';
import { requestTagContext, tagList } from '../../gateway/tags';
import type { IamState } from '../iam/iam-state';
import { describeKey } from './describe-key';
import { accessTo, keyAccess, keyKindContext } from './key-access';
import { isPrimary, keyArn, type Key } from './key';
import { bypassContext } from './key-operations';
import { checkKeyPolicy, defaultKeyPolicy } from './key-policy';
import { checkState, TRANSIENT_MS } from './key-states';
import { kmsTagMap } from './kms-tags';
import { keyNamed, type KmsState } from './kms-state';

/**
 * Keys with the same id and material in several regions. Policies, grants, aliases, tags and states are each region's own.
 *
 * https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-overview.html
 */
export function multiRegionOperations(state: KmsState, iam: IamState): Operations<typeof sdk> {
  return {
    ReplicateKey: {
      // https://docs.aws.amazon.com/kms/latest/APIReference/API_ReplicateKey.html: kms:ReplicateKey on the primary, kms:CreateKey in the replica's region.
      access: (input, call) => {
        const tags = requestTagContext(kmsTagMap(input.Tags));
        return [
          keyAccess(state, input.KeyId, call, { context: { 'kms:ReplicaRegion': input.ReplicaRegion ?? '' } }),
          { action: 'kms:CreateKey', resource: '*', context: { ...keyKindContext(true), 'kms:MultiRegionKeyType': 'REPLICA', ...bypassContext(input), ...tags } },
          ...(input.Tags?.length ? [{ action: 'kms:TagResource', resource: keyArn({ ...call, region: input.ReplicaRegion ?? '' }, '*'), context: tags }] : []),
        ];
      },
      run: (input, call) => {
        const primary = keyNamed(state, input.KeyId, call);
        checkMayReplicate(primary, input.ReplicaRegion ?? '');
        const place = { account: primary.account, region: input.ReplicaRegion ?? '' };
        const policy = input.Policy ?? defaultKeyPolicy(place);
        checkKeyPolicy(policy, { iam, key: primary, caller: call.principal, bypassLockoutCheck: input.BypassPolicyLockoutSafetyCheck });
        const tags = kmsTagMap(input.Tags);
        const replica = state.addMember(primary.family, { ...place, policy, tags, description: input.Description ?? '', manager: 'CUSTOMER' });
        pass(state, replica, 'Creating');
        return { ReplicaKeyMetadata: describeKey(replica), ReplicaPolicy: policy, ReplicaTags: tagList(tags).map(({ Key: TagKey, Value: TagValue }) => ({ TagKey, TagValue })) };
      },
    },
    UpdatePrimaryRegion: {
      access: ({ KeyId, PrimaryRegion = '' }, call) => {
        const context = { 'kms:PrimaryRegion': PrimaryRegion };
        const replica = keyNamed(state, KeyId, call).family.members.get(PrimaryRegion);
        return [keyAccess(state, KeyId, call, { context }), ...(replica ? [accessTo(state, replica, { context })] : [])];
      },
      run: ({ KeyId, PrimaryRegion = '' }, call) => {
        const primary = keyNamed(state, KeyId, call);
        checkState(primary, 'change of Regions');
        if (!primary.family.multiRegion || !isPrimary(primary)) throw new AwsError('UnsupportedOperationException', `${primary.arn} is not a multi-Region primary key.`);
        const replica = primary.family.members.get(PrimaryRegion);
        if (!replica || replica === primary) throw new AwsError('NotFoundException', `Key '${primary.arn}' has no replica key in ${PrimaryRegion}.`);
        checkState(replica, 'change of Regions');
        primary.family.primaryRegion = PrimaryRegion;
        pass(state, primary, 'Updating');
        pass(state, replica, 'Updating');
        return {};
      },
    },
  };
}

function checkMayReplicate(key: Key, region: string): void {
  checkState(key, 'change of Regions');
  if (!key.family.multiRegion || !isPrimary(key)) throw new AwsError('UnsupportedOperationException', `${key.arn} is not a multi-Region primary key.`);
  if (key.family.members.has(region)) throw new AwsError('AlreadyExistsException', `Key ${key.family.id} already exists in ${region}.`);
}

function pass(state: KmsState, key: Key, transient: 'Creating' | 'Updating'): void {
  key.transient = transient;
  state.clock.after(TRANSIENT_MS[transient], () => {
    key.transient = undefined;
  });
}
