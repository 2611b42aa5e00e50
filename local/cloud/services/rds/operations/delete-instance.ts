import type { DeleteDBInstanceMessage } from '@aws-sdk/client-rds';
import { RdsAccess } from '../access/rds-access';
import { AwsError } from '../../../gateway/aws-error';
import type { Call } from '../../../gateway/service';
import { automatedSnapshotsOf } from '../automated-snapshots';
import { deleteSnapshot } from '../delete-snapshot';
import { describeInstance } from '../describe/describe-instance';
import { closeEndpoints, openEndpoints } from '../endpoints';
import { LONGEST_SNAPSHOT_IDENTIFIER, newIdentifier } from '../identifiers';
import { endMetrics } from '../idle-metrics';
import { CLUSTER_LIFE_CYCLE } from '../life-cycle/cluster-life-cycle';
import { INSTANCE_LIFE_CYCLE } from '../life-cycle/instance-life-cycle';
import { checkMayBegin } from '../life-cycle/passages';
import { snapshotDurationMs } from '../life-cycle/snapshot-life-cycle';
import { checkFinalSnapshot } from '../new-database';
import { isSamePlace } from '../rds-arn';
import type { RdsContext } from '../rds-context';
import { invalidCombination } from '../request-errors';
import { backUpInstance, clusterSource, instanceSource } from '../schedules';
import type { DbCluster, DbInstance } from '../state/database';
import { detachMember, promoteMember } from '../storage/cluster-storage';
import { promoteServer, removeServer } from '../storage/instance-storage';
import { beginInstanceSnapshot, workOf } from '../take-snapshot';
import type { Snapshot } from '../state/snapshot';
import type { RdsOperations } from './rds-operations';

/** DeleteDBInstance. */
export function deleteInstanceOperations(rds: RdsContext): RdsOperations {
  const to = new RdsAccess(rds.estate);
  return {
    DeleteDBInstance: {
      access: (input, call) => [to.existing('db', call, input.DBInstanceIdentifier)],
      run: (input, call) => {
        const instance = rds.estate.instance(call, input.DBInstanceIdentifier);
        if (instance.cluster) deleteMember(rds, instance, instance.cluster);
        else deleteStandalone(rds, input, instance, call);
        return { DBInstance: describeInstance(rds, instance) };
      },
    },
  };
}

/**
 * Deletes a member of a cluster. Nothing protects it, not even the cluster's deletion protection, and no final snapshot is taken:
 * the data is the cluster's.
 */
function deleteMember(rds: RdsContext, member: DbInstance, cluster: DbCluster): void {
  checkDeletable(member);
  if (cluster.status === 'stopped' || cluster.status === 'stopping') {
    throw new AwsError('InvalidDBClusterStateFault', `DB cluster ${cluster.identifier} is ${cluster.status}: start it to delete its instances.`);
  }
  closeEndpoints(rds, member);
  member.schedule.abort();
  const successor = cluster.writer === member ? nextWriter(rds, cluster, member) : undefined;
  if (cluster.writer === member) cluster.writer = successor;
  if (successor) failOver(rds, cluster, successor);
  rds.passages.begin(member, INSTANCE_LIFE_CYCLE.delete, {
    work: async () => {
      await cluster.underway?.worked;
      await detachMember(rds, cluster, member);
    },
    arrive: () => forget(rds, member),
  });
}

/** The available reader with the lowest promotion tier. https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.AuroraHighAvailability.html */
function nextWriter({ estate }: RdsContext, cluster: DbCluster, leaving: DbInstance): DbInstance | undefined {
  const readers = estate.in(cluster.place).membersOf(cluster).filter((member) => member !== leaving && member.status === 'available');
  return [...readers].sort((one, other) => one.promotionTier - other.promotionTier)[0];
}

function failOver(rds: RdsContext, cluster: DbCluster, successor: DbInstance): void {
  rds.notices.give(clusterSource(cluster), 'failoverStarted', successor.identifier);
  rds.passages.begin(cluster, CLUSTER_LIFE_CYCLE.failOver, {
    work: () => promoteMember(rds, cluster, successor),
    arrive: () => openEndpoints(rds, successor),
    then: () => rds.notices.give(clusterSource(cluster), 'failoverCompleted', successor.identifier),
  });
}

function deleteStandalone(rds: RdsContext, input: DeleteDBInstanceMessage, instance: DbInstance, call: Call): void {
  const { FinalDBSnapshotIdentifier, DeleteAutomatedBackups = true } = input;
  if (instance.replication) checkReplicaRequest(input);
  else checkFinalSnapshot(input);
  if (instance.deletionProtection) throw invalidCombination('Cannot delete protected DB Instance, please disable deletion protection and try again.');
  checkDeletable(instance);
  const finalSnapshot = FinalDBSnapshotIdentifier === undefined ? undefined : takeFinalSnapshot(rds, instance, FinalDBSnapshotIdentifier);
  instance.schedule.abort();
  releaseReplicas(rds, instance, call);
  rds.passages.begin(instance, INSTANCE_LIFE_CYCLE.delete, {
    durationMs: INSTANCE_LIFE_CYCLE.delete.minutes * 60_000 + (finalSnapshot ? snapshotDurationMs(instance.traits.sizeGb) : 0),
    work: async () => {
      if (finalSnapshot) await workOf(finalSnapshot);
      closeEndpoints(rds, instance);
      await removeServer(rds, instance);
    },
    arrive: async () => {
      if (instance.secret) await rds.secrets.delete(instance.place, instance.secret);
      if (DeleteAutomatedBackups) for (const snapshot of automatedSnapshotsOf(rds, 'instance', instance)) deleteSnapshot(rds, snapshot);
      forget(rds, instance);
    },
  });
}

function checkReplicaRequest({ FinalDBSnapshotIdentifier }: DeleteDBInstanceMessage): void {
  if (FinalDBSnapshotIdentifier !== undefined) throw invalidCombination('FinalDBSnapshotIdentifier can not be specified when deleting a replica instance.');
}

function checkDeletable(instance: DbInstance): void {
  checkMayBegin(instance, INSTANCE_LIFE_CYCLE.delete);
}

function takeFinalSnapshot(rds: RdsContext, instance: DbInstance, name: string): Snapshot {
  checkMayBegin(instance, INSTANCE_LIFE_CYCLE.backUp);
  return beginInstanceSnapshot(rds, instance, { identifier: newIdentifier('FinalDBSnapshotIdentifier', name, LONGEST_SNAPSHOT_IDENTIFIER), type: 'manual' });
}

/**
 * Replicas in the same region are promoted when their source goes; replicas in other regions stay what they are, and their
 * replication is terminated. https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReadRepl.XRgn.html#USER_ReadRepl.XRgn.Cnsdr
 */
function releaseReplicas(rds: RdsContext, source: DbInstance, call: Call): void {
  for (const replica of rds.estate.replicasOf(source)) {
    const { replication } = replica;
    if (!replication) continue;
    if (!isSamePlace(replica.place, call)) {
      replication.terminated = true;
      replication.source = undefined;
      rds.notices.give(instanceSource(replica), 'replicationTerminated');
    } else {
      rds.passages.begin(replica, INSTANCE_LIFE_CYCLE.promote, {
        arrive: async () => {
          await promoteServer(rds, replica);
          replica.replication = undefined;
        },
        then: () => replica.backups.retentionDays > 0 && backUpInstance(rds, replica),
      });
    }
  }
}

function forget(rds: RdsContext, instance: DbInstance): void {
  rds.estate.in(instance.place).instances.delete(instance.identifier);
  endMetrics(rds, instance);
  rds.notices.give(instanceSource(instance), 'instanceDeleted');
}
