import { AuditLog } from '../common/audit-log';
import { Clusters } from '../common/aws/clusters';
import { DynamoTable } from '../common/aws/dynamo-table';
import { Secret } from '../common/aws/secret';
import { defineHandler } from '../common/define-handler';
import { ENV, type ClusterStepInput } from './contract';
import { findRestoredCluster } from './restored-cluster';

export interface ResetAdminCredentialsPorts {
  readonly clusters: Pick<Clusters, 'find' | 'setMasterPassword'>;
  readonly secret: Pick<Secret, 'write' | 'newPassword'>;
  readonly audit: Pick<AuditLog, 'append'>;
}

/**
 * Gives the restored cluster's administrator a new password: until now it had the source's.
 *
 * The secret is written first. Should the change fail, a second run makes another password and writes it too.
 */
export async function resetAdminCredentials({ run, clusterIdentifier }: ClusterStepInput, { clusters, secret, audit }: ResetAdminCredentialsPorts): Promise<{ reset: true }> {
  const cluster = await findRestoredCluster(clusters, clusterIdentifier, run.operationId);
  const password = await secret.newPassword();
  await secret.write({ username: cluster.masterUsername, password, host: cluster.endpoint ?? '', port: cluster.port, clusterResourceId: cluster.resourceId });
  await clusters.setMasterPassword(clusterIdentifier, password);
  await audit.append(run.operationId, { type: 'AdminPasswordReset', status: 'succeeded', details: { clusterIdentifier, username: cluster.masterUsername } });
  return { reset: true };
}

export const handler = defineHandler('aurora-restore/reset-admin-credentials', resetAdminCredentials, (env) => {
  const target = { region: env.region };
  return {
    clusters: Clusters.in(target),
    secret: Secret.in(target, env.required(ENV.ADMIN_SECRET_ARN)),
    audit: new AuditLog({ table: DynamoTable.in(target, env.required(ENV.AUDIT_TABLE)), now: () => new Date() }),
  };
});
