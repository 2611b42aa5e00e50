import type { CreateDBInstanceMessage } from '@aws-sdk/client-rds';
import { RdsAccess } from '../access/rds-access';
import { AwsError } from '../../../gateway/aws-error';
import type { Access, Call } from '../../../gateway/service';
import { describeInstance } from '../describe/describe-instance';
import { openEndpoints } from '../endpoints';
import { isEngine, optionGroupOf, resolveVersion } from '../engine-versions';
import { SERVERLESS_CLASS } from '../instance-classes';
import { INSTANCE_LIFE_CYCLE } from '../life-cycle/instance-life-cycle';
import { assembleInstance, keepInstance } from '../new-instance';
import { checkMasterPassword, checkMasterUsername, checkPort } from '../new-database';
import { defaultGroupName } from '../parameters/server-parameters';
import { QUOTAS } from '../quotas';
import { rdsArn } from '../rds-arn';
import type { RdsContext } from '../rds-context';
import { checkRange, invalidCombination, invalidValue, notEmulated, refuseUnsupported, required } from '../request-errors';
import { newResourceId } from '../resource-ids';
import { instanceOpened, instanceSource } from '../schedules';
import type { DbCluster, DbInstance } from '../state/database';
import type { Encryption } from '../state/encryption';
import { attachMember, promoteMember } from '../storage/cluster-storage';
import { createServer } from '../storage/instance-storage';
import { DEFAULT_KEY } from '../storage/storage-keys';
import type { RdsOperations } from './rds-operations';
import { publishIdleMetrics } from '../idle-metrics';

/** What a member of a cluster has from its cluster. */
const OF_THE_CLUSTER = ['AllocatedStorage', 'BackupRetentionPeriod', 'DBName', 'EnableIAMDatabaseAuthentication', 'KmsKeyId', 'ManageMasterUserPassword'] as const;
const OF_THE_CLUSTER_TOO = ['MasterUsername', 'MasterUserPassword', 'Port', 'PreferredBackupWindow', 'StorageEncrypted', 'VpcSecurityGroupIds', 'DeletionProtection'] as const;

/** CreateDBInstance. */
export function createInstanceOperations(rds: RdsContext): RdsOperations {
  return {
    CreateDBInstance: {
      access: (input, call) => accessOf(new RdsAccess(rds.estate), input, call),
      run: async (input, call) => {
        refuseUnsupported(
          input,
          ...(['AdditionalStorageVolumes', 'CharacterSetName', 'CustomIamInstanceProfile', 'DBSecurityGroups', 'DBSystemId', 'Domain', 'DomainFqdn'] as const),
          ...(['EnableCustomerOwnedIp', 'MultiTenant', 'NcharCharacterSetName', 'OptionGroupName', 'TdeCredentialArn', 'Timezone'] as const),
        );
        const instance = input.DBClusterIdentifier === undefined ? await createStandalone(rds, input, call) : await createMember(rds, input, call);
        return { DBInstance: describeInstance(rds, instance) };
      },
    },
  };
}

async function createMember(rds: RdsContext, input: CreateDBInstanceMessage, call: Call): Promise<DbInstance> {
  const cluster = rds.estate.cluster(call, input.DBClusterIdentifier);
  const { traits } = cluster;
  const foreign = [...OF_THE_CLUSTER, ...OF_THE_CLUSTER_TOO].find((name) => input[name] !== undefined);
  if (foreign) throw invalidCombination(`The requested DB Instance will be a member of a DB Cluster. Set ${foreign} for the DB Cluster.`);
  if (input.Engine !== traits.engine) throw invalidCombination(`The engine name requested for your DB instance (${input.Engine ?? ''}) doesn't match the engine name of your DB cluster (${traits.engine}).`);
  if (input.EngineVersion !== undefined && resolveVersion(traits.engine, input.EngineVersion) !== traits.engineVersion) {
    throw invalidCombination(`The engine version that you requested for your DB instance (${input.EngineVersion}) does not match the engine version of your DB cluster (${traits.engineVersion}).`);
  }
  if (input.DBSubnetGroupName !== undefined && input.DBSubnetGroupName.toLowerCase() !== cluster.network.subnetGroupName) {
    throw invalidCombination('The DB instance and its DB cluster must be in the same DB subnet group.');
  }
  const instanceClass = required('DBInstanceClass', input.DBInstanceClass);
  if (instanceClass === SERVERLESS_CLASS && !cluster.shown.ServerlessV2ScalingConfiguration) {
    throw invalidCombination('Set the Serverless v2 scaling configuration on the parent DB cluster before creating a Serverless v2 DB instance.');
  }
  if (cluster.status !== 'available') throw new AwsError('InvalidDBClusterStateFault', `DB cluster ${cluster.identifier} is not in available state: ${cluster.status}`);
  if (rds.estate.in(call).membersOf(cluster).length >= QUOTAS.membersPerCluster) throw new AwsError('InstanceQuotaExceededFault', `A DB cluster can have ${QUOTAS.membersPerCluster} DB instances.`);
  const member = await assembleInstance(rds, call, input, { instanceClass, cluster, traits });
  keepInstance(rds, member);
  cluster.writer ??= member;
  beginMember(rds, cluster, member);
  return member;
}

function beginMember(rds: RdsContext, cluster: DbCluster, member: DbInstance): void {
  rds.passages.begin(member, INSTANCE_LIFE_CYCLE.create, {
    work: () => attachMember(rds, cluster, member),
    arrive: async () => {
      // The writer may have been deleted meanwhile.
      if (!cluster.writer) {
        cluster.writer = member;
        await promoteMember(rds, cluster, member);
      }
      openEndpoints(rds, member);
    },
    then: () => {
      rds.notices.give(instanceSource(member), 'instanceCreated');
      publishIdleMetrics(rds, member);
    },
  });
}

async function createStandalone(rds: RdsContext, input: CreateDBInstanceMessage, call: Call): Promise<DbInstance> {
  const engine = standaloneEngine(input.Engine);
  const engineVersion = resolveVersion(engine, input.EngineVersion);
  const masterUsername = checkMasterUsername(required('MasterUsername', input.MasterUsername));
  if (input.ManageMasterUserPassword && input.MasterUserPassword !== undefined) throw invalidCombination("You can't specify MasterUserPassword when you specify ManageMasterUserPassword.");
  const ownPassword = input.ManageMasterUserPassword ? undefined : checkMasterPassword(required('MasterUserPassword', input.MasterUserPassword));
  checkRange('AllocatedStorage', required('AllocatedStorage', input.AllocatedStorage), 20, 65536);
  const resourceId = newResourceId('db');
  const instance = await assembleInstance(rds, call, input, {
    resourceId,
    instanceClass: required('DBInstanceClass', input.DBInstanceClass),
    traits: {
      engine,
      engineVersion,
      port: checkPort(input.Port),
      masterUsername,
      databaseName: input.DBName,
      storageType: input.StorageType ?? 'gp3',
      sizeGb: input.AllocatedStorage ?? 20,
      iamAuthentication: input.EnableIAMDatabaseAuthentication ?? false,
      encryption: { kind: 'none' },
    },
  });
  instance.traits.encryption = await encryptionOfNewInstance(rds, call, input, resourceId);
  const password = ownPassword ?? (await managedPassword(rds, call, input, instance));
  keepInstance(rds, instance);
  rds.passages.begin(instance, INSTANCE_LIFE_CYCLE.create, {
    work: () => createServer(rds, instance, password),
    arrive: () => openEndpoints(rds, instance),
    then: () => {
      rds.notices.give(instanceSource(instance), 'instanceCreated');
      publishIdleMetrics(rds, instance);
      instanceOpened(rds, instance);
    },
  });
  return instance;
}

/** Only RDS for PostgreSQL is emulated. */
function standaloneEngine(name: string | undefined): 'postgres' {
  if (name === 'postgres') return name;
  if (name === 'aurora-postgresql') throw invalidCombination('The engine aurora-postgresql needs a DB cluster: specify DBClusterIdentifier.');
  if (name !== undefined && (isEngine(name) || /^(mysql|mariadb|oracle-|sqlserver-|db2-|custom-|aurora-mysql)/.test(name))) throw notEmulated(`instances of the engine ${name}`);
  throw invalidValue(`Invalid DB engine: ${name ?? ''}`);
}

async function encryptionOfNewInstance({ keys }: RdsContext, call: Call, { StorageEncrypted, KmsKeyId }: CreateDBInstanceMessage, resourceId: string): Promise<Encryption> {
  if (!StorageEncrypted && KmsKeyId !== undefined) throw invalidCombination('KmsKeyId can be specified only when StorageEncrypted is true.');
  return StorageEncrypted ? keys.adopt(call, KmsKeyId ?? DEFAULT_KEY, 'db', resourceId) : { kind: 'none' };
}

async function managedPassword({ secrets }: RdsContext, call: Call, { MasterUserSecretKmsKeyId }: CreateDBInstanceMessage, instance: DbInstance): Promise<string> {
  const databaseArn = rdsArn('db', instance.place, instance.identifier);
  const { secret, password } = await secrets.create(call, { kind: 'db', databaseArn, username: instance.traits.masterUsername, kmsKeyId: MasterUserSecretKmsKeyId });
  instance.secret = secret;
  return password;
}

function accessOf(to: RdsAccess, input: CreateDBInstanceMessage, call: Call): readonly Access[] {
  const engine = input.Engine ?? '';
  const version = input.EngineVersion ?? '17';
  const context = {
    'rds:DatabaseEngine': engine,
    'rds:DatabaseClass': input.DBInstanceClass ?? '',
    'rds:StorageEncrypted': input.StorageEncrypted ?? false,
    'rds:PubliclyAccessible': input.PubliclyAccessible ?? false,
    'rds:MultiAz': input.MultiAZ ?? false,
    'rds:ManageMasterUserPassword': input.ManageMasterUserPassword ?? false,
    ...(input.AllocatedStorage !== undefined && { 'rds:StorageSize': input.AllocatedStorage }),
  };
  // Of groups that the request leaves out RDS asks as well: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/security_iam_id-based-policy-examples.html
  const subnetGroup = input.DBSubnetGroupName ?? (input.DBClusterIdentifier === undefined ? 'default' : to.subnetGroupOf(call, input.DBClusterIdentifier));
  return [
    ...to.created('db', call, input.DBInstanceIdentifier, input.Tags, context),
    ...(input.DBClusterIdentifier === undefined ? [] : [to.existing('cluster', call, input.DBClusterIdentifier)]),
    to.existing('pg', call, input.DBParameterGroupName ?? defaultGroupName(engine, version)),
    to.existing('og', call, optionGroupOf(engine, version)),
    ...(subnetGroup === undefined ? [] : [to.existing('subgrp', call, subnetGroup)]),
    ...to.passedMonitoringRole(input.MonitoringRoleArn),
  ];
}
