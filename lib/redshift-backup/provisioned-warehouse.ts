import { RemovalPolicy } from 'aws-cdk-lib';
import { CfnCluster, CfnClusterParameterGroup, CfnClusterSubnetGroup } from 'aws-cdk-lib/aws-redshift';
import { Construct } from 'constructs';
import { acknowledge } from '../shared/acknowledge';
import { REDSHIFT_PORT, type WarehouseProps } from './warehouse-props';

export interface ProvisionedWarehouseProps extends WarehouseProps {
  readonly nodeType: string;
  readonly numberOfNodes: number;
}

/** Redshift's own snapshots: the way back within the account, free of charge up to 35 days on RA3. */
const AUTOMATED_SNAPSHOT_DAYS = 7;

/** A cluster that takes TLS alone and writes down who asks it what. */
export class ProvisionedWarehouse extends Construct {
  constructor(scope: Construct, id: string, { identifier, database, keyArn, subnetIds, securityGroupId, nodeType, numberOfNodes }: ProvisionedWarehouseProps) {
    super(scope, id);
    const subnetGroup = new CfnClusterSubnetGroup(this, 'SubnetGroup', { description: `Subnets of ${identifier}`, subnetIds: [...subnetIds] });
    const parameterGroup = new CfnClusterParameterGroup(this, 'Parameters', {
      description: `Parameters of ${identifier}`,
      parameterGroupFamily: 'redshift-2.0',
      parameters: [
        { parameterName: 'require_ssl', parameterValue: 'true' },
        { parameterName: 'enable_user_activity_logging', parameterValue: 'true' },
      ],
    });
    const cluster = new CfnCluster(this, 'Cluster', {
      clusterIdentifier: identifier,
      clusterType: numberOfNodes > 1 ? 'multi-node' : 'single-node',
      nodeType,
      ...(numberOfNodes > 1 && { numberOfNodes }),
      dbName: database,
      port: REDSHIFT_PORT,
      masterUsername: 'aca_admin',
      manageMasterPassword: true,
      masterPasswordSecretKmsKeyId: keyArn,
      encrypted: true,
      kmsKeyId: keyArn,
      clusterSubnetGroupName: subnetGroup.ref,
      clusterParameterGroupName: parameterGroup.ref,
      vpcSecurityGroupIds: [securityGroupId],
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
