import { Fn } from 'aws-cdk-lib';
import { InterfaceVpcEndpoint, InterfaceVpcEndpointService, type ISecurityGroup, type ISubnet, type IVpc } from 'aws-cdk-lib/aws-ec2';
import { CnameRecord, PrivateHostedZone } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';

export interface SnowflakeEndpointProps {
  readonly vpc: IVpc;
  readonly subnets: ISubnet[];
  readonly securityGroup: ISecurityGroup;
  readonly endpointService: string;
  readonly accessUrl: string;
}

const ZONE = 'privatelink.snowflakecomputing.com';

/**
 * Snowflake by PrivateLink: the endpoint, and the account's private name that leads to it.
 *
 * Snowflake's service offers no private name of its own; its customers keep a zone:
 * https://docs.snowflake.com/en/user-guide/admin-security-privatelink
 */
export class SnowflakeEndpoint extends Construct {
  constructor(scope: Construct, id: string, { vpc, subnets, securityGroup, endpointService, accessUrl }: SnowflakeEndpointProps) {
    super(scope, id);
    const endpoint = new InterfaceVpcEndpoint(this, 'Endpoint', {
      vpc,
      service: new InterfaceVpcEndpointService(endpointService),
      privateDnsEnabled: false,
      subnets: { subnets },
      securityGroups: [securityGroup],
      open: false,
    });
    const zone = new PrivateHostedZone(this, 'Zone', { zoneName: ZONE, vpc });
    new CnameRecord(this, 'Account', { zone, recordName: `${new URL(accessUrl).hostname}.`, domainName: nameOf(endpoint) });
  }
}

/** Each entry is `<hosted zone>:<name>`, the name for all zones first. https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-vpcendpoint.html */
function nameOf(endpoint: InterfaceVpcEndpoint): string {
  return Fn.select(1, Fn.split(':', Fn.select(0, endpoint.vpcEndpointDnsEntries)));
}
