import { RemovalPolicy } from 'aws-cdk-lib';
import { CfnNamespace, CfnWorkgroup } from 'aws-cdk-lib/aws-redshiftserverless';
import { Construct } from 'constructs';
import { REDSHIFT_PORT, type WarehouseProps } from './warehouse-props';

export interface ServerlessWarehouseProps extends WarehouseProps {
  readonly workgroup: string;
  readonly capacityRpu: number;
}

/** A namespace of Redshift Serverless that takes TLS alone and writes down who asks it what, and what computes for it. */
export class ServerlessWarehouse extends Construct {
  constructor(scope: Construct, id: string, { identifier, database, keyArn, subnetIds, securityGroupId, workgroup, capacityRpu }: ServerlessWarehouseProps) {
    super(scope, id);
    const namespace = new CfnNamespace(this, 'Namespace', {
      namespaceName: identifier,
      dbName: database,
      adminUsername: 'aca_admin',
      manageAdminPassword: true,
      adminPasswordSecretKmsKeyId: keyArn,
      kmsKeyId: keyArn,
      logExports: ['connectionlog', 'userlog', 'useractivitylog'],
    });
    const computes = new CfnWorkgroup(this, 'Workgroup', {
      workgroupName: workgroup,
      namespaceName: namespace.ref,
      baseCapacity: capacityRpu,
      port: REDSHIFT_PORT,
      subnetIds: [...subnetIds],
      securityGroupIds: [securityGroupId],
      publiclyAccessible: false,
      enhancedVpcRouting: true,
      configParameters: [{ parameterKey: 'require_ssl', parameterValue: 'true' }],
    });
    // The data of the warehouse must not go with the stack.
    for (const resource of [namespace, computes]) resource.applyRemovalPolicy(RemovalPolicy.RETAIN);
  }
}
