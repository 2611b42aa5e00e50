import type * as sdk from '@aws-sdk/client-kms';
import { AwsError } from '../../gateway/aws-error';
import type { Access, Call, Operations } from '../../gateway/service';
import { requestTagContext } from '../../gateway/tags';
import type { IamState } from '../iam/iam-state';
import { describeKey } from './describe-key';
import { keyArn } from './key';
import { keyAccess, keyKindContext } from './key-access';
import { checkKeyPolicy, defaultKeyPolicy } from './key-policy';
import { checkState } from './key-states';
import { kmsTagMap } from './kms-tags';
import { keyNamed, type KmsState } from './kms-state';
import { pageOfKms } from './kms-pages';

/** Creating, describing, enabling, and the policies of keys. */
export function keyOperations(state: KmsState, iam: IamState): Operations<typeof sdk> {
  const byKeyId = ({ KeyId }: { KeyId: string | undefined }, call: Call) => [keyAccess(state, KeyId, call)];
  return {
    CreateKey: {
      access: createKeyAccess,
      run: (input, call) => {
        refuseOtherKinds(input);
        const policy = input.Policy ?? defaultKeyPolicy(call);
        const key = { arn: keyArn(call, '*'), account: call.account };
        checkKeyPolicy(policy, { iam, key, caller: call.principal, bypassLockoutCheck: input.BypassPolicyLockoutSafetyCheck });
        const { account, region } = call;
        const tags = kmsTagMap(input.Tags);
        const created = state.create({ account, region, policy, tags, description: input.Description ?? '', manager: 'CUSTOMER', multiRegion: input.MultiRegion ?? false });
        return { KeyMetadata: describeKey(created) };
      },
    },
    DescribeKey: { access: ({ KeyId }, call) => [keyAccess(state, KeyId, call, { byAlias: true })], run: ({ KeyId }, call) => ({ KeyMetadata: describeKey(keyNamed(state, KeyId, call)) }) },
    ListKeys: {
      access: () => [{ resource: '*' }],
      run: ({ Limit = 100, Marker }, call) => {
        const { items, NextMarker, Truncated } = pageOfKms([...state.in(call).keys.values()], Limit, Marker);
        return { Keys: items.map(({ arn, family }) => ({ KeyId: family.id, KeyArn: arn })), NextMarker, Truncated };
      },
    },
    EnableKey: { access: byKeyId, run: ({ KeyId }, call) => setEnabled(state, KeyId, call, true) },
    DisableKey: { access: byKeyId, run: ({ KeyId }, call) => setEnabled(state, KeyId, call, false) },
    UpdateKeyDescription: {
      access: byKeyId,
      run: ({ KeyId, Description }, call) => {
        const key = keyNamed(state, KeyId, call);
        checkState(key, 'change of description');
        key.description = Description ?? '';
        return {};
      },
    },
    GetKeyPolicy: {
      access: byKeyId,
      run: ({ KeyId, PolicyName = 'default' }, call) => ({ Policy: keyNamed(state, KeyId, call).policy, PolicyName: onlyDefault(PolicyName) }),
    },
    ListKeyPolicies: {
      access: byKeyId,
      run: ({ KeyId }, call) => {
        keyNamed(state, KeyId, call);
        return { PolicyNames: ['default'], Truncated: false };
      },
    },
    PutKeyPolicy: {
      access: (input, call) => [keyAccess(state, input.KeyId, call, { context: bypassContext(input) })],
      run: (input, call) => {
        const key = keyNamed(state, input.KeyId, call);
        checkState(key, 'key policy');
        onlyDefault(input.PolicyName ?? 'default');
        checkKeyPolicy(input.Policy ?? '', { iam, key, caller: call.principal, bypassLockoutCheck: input.BypassPolicyLockoutSafetyCheck });
        key.policy = input.Policy ?? '';
        return {};
      },
    },
  };
}

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html: tags at creation need `kms:TagResource` too. */
function createKeyAccess(input: sdk.CreateKeyCommandInput, call: Call): readonly Access[] {
  const tags = requestTagContext(kmsTagMap(input.Tags));
  const context = { ...keyKindContext(input.MultiRegion ?? false), ...bypassContext(input), ...tags };
  return [{ resource: '*', context }, ...(input.Tags?.length ? [{ action: 'kms:TagResource', resource: keyArn(call, '*'), context: tags }] : [])];
}

/** The condition key of requests that carry a policy. */
export function bypassContext({ BypassPolicyLockoutSafetyCheck }: { readonly BypassPolicyLockoutSafetyCheck?: boolean | undefined }): Readonly<Record<string, boolean>> {
  return { 'kms:BypassPolicyLockoutSafetyCheck': BypassPolicyLockoutSafetyCheck ?? false };
}

function setEnabled(state: KmsState, keyId: string | undefined, call: Call, enabled: boolean): object {
  const key = keyNamed(state, keyId, call);
  checkState(key, 'change of state');
  key.enabled = enabled;
  return {};
}

function refuseOtherKinds({ KeySpec = 'SYMMETRIC_DEFAULT', KeyUsage = 'ENCRYPT_DECRYPT', Origin = 'AWS_KMS' }: sdk.CreateKeyCommandInput): void {
  if (KeySpec !== 'SYMMETRIC_DEFAULT' || KeyUsage !== 'ENCRYPT_DECRYPT' || Origin !== 'AWS_KMS') {
    throw new AwsError('UnsupportedOperationException', `the local cloud has symmetric encryption keys of KMS only, not ${KeySpec}, ${KeyUsage}, ${Origin}`);
  }
}

function onlyDefault(policyName: string): string {
  if (policyName !== 'default') throw new AwsError('NotFoundException', `No such policy exists: ${policyName}`);
  return policyName;
}
