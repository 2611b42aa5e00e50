import type { PermissionAccount } from '../cloud/gateway/iam/permission-ledger';
import type { LocalCloud } from '../cloud/local-cloud';
import type { Key } from '../cloud/services/kms/key';

/** What became of the permissions of all roles, and of the statements of these keys, by names that are the same on every cloud that the same stacks are deployed to. */
export function permissionAccounts(cloud: LocalCloud, keys: readonly Key[]): readonly PermissionAccount[] {
  const names = new Map(keys.map((key) => [key.arn, nameOf(key, cloud)]));
  return cloud.services.authorizer.ledger.accounts().flatMap((account) => {
    const { permission } = account;
    const holder = permission.policyKind === 'key' ? names.get(permission.holder) : permission.holder;
    const isOurs = holder !== undefined && (permission.policyKind === 'key' || holder.includes(':role/'));
    return isOurs ? [{ ...account, permission: { ...permission, holder } }] : [];
  });
}

/** Ids of keys are made up; a replica shares its alias with the key in the other region. */
function nameOf(key: Key, cloud: LocalCloud): string {
  const alias = cloud.services.storage.keys.aliasesOf(key)[0]?.name;
  return alias === undefined ? key.arn : `${alias} in ${key.region} of ${key.account}`;
}
