import type { ModifyDBInstanceMessage } from '@aws-sdk/client-rds';
import { RdsAccess } from '../access/rds-access';
import { AwsError } from '../../../gateway/aws-error';
import type { Call } from '../../../gateway/service';
import { checkBackupWindow, checkMaintenanceWindow, checkWindowsApart } from '../backup-window';
import { describeInstance } from '../describe/describe-instance';
import { hostnamesOf } from '../endpoint-names';
import { closeEndpoints, openEndpoints } from '../endpoints';
import { compareVersions, resolveVersion } from '../engine-versions';
import { newIdentifier } from '../identifiers';
import { checkInstanceClass } from '../instance-classes';
import { INSTANCE_LIFE_CYCLE } from '../life-cycle/instance-life-cycle';
import { checkMayBegin } from '../life-cycle/passages';
import { changedMasterPassword } from '../master-password';
import { groupNameFor } from '../new-instance';
import { checkPort } from '../new-database';
import type { RdsContext } from '../rds-context';
import { checkRange, invalidCombination, notEmulated, refuseUnsupported } from '../request-errors';
import { backUpInstance, instanceSource } from '../schedules';
import type { DbInstance } from '../state/database';
import { restartServer, serverOf } from '../storage/instance-storage';
import type { RdsOperations } from './rds-operations';

/** Automated backups of PostgreSQL replicas exist since this version: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReadRepl.html#USER_ReadRepl.Overview */
const REPLICA_BACKUPS_SINCE = '14.1';

/** ModifyDBInstance. */
export function modifyInstanceOperations(rds: RdsContext): RdsOperations {
  const to = new RdsAccess(rds.estate);
  return {
    ModifyDBInstance: {
      access: (input, call) => [
        to.existing('db', call, input.DBInstanceIdentifier, { 'rds:ManageMasterUserPassword': input.ManageMasterUserPassword ?? false }),
        ...(input.DBParameterGroupName === undefined ? [] : [to.existing('pg', call, input.DBParameterGroupName)]),
        ...to.passedMonitoringRole(input.MonitoringRoleArn),
      ],
      run: async (input, call) => ({ DBInstance: await modifyInstance(rds, input, call) }),
    },
  };
}

async function modifyInstance(rds: RdsContext, input: ModifyDBInstanceMessage, call: Call) {
  refuseUnsupported(input, 'DBSubnetGroupName', 'DBSecurityGroups', 'Domain', 'DomainFqdn', 'Engine', 'OptionGroupName', 'ReplicaMode', 'TdeCredentialArn', 'EnableCustomerOwnedIp');
  const instance = rds.estate.instance(call, input.DBInstanceIdentifier);
  checkMayBegin(instance, INSTANCE_LIFE_CYCLE.modify);
  if (instance.cluster) checkMemberRequest(input);
  if (instance.replication && (input.MasterUserPassword !== undefined || input.ManageMasterUserPassword)) {
    throw new AwsError('InvalidDBInstanceStateFault', 'Cannot change the master user password of a read replica: it is that of the source.');
  }
  const newName = checkRename(rds, input, instance);
  const settings = checkSettings(rds, input, instance, call);
  const password = await changedMasterPassword(rds, call, 'db', instance, input);
  const turnsBackupsOn = instance.backups.retentionDays === 0 && (input.BackupRetentionPeriod ?? 0) > 0;
  Object.assign(instance, settings);
  if (input.AllocatedStorage !== undefined) instance.traits.sizeGb = input.AllocatedStorage;
  if (input.EnableIAMDatabaseAuthentication !== undefined) instance.traits.iamAuthentication = input.EnableIAMDatabaseAuthentication;
  if (input.DBPortNumber !== undefined) instance.traits.port = checkPort(input.DBPortNumber);
  begin(rds, input, instance, { newName, password, turnsBackupsOn });
  return describeInstance(rds, instance);
}

function begin(
  rds: RdsContext,
  input: ModifyDBInstanceMessage,
  instance: DbInstance,
  { newName, password, turnsBackupsOn }: { readonly newName: string | undefined; readonly password: string | undefined; readonly turnsBackupsOn: boolean },
): void {
  const { passages, notices, turns } = rds;
  if (newName !== undefined) {
    instance.renamesTo = newName;
    passages.begin(instance, INSTANCE_LIFE_CYCLE.rename, { arrive: () => renameInstance(rds, instance, newName) });
  } else if (password !== undefined) {
    const server = serverOf(instance);
    passages.begin(instance, INSTANCE_LIFE_CYCLE.resetMasterPassword, {
      arrive: () => turns.of(server, () => server.setMasterPassword(password)),
      then: () => notices.give(instanceSource(instance), 'credentialsReset'),
    });
  } else if (input.DBInstanceClass !== undefined && input.ApplyImmediately) {
    passages.begin(instance, INSTANCE_LIFE_CYCLE.resize, {
      arrive: () => restartServer(rds, instance),
      then: () => notices.give(instanceSource(instance), 'instanceClassChanged'),
    });
  } else if (changesMoreThanFlags(input)) {
    passages.begin(instance, INSTANCE_LIFE_CYCLE.modify, {
      arrive: () => openEndpoints(rds, instance),
      then: () => turnsBackupsOn && backUpInstance(rds, instance),
    });
  }
}

function checkMemberRequest(input: ModifyDBInstanceMessage): void {
  const ofTheCluster = (['BackupRetentionPeriod', 'PreferredBackupWindow', 'MasterUserPassword', 'AllocatedStorage', 'DeletionProtection', 'DBPortNumber', 'EngineVersion', 'VpcSecurityGroupIds'] as const).find(
    (name) => input[name] !== undefined,
  );
  if (ofTheCluster) throw invalidCombination(`The specified DB Instance is a member of a cluster and its ${ofTheCluster} should not be modified directly. Instead, modify the cluster using the ModifyDbCluster API`);
}

function checkRename({ estate }: RdsContext, { NewDBInstanceIdentifier, ApplyImmediately }: ModifyDBInstanceMessage, instance: DbInstance): string | undefined {
  if (NewDBInstanceIdentifier === undefined) return undefined;
  const name = newIdentifier('NewDBInstanceIdentifier', NewDBInstanceIdentifier);
  if (estate.in(instance.place).isInstanceNameTaken(name)) throw new AwsError('DBInstanceAlreadyExistsFault', 'DB instance already exists');
  if (!ApplyImmediately) throw notEmulated('renaming in the maintenance window: ApplyImmediately must be true');
  return name;
}

/** The settings that the request leaves the instance with. */
function checkSettings(rds: RdsContext, input: ModifyDBInstanceMessage, instance: DbInstance, call: Call): Partial<DbInstance> {
  const { traits, backups } = instance;
  checkRange('BackupRetentionPeriod', input.BackupRetentionPeriod, 0, 35);
  checkRange('AllocatedStorage', input.AllocatedStorage, traits.sizeGb, 65536);
  if (input.EngineVersion !== undefined && resolveVersion(traits.engine, input.EngineVersion) !== traits.engineVersion) throw notEmulated('upgrades of the engine version');
  if (input.DBInstanceClass !== undefined) {
    checkInstanceClass(traits.engine, traits.engineVersion, input.DBInstanceClass);
    if (!input.ApplyImmediately) throw notEmulated('changes of the class in the maintenance window: ApplyImmediately must be true');
  }
  checkBackupsAllowed(rds, input, instance);
  const window = input.PreferredBackupWindow === undefined ? backups.window : checkBackupWindow(input.PreferredBackupWindow);
  const maintenanceWindow = input.PreferredMaintenanceWindow === undefined ? instance.maintenanceWindow : checkMaintenanceWindow(input.PreferredMaintenanceWindow);
  checkWindowsApart(window, maintenanceWindow);
  return {
    backups: { retentionDays: input.BackupRetentionPeriod ?? backups.retentionDays, window },
    maintenanceWindow,
    deletionProtection: input.DeletionProtection ?? instance.deletionProtection,
    copyTagsToSnapshot: input.CopyTagsToSnapshot ?? instance.copyTagsToSnapshot,
    instanceClass: input.DBInstanceClass ?? instance.instanceClass,
    multiAz: input.MultiAZ ?? instance.multiAz,
    promotionTier: input.PromotionTier ?? instance.promotionTier,
    network: {
      ...instance.network,
      securityGroupIds: input.VpcSecurityGroupIds ?? instance.network.securityGroupIds,
      publiclyAccessible: input.PubliclyAccessible ?? instance.network.publiclyAccessible,
    },
    ...(input.DBParameterGroupName !== undefined && { parameterGroupName: groupNameFor(rds, call, input.DBParameterGroupName, traits), pendingReboot: true }),
    shown: {
      ...instance.shown,
      ...(input.AutoMinorVersionUpgrade !== undefined && { AutoMinorVersionUpgrade: input.AutoMinorVersionUpgrade }),
      ...(input.MonitoringInterval !== undefined && { MonitoringInterval: input.MonitoringInterval, MonitoringRoleArn: input.MonitoringRoleArn }),
    },
  };
}

function checkBackupsAllowed({ estate }: RdsContext, { BackupRetentionPeriod }: ModifyDBInstanceMessage, instance: DbInstance): void {
  if (BackupRetentionPeriod === undefined) return;
  const refuse = (message: string) => new AwsError('InvalidDBInstanceStateFault', message);
  if (BackupRetentionPeriod === 0 && estate.replicasOf(instance).length > 0) throw refuse('Cannot disable automated backups of a DB instance that has read replicas.');
  if (BackupRetentionPeriod > 0 && instance.replication && compareVersions(instance.traits.engineVersion, REPLICA_BACKUPS_SINCE) < 0) {
    throw refuse('DB Backups not supported on a read replica for engine postgres');
  }
}

/** Flags that nothing has to be done for are changed at once and leave the status alone. */
function changesMoreThanFlags({ DBInstanceIdentifier: _, ApplyImmediately: __, DeletionProtection: ___, CopyTagsToSnapshot: ____, ...rest }: ModifyDBInstanceMessage): boolean {
  return Object.values(rest).some((value) => value !== undefined);
}

/** The endpoint goes with the name, and the resource id stays. */
async function renameInstance(rds: RdsContext, instance: DbInstance, name: string): Promise<void> {
  const { instances } = rds.estate.in(instance.place);
  closeEndpoints(rds, instance);
  instances.delete(instance.identifier);
  instance.identifier = name;
  instances.set(name, instance);
  delete instance.renamesTo;
  const server = serverOf(instance);
  await rds.turns.of(server, async () => {
    await server.setHostnames(hostnamesOf(instance));
    await server.restart();
  });
  openEndpoints(rds, instance);
}
