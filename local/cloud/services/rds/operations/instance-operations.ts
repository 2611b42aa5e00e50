import { RdsAccess } from '../access/rds-access';
import type { Call } from '../../../gateway/service';
import { AwsError } from '../../../gateway/aws-error';
import { describeInstance } from '../describe/describe-instance';
import { byName, filtered, page } from '../describe/listing';
import { closeEndpoints, openEndpoints } from '../endpoints';
import { INSTANCE_LIFE_CYCLE } from '../life-cycle/instance-life-cycle';
import { checkMayBegin } from '../life-cycle/passages';
import { rdsArn } from '../rds-arn';
import type { RdsContext } from '../rds-context';
import { refuseUnsupported } from '../request-errors';
import { instanceSource } from '../schedules';
import type { DbInstance } from '../state/database';
import { startInstance, stopInstance } from '../stop-start';
import { restartServer } from '../storage/instance-storage';
import type { RdsOperations } from './rds-operations';

/** DescribeDBInstances, RebootDBInstance, StartDBInstance, StopDBInstance. */
export function instanceOperations(rds: RdsContext): RdsOperations {
  const to = new RdsAccess(rds.estate);
  const access = ({ DBInstanceIdentifier }: { DBInstanceIdentifier?: string | undefined }, call: Call) => [to.existing('db', call, DBInstanceIdentifier)];
  return {
    DescribeDBInstances: {
      access,
      run: ({ DBInstanceIdentifier, Filters, ...paging }, call) => {
        const all = DBInstanceIdentifier === undefined ? rds.estate.in(call).instances.values() : [rds.estate.instance(call, DBInstanceIdentifier)];
        const instances = filtered(byName(all, ({ identifier }) => identifier), Filters, {
          'db-cluster-id': ({ cluster }) => (cluster ? [cluster.identifier, rdsArn('cluster', cluster.place, cluster.identifier)] : []),
          'db-instance-id': ({ identifier, place }) => [identifier, rdsArn('db', place, identifier)],
          'dbi-resource-id': ({ resourceId }) => [resourceId],
          engine: ({ traits }) => [traits.engine],
        });
        const { items, Marker } = page(instances, paging);
        return { DBInstances: items.map((instance) => describeInstance(rds, instance)), Marker };
      },
    },
    RebootDBInstance: {
      access,
      run: (input, call) => {
        // Failing over to the other zone shows no difference here: the endpoint stays, the sessions end.
        const instance = rds.estate.instance(call, input.DBInstanceIdentifier);
        checkMayBegin(instance, INSTANCE_LIFE_CYCLE.reboot);
        reboot(rds, instance);
        return { DBInstance: describeInstance(rds, instance) };
      },
    },
    StartDBInstance: {
      access,
      run: ({ DBInstanceIdentifier }, call) => {
        const instance = standalone(rds, call, DBInstanceIdentifier);
        checkMayBegin(instance, INSTANCE_LIFE_CYCLE.start);
        startInstance(rds, instance);
        return { DBInstance: describeInstance(rds, instance) };
      },
    },
    StopDBInstance: {
      access,
      run: (input, call) => {
        refuseUnsupported(input, 'DBSnapshotIdentifier');
        const instance = standalone(rds, call, input.DBInstanceIdentifier);
        checkMayBegin(instance, INSTANCE_LIFE_CYCLE.stop);
        checkNotReplicating(rds, instance);
        stopInstance(rds, instance);
        return { DBInstance: describeInstance(rds, instance) };
      },
    },
  };
}

function standalone({ estate }: RdsContext, call: Call, nameOrArn: string | undefined): DbInstance {
  const instance = estate.instance(call, nameOrArn);
  if (instance.cluster) throw new AwsError('InvalidDBClusterStateFault', `${instance.identifier} is a member of a DB cluster: stop and start the cluster.`);
  return instance;
}

/** "You can't stop a DB instance that has a read replica, or that is a read replica": https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_StopInstance.html */
function checkNotReplicating({ estate }: RdsContext, instance: DbInstance): void {
  if (!instance.replication && estate.replicasOf(instance).length === 0) return;
  throw new AwsError('InvalidDBInstanceStateFault', `Cannot stop ${instance.identifier} because it is a read replica or has read replicas.`);
}

function reboot(rds: RdsContext, instance: DbInstance): void {
  closeEndpoints(rds, instance);
  rds.passages.begin(instance, INSTANCE_LIFE_CYCLE.reboot, {
    work: () => restartServer(rds, instance),
    arrive: () => {
      instance.pendingReboot = false;
      openEndpoints(rds, instance);
    },
    then: () => rds.notices.give(instanceSource(instance), 'instanceRestarted'),
  });
}
