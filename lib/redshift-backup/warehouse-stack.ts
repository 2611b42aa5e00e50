import { RemovalPolicy } from 'aws-cdk-lib';
import { Peer, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { AccountPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnCluster, CfnClusterParameterGroup, CfnClusterSubnetGroup } from 'aws-cdk-lib/aws-redshift';
import type { Construct } from 'constructs';
import type { RedshiftBackupConfig } from '../config/redshift-backup';
import { acknowledge } from '../shared/acknowledge';
import { HoldfastStack } from '../shared/holdfast-stack';
import { PrivateNetwork } from '../shared/private-network';
import { SystemKey } from '../shared/system-key';
import { RESTORE_KEY_ACTIONS } from './restore-key-actions';

export interface WarehouseStackProps {
  readonly env: { readonly account: string; readonly region: string };
  readonly config: RedshiftBackupConfig;
  readonly targetAccount: string;
}

const REDSHIFT_PORT = 5439;
/** Redshift's own snapshots: the way back within the account, free of charge up to 35 days on RA3. */
const AUTOMATED_SNAPSHOT_DAYS = 7;

/** A warehouse in private subnets, under a customer key that the target account may use for restores: what an existing one has to be like. */
export class WarehouseStack extends HoldfastStack {
  constructor(scope: Construct, id: string, { env, config, targetAccount }: WarehouseStackProps) {
    super(scope, id, { env, system: 'redshift-backup', description: `Warehouse ${config.source.clusterIdentifier}` });
    const { source, names } = config;
    if (!('cidr' in source.warehouse)) throw new Error(`${source.clusterIdentifier} exists already`);
    const { cidr, nodeType, numberOfNodes } = source.warehouse;
    const key = new SystemKey(this, 'Key', { alias: names.sourceKeyAlias, description: `Warehouse ${source.clusterIdentifier} and its snapshots` });
    // The whole account is named, because its own policies say who of it restores; a snapshot has to be shared besides.
    key.addToResourcePolicy(
      new PolicyStatement({ sid: 'RestoreInTargetAccount', principals: [new AccountPrincipal(targetAccount)], actions: [...RESTORE_KEY_ACTIONS], resources: ['*'] }),
    );
    const network = new PrivateNetwork(this, 'Network', { network: { cidr }, name: source.clusterIdentifier, key, interfaceEndpoints: [] });
    const { vpc, subnets } = network;
    const group = new SecurityGroup(this, 'ClusterGroup', { vpc, description: `Clients of ${source.clusterIdentifier} in its own network`, allowAllOutbound: false });
    group.addIngressRule(Peer.ipv4(cidr), Port.tcp(REDSHIFT_PORT), 'clients in the network');
    const subnetGroup = new CfnClusterSubnetGroup(this, 'SubnetGroup', { description: `Subnets of ${source.clusterIdentifier}`, subnetIds: vpc.selectSubnets(subnets).subnetIds });
    const parameterGroup = new CfnClusterParameterGroup(this, 'Parameters', {
      description: `Parameters of ${source.clusterIdentifier}`,
      parameterGroupFamily: 'redshift-2.0',
      parameters: [
        { parameterName: 'require_ssl', parameterValue: 'true' },
        { parameterName: 'enable_user_activity_logging', parameterValue: 'true' },
      ],
    });
    const cluster = new CfnCluster(this, 'Cluster', {
      clusterIdentifier: source.clusterIdentifier,
      clusterType: numberOfNodes > 1 ? 'multi-node' : 'single-node',
      nodeType,
      ...(numberOfNodes > 1 && { numberOfNodes }),
      dbName: source.database,
      port: REDSHIFT_PORT,
      masterUsername: 'aca_admin',
      manageMasterPassword: true,
      masterPasswordSecretKmsKeyId: key.keyArn,
      encrypted: true,
      kmsKeyId: key.keyArn,
      clusterSubnetGroupName: subnetGroup.ref,
      clusterParameterGroupName: parameterGroup.ref,
      vpcSecurityGroupIds: [group.securityGroupId],
      publiclyAccessible: false,
      enhancedVpcRouting: true,
      automatedSnapshotRetentionPeriod: AUTOMATED_SNAPSHOT_DAYS,
      loggingProperties: { logDestinationType: 'cloudwatch', logExports: ['connectionlog', 'userlog', 'useractivitylog'] },
    });
    acknowledge(cluster, 'clients expect the default port; the security group lets in the network of the warehouse alone', 'AwsSolutions-RS4');
    acknowledge(cluster, 'the audit log goes to CloudWatch Logs, which the rule does not know', 'AwsSolutions-RS5');
    // The data of the warehouse must not go with the stack.
    cluster.applyRemovalPolicy(RemovalPolicy.RETAIN);
  }
}
