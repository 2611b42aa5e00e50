import type { DBClusterSnapshot, DBSnapshot } from '@aws-sdk/client-rds';
import { tagList } from '../../../gateway/tags';
import { optionGroupOf } from '../engine-versions';
import { isSamePlace, parseRdsArn, rdsArn } from '../rds-arn';
import type { RdsContext } from '../rds-context';
import { describeEncryption } from '../state/encryption';
import { SNAPSHOT_WORDS } from '../state/estate';
import type { Snapshot } from '../state/snapshot';

type Ports = Pick<RdsContext, 'passages'>;

/** A cluster snapshot as the API shows it. */
export function describeClusterSnapshot({ passages }: Ports, snapshot: Snapshot): DBClusterSnapshot {
  const { traits, origin } = snapshot;
  return {
    ...describeEncryption(traits.encryption),
    DBClusterSnapshotIdentifier: snapshot.identifier,
    DBClusterSnapshotArn: snapshotArn(snapshot),
    DBClusterIdentifier: origin.identifier,
    DbClusterResourceId: origin.resourceId,
    AvailabilityZones: [...origin.availabilityZones],
    SnapshotCreateTime: snapshot.createdAt,
    SnapshotType: snapshot.type,
    Status: snapshot.status,
    PercentProgress: percentOf(passages, snapshot),
    Engine: traits.engine,
    EngineMode: 'provisioned',
    EngineVersion: traits.engineVersion,
    LicenseModel: 'postgresql-license',
    AllocatedStorage: traits.sizeGb,
    StorageType: traits.storageType,
    Port: traits.port,
    VpcId: origin.vpcId,
    ClusterCreateTime: origin.createdAt,
    MasterUsername: traits.masterUsername,
    BackupRetentionPeriod: origin.backupRetentionDays,
    PreferredBackupWindow: origin.backupWindow,
    SourceDBClusterSnapshotArn: snapshot.copiedFromArn,
    IAMDatabaseAuthenticationEnabled: traits.iamAuthentication,
    TagList: tagList(snapshot.tags),
  };
}

/** A DB snapshot as the API shows it. */
export function describeDbSnapshot({ passages }: Ports, snapshot: Snapshot): DBSnapshot {
  const { traits, origin, copiedFromArn } = snapshot;
  const { StorageEncrypted, ...encryption } = describeEncryption(traits.encryption);
  const source = copiedFromArn === undefined ? undefined : parseRdsArn(copiedFromArn);
  return {
    ...encryption,
    Encrypted: StorageEncrypted,
    DBSnapshotIdentifier: snapshot.identifier,
    DBSnapshotArn: snapshotArn(snapshot),
    DBInstanceIdentifier: origin.identifier,
    DbiResourceId: origin.resourceId,
    AvailabilityZone: origin.availabilityZones[0],
    SnapshotCreateTime: snapshot.createdAt,
    OriginalSnapshotCreateTime: snapshot.createdAt,
    SnapshotDatabaseTime: snapshot.createdAt,
    SnapshotType: snapshot.type,
    SnapshotTarget: 'region',
    Status: snapshot.status,
    PercentProgress: percentOf(passages, snapshot),
    Engine: traits.engine,
    EngineVersion: traits.engineVersion,
    LicenseModel: 'postgresql-license',
    AllocatedStorage: traits.sizeGb,
    StorageType: traits.storageType,
    OptionGroupName: optionGroupOf(traits.engine, traits.engineVersion),
    Port: traits.port,
    VpcId: origin.vpcId,
    InstanceCreateTime: origin.createdAt,
    MasterUsername: traits.masterUsername,
    BackupRetentionPeriod: origin.backupRetentionDays,
    PreferredBackupWindow: origin.backupWindow,
    SourceRegion: source?.place.region,
    // "It only has a value in the case of a cross-account or cross-Region copy": the SDK's type text.
    SourceDBSnapshotIdentifier: source && !isSamePlace(source.place, snapshot.place) ? copiedFromArn : undefined,
    IAMDatabaseAuthenticationEnabled: traits.iamAuthentication,
    TagList: tagList(snapshot.tags),
  };
}

export function snapshotArn({ kind, place, identifier }: Pick<Snapshot, 'kind' | 'place' | 'identifier'>): string {
  return rdsArn(SNAPSHOT_WORDS[kind].arn, place, identifier);
}

/** A copy that fails stops at the share that it had reached. */
function percentOf(passages: RdsContext['passages'], snapshot: Snapshot): number {
  return Math.floor((passages.percentOf(snapshot) * (snapshot.failsAtPercent ?? 100)) / 100);
}
