import type { Snapshot } from '@aws-sdk/client-redshift';
import type { Place } from '../../../gateway/service';
import { tagList } from '../../../gateway/tags';
import { snapshotArn } from '../redshift-arn';
import { restorableTypes } from '../node-types';
import type { RedshiftContext } from '../redshift-context';
import { describeEncryption } from '../state/encryption';
import type { RedshiftSnapshot } from '../state/snapshot';
import { ENGINE_VERSION, FULL_ENGINE_VERSION } from './engine-version';
import { expiresAt } from '../snapshot-expiry';

const DAY_MS = 24 * 3_600_000;

/** A snapshot as the API shows it to the account; only its owner sees whom it is shared with. */
export function describeSnapshot(redshift: Pick<RedshiftContext, 'passages' | 'cloud'>, snapshot: RedshiftSnapshot, viewer: Place): Snapshot {
  const { traits, place } = snapshot;
  const isOwner = place.account === viewer.account;
  return {
    SnapshotIdentifier: snapshot.identifier,
    SnapshotArn: snapshotArn(snapshot),
    ClusterIdentifier: snapshot.clusterIdentifier,
    SnapshotCreateTime: snapshot.createdAt,
    Status: snapshot.status,
    SnapshotType: snapshot.type,
    OwnerAccount: place.account,
    Port: traits.port,
    AvailabilityZone: snapshot.availabilityZone,
    ClusterCreateTime: snapshot.clusterCreatedAt,
    MasterUsername: traits.masterUsername,
    ClusterVersion: ENGINE_VERSION,
    EngineFullVersion: FULL_ENGINE_VERSION,
    NodeType: traits.nodeType,
    NumberOfNodes: traits.numberOfNodes,
    DBName: traits.databaseName,
    VpcId: snapshot.vpcId,
    ...describeEncryption(traits.encryption),
    EncryptedWithHSM: false,
    ...(isOwner && snapshot.sharedWith.size > 0 && { AccountsWithRestoreAccess: [...snapshot.sharedWith].map((AccountId) => ({ AccountId })) }),
    SourceRegion: snapshot.sourceRegion,
    Tags: isOwner ? tagList(snapshot.tags) : [],
    RestorableNodeTypes: [...restorableTypes(traits.nodeType)],
    EnhancedVpcRouting: traits.enhancedVpcRouting,
    MaintenanceTrackName: traits.maintenanceTrack,
    MasterPasswordSecretArn: traits.secret?.arn,
    MasterPasswordSecretKmsKeyId: traits.secret?.kmsKeyId,
    ...describeRetention(redshift, snapshot),
    ...describeProgress(redshift, snapshot),
  };
}

function describeRetention({ cloud }: Pick<RedshiftContext, 'cloud'>, snapshot: RedshiftSnapshot): Partial<Snapshot> {
  if (snapshot.type !== 'manual') return {};
  const at = expiresAt(snapshot);
  return {
    ManualSnapshotRetentionPeriod: snapshot.retentionDays,
    SnapshotRetentionStartTime: snapshot.createdAt,
    ...(at && { ManualSnapshotRemainingDays: Math.max(0, Math.ceil((at.getTime() - cloud.clock.nowMs()) / DAY_MS)) }),
  };
}

function describeProgress({ passages, cloud }: Pick<RedshiftContext, 'passages' | 'cloud'>, snapshot: RedshiftSnapshot): Partial<Snapshot> {
  const { underway, incrementalMb, traits } = snapshot;
  const doneMb = (incrementalMb * passages.percentOf(snapshot)) / 100;
  const elapsedMs = underway ? cloud.clock.nowMs() - underway.startedMs : 0;
  return {
    TotalBackupSizeInMegaBytes: traits.sizeMb,
    ActualIncrementalBackupSizeInMegaBytes: incrementalMb,
    BackupProgressInMegaBytes: doneMb,
    CurrentBackupRateInMegaBytesPerSecond: underway && elapsedMs > 0 ? doneMb / (elapsedMs / 1000) : 0,
    EstimatedSecondsToCompletion: underway ? Math.ceil((underway.endsMs - cloud.clock.nowMs()) / 1000) : 0,
    ElapsedTimeInSeconds: Math.floor(elapsedMs / 1000),
  };
}
