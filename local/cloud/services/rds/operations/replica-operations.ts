import type { CreateDBInstanceReadReplicaMessage, PromoteReadReplicaMessage } from '@aws-sdk/client-rds';
import { RdsAccess } from '../access/rds-access';
import { AwsError } from '../../../gateway/aws-error';
import type { Access, Call } from '../../../gateway/service';
import { checkBackupWindow, checkWindowsApart } from '../backup-window';
import { describeInstance } from '../describe/describe-instance';
import { openEndpoints } from '../endpoints';
import { optionGroupOf } from '../engine-versions';
import { publishIdleMetrics } from '../idle-metrics';
import { INSTANCE_LIFE_CYCLE } from '../life-cycle/instance-life-cycle';
import { checkMayBegin } from '../life-cycle/passages';
import { copyDurationMs, snapshotDurationMs } from '../life-cycle/snapshot-life-cycle';
import { assembleInstance, keepInstance } from '../new-instance';
import { checkPort } from '../new-database';
import { defaultGroupName } from '../parameters/server-parameters';
import { QUOTAS } from '../quotas';
import { isSamePlace, rdsArn, rdsNameOf } from '../rds-arn';
import type { RdsContext } from '../rds-context';
import { ReplicationMonitor } from '../replication-monitor';
import { checkRange, invalidCombination, invalidValue, refuseUnsupported, required } from '../request-errors';
import { newResourceId } from '../resource-ids';
import { backUpInstance, instanceOpened, instanceSource } from '../schedules';
import type { DbInstance } from '../state/database';
import type { Encryption } from '../state/encryption';
import { createReplica, promoteServer, restartServer } from '../storage/instance-storage';
import type { RdsOperations } from './rds-operations';

const MODIFY = INSTANCE_LIFE_CYCLE.modify;

/** CreateDBInstanceReadReplica, PromoteReadReplica. */
export function replicaOperations(rds: RdsContext): RdsOperations {
  const to = new RdsAccess(rds.estate);
  return {
    CreateDBInstanceReadReplica: {
      // RDS calls the source's region for the caller, who needs the action on the source too:
      // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReadRepl.XRgn.html#ReadRepl.XRgn.Policy
      access: (input, call) => accessToReplicate(rds, input, call),
      run: async (input, call) => ({ DBInstance: describeInstance(rds, await createReadReplica(rds, input, call)) }),
    },
    PromoteReadReplica: {
      access: ({ DBInstanceIdentifier }, call) => [to.existing('db', call, DBInstanceIdentifier)],
      run: (input, call) => ({ DBInstance: describeInstance(rds, promote(rds, input, call)) }),
    },
  };
}

function accessToReplicate(rds: RdsContext, input: CreateDBInstanceReadReplicaMessage, call: Call): readonly Access[] {
  const to = new RdsAccess(rds.estate);
  const { name, place } = rdsNameOf('db', call, input.SourceDBInstanceIdentifier ?? '');
  const source = rds.estate.in(place).instances.get(name);
  const { DBParameterGroupName, DBSubnetGroupName } = source ? withInherited(input, source, !isSamePlace(place, call)) : input;
  const { engine = 'postgres', engineVersion = '17' } = source?.traits ?? {};
  return [
    ...to.created('db', call, input.DBInstanceIdentifier, input.Tags, { 'rds:PubliclyAccessible': input.PubliclyAccessible ?? false }),
    to.existing('db', call, input.SourceDBInstanceIdentifier),
    to.existing('pg', call, DBParameterGroupName ?? defaultGroupName(engine, engineVersion)),
    to.existing('og', call, optionGroupOf(engine, engineVersion)),
    to.existing('subgrp', call, DBSubnetGroupName ?? 'default'),
    ...to.passedMonitoringRole(input.MonitoringRoleArn),
  ];
}

async function createReadReplica(rds: RdsContext, input: CreateDBInstanceReadReplicaMessage, call: Call): Promise<DbInstance> {
  refuseUnsupported(input, 'SourceDBClusterIdentifier', 'OptionGroupName', 'Domain', 'DomainFqdn', 'ReplicaMode', 'EnableCustomerOwnedIp', 'UseDefaultProcessorFeatures', 'ProcessorFeatures', 'UpgradeStorageConfig');
  const source = rds.estate.instance(call, required('SourceDBInstanceIdentifier', input.SourceDBInstanceIdentifier));
  checkSource(rds, source);
  const isRemote = !isSamePlace(source.place, call);
  const { traits } = source;
  const resourceId = newResourceId('db');
  const replica = await assembleInstance(rds, call, withInherited(input, source, isRemote), {
    resourceId,
    instanceClass: input.DBInstanceClass ?? source.instanceClass,
    traits: {
      ...traits,
      port: checkPort(input.Port, traits.port),
      storageType: input.StorageType ?? traits.storageType,
      sizeGb: Math.max(input.AllocatedStorage ?? 0, traits.sizeGb),
      iamAuthentication: input.EnableIAMDatabaseAuthentication ?? false,
    },
    // "RDS creates read replicas with backups disabled": the SDK's type text.
    defaultRetentionDays: 0,
  });
  replica.traits.encryption = await encryptionOfReplica(rds, call, source, input, resourceId);
  replica.replication = { sourceArn: rdsArn('db', source.place, source.identifier), source, link: undefined, brokenSince: undefined, error: false, terminated: false };
  checkSource(rds, source);
  keepInstance(rds, replica);
  beginReplica(rds, replica, source, isRemote);
  return replica;
}

function beginReplica(rds: RdsContext, replica: DbInstance, source: DbInstance, isRemote: boolean): void {
  const { sizeGb } = source.traits;
  const ready = INSTANCE_LIFE_CYCLE.createReplica.minutes * 60_000;
  rds.passages.begin(replica, INSTANCE_LIFE_CYCLE.createReplica, {
    durationMs: ready + (isRemote ? copyDurationMs(sizeGb, true) : 0),
    work: () => createReplica(rds, replica, source),
    arrive: () => openEndpoints(rds, replica),
    then: () => {
      rds.notices.give(instanceSource(replica), 'instanceCreated');
      rds.notices.give(instanceSource(replica), 'replicationStarted');
      publishIdleMetrics(rds, replica);
      instanceOpened(rds, replica);
      if (replica.replication) void new ReplicationMonitor(rds, replica, replica.replication).watch();
    },
  });
  // The source is `modifying` while RDS takes the snapshot that the replica begins with.
  const worked = replica.underway?.worked;
  rds.passages.begin(source, MODIFY, { durationMs: snapshotDurationMs(sizeGb), work: async () => worked });
}

function checkSource(rds: RdsContext, source: DbInstance): void {
  const refuse = (message: string) => new AwsError('InvalidDBInstanceStateFault', message);
  if (source.cluster) throw refuse(`Cannot create a read replica of ${source.identifier} because it is a member of a DB cluster.`);
  if (source.backups.retentionDays === 0) {
    throw refuse('Automated backups are not enabled for this database instance. To enable automated backups, use ModifyDBInstance to set the backup retention period to a non-zero value.');
  }
  checkMayBegin(source, MODIFY);
  if (rds.estate.replicasOf(source).length >= QUOTAS.readReplicasPerInstance) throw refuse(`${source.identifier} already has ${QUOTAS.readReplicasPerInstance} read replicas.`);
}

/** A replica in its source's region has the source's network and parameter group; elsewhere it has defaults. */
function withInherited(input: CreateDBInstanceReadReplicaMessage, source: DbInstance, isRemote: boolean): CreateDBInstanceReadReplicaMessage {
  if (isRemote) return input;
  return {
    ...input,
    DBSubnetGroupName: input.DBSubnetGroupName ?? source.network.subnetGroupName,
    VpcSecurityGroupIds: input.VpcSecurityGroupIds ?? [...source.network.securityGroupIds],
    DBParameterGroupName: input.DBParameterGroupName ?? source.parameterGroupName,
  };
}

async function encryptionOfReplica({ keys }: RdsContext, call: Call, source: DbInstance, { KmsKeyId: kmsKeyId, PreSignedUrl }: CreateDBInstanceReadReplicaMessage, resourceId: string): Promise<Encryption> {
  const { encryption } = source.traits;
  if (encryption.kind !== 'sse-kms') {
    if (kmsKeyId !== undefined) throw invalidCombination('Cannot create an encrypted read replica from an unencrypted DB instance.');
    return encryption;
  }
  if (source.place.region !== call.region) {
    if (kmsKeyId === undefined) throw invalidValue('Must specify KMS key for cross region encrypted read replica.');
    checkSignedFor(source.place.region, source.identifier, PreSignedUrl);
  }
  await keys.open(call, encryption, 'db');
  return keys.adopt(call, kmsKeyId ?? encryption.keyArn, 'db', resourceId);
}

/** SDKs sign the request for the source's region by themselves; others need to be told the region. */
function checkSignedFor(region: string, identifier: string, preSignedUrl: string | undefined): void {
  if (preSignedUrl === undefined) throw invalidCombination(`Source instance ${identifier} is encrypted; pre-signed URL has to be specified`);
  if (new URL(preSignedUrl).hostname !== `rds.${region}.amazonaws.com`) throw invalidValue('PreSignedUrl could not be authenticated.');
}

/**
 * Promotes a replica: `modifying`, then `rebooting`, and where backups are on a first backup. AWS does not say how long it goes on
 * to receive; nobody may count on it, so here that ends with the request.
 */
function promote(rds: RdsContext, input: PromoteReadReplicaMessage, call: Call): DbInstance {
  const replica = rds.estate.instance(call, input.DBInstanceIdentifier);
  const refuse = (message: string) => new AwsError('InvalidDBInstanceStateFault', message);
  if (replica.cluster) throw refuse(`DB instance ${replica.identifier} is a member of a DB cluster and cannot be promoted.`);
  if (!replica.replication) throw refuse(`DB Instance ${replica.identifier} is not a read replica.`);
  checkMayBegin(replica, INSTANCE_LIFE_CYCLE.promote);
  checkRange('BackupRetentionPeriod', input.BackupRetentionPeriod, 0, 35);
  const window = input.PreferredBackupWindow === undefined ? replica.backups.window : checkBackupWindow(input.PreferredBackupWindow);
  checkWindowsApart(window, replica.maintenanceWindow);
  // "Default: 1": the SDK's type text. A retention that was set before stays.
  replica.backups = { retentionDays: input.BackupRetentionPeriod ?? (replica.backups.retentionDays || 1), window };
  replica.replication.link?.cutForGood();
  rds.passages.begin(replica, INSTANCE_LIFE_CYCLE.promote, {
    arrive: async () => {
      await promoteServer(rds, replica);
      replica.replication = undefined;
    },
    then: () => rebootPromoted(rds, replica),
  });
  return replica;
}

function rebootPromoted(rds: RdsContext, instance: DbInstance): void {
  rds.passages.begin(instance, INSTANCE_LIFE_CYCLE.reboot, {
    work: () => restartServer(rds, instance),
    then: () => {
      rds.notices.give(instanceSource(instance), 'instanceRestarted');
      if (instance.backups.retentionDays > 0) backUpInstance(rds, instance);
    },
  });
}
