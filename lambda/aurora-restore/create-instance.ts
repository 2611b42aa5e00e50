import { type AuditLog } from '../common/audit-log';
import { Clusters } from '../common/aws/clusters';
import { defineHandler } from '../common/define-handler';
import { instanceNameOf } from './cluster-names';
import { ENV, TAG, TargetNotOurs, type ClusterStepInput } from './contract';
import { journalOf } from './journal';
import { findRestoredCluster } from './restored-cluster';

export interface CreateInstancePorts {
  readonly pipeline: string;
  readonly instanceClass: string;
  readonly clusters: Pick<Clusters, 'find' | 'createInstance' | 'findInstance'>;
  readonly audit: Pick<AuditLog, 'append'>;
}

/**
 * Starts the instance without which a restored cluster answers nobody.
 *
 * One that carries this operation's tag is ours already, whatever its name: the cluster may have been renamed since.
 */
export async function createInstance({ run, clusterIdentifier }: ClusterStepInput, { pipeline, instanceClass, clusters, audit }: CreateInstancePorts): Promise<{ instanceIdentifier: string }> {
  const { operationId } = run;
  const cluster = await findRestoredCluster(clusters, clusterIdentifier, operationId);
  const isOurs = async (identifier: string) => (await clusters.findInstance(identifier))?.tags[TAG.operation] === operationId;
  let instanceIdentifier = instanceNameOf(run.targetClusterIdentifier, operationId);
  let started = false;
  const [member] = cluster.instanceIdentifiers;
  if (member !== undefined && (await isOurs(member))) instanceIdentifier = member;
  else started = await clusters.createInstance(instanceIdentifier, clusterIdentifier, instanceClass, { [TAG.operation]: operationId, [TAG.pipeline]: pipeline });
  if (!started && !(await isOurs(instanceIdentifier))) {
    throw new TargetNotOurs(`instance ${instanceIdentifier} is there already and not tagged ${TAG.operation}=${operationId}`, { instanceIdentifier });
  }
  await audit.append(operationId, { type: started ? 'InstanceStarted' : 'InstanceAdopted', status: 'started', details: { instanceIdentifier, instanceClass } });
  return { instanceIdentifier };
}

export const handler = defineHandler('aurora-restore/create-instance', createInstance, (env) => ({
  pipeline: env.required(ENV.PIPELINE),
  instanceClass: env.required(ENV.INSTANCE_CLASS),
  clusters: Clusters.in({ region: env.region }),
  audit: journalOf(env),
}));
