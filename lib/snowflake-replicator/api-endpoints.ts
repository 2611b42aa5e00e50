import {
  GatewayVpcEndpoint,
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpoint,
  InterfaceVpcEndpointAwsService,
  VpcEndpointPrivateDnsOnlyForInboundResolverEndpoint,
  type ISecurityGroup,
  type ISubnet,
  type IVpc,
} from 'aws-cdk-lib/aws-ec2';
import { AnyPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { SnowflakeReplicatorConfig } from '../config/snowflake-replicator';

export interface ApiEndpointsProps {
  readonly vpc: IVpc;
  readonly functionSubnets: ISubnet[];
  readonly endpointSubnets: ISubnet[];
  readonly securityGroup: ISecurityGroup;
  readonly config: SnowflakeReplicatorConfig;
}

/** The APIs of AWS that functions in the network call, and the bucket in which Snowflake keeps the files of the account's internal stages. */
export class ApiEndpoints extends Construct {
  constructor(scope: Construct, id: string, { vpc, functionSubnets, endpointSubnets, securityGroup, config }: ApiEndpointsProps) {
    super(scope, id);
    const common = { vpc, subnets: { subnets: endpointSubnets }, securityGroups: [securityGroup], open: false };
    const apis = ['rds', 'ssm', ...(config.vault.login.kind === 'token' ? ['secretsmanager'] : [])];
    for (const name of apis) new InterfaceVpcEndpoint(this, name, { ...common, service: new InterfaceVpcEndpointAwsService(name) });
    new GatewayVpcEndpoint(this, 'dynamodb', { vpc, service: GatewayVpcEndpointAwsService.DYNAMODB, subnets: [{ subnets: functionSubnets }] });
    const stage = new InterfaceVpcEndpoint(this, 'Stage', {
      ...common,
      service: new InterfaceVpcEndpointAwsService('s3'),
      // Without a gateway endpoint for S3 the names of buckets lead here for everybody in the network.
      privateDnsOnlyForInboundResolverEndpoint: VpcEndpointPrivateDnsOnlyForInboundResolverEndpoint.ALL_RESOLVERS,
    });
    // The bucket is Snowflake's, and so are the credentials with which the driver writes to it. https://docs.snowflake.com/en/user-guide/private-internal-stages-aws
    const { stageBucket } = config.snowflake;
    stage.addToPolicy(
      new PolicyStatement({
        principals: [new AnyPrincipal()],
        actions: ['s3:PutObject', 's3:GetObject', 's3:GetAccelerateConfiguration'],
        resources: [`arn:aws:s3:::${stageBucket}`, `arn:aws:s3:::${stageBucket}/*`],
      }),
    );
  }
}
