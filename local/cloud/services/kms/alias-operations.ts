import type * as sdk from '@aws-sdk/client-kms';
import { regionalArn } from '../../gateway/arn';
import { AwsError } from '../../gateway/aws-error';
import type { Access, Call, Operations } from '../../gateway/service';
import { accessTo, keyAccess } from './key-access';
import { checkState } from './key-states';
import { keyNamed, type Alias, type KmsState } from './kms-state';
import { pageOfKms } from './kms-pages';

const ALIAS_NAME = /^alias\/[a-zA-Z0-9/_-]{1,250}$/;

/** Names of keys. Each change asks for a permission on the alias and one on every key it concerns: https://docs.aws.amazon.com/kms/latest/developerguide/alias-access.html */
export function aliasOperations(state: KmsState): Operations<typeof sdk> {
  const aliasAccess = (name: string | undefined, call: Call): Access => ({ resource: regionalArn('kms', call, name ?? '') });
  const formerKeyAccess = (name: string | undefined, call: Call): readonly Access[] => {
    const alias = state.in(call).aliases.get(name ?? '');
    const key = alias && state.in(call).keys.get(alias.keyId);
    return key ? [accessTo(state, key)] : [];
  };
  return {
    CreateAlias: {
      access: ({ AliasName, TargetKeyId }, call) => [aliasAccess(AliasName, call), keyAccess(state, TargetKeyId, call)],
      run: ({ AliasName = '', TargetKeyId }, call) => {
        checkName(AliasName);
        const key = keyNamed(state, TargetKeyId, call);
        checkState(key, 'alias');
        const existing = state.in(call).aliases.get(AliasName);
        if (existing) throw new AwsError('AlreadyExistsException', `An alias with the name ${existing.arn} already exists`);
        state.addAlias(key, AliasName);
        return {};
      },
    },
    UpdateAlias: {
      access: ({ AliasName, TargetKeyId }, call) => [aliasAccess(AliasName, call), ...formerKeyAccess(AliasName, call), keyAccess(state, TargetKeyId, call)],
      run: ({ AliasName = '', TargetKeyId }, call) => {
        checkName(AliasName);
        const key = keyNamed(state, TargetKeyId, call);
        checkState(key, 'alias');
        const alias = aliasNamed(state, AliasName, call);
        alias.keyId = key.family.id;
        alias.updatedAt = state.clock.now();
        return {};
      },
    },
    DeleteAlias: {
      access: ({ AliasName }, call) => [aliasAccess(AliasName, call), ...formerKeyAccess(AliasName, call)],
      run: ({ AliasName = '' }, call) => {
        checkName(AliasName);
        state.in(call).aliases.delete(aliasNamed(state, AliasName, call).name);
        return {};
      },
    },
    ListAliases: {
      access: () => [{ resource: '*' }],
      run: ({ KeyId, Limit = 50, Marker }, call) => {
        const ofKey = KeyId === undefined ? undefined : keyNamed(state, KeyId, call).family.id;
        const aliases = [...state.in(call).aliases.values()].filter(({ keyId }) => ofKey === undefined || keyId === ofKey);
        const { items, NextMarker, Truncated } = pageOfKms(aliases, Limit, Marker);
        return { Aliases: items.map(describe), NextMarker, Truncated };
      },
    },
  };
}

function describe({ name, arn, keyId, createdAt, updatedAt }: Alias): sdk.AliasListEntry {
  return { AliasName: name, AliasArn: arn, TargetKeyId: keyId, CreationDate: createdAt, LastUpdatedDate: updatedAt };
}

function aliasNamed(state: KmsState, name: string, call: Call): Alias {
  const alias = state.in(call).aliases.get(name);
  if (!alias) throw new AwsError('NotFoundException', `Alias ${regionalArn('kms', call, name)} is not found.`);
  return alias;
}

/** Names under `alias/aws/` are AWS's own. */
function checkName(name: string): void {
  if (name.startsWith('alias/aws/')) throw new AwsError('NotAuthorizedException', `${name} is reserved for AWS`, { status: 400 });
  if (!ALIAS_NAME.test(name)) throw new AwsError('InvalidAliasNameException', `AliasName is ${name}, allowed: alias/ and letters, digits, _ - and /`);
}
