import {
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpointAwsService,
  IpAddresses,
  Peer,
  Port,
  SecurityGroup,
  SubnetType,
  Vpc,
  type IVpc,
  type SubnetSelection,
} from 'aws-cdk-lib/aws-ec2';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { Network } from '../config/fields';
import { recordFlows } from './record-flows';

const HTTPS = Port.tcp(443);

export interface PrivateNetworkProps {
  readonly network: Network;
  /** Name of the network and prefix of its flow log. */
  readonly name: string;
  readonly key: IKey;
  /** APIs that functions in the network call, by the last part of the endpoint's service name, such as `secretsmanager`. */
  readonly interfaceEndpoints: readonly string[];
  /** @default none */
  readonly gatewayEndpoints?: readonly ('s3' | 'dynamodb')[];
}

/**
 * Subnets without a way to the internet, in three zones, with an endpoint for each API that is called from there.
 *
 * An existing network is used as it is: its endpoints are its owner's.
 */
export class PrivateNetwork extends Construct {
  readonly vpc: IVpc;
  readonly subnets: SubnetSelection;

  constructor(scope: Construct, id: string, props: PrivateNetworkProps) {
    super(scope, id);
    const { network } = props;
    if ('vpcId' in network) {
      this.vpc = Vpc.fromVpcAttributes(this, 'Vpc', { vpcId: network.vpcId, availabilityZones: network.availabilityZones, isolatedSubnetIds: network.subnetIds });
      this.subnets = { subnets: this.vpc.isolatedSubnets };
      return;
    }
    const vpc = new Vpc(this, 'Vpc', {
      vpcName: props.name,
      ipAddresses: IpAddresses.cidr(network.cidr),
      maxAzs: 3,
      natGateways: 0,
      subnetConfiguration: [{ name: 'private', subnetType: SubnetType.PRIVATE_ISOLATED }],
      // The default security group is unused; closing it would take a custom resource.
      restrictDefaultSecurityGroup: false,
    });
    this.vpc = vpc;
    this.subnets = { subnetType: SubnetType.PRIVATE_ISOLATED };
    recordFlows(this, { vpc, name: props.name, key: props.key });
    for (const name of props.gatewayEndpoints ?? []) {
      vpc.addGatewayEndpoint(name, { service: name === 's3' ? GatewayVpcEndpointAwsService.S3 : GatewayVpcEndpointAwsService.DYNAMODB });
    }
    this.addInterfaceEndpoints(vpc, network.cidr, props.interfaceEndpoints);
  }

  private addInterfaceEndpoints(vpc: Vpc, cidr: string, names: readonly string[]): void {
    if (names.length === 0) return;
    const group = new SecurityGroup(this, 'EndpointGroup', { vpc, description: 'HTTPS from the network to its endpoints', allowAllOutbound: false });
    group.addIngressRule(Peer.ipv4(cidr), HTTPS, 'HTTPS from the network');
    for (const name of names) {
      vpc.addInterfaceEndpoint(name, { service: new InterfaceVpcEndpointAwsService(name), securityGroups: [group], open: false, subnets: this.subnets });
    }
  }
}
