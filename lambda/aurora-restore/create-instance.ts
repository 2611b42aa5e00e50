import { AuditLog } from '../common/audit-log';
import { Clusters } from '../common/aws/clusters';
import { DynamoTable } from '../common/aws/dynamo-table';
import { defineHandler } from '../common/define-handler';
import { ENV, TAG, TargetNotOurs, type ClusterStepInput } from './contract';
import { settingsOf } from './settings';

export interface CreateInstancePorts {
  readonly pipeline: string;
  readonly instanceClass: string;
  readonly clusters: Pick<Clusters, 'createInstance' | 'findInstance'>;
  readonly audit: Pick<AuditLog, 'append'>;
}

/** Starts the instance without which a restored cluster answers nobody. One that carries this operation's tag is ours already. */
export async function createInstance({ run, clusterIdentifier }: ClusterStepInput, { pipeline, instanceClass, clusters, audit }: CreateInstancePorts): Promise<{ instanceIdentifier: string }> {
  const instanceIdentifier = `${clusterIdentifier}-1`;
  const started = await clusters.createInstance(instanceIdentifier, clusterIdentifier, instanceClass, { [TAG.operation]: run.operationId, [TAG.pipeline]: pipeline });
  if (!started) {
    const existing = await clusters.findInstance(instanceIdentifier);
    if (existing?.tags[TAG.operation] !== run.operationId) {
      throw new TargetNotOurs(`instance ${instanceIdentifier} is there already and not tagged ${TAG.operation}=${run.operationId}`, { instanceIdentifier });
    }
  }
  await audit.append(run.operationId, { type: started ? 'InstanceStarted' : 'InstanceAdopted', status: 'started', details: { instanceIdentifier, instanceClass } });
  return { instanceIdentifier };
}

export const handler = defineHandler('aurora-restore/create-instance', createInstance, (env) => ({
  pipeline: settingsOf(env).pipeline,
  instanceClass: env.required(ENV.INSTANCE_CLASS),
  clusters: Clusters.in({ region: env.region }),
  audit: new AuditLog({ table: DynamoTable.in({ region: env.region }, env.required(ENV.AUDIT_TABLE)), now: () => new Date() }),
}));
