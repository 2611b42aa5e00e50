import { DescribeClusterParametersCommand, DescribeClustersCommand, DescribeLoggingStatusCommand, type Cluster } from '@aws-sdk/client-redshift';
import type { CloudClient } from '../../gateway/cloud-client';

/** The parameters of a rule, as its JSON has them. */
export type RuleParameters = Readonly<Record<string, string>>;

/** What a rule asks of a cluster; returns what is wrong with it, or nothing. */
type ClusterRule = (cluster: Cluster, parameters: RuleParameters, aws: CloudClient) => Promise<string | undefined> | string | undefined;

const DEFAULT_ADMIN = 'awsuser';
const DEFAULT_DATABASE = 'dev';

/** AWS's managed rules about clusters, by identifier. https://docs.aws.amazon.com/config/latest/developerguide/managed-rules-by-aws-config.html */
const CLUSTER_RULES: Readonly<Record<string, ClusterRule>> = {
  REDSHIFT_CLUSTER_KMS_ENABLED: ({ KmsKeyId }, { kmsKeyArns }) => {
    if (KmsKeyId === undefined) return 'The cluster is not encrypted with a KMS key of the customer.';
    return kmsKeyArns === undefined || listOf(kmsKeyArns).includes(KmsKeyId) ? undefined : `The cluster is encrypted with another key: ${KmsKeyId}`;
  },
  REDSHIFT_BACKUP_ENABLED: ({ AutomatedSnapshotRetentionPeriod: days = 0 }, { MinRetentionPeriod = '1', MaxRetentionPeriod = '35' }) =>
    days >= Number(MinRetentionPeriod) && days <= Number(MaxRetentionPeriod) ? undefined : `Automated snapshots are kept ${days} days.`,
  REDSHIFT_CLUSTER_PUBLIC_ACCESS_CHECK: ({ PubliclyAccessible }) => (PubliclyAccessible ? 'The cluster is publicly accessible.' : undefined),
  REDSHIFT_ENHANCED_VPC_ROUTING_ENABLED: ({ EnhancedVpcRouting }) => (EnhancedVpcRouting ? undefined : 'The cluster does not use enhanced VPC routing.'),
  REDSHIFT_DEFAULT_ADMIN_CHECK: ({ MasterUsername }, { validAdminUserNames }) =>
    MasterUsername === DEFAULT_ADMIN || (validAdminUserNames !== undefined && !listOf(validAdminUserNames).includes(MasterUsername ?? '')) ? `The admin user is ${MasterUsername ?? ''}.` : undefined,
  REDSHIFT_DEFAULT_DB_NAME_CHECK: ({ DBName }) => (DBName === DEFAULT_DATABASE ? `The database is ${DBName}.` : undefined),
  REDSHIFT_REQUIRE_TLS_SSL: async ({ ClusterParameterGroups }, _parameters, aws) => {
    const ParameterGroupName = ClusterParameterGroups?.[0]?.ParameterGroupName;
    const { Parameters = [] } = await aws.send(new DescribeClusterParametersCommand({ ParameterGroupName }));
    return Parameters.find(({ ParameterName }) => ParameterName === 'require_ssl')?.ParameterValue === 'true' ? undefined : `The parameter require_ssl of ${ParameterGroupName ?? ''} is not true.`;
  },
  REDSHIFT_AUDIT_LOGGING_ENABLED: async ({ ClusterIdentifier }, _parameters, aws) => ((await isLogged(aws, ClusterIdentifier)) ? undefined : 'Audit logging is not enabled.'),
  REDSHIFT_CLUSTER_CONFIGURATION_CHECK: async ({ ClusterIdentifier, Encrypted, NodeType = '' }, { clusterDbEncrypted = 'true', loggingEnabled = 'true', nodeTypes }, aws) => {
    if (String(Encrypted ?? false) !== clusterDbEncrypted) return `Encryption is ${Encrypted ? 'on' : 'off'}.`;
    if (nodeTypes !== undefined && !listOf(nodeTypes).includes(NodeType)) return `The node type is ${NodeType}.`;
    const logged = await isLogged(aws, ClusterIdentifier);
    return String(logged) === loggingEnabled ? undefined : `Audit logging is ${logged ? 'on' : 'off'}.`;
  },
  REDSHIFT_CLUSTER_MAINTENANCESETTINGS_CHECK: ({ AllowVersionUpgrade, AutomatedSnapshotRetentionPeriod: days = 0, PreferredMaintenanceWindow }, { allowVersionUpgrade = 'true', automatedSnapshotRetentionPeriod, preferredMaintenanceWindow }) => {
    if (String(AllowVersionUpgrade ?? false) !== allowVersionUpgrade) return `AllowVersionUpgrade is ${String(AllowVersionUpgrade)}.`;
    if (automatedSnapshotRetentionPeriod !== undefined && days < Number(automatedSnapshotRetentionPeriod)) return `Automated snapshots are kept ${days} days.`;
    return preferredMaintenanceWindow === undefined || PreferredMaintenanceWindow === preferredMaintenanceWindow ? undefined : `The maintenance window is ${PreferredMaintenanceWindow ?? ''}.`;
  },
};

/** What a rule found about a cluster. */
export interface ClusterFinding {
  readonly cluster: Cluster;
  readonly problem: string | undefined;
}

/** Looks at every cluster with the eyes of a managed rule; nothing for a rule that is not about clusters. */
export async function judgeClusters(identifier: string, parameters: RuleParameters, aws: CloudClient): Promise<readonly ClusterFinding[] | undefined> {
  const rule = CLUSTER_RULES[identifier];
  if (!rule) return undefined;
  const findings: ClusterFinding[] = [];
  let Marker: string | undefined;
  do {
    const page = await aws.send(new DescribeClustersCommand({ Marker }));
    for (const cluster of page.Clusters ?? []) findings.push({ cluster, problem: await rule(cluster, parameters, aws) });
    Marker = page.Marker;
  } while (Marker !== undefined);
  return findings;
}

async function isLogged(aws: CloudClient, ClusterIdentifier: string | undefined): Promise<boolean> {
  return (await aws.send(new DescribeLoggingStatusCommand({ ClusterIdentifier }))).LoggingEnabled ?? false;
}

function listOf(text: string): readonly string[] {
  return text.split(',').map((item) => item.trim());
}
