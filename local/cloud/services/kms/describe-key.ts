import type { KeyMetadata, MultiRegionConfiguration } from '@aws-sdk/client-kms';
import { isPrimary, type Key } from './key';
import { stateOf } from './key-states';

/** A key as `DescribeKey` tells of it. */
export function describeKey(key: Key): KeyMetadata {
  const { account, arn, family, createdAt, description, manager, deletion } = key;
  const state = stateOf(key);
  return {
    AWSAccountId: account,
    KeyId: family.id,
    Arn: arn,
    CreationDate: createdAt,
    Enabled: state === 'Enabled' || (state === 'Updating' && key.enabled),
    Description: description,
    KeyUsage: 'ENCRYPT_DECRYPT',
    KeyState: state,
    ...(deletion?.kind === 'waits' && { DeletionDate: deletion.at }),
    ...(deletion?.kind === 'waits for replicas' && { PendingDeletionWindowInDays: deletion.windowDays }),
    Origin: 'AWS_KMS',
    KeyManager: manager,
    CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT',
    KeySpec: 'SYMMETRIC_DEFAULT',
    EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
    MultiRegion: family.multiRegion,
    ...(family.multiRegion && { MultiRegionConfiguration: describeRegions(key) }),
    CurrentKeyMaterialId: family.material.current.id,
  };
}

function describeRegions(key: Key): MultiRegionConfiguration {
  const { members, primaryRegion } = key.family;
  const primary = members.get(primaryRegion);
  return {
    MultiRegionKeyType: isPrimary(key) ? 'PRIMARY' : 'REPLICA',
    PrimaryKey: { Arn: primary?.arn ?? '', Region: primaryRegion },
    ReplicaKeys: [...members.values()].filter((member) => !isPrimary(member)).map(({ arn, region }) => ({ Arn: arn, Region: region })),
  };
}
