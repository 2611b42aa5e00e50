import { type AuditLog } from '../common/audit-log';
import { Clusters } from '../common/aws/clusters';
import { Secret } from '../common/aws/secret';
import { defineHandler } from '../common/define-handler';
import { ClusterBusy, ENV, type ClusterStepInput } from './contract';
import { journalOf } from './journal';
import { findRestoredCluster } from './restored-cluster';

export interface ResetAdminCredentialsPorts {
  readonly clusters: Pick<Clusters, 'find' | 'setMasterPassword'>;
  readonly secret: Pick<Secret, 'write' | 'newPassword'>;
  readonly audit: Pick<AuditLog, 'append'>;
}

/**
 * Gives the restored cluster's administrator a new password: until now it had the source's.
 *
 * The secret is written first, so no password is ever in force that nobody knows. Should the change not start, a second
 * run makes another password and writes it too; while an earlier change is under way it raises `ClusterBusy`.
 */
export async function resetAdminCredentials({ run, clusterIdentifier }: ClusterStepInput, { clusters, secret, audit }: ResetAdminCredentialsPorts): Promise<{ reset: true }> {
  const cluster = await findRestoredCluster(clusters, clusterIdentifier, run.operationId);
  if (cluster.status !== 'available') throw busy(clusterIdentifier, cluster.status);
  const password = await secret.newPassword();
  await secret.write({ username: cluster.masterUsername, password, host: cluster.endpoint ?? '', port: cluster.port, clusterResourceId: cluster.resourceId });
  if (!(await clusters.setMasterPassword(clusterIdentifier, password))) throw busy(clusterIdentifier, 'being changed');
  await audit.append(run.operationId, { type: 'AdminPasswordReset', status: 'succeeded', details: { clusterIdentifier, username: cluster.masterUsername } });
  return { reset: true };
}

function busy(clusterIdentifier: string, status: string): ClusterBusy {
  return new ClusterBusy(`cluster ${clusterIdentifier} is ${status}: its administrator cannot get a new password now`, { clusterIdentifier, status });
}

export const handler = defineHandler('aurora-restore/reset-admin-credentials', resetAdminCredentials, (env) => {
  const target = { region: env.region };
  return {
    clusters: Clusters.in(target),
    secret: Secret.in(target, env.required(ENV.ADMIN_SECRET_ARN)),
    audit: journalOf(env),
  };
});
