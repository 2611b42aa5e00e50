import type { RestoreDBClusterFromSnapshotMessage, RestoreDBClusterToPointInTimeMessage } from '@aws-sdk/client-rds';
import { RdsAccess } from '../access/rds-access';
import { AwsError } from '../../../gateway/aws-error';
import type { Access, Call } from '../../../gateway/service';
import { describeCluster } from '../describe/describe-cluster';
import { compareVersions, optionGroupOf, resolveVersion } from '../engine-versions';
import { CLUSTER_LIFE_CYCLE } from '../life-cycle/cluster-life-cycle';
import { assembleCluster, keepCluster } from '../new-cluster';
import { checkPort } from '../new-database';
import { defaultGroupName } from '../parameters/server-parameters';
import { parseRdsArn, rdsNameOf } from '../rds-arn';
import type { RdsContext } from '../rds-context';
import { invalidCombination, invalidValue, notEmulated, refuseUnsupported, required } from '../request-errors';
import { newResourceId } from '../resource-ids';
import { clusterOpened } from '../schedules';
import type { DbCluster } from '../state/database';
import type { Encryption } from '../state/encryption';
import type { Snapshot } from '../state/snapshot';
import { readVolume, restoreVolume } from '../storage/cluster-storage';
import { whileHeld } from '../storage/snapshot-image';
import { checkUsable } from '../take-snapshot';
import { auroraEngine } from './create-cluster';
import type { RdsOperations } from './rds-operations';

/** RestoreDBClusterFromSnapshot, RestoreDBClusterToPointInTime. */
export function restoreClusterOperations(rds: RdsContext): RdsOperations {
  const to = new RdsAccess(rds.estate);
  return {
    RestoreDBClusterFromSnapshot: {
      access: (input, call) => {
        const engine = input.Engine ?? '';
        return [...common(to, input, call, engine, versionOfSnapshot(rds, call, input)), to.existing(snapshotKindOf(input.SnapshotIdentifier), call, input.SnapshotIdentifier)];
      },
      run: async (input, call) => ({ DBCluster: describeCluster(rds, await restoreFromSnapshot(rds, input, call)) }),
    },
    RestoreDBClusterToPointInTime: {
      access: (input, call) => [...common(to, input, call, 'aurora-postgresql', '17'), to.existing('cluster', call, input.SourceDBClusterIdentifier)],
      run: async (input, call) => ({ DBCluster: describeCluster(rds, await restoreToPointInTime(rds, input, call)) }),
    },
  };
}

async function restoreFromSnapshot(rds: RdsContext, input: RestoreDBClusterFromSnapshotMessage, call: Call): Promise<DbCluster> {
  refuseUnsupported(input, 'BacktrackWindow', 'DatabaseName', 'DBClusterInstanceClass', 'Domain', 'Iops', 'OptionGroupName', 'ScalingConfiguration', 'AssociatedRoles');
  const snapshotIdentifier = required('SnapshotIdentifier', input.SnapshotIdentifier);
  if (parseRdsArn(snapshotIdentifier)?.kind === 'snapshot') throw notEmulated('the migration of a DB snapshot to a DB cluster');
  const snapshot = rds.estate.usableSnapshot('cluster', call, snapshotIdentifier);
  checkRestorable(snapshot, call);
  const { traits, origin } = snapshot;
  const engine = auroraEngine(required('Engine', input.Engine));
  const engineVersion = input.EngineVersion === undefined ? traits.engineVersion : resolveVersion(engine, input.EngineVersion);
  if (compareVersions(engineVersion, traits.engineVersion) < 0) throw invalidCombination(`Cannot restore a snapshot of version ${traits.engineVersion} to the older version ${engineVersion}.`);
  const resourceId = newResourceId('cluster');
  const cluster = await assembleCluster(rds, call, input, {
    resourceId,
    traits: { ...traits, engine, engineVersion, port: checkPort(input.Port, traits.port), iamAuthentication: input.EnableIAMDatabaseAuthentication ?? false, storageType: input.StorageType ?? traits.storageType },
    defaultRetentionDays: origin.backupRetentionDays,
    defaultBackupWindow: origin.backupWindow,
  });
  cluster.traits.encryption = await encryptionOfRestored(rds, call, traits.encryption, input.KmsKeyId, resourceId, 'cluster-snapshot');
  const { image } = snapshot;
  if (!image) throw new Error(`snapshot ${snapshot.identifier} is available and has no data`);
  keepCluster(rds, cluster);
  rds.passages.begin(cluster, CLUSTER_LIFE_CYCLE.restore, { work: () => whileHeld(image, () => restoreVolume(rds, cluster, image)), then: () => clusterOpened(rds, cluster, 'clusterCreated') });
  return cluster;
}

/** Restores the present: a clone that shares the storage, or a full copy. */
async function restoreToPointInTime(rds: RdsContext, input: RestoreDBClusterToPointInTimeMessage, call: Call): Promise<DbCluster> {
  refuseUnsupported(input, 'BacktrackWindow', 'DBClusterInstanceClass', 'Domain', 'Iops', 'OptionGroupName', 'ScalingConfiguration', 'SourceDbClusterResourceId', 'AssociatedRoles', 'EngineMode');
  const { RestoreType = 'full-copy', UseLatestRestorableTime, RestoreToTime } = input;
  if (!['full-copy', 'copy-on-write'].includes(RestoreType)) throw invalidValue(`Invalid restore type: ${RestoreType}`);
  const isClone = RestoreType === 'copy-on-write';
  if (UseLatestRestorableTime && RestoreToTime) throw invalidCombination('RestoreToTime cannot be specified with UseLatestRestorableTime.');
  if (isClone && RestoreToTime) throw invalidCombination('RestoreToTime cannot be specified for a copy-on-write restore.');
  if (RestoreToTime) throw notEmulated('the restore to a time in the past: use UseLatestRestorableTime');
  if (!isClone && !UseLatestRestorableTime) throw invalidCombination('Either RestoreToTime or UseLatestRestorableTime must be specified.');
  const source = rds.estate.cluster(call, required('SourceDBClusterIdentifier', input.SourceDBClusterIdentifier));
  if (source.status !== 'available') throw new AwsError('InvalidDBClusterStateFault', `DB cluster ${source.identifier} is not in available state: ${source.status}`);
  const { traits } = source;
  const resourceId = newResourceId('cluster');
  const cluster = await assembleCluster(rds, call, input, {
    resourceId,
    traits: { ...traits, port: checkPort(input.Port), iamAuthentication: input.EnableIAMDatabaseAuthentication ?? false, storageType: input.StorageType ?? traits.storageType },
    defaultRetentionDays: source.backups.retentionDays,
    ...(isClone && { cloneGroupId: source.cloneGroupId }),
  });
  cluster.traits.encryption = await encryptionOfRestored(rds, call, traits.encryption, input.KmsKeyId, resourceId, 'cluster');
  keepCluster(rds, cluster);
  rds.passages.begin(cluster, isClone ? CLUSTER_LIFE_CYCLE.clone : CLUSTER_LIFE_CYCLE.restore, {
    work: async () => {
      const image = await readVolume(rds, source, cluster.identifier);
      await restoreVolume(rds, cluster, image);
      await image.release();
    },
    then: () => clusterOpened(rds, cluster, 'clusterCreated'),
  });
  return cluster;
}

function checkRestorable(snapshot: Snapshot, call: Call): void {
  checkUsable(snapshot, 'restore');
  if (snapshot.place.region !== call.region) throw invalidValue(`The snapshot ${snapshot.identifier} is in the region ${snapshot.place.region}: copy it first.`);
  // "you can't restore a DB cluster from a snapshot that is both shared and encrypted. Instead, you can make a copy of the DB cluster snapshot and restore from the copy":
  // https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-share-snapshot.html
  if (snapshot.place.account !== call.account && snapshot.traits.encryption.kind === 'sse-kms') {
    throw invalidValue(`The snapshot ${snapshot.identifier} is shared and encrypted: copy it and restore the copy.`);
  }
}

/** Without a key, what is restored is protected as it was; with one, under the key. */
export async function encryptionOfRestored({ keys }: RdsContext, call: Call, before: Encryption, kmsKeyId: string | undefined, resourceId: string, from: 'cluster' | 'cluster-snapshot' | 'snapshot' | 'db'): Promise<Encryption> {
  if (before.kind === 'sse-kms') await keys.open(call, before, from);
  const keyId = kmsKeyId ?? (before.kind === 'sse-kms' ? before.keyArn : undefined);
  return keyId === undefined ? before : keys.adopt(call, keyId, from === 'cluster' || from === 'cluster-snapshot' ? 'cluster' : 'db', resourceId);
}

function common(to: RdsAccess, input: RestoreDBClusterFromSnapshotMessage | RestoreDBClusterToPointInTimeMessage, call: Call, engine: string, version: string): readonly Access[] {
  return [
    ...to.created('cluster', call, input.DBClusterIdentifier, input.Tags),
    to.existing('cluster-pg', call, input.DBClusterParameterGroupName ?? defaultGroupName(engine, version)),
    to.existing('og', call, optionGroupOf(engine, version)),
    to.existing('subgrp', call, input.DBSubnetGroupName ?? 'default'),
    ...to.passedMonitoringRole(input.MonitoringRoleArn),
  ];
}

function snapshotKindOf(nameOrArn: string | undefined): 'snapshot' | 'cluster-snapshot' {
  return parseRdsArn(nameOrArn ?? '')?.kind === 'snapshot' ? 'snapshot' : 'cluster-snapshot';
}

/** Which default groups are meant depends on the version, which the snapshot has when the request has none. */
function versionOfSnapshot({ estate }: RdsContext, call: Call, { EngineVersion, SnapshotIdentifier }: RestoreDBClusterFromSnapshotMessage): string {
  const { name, place } = rdsNameOf('cluster-snapshot', call, SnapshotIdentifier ?? '');
  return EngineVersion ?? estate.in(place).snapshots.cluster.get(name)?.traits.engineVersion ?? '17';
}
