import { type AuditLog } from '../common/audit-log';
import { Clusters } from '../common/aws/clusters';
import { defineHandler } from '../common/define-handler';
import { ENV, TAG, TargetNotOurs, type ChosenSnapshot, type ClusterStepInput } from './contract';
import { journalOf } from './journal';

export interface RestoreSnapshotInput extends ClusterStepInput {
  readonly snapshot: ChosenSnapshot;
}

export interface RestoreSnapshotPorts {
  readonly pipeline: string;
  readonly clusters: Pick<Clusters, 'find' | 'restore'>;
  readonly place: { readonly subnetGroup: string; readonly securityGroupId: string; readonly kmsKeyArn: string; readonly parameterGroup: string | undefined };
  readonly audit: Pick<AuditLog, 'append'>;
}

/**
 * Starts the restore of the cluster, in a security group that lets nobody in but the functions that set it up.
 *
 * A cluster of that name which carries this operation's tag is the one an earlier attempt started.
 */
export async function restoreSnapshot({ run, snapshot, clusterIdentifier }: RestoreSnapshotInput, { pipeline, clusters, place, audit }: RestoreSnapshotPorts): Promise<{ started: boolean }> {
  const started = await clusters.restore({
    identifier: clusterIdentifier,
    snapshotArn: snapshot.restorableArn,
    engineVersion: snapshot.engineVersion,
    ...place,
    tags: { [TAG.operation]: run.operationId, [TAG.pipeline]: pipeline },
  });
  if (!started) {
    const existing = await clusters.find(clusterIdentifier);
    if (existing?.tags[TAG.operation] !== run.operationId) {
      throw new TargetNotOurs(`cluster ${clusterIdentifier} is there already and not tagged ${TAG.operation}=${run.operationId}`, { clusterIdentifier });
    }
  }
  await audit.append(run.operationId, { type: started ? 'RestoreStarted' : 'RestoreAdopted', status: 'started', details: { clusterIdentifier, from: snapshot.restorableArn } });
  return { started };
}

export const handler = defineHandler('aurora-restore/restore-snapshot', restoreSnapshot, (env) => ({
  pipeline: env.required(ENV.PIPELINE),
  clusters: Clusters.in({ region: env.region }),
  place: {
    subnetGroup: env.required(ENV.TARGET_SUBNET_GROUP),
    securityGroupId: env.required(ENV.QUARANTINE_SECURITY_GROUP),
    kmsKeyArn: env.required(ENV.TARGET_KEY_ARN),
    parameterGroup: env.optional(ENV.TARGET_PARAMETER_GROUP),
  },
  audit: journalOf(env),
}));
