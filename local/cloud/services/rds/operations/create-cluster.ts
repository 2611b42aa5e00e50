import type { CreateDBClusterMessage } from '@aws-sdk/client-rds';
import { RdsAccess } from '../access/rds-access';
import type { Access, Call } from '../../../gateway/service';
import { describeCluster } from '../describe/describe-cluster';
import { isEngine, optionGroupOf, resolveVersion } from '../engine-versions';
import { CLUSTER_LIFE_CYCLE } from '../life-cycle/cluster-life-cycle';
import { assembleCluster, keepCluster } from '../new-cluster';
import { checkMasterPassword, checkMasterUsername, checkPort } from '../new-database';
import { defaultGroupName } from '../parameters/server-parameters';
import { rdsArn } from '../rds-arn';
import type { RdsContext } from '../rds-context';
import { invalidCombination, invalidValue, notEmulated, refuseUnsupported, required } from '../request-errors';
import { newResourceId } from '../resource-ids';
import { clusterOpened } from '../schedules';
import type { AuroraEngine, DbCluster } from '../state/database';
import type { Encryption } from '../state/encryption';
import { createVolume } from '../storage/cluster-storage';
import { DEFAULT_KEY } from '../storage/storage-keys';
import type { RdsOperations } from './rds-operations';

const SMALLEST_VOLUME_GB = 1;

/** CreateDBCluster. */
export function createClusterOperations(rds: RdsContext): RdsOperations {
  return {
    CreateDBCluster: {
      access: (input, call) => accessOf(new RdsAccess(rds.estate), input, call),
      run: async (input, call) => ({ DBCluster: describeCluster(rds, await createCluster(rds, input, call)) }),
    },
  };
}

async function createCluster(rds: RdsContext, input: CreateDBClusterMessage, call: Call): Promise<DbCluster> {
  refuseUnsupported(
    input,
    ...(['BacktrackWindow', 'CharacterSetName', 'DBClusterInstanceClass', 'DBSystemId', 'Domain', 'EnableGlobalWriteForwarding', 'EnableLimitlessDatabase'] as const),
    ...(['GlobalClusterIdentifier', 'OptionGroupName', 'ReplicationSourceIdentifier', 'ScalingConfiguration', 'WithExpressConfiguration'] as const),
  );
  const engine = auroraEngine(input.Engine);
  const resourceId = newResourceId('cluster');
  const username = checkMasterUsername(required('MasterUsername', input.MasterUsername));
  checkPasswordChoice(input);
  const cluster = await assembleCluster(rds, call, input, {
    resourceId,
    traits: {
      engine,
      engineVersion: resolveVersion(engine, input.EngineVersion),
      port: checkPort(input.Port),
      masterUsername: username,
      databaseName: input.DatabaseName,
      storageType: input.StorageType ?? 'aurora',
      sizeGb: SMALLEST_VOLUME_GB,
      iamAuthentication: input.EnableIAMDatabaseAuthentication ?? false,
      encryption: { kind: 'none' },
    },
  });
  cluster.traits.encryption = await encryptionOfNewCluster(rds, call, input, resourceId);
  const password = await masterPassword(rds, call, input, cluster);
  keepCluster(rds, cluster);
  rds.passages.begin(cluster, CLUSTER_LIFE_CYCLE.create, {
    work: () => createVolume(rds, cluster, password),
    then: () => clusterOpened(rds, cluster, 'clusterCreated'),
  });
  return cluster;
}

/** Only Aurora PostgreSQL is emulated. */
export function auroraEngine(name: string | undefined): AuroraEngine {
  if (name === 'aurora-postgresql') return name;
  if (name !== undefined && (isEngine(name) || ['mysql', 'aurora-mysql', 'neptune'].includes(name))) throw notEmulated(`clusters of the engine ${name}`);
  throw invalidValue(`Invalid DB engine: ${name ?? ''}`);
}

function checkPasswordChoice({ MasterUserPassword, ManageMasterUserPassword, MasterUserSecretKmsKeyId }: CreateDBClusterMessage): void {
  if (ManageMasterUserPassword && MasterUserPassword !== undefined) {
    throw invalidCombination("You can't specify MasterUserPassword when you specify ManageMasterUserPassword.");
  }
  if (!ManageMasterUserPassword && MasterUserSecretKmsKeyId !== undefined) {
    throw invalidCombination('You can specify MasterUserSecretKmsKeyId only if you specify ManageMasterUserPassword.');
  }
  if (!ManageMasterUserPassword) checkMasterPassword(required('MasterUserPassword', MasterUserPassword));
}

/** New Aurora clusters are always encrypted: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Overview.Encryption.html */
async function encryptionOfNewCluster({ keys, behaviour }: RdsContext, call: Call, { StorageEncrypted, KmsKeyId }: CreateDBClusterMessage, resourceId: string): Promise<Encryption> {
  if (StorageEncrypted === false && KmsKeyId !== undefined) throw invalidCombination('KmsKeyId cannot be specified when StorageEncrypted is false.');
  if (StorageEncrypted || KmsKeyId !== undefined) return keys.adopt(call, KmsKeyId ?? DEFAULT_KEY, 'cluster', resourceId);
  return { kind: behaviour.createsUnencryptedClusters ? 'none' : 'sse-rds' };
}

async function masterPassword({ secrets }: RdsContext, call: Call, input: CreateDBClusterMessage, cluster: DbCluster): Promise<string> {
  if (!input.ManageMasterUserPassword) return input.MasterUserPassword ?? '';
  const databaseArn = rdsArn('cluster', cluster.place, cluster.identifier);
  const { secret, password } = await secrets.create(call, {
    kind: 'cluster',
    databaseArn,
    username: cluster.traits.masterUsername,
    kmsKeyId: input.MasterUserSecretKmsKeyId,
  });
  cluster.secret = secret;
  return password;
}

function accessOf(to: RdsAccess, input: CreateDBClusterMessage, call: Call): readonly Access[] {
  const engine = input.Engine ?? '';
  const version = input.EngineVersion ?? '17';
  const context = {
    'rds:DatabaseEngine': engine,
    'rds:StorageEncrypted': input.StorageEncrypted ?? false,
    'rds:ManageMasterUserPassword': input.ManageMasterUserPassword ?? false,
    ...(input.DatabaseName !== undefined && { 'rds:DatabaseName': input.DatabaseName }),
  };
  return [
    ...to.created('cluster', call, input.DBClusterIdentifier, input.Tags, context),
    to.existing('cluster-pg', call, input.DBClusterParameterGroupName ?? defaultGroupName(engine, version)),
    to.existing('og', call, optionGroupOf(engine, version)),
    to.existing('subgrp', call, input.DBSubnetGroupName ?? 'default'),
    ...to.passedMonitoringRole(input.MonitoringRoleArn),
  ];
}
