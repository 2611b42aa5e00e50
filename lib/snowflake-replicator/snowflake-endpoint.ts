import { InterfaceVpcEndpoint, InterfaceVpcEndpointService, type ISecurityGroup, type ISubnet, type IVpc } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import type { SnowflakeReplicatorConfig } from '../config/snowflake-replicator';

export interface SnowflakeEndpointProps {
  readonly vpc: IVpc;
  readonly subnets: ISubnet[];
  readonly securityGroup: ISecurityGroup;
  readonly snowflake: SnowflakeReplicatorConfig['snowflake'];
}

/** Snowflake by PrivateLink: the endpoint, which answers to the account's private name. */
export class SnowflakeEndpoint extends Construct {
  constructor(scope: Construct, id: string, { vpc, subnets, securityGroup, snowflake }: SnowflakeEndpointProps) {
    super(scope, id);
    new InterfaceVpcEndpoint(this, 'Endpoint', {
      vpc,
      service: new InterfaceVpcEndpointService(snowflake.endpointService),
      privateDnsEnabled: true,
      subnets: { subnets },
      securityGroups: [securityGroup],
      open: false,
    });
  }
}
