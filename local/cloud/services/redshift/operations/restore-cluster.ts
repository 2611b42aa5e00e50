import type { RestoreFromClusterSnapshotMessage } from '@aws-sdk/client-redshift';
import { AwsError } from '../../../gateway/aws-error';
import { found, type Call } from '../../../gateway/service';
import { invalidCombination, invalidValue } from '../../rds/request-errors';
import { keepAdminSecret, lookAtNetwork } from '../access/dependent-actions';
import { RedshiftAccess } from '../access/redshift-access';
import { adoptKey, openKey } from '../cluster-keys';
import { checkAutomatedRetention, checkManualRetention, checkPort } from '../cluster-rules';
import { describeCluster } from '../describe/describe-cluster';
import { hostnamesOf, openEndpoint } from '../endpoints';
import { CLUSTER_LIFE_CYCLE } from '../life-cycle/cluster-life-cycle';
import { loadDurationMs } from '../life-cycle/snapshot-life-cycle';
import { assembleCluster, clusterOpened, keepCluster, maintenanceWindowOf } from '../new-cluster';
import { checkNodeType, checkNumberOfNodes, restorableTypes } from '../node-types';
import { parameterGroup, serverParameters } from '../parameters/cluster-parameters';
import { parseRedshiftArn, splitSnapshotName } from '../redshift-arn';
import type { RedshiftContext } from '../redshift-context';
import { refuseUnsupported } from '../request';
import type { ClusterTraits, RedshiftCluster } from '../state/cluster';
import type { Encryption } from '../state/encryption';
import type { RedshiftSnapshot } from '../state/snapshot';
import { managedPassword } from './create-cluster';
import type { RedshiftOperations } from './redshift-operations';

/** RestoreFromClusterSnapshot. */
export function restoreClusterOperations(redshift: RedshiftContext): RedshiftOperations {
  const to = new RedshiftAccess(redshift.estate);
  return {
    RestoreFromClusterSnapshot: {
      // "an IAM policy that allows the RestoreFromClusterSnapshot action and has a resource element that covers both the cluster they are
      // attempting to create and the snapshot": https://docs.aws.amazon.com/redshift/latest/mgmt/working-with-snapshot-share-snapshot.html
      access: (input, call) => [
        to.existing('cluster', call, input.ClusterIdentifier),
        to.snapshot(call, { identifier: input.SnapshotIdentifier, arn: input.SnapshotArn, cluster: input.SnapshotClusterIdentifier, owner: input.OwnerAccount }),
        ...to.passedRoles(input.IamRoles),
        ...lookAtNetwork(),
        ...(input.ManageMasterPassword ? keepAdminSecret(call, input.ClusterIdentifier) : []),
      ],
      run: async (input, call) => ({ Cluster: describeCluster(redshift, await restoreCluster(redshift, input, call)) }),
    },
  };
}

async function restoreCluster(redshift: RedshiftContext, input: RestoreFromClusterSnapshotMessage, call: Call): Promise<RedshiftCluster> {
  refuseUnsupported(input, 'HsmClientCertificateIdentifier', 'HsmConfigurationIdentifier', 'ElasticIp', 'ReservedNodeId', 'TargetReservedNodeOfferingId', 'RedshiftIdcApplicationArn', 'CatalogName');
  const snapshot = usableSnapshot(redshift, input, call);
  checkRestorable(snapshot, input);
  const { clock } = redshift.cloud;
  const startedMs = clock.nowMs();
  const { sizeMb } = snapshot.traits;
  const loadedMs = startedMs + CLUSTER_LIFE_CYCLE.restore.minutes * 60_000 + loadDurationMs(sizeMb);
  const cluster = await assembleCluster(redshift, call, input, { traits: traitsOf(snapshot, input), tags: {}, restored: { startedMs, loadedMs, sizeMb } });
  cluster.traits.encryption = await encryptionOfRestored(redshift, call, cluster, snapshot, input.KmsKeyId);
  const password = input.ManageMasterPassword ? await managedPassword(redshift, call, cluster, input.MasterPasswordSecretKmsKeyId) : undefined;
  const { image } = snapshot;
  if (!image) throw new Error(`snapshot ${snapshot.identifier} is available and has no data`);
  keepCluster(redshift, cluster);
  redshift.notices.give(cluster, 'restoreStarted', snapshot.identifier);
  redshift.passages.begin(cluster, CLUSTER_LIFE_CYCLE.restore, {
    work: async () => {
      cluster.server = await redshift.storage.restore({
        name: cluster.identifier,
        hostnames: hostnamesOf(cluster),
        parameters: serverParameters(parameterGroup(redshift.estate, cluster.place, cluster.parameterGroupName)),
        image,
        damage: snapshot.damage,
        databaseName: cluster.traits.databaseName,
        masterPassword: password,
      });
    },
    arrive: () => openEndpoint(redshift, cluster),
    then: () => clusterOpened(redshift, cluster, 'restored', snapshot.identifier),
  });
  return cluster;
}

/** A snapshot of the account, or one that its owner lets the account restore. */
function usableSnapshot({ estate }: RedshiftContext, { SnapshotIdentifier, SnapshotArn, OwnerAccount }: RestoreFromClusterSnapshotMessage, call: Call): RedshiftSnapshot {
  if ((SnapshotIdentifier === undefined) === (SnapshotArn === undefined)) throw invalidCombination('You must specify either SnapshotIdentifier or SnapshotArn, but not both.');
  const parsed = SnapshotArn === undefined ? undefined : parseRedshiftArn(SnapshotArn);
  if (SnapshotArn !== undefined && parsed?.kind !== 'snapshot') throw invalidValue(`Invalid snapshot ARN: ${SnapshotArn}`);
  if (parsed && parsed.place.region !== call.region) throw invalidValue(`The snapshot ${SnapshotArn ?? ''} is in the region ${parsed.place.region}. A snapshot can be restored in its own region only.`);
  const identifier = parsed ? splitSnapshotName(parsed.name).identifier : (SnapshotIdentifier ?? '').toLowerCase();
  // "Required if you are restoring a snapshot you do not own": the SDK's type text. An ARN names the owner too.
  const owner = OwnerAccount ?? parsed?.place.account ?? call.account;
  const snapshot = estate.in({ account: owner, region: call.region }).snapshots.get(identifier);
  if (owner === call.account) return found(snapshot, 'ClusterSnapshotNotFoundFault', `Snapshot not found: ${identifier}`);
  if (!snapshot?.sharedWith.has(call.account)) {
    throw new AwsError('AccessToSnapshotDeniedFault', 'The owner of the specified snapshot has not authorized your account to access the snapshot.');
  }
  return snapshot;
}

function checkRestorable({ identifier, status, traits }: RedshiftSnapshot, { NodeType, ManageMasterPassword }: RestoreFromClusterSnapshotMessage): void {
  if (status !== 'available') throw new AwsError('InvalidClusterSnapshotStateFault', `The snapshot ${identifier} is not in the available state: ${status}`);
  if (NodeType !== undefined && !restorableTypes(traits.nodeType).includes(checkNodeType(NodeType))) {
    throw new AwsError('InvalidRestoreFault', `A snapshot of a cluster with nodes of the type ${traits.nodeType} cannot be restored to nodes of the type ${NodeType}.`);
  }
  // "If AWS Secrets Manager managed your cluster's admin password at the time the snapshot was taken, you must continue using AWS Secrets
  // Manager": https://docs.aws.amazon.com/redshift/latest/mgmt/working-with-snapshot-restore-cluster-from-snapshot.html
  if (traits.secret && !ManageMasterPassword) throw invalidCombination('The admin password of the cluster was managed by AWS Secrets Manager when the snapshot was taken: set ManageMasterPassword to true.');
}

/** Without a key, what is restored is protected as it was; with one, under the key. */
async function encryptionOfRestored(redshift: RedshiftContext, call: Call, cluster: RedshiftCluster, snapshot: RedshiftSnapshot, kmsKeyId: string | undefined): Promise<Encryption> {
  const before = snapshot.traits.encryption;
  await openKey(redshift, call, before);
  if (kmsKeyId !== undefined) return adoptKey(redshift, call, cluster, kmsKeyId);
  return before.kind === 'kms' ? adoptKey(redshift, call, cluster, before.keyArn) : before;
}

function traitsOf({ traits }: RedshiftSnapshot, input: RestoreFromClusterSnapshotMessage): ClusterTraits {
  const nodeType = input.NodeType ?? traits.nodeType;
  return {
    ...traits,
    nodeType,
    numberOfNodes: checkNumberOfNodes(nodeType, input, nodeType === traits.nodeType ? traits.numberOfNodes : undefined),
    port: checkPort(input.Port, nodeType, traits.port),
    enhancedVpcRouting: input.EnhancedVpcRouting ?? traits.enhancedVpcRouting,
    maintenanceTrack: input.MaintenanceTrackName ?? traits.maintenanceTrack,
    maintenanceWindow: input.PreferredMaintenanceWindow === undefined ? traits.maintenanceWindow : maintenanceWindowOf(input.PreferredMaintenanceWindow, ''),
    automatedRetentionDays: checkAutomatedRetention(input.AutomatedSnapshotRetentionPeriod ?? traits.automatedRetentionDays, nodeType),
    manualRetentionDays: checkManualRetention(input.ManualSnapshotRetentionPeriod, traits.manualRetentionDays),
    secret: undefined,
  };
}
