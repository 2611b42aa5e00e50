import { CfnEIP, CfnInternetGateway, CfnVPCGatewayAttachment, IpAddresses, PrivateSubnet, PublicSubnet, RouterType, Vpc, type ISubnet } from 'aws-cdk-lib/aws-ec2';
import { SubnetGroup } from 'aws-cdk-lib/aws-rds';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { acknowledge } from '../shared/acknowledge';
import { recordFlows } from '../shared/record-flows';
import type { PipelineNames } from './names';

export interface ReplicatorVpcProps {
  /** A block of 16 bits, such as `10.0.0.0/16`. */
  readonly cidr: string;
  /** Where Vault answers: the only destinations beyond the network that its functions have a route to. */
  readonly vaultAddresses: readonly string[];
  readonly names: PipelineNames;
  readonly key: IKey;
}

/**
 * Rest of the block of each subnet, by zone. The drawn addresses of the NAT gateways, .0.100 and .0.101, would need two
 * zones in one subnet, which AWS does not have: see docs/decisions/0021.
 */
const LAYOUT = [
  { nat: '0.0/25', functions: '1.0/24', endpoints: '2.0/24', database: '10.0/24' },
  { nat: '0.128/25', functions: '3.0/24', endpoints: '4.0/24', database: '11.0/24' },
] as const;

/** The network as drawn: in each of two zones a subnet for functions, one for endpoints, one for the database, and a NAT gateway. */
export class ReplicatorVpc extends Construct {
  readonly vpc: Vpc;
  readonly functionSubnets: ISubnet[] = [];
  readonly endpointSubnets: ISubnet[] = [];

  constructor(scope: Construct, id: string, { cidr, vaultAddresses, names, key }: ReplicatorVpcProps) {
    super(scope, id);
    const block = cidr.split('.').slice(0, 2).join('.');
    this.vpc = new Vpc(this, 'Vpc', {
      vpcName: names.prefix,
      ipAddresses: IpAddresses.cidr(cidr),
      maxAzs: LAYOUT.length,
      subnetConfiguration: [],
      // The default security group is unused; closing it would take a custom resource.
      restrictDefaultSecurityGroup: false,
    });
    recordFlows(this, { vpc: this.vpc, name: names.prefix, key });
    const { vpcId } = this.vpc;
    const gateway = new CfnInternetGateway(this, 'InternetGateway');
    const attachment = new CfnVPCGatewayAttachment(this, 'Attachment', { vpcId, internetGatewayId: gateway.ref });
    const databaseSubnets: ISubnet[] = [];
    for (const [index, ranges] of LAYOUT.entries()) {
      const zone = index + 1;
      const place = (range: string) => ({ vpcId, availabilityZone: this.vpc.availabilityZones[index] ?? '', cidrBlock: `${block}.${range}` });
      const natSubnet = new PublicSubnet(this, `Nat${zone}`, { ...place(ranges.nat), mapPublicIpOnLaunch: false });
      natSubnet.addDefaultInternetRoute(gateway.ref, attachment);
      const address = new CfnEIP(this, `NatAddress${zone}`, { domain: 'vpc' });
      address.addResourceDependency(attachment);
      const nat = natSubnet.addNatGateway(address.attrAllocationId);
      const functions = new PrivateSubnet(this, `Functions${zone}`, place(ranges.functions));
      for (const [number, destinationCidrBlock] of vaultAddresses.entries()) {
        functions.addRoute(`Vault${number + 1}`, { destinationCidrBlock, routerType: RouterType.NAT_GATEWAY, routerId: nat.attrNatGatewayId });
      }
      this.functionSubnets.push(functions);
      this.endpointSubnets.push(new PrivateSubnet(this, `Endpoints${zone}`, place(ranges.endpoints)));
      databaseSubnets.push(new PrivateSubnet(this, `Database${zone}`, place(ranges.database)));
    }
    new SubnetGroup(this, 'DatabaseSubnets', { vpc: this.vpc, vpcSubnets: { subnets: databaseSubnets }, subnetGroupName: names.prefix, description: `For the source of ${names.pipeline}` });
    acknowledge(this.vpc, 'its subnets have routes to Vault and to endpoints only', 'Annotation::@aws-cdk/aws-ec2:noSubnetRouteTableId');
  }
}
