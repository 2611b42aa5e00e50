import { Peer, Port, SecurityGroup, Vpc, type ISecurityGroup, type ISubnet, type IVpc, Subnet } from 'aws-cdk-lib/aws-ec2';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { SnowflakeReplicatorConfig } from '../config/snowflake-replicator';
import { acknowledge } from '../shared/acknowledge';
import type { FunctionNetwork } from '../shared/handler-function';
import { ApiEndpoints } from './api-endpoints';
import type { PipelineNames } from './names';
import { ReplicatorVpc } from './replicator-vpc';
import { SnowflakeEndpoint } from './snowflake-endpoint';

export interface ReplicatorNetworkProps {
  readonly config: SnowflakeReplicatorConfig;
  readonly names: PipelineNames;
  readonly key: IKey;
}

const POSTGRES = Port.tcp(5432);
const HTTPS = Port.tcp(443);
const DEFAULT_HTTPS_PORT = 443;

interface Parts {
  readonly vpc: IVpc;
  readonly functionSubnets: ISubnet[];
  readonly endpointSubnets: ISubnet[];
  readonly databaseGroup: ISecurityGroup;
}

/** Where the functions work: between the database, Snowflake behind PrivateLink, and Vault, and with a way to nothing else. */
export class ReplicatorNetwork extends Construct {
  readonly functions: FunctionNetwork;

  constructor(scope: Construct, id: string, props: ReplicatorNetworkProps) {
    super(scope, id);
    const { config } = props;
    const { vpc, functionSubnets, endpointSubnets, databaseGroup } = 'cidr' in config.network ? this.create(props, config.network.cidr) : this.adopt(config.network);
    const functionGroup = new SecurityGroup(this, 'FunctionGroup', { vpc, description: 'Functions that move rows', allowAllOutbound: false });
    const endpointGroup = new SecurityGroup(this, 'EndpointGroup', { vpc, description: 'Endpoints, for functions that move rows', allowAllOutbound: false });
    endpointGroup.addIngressRule(functionGroup, HTTPS, 'functions that move rows');
    databaseGroup.addIngressRule(functionGroup, POSTGRES, 'functions that move rows');
    functionGroup.addEgressRule(databaseGroup, POSTGRES, 'the source');
    functionGroup.addEgressRule(endpointGroup, HTTPS, 'Snowflake, its stage and APIs of AWS');
    // Of what has a public address the subnets have routes to Vault and to DynamoDB only.
    functionGroup.addEgressRule(Peer.anyIpv4(), HTTPS, 'gateway endpoint of DynamoDB');
    for (const range of config.vault.addresses) functionGroup.addEgressRule(Peer.ipv4(range), vaultPort(config), 'Vault');
    const { endpointService, accessUrl } = config.snowflake;
    if (endpointService !== undefined) new SnowflakeEndpoint(this, 'Snowflake', { vpc, subnets: endpointSubnets, securityGroup: endpointGroup, endpointService, accessUrl });
    if ('cidr' in config.network) {
      new ApiEndpoints(this, 'Apis', { vpc, functionSubnets, endpointSubnets, securityGroup: endpointGroup, config });
    }
    this.functions = { vpc, subnets: { subnets: functionSubnets }, securityGroups: [functionGroup] };
  }

  private create({ config, names, key }: ReplicatorNetworkProps, cidr: string): Parts {
    const { vpc, functionSubnets, endpointSubnets } = new ReplicatorVpc(this, 'Network', { cidr, vaultAddresses: config.vault.addresses, names, key });
    const databaseGroup = new SecurityGroup(this, 'DatabaseGroup', { vpc, securityGroupName: `${names.prefix}-database`, description: `Source of ${names.pipeline}`, allowAllOutbound: false });
    return { vpc, functionSubnets, endpointSubnets, databaseGroup };
  }

  private adopt(network: Exclude<SnowflakeReplicatorConfig['network'], { readonly cidr: string }>): Parts {
    const { vpcId, availabilityZones, subnetIds, endpointSubnetIds = [], databaseSecurityGroupId } = network;
    const subnet = (subnetId: string) => Subnet.fromSubnetId(this, subnetId, subnetId);
    acknowledge(this, "the routes of subnets that are there are their owner's", 'Annotation::@aws-cdk/aws-ec2:noSubnetRouteTableId');
    return {
      vpc: Vpc.fromVpcAttributes(this, 'Vpc', { vpcId, availabilityZones }),
      functionSubnets: subnetIds.map(subnet),
      endpointSubnets: endpointSubnetIds.map(subnet),
      databaseGroup: SecurityGroup.fromSecurityGroupId(this, 'DatabaseGroup', databaseSecurityGroupId),
    };
  }
}

function vaultPort({ vault }: SnowflakeReplicatorConfig): Port {
  return Port.tcp(Number(new URL(vault.address).port) || DEFAULT_HTTPS_PORT);
}
