import { GatewayVpcEndpointAwsService, IpAddresses, Peer, Port, SecurityGroup, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { WarmStandbyConfig } from '../config/warm-standby';
import { acknowledge } from '../shared/acknowledge';
import type { FunctionNetwork } from '../shared/handler-function';
import { recordFlows } from '../shared/record-flows';
import type { Role, SystemNames } from './names';

const HTTPS = Port.tcp(443);
const POSTGRES = Port.tcp(5432);
export const APPLICATION_PORT = 8080;

export interface RegionNetworkProps {
  readonly config: WarmStandbyConfig;
  readonly names: SystemNames;
  readonly role: Role;
  readonly key: IKey;
}

/** A region's network, the same in both: two zones, each with a public subnet, one for tasks behind a NAT gateway of its own, and one for data. */
export class RegionNetwork extends Construct {
  readonly vpc: Vpc;
  readonly loadBalancerGroup: SecurityGroup;
  readonly applicationGroup: SecurityGroup;
  readonly databaseGroup: SecurityGroup;
  /** For the functions that open database connections. */
  readonly functions: FunctionNetwork;

  constructor(scope: Construct, id: string, { config, names, role, key }: RegionNetworkProps) {
    super(scope, id);
    const vpc = new Vpc(this, 'Vpc', {
      vpcName: names.prefix,
      ipAddresses: IpAddresses.cidr(config[role].cidr),
      maxAzs: 2,
      natGateways: 2,
      subnetConfiguration: [
        { name: 'public', subnetType: SubnetType.PUBLIC, cidrMask: 24 },
        { name: 'tasks', subnetType: SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 22 },
        { name: 'data', subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 24 },
      ],
      // The default security group is unused; closing it would take a custom resource.
      restrictDefaultSecurityGroup: false,
    });
    this.vpc = vpc;
    // Layers of images, reports and this region's table need not pass the NAT gateways, which charge for each byte.
    vpc.addGatewayEndpoint('S3', { service: GatewayVpcEndpointAwsService.S3 });
    vpc.addGatewayEndpoint('DynamoDb', { service: GatewayVpcEndpointAwsService.DYNAMODB });
    recordFlows(this, { vpc, name: names.prefix, key });
    const group = (groupId: string, description: string) => new SecurityGroup(this, groupId, { vpc, description, allowAllOutbound: false });
    this.loadBalancerGroup = group('LoadBalancer', 'Clients to the load balancer');
    this.applicationGroup = group('Application', 'Tasks of the application');
    this.databaseGroup = group('Database', 'Application and functions to the database');
    const functionGroup = group('Functions', 'Functions that work on the database');
    this.loadBalancerGroup.addIngressRule(Peer.anyIpv4(), HTTPS, 'clients');
    this.loadBalancerGroup.addIngressRule(Peer.anyIpv4(), Port.tcp(80), 'clients that are sent on to HTTPS');
    // The probes of both regions come from Lambda's own addresses: whoever shuts them out has a service that looks lost.
    acknowledge(this.loadBalancerGroup, 'the service is public, and is probed from addresses that nobody knows beforehand', 'AwsSolutions-EC23');
    this.loadBalancerGroup.addEgressRule(this.applicationGroup, Port.tcp(APPLICATION_PORT), 'tasks');
    this.applicationGroup.addIngressRule(this.loadBalancerGroup, Port.tcp(APPLICATION_PORT), 'load balancer');
    // The database's own rules for the tasks are what a fence takes away, so they stand alone.
    this.databaseGroup.addIngressRule(this.applicationGroup, POSTGRES, 'application tasks');
    this.databaseGroup.addIngressRule(functionGroup, POSTGRES, 'functions');
    for (const client of [this.applicationGroup, functionGroup]) {
      client.addEgressRule(this.databaseGroup, POSTGRES, 'database');
      client.addEgressRule(Peer.anyIpv4(), HTTPS, 'APIs of AWS, through the NAT gateway');
    }
    this.functions = { vpc, subnets: { subnetType: SubnetType.PRIVATE_WITH_EGRESS }, securityGroups: [functionGroup] };
  }
}
