import { Clusters } from '../common/aws/clusters';
import { defineHandler } from '../common/define-handler';
import { RestoreFailed, type StepInput } from './contract';

/** https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/accessing-monitoring.html */
const ON_ITS_WAY = new Set([
  'creating',
  'modifying',
  'backing-up',
  'configuring-enhanced-monitoring',
  'configuring-iam-database-auth',
  'configuring-log-exports',
  'maintenance',
  'rebooting',
  'renaming',
  'resetting-master-credentials',
  'starting',
  'storage-optimization',
  'upgrading',
]);

export interface CheckInstanceStatusInput extends StepInput {
  readonly instanceIdentifier: string;
}

export interface CheckInstanceStatusPorts {
  readonly clusters: Pick<Clusters, 'findInstance'>;
}

/** Says whether the instance is available; raises `RestoreFailed` for a state that waiting does not change. */
export async function checkInstanceStatus({ instanceIdentifier }: CheckInstanceStatusInput, { clusters }: CheckInstanceStatusPorts): Promise<{ done: boolean; status: string }> {
  const status = (await clusters.findInstance(instanceIdentifier))?.status ?? 'gone';
  if (status !== 'available' && !ON_ITS_WAY.has(status)) throw new RestoreFailed(`instance ${instanceIdentifier} is ${status}`, { status });
  return { done: status === 'available', status };
}

export const handler = defineHandler('aurora-restore/check-instance-status', checkInstanceStatus, (env) => ({ clusters: Clusters.in({ region: env.region }) }));
