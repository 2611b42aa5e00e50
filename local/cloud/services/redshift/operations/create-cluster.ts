import type { CreateClusterMessage } from '@aws-sdk/client-redshift';
import type { Call } from '../../../gateway/service';
import { invalidCombination, required } from '../../rds/request-errors';
import { keepAdminSecret, lookAtNetwork } from '../access/dependent-actions';
import { RedshiftAccess } from '../access/redshift-access';
import { adoptKey } from '../cluster-keys';
import { checkAutomatedRetention, checkDatabaseName, checkManualRetention, checkMasterPassword, checkMasterUsername, checkPasswordSource, checkPort, newClusterIdentifier } from '../cluster-rules';
import { describeCluster } from '../describe/describe-cluster';
import { hostnamesOf, openEndpoint } from '../endpoints';
import { CLUSTER_LIFE_CYCLE } from '../life-cycle/cluster-life-cycle';
import { assembleCluster, clusterOpened, keepCluster, maintenanceWindowOf } from '../new-cluster';
import { checkNodeType, checkNumberOfNodes } from '../node-types';
import { parameterGroup, serverParameters } from '../parameters/cluster-parameters';
import { redshiftArn } from '../redshift-arn';
import type { RedshiftContext } from '../redshift-context';
import { refuseUnsupported, requestedTags } from '../request';
import type { ClusterTraits, RedshiftCluster } from '../state/cluster';
import type { RedshiftOperations } from './redshift-operations';

const DEFAULT_DATABASE = 'dev';
/** Small clusters are what people create. */
const FIRST_SIZE_MB = 1024;

/** CreateCluster. */
export function createClusterOperations(redshift: RedshiftContext): RedshiftOperations {
  const to = new RedshiftAccess(redshift.estate);
  return {
    CreateCluster: {
      access: (input, call) => [
        ...to.created('cluster', call, input.ClusterIdentifier, input.Tags),
        ...to.passedRoles(input.IamRoles),
        ...lookAtNetwork(),
        ...(input.ManageMasterPassword ? keepAdminSecret(call, input.ClusterIdentifier) : []),
      ],
      run: async (input, call) => ({ Cluster: describeCluster(redshift, await createCluster(redshift, input, call)) }),
    },
  };
}

async function createCluster(redshift: RedshiftContext, input: CreateClusterMessage, call: Call): Promise<RedshiftCluster> {
  refuseUnsupported(input, 'HsmClientCertificateIdentifier', 'HsmConfigurationIdentifier', 'ElasticIp', 'RedshiftIdcApplicationArn', 'CatalogName');
  // https://docs.aws.amazon.com/redshift/latest/mgmt/behavior-changes.html
  if (input.Encrypted === false) throw invalidCombination('Unencrypted clusters can no longer be created. Set Encrypted to true or leave it out.');
  checkPasswordSource(input);
  const ownPassword = input.ManageMasterPassword ? undefined : checkMasterPassword(required('MasterUserPassword', input.MasterUserPassword));
  const cluster = await assembleCluster(redshift, call, input, { traits: traitsOf(input), tags: requestedTags(input.Tags) });
  if (input.KmsKeyId !== undefined) cluster.traits.encryption = await adoptKey(redshift, call, cluster, input.KmsKeyId);
  const password = ownPassword ?? (await managedPassword(redshift, call, cluster, input.MasterPasswordSecretKmsKeyId));
  keepCluster(redshift, cluster);
  redshift.passages.begin(cluster, CLUSTER_LIFE_CYCLE.create, {
    work: async () => {
      cluster.server = await redshift.storage.create({
        name: cluster.identifier,
        hostnames: hostnamesOf(cluster),
        parameters: serverParameters(parameterGroup(redshift.estate, cluster.place, cluster.parameterGroupName)),
        masterUser: cluster.traits.masterUsername,
        masterPassword: password,
        databaseName: cluster.traits.databaseName,
      });
    },
    arrive: () => openEndpoint(redshift, cluster),
    then: () => clusterOpened(redshift, cluster, 'clusterCreated'),
  });
  return cluster;
}

/** Keeps the password of a cluster's admin user in a secret from now on, and returns it. */
export async function managedPassword(redshift: RedshiftContext, call: Call, cluster: RedshiftCluster, kmsKeyId: string | undefined): Promise<string> {
  const { secret, password } = await redshift.secrets.create(call, {
    name: cluster.identifier,
    arn: redshiftArn('cluster', cluster.place, cluster.identifier),
    username: cluster.traits.masterUsername,
    kmsKeyId,
  });
  cluster.traits.secret = secret;
  return password;
}

function traitsOf(input: CreateClusterMessage): ClusterTraits {
  const nodeType = checkNodeType(required('NodeType', input.NodeType));
  return {
    nodeType,
    numberOfNodes: checkNumberOfNodes(nodeType, input),
    databaseName: checkDatabaseName(input.DBName ?? DEFAULT_DATABASE),
    masterUsername: checkMasterUsername(required('MasterUsername', input.MasterUsername)),
    port: checkPort(input.Port, nodeType),
    sizeMb: FIRST_SIZE_MB,
    encryption: { kind: 'aws-owned' },
    enhancedVpcRouting: input.EnhancedVpcRouting ?? false,
    maintenanceTrack: input.MaintenanceTrackName ?? 'current',
    maintenanceWindow: maintenanceWindowOf(input.PreferredMaintenanceWindow, newClusterIdentifier(input.ClusterIdentifier)),
    automatedRetentionDays: checkAutomatedRetention(input.AutomatedSnapshotRetentionPeriod ?? 1, nodeType),
    manualRetentionDays: checkManualRetention(input.ManualSnapshotRetentionPeriod),
    secret: undefined,
  };
}
