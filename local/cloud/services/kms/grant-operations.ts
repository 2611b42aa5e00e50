import { randomBytes } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-kms';
import { AwsError } from '../../gateway/aws-error';
import { arnOf } from '../../gateway/iam/principal';
import type { Access, Call, Operations } from '../../gateway/service';
import type { IamState } from '../iam/iam-state';
import { canBeParentOf, checkGrantRequest, grantContext, grantFrom, repeatsGrant } from './grant-request';
import { accessTo, keyAccess } from './key-access';
import type { Grant, Key } from './key';
import { checkState } from './key-states';
import { pageOfKms } from './kms-pages';
import { keyNamed, readKeyId, type KmsState } from './kms-state';

/** Grants: permissions that a key's users may hand on and take back without a change of policy. */
export function grantOperations(state: KmsState, iam: IamState): Operations<typeof sdk> {
  const forAwsResource = ({ via }: Call) => ({ 'kms:GrantIsForAWSResource': via !== undefined });
  return {
    CreateGrant: {
      access: (input, call) => {
        const key = state.keyAt(readKeyId(input.KeyId, call));
        const grants = [...(key?.grants.values() ?? [])].filter((parent) => canBeParentOf(parent, input));
        return [keyAccess(state, input.KeyId, call, { context: { ...grantContext(input), ...forAwsResource(call) }, grants })];
      },
      run: (input, call) => {
        const key = keyNamed(state, input.KeyId, call);
        checkState(key, 'grant');
        checkGrantRequest(input, call, iam);
        if (input.DryRun) throw new AwsError('DryRunOperationException', 'The request would have succeeded, but the DryRun option is set.');
        // https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateGrant.html#KMS-CreateGrant-request-Name
        const existing = [...key.grants.values()].find((grant) => repeatsGrant(input, grant));
        const grant = existing ?? grantFrom(input, newGrant(state, call));
        key.grants.set(grant.id, grant);
        return { GrantId: grant.id, GrantToken: grant.token };
      },
    },
    ListGrants: {
      access: ({ KeyId }, call) => [keyAccess(state, KeyId, call, { context: forAwsResource(call) })],
      run: (input, call) => {
        const key = keyNamed(state, input.KeyId, call);
        const grants = [...key.grants.values()].filter(
          (grant) =>
            (input.GrantId === undefined || grant.id === input.GrantId) &&
            (input.GranteePrincipal === undefined || grant.granteePrincipal === input.GranteePrincipal) &&
            (input.GranteeServicePrincipal === undefined || grant.granteePrincipal === input.GranteeServicePrincipal),
        );
        const { items, NextMarker, Truncated } = pageOfKms(grants, input.Limit ?? 50, input.Marker);
        return { Grants: items.map((grant) => describe(key, grant)), NextMarker, Truncated };
      },
    },
    ListRetirableGrants: {
      access: () => [{ resource: '*' }],
      run: (input, call) => {
        const found = [...state.in(call).keys.values()].flatMap((key) =>
          [...key.grants.values()].filter(({ retiringPrincipal }) => retiringPrincipal === input.RetiringPrincipal).map((grant) => describe(key, grant)),
        );
        const { items, NextMarker, Truncated } = pageOfKms(found, input.Limit ?? 50, input.Marker);
        return { Grants: [...items], NextMarker, Truncated };
      },
    },
    RevokeGrant: {
      access: ({ KeyId }, call) => [keyAccess(state, KeyId, call, { context: forAwsResource(call) })],
      run: ({ KeyId, GrantId }, call) => {
        const key = keyNamed(state, KeyId, call);
        if (!key.grants.delete(GrantId ?? '')) throw grantNotFound(GrantId);
        return {};
      },
    },
    RetireGrant: {
      access: (input, call): readonly Access[] => {
        const { key, grant } = retirable(state, input, call);
        return [accessTo(state, key, { grants: [grant] })];
      },
      run: (input, call) => {
        const { key, grant } = retirable(state, input, call);
        key.grants.delete(grant.id);
        return {};
      },
    },
  };
}

function retirable(state: KmsState, { GrantToken, KeyId, GrantId }: sdk.RetireGrantCommandInput, call: Call): { readonly key: Key; readonly grant: Grant } {
  if (GrantToken !== undefined) {
    const found = state.grantByToken(GrantToken, call.region);
    if (!found) throw new AwsError('InvalidGrantTokenException', 'The grant token is invalid.');
    return found;
  }
  const key = keyNamed(state, KeyId, call);
  const grant = key.grants.get(GrantId ?? '');
  if (!grant) throw grantNotFound(GrantId);
  return { key, grant };
}

function grantNotFound(id: string | undefined): AwsError {
  return new AwsError('NotFoundException', `Grant ID ${id ?? ''} not found`);
}

function newGrant({ clock }: KmsState, { account }: Call): Pick<Grant, 'id' | 'token' | 'createdAt' | 'issuingAccount'> {
  return { id: randomBytes(32).toString('hex'), token: randomBytes(96).toString('base64'), createdAt: clock.now(), issuingAccount: arnOf({ kind: 'root', account }) };
}

function describe(key: Key, { id, name, createdAt, granteePrincipal, retiringPrincipal, issuingAccount, operations, constraints }: Grant): sdk.GrantListEntry {
  return {
    KeyId: key.arn,
    GrantId: id,
    Name: name ?? '',
    CreationDate: createdAt,
    ...(isService(granteePrincipal) ? { GranteeServicePrincipal: granteePrincipal } : {}),
    GranteePrincipal: granteePrincipal,
    ...(retiringPrincipal !== undefined && { RetiringPrincipal: retiringPrincipal }),
    IssuingAccount: issuingAccount,
    Operations: operations as sdk.GrantOperation[],
    ...(constraints && {
      Constraints: { EncryptionContextEquals: constraints.encryptionContextEquals, EncryptionContextSubset: constraints.encryptionContextSubset, SourceArn: constraints.sourceArn },
    }),
  };
}

function isService(principal: string): boolean {
  return !principal.startsWith('arn:');
}
