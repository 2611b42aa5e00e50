import { createHash, randomBytes } from 'node:crypto';
import type { InterfaceAllocator } from '../../network/fabric';
import type { PrefixList, Topology } from '../../network/topology';
import type { PublicAddresses } from '../../network/public-addresses';
import type { Place } from '../../gateway/service';
import { addressAt, cidrSize } from '../../network/cidr';
import { ec2Error, existing } from './ec2-errors';
import type * as records from './ec2-records';

/** The first four addresses of a subnet and its last are AWS's. https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html */
const RESERVED_AT_START = 4;
const RESERVED_AT_END = 1;

/** The networks of all accounts and regions: what EC2 keeps, and what the network goes by. */
export class Ec2State implements Topology, InterfaceAllocator {
  readonly vpcs = new Map<string, records.Vpc>();
  readonly subnets = new Map<string, records.Subnet>();
  readonly routeTables = new Map<string, records.RouteTable>();
  readonly networkAcls = new Map<string, records.NetworkAcl>();
  readonly securityGroups = new Map<string, records.SecurityGroup>();
  readonly networkInterfaces = new Map<string, records.NetworkInterface>();
  readonly internetGateways = new Map<string, records.InternetGateway>();
  readonly natGateways = new Map<string, records.NatGateway>();
  readonly elasticIps = new Map<string, records.ElasticIp>();
  readonly vpcEndpoints = new Map<string, records.VpcEndpoint>();
  readonly endpointServices = new Map<string, records.EndpointService>();
  readonly peerings = new Map<string, records.Peering>();
  readonly flowLogs = new Map<string, records.FlowLog>();
  readonly prefixLists = new Map<string, PrefixList & { readonly region: string }>();

  constructor(readonly addresses: PublicAddresses) {}

  /** Everything of one kind in an account and region. */
  in<T extends Place>(resources: ReadonlyMap<string, T>, { account, region }: Place): T[] {
    return [...resources.values()].filter((each) => each.account === account && each.region === region);
  }

  /** The prefix lists that AWS keeps in a region. */
  prefixListsIn(region: string): readonly PrefixList[] {
    for (const service of ['s3', 'dynamodb']) {
      const id = `pl-${createHash('sha256').update(`${service}.${region}`).digest('hex').slice(0, 8)}`;
      if (this.prefixLists.has(id)) continue;
      this.prefixLists.set(id, { id, region, name: `com.amazonaws.${region}.${service}`, cidrs: [this.addresses.prefixOf(service, region)] });
    }
    return [...this.prefixLists.values()].filter((list) => list.region === region);
  }

  /** Every resource that can carry tags, by its id. */
  resource(id: string): records.Owned | undefined {
    return this.kinds()
      .map((kind) => kind.get(id))
      .find((found) => found !== undefined);
  }

  /** Every resource in an account and region that can carry tags. */
  taggable(place: Place): records.Owned[] {
    return this.kinds().flatMap((kind) => this.in(kind, place));
  }

  /** Makes a network interface with the next free address of its subnet. */
  addInterface(props: {
    readonly subnetId: string;
    readonly securityGroupIds: readonly string[];
    readonly description: string;
    readonly interfaceType?: records.NetworkInterface['interfaceType'];
    readonly requester?: string;
    readonly address?: string | undefined;
    readonly publicAddress?: string | undefined;
    readonly tags?: Record<string, string>;
  }): records.NetworkInterface {
    const subnet = existing(this.subnets, 'subnet', props.subnetId);
    this.checkGroups(subnet.vpcId, props.securityGroupIds);
    const { account, region, vpcId, availabilityZone } = subnet;
    const added: records.NetworkInterface = {
      type: 'network-interface',
      id: newId('eni'),
      account,
      region,
      vpcId,
      subnetId: subnet.id,
      availabilityZone,
      address: props.address ?? this.freeAddress(subnet),
      publicAddress: props.publicAddress,
      securityGroupIds: props.securityGroupIds,
      description: props.description,
      interfaceType: props.interfaceType ?? 'interface',
      requester: props.requester,
      status: props.requester === undefined ? 'available' : 'in-use',
      tags: props.tags ?? {},
    };
    this.networkInterfaces.set(added.id, added);
    return added;
  }

  attachInterface(props: Parameters<InterfaceAllocator['attachInterface']>[0]): records.NetworkInterface {
    return this.addInterface({ ...props, requester: 'amazon-aws' });
  }

  detachInterface(id: string): void {
    this.networkInterfaces.delete(id);
  }

  /** Puts a service in charge of an interface, which nobody else can delete then; without a requester it is given back. */
  entrustInterface(id: string, interfaceType: records.NetworkInterface['interfaceType'], requester: string | undefined): void {
    const entrusted = existing(this.networkInterfaces, 'network-interface', id);
    this.networkInterfaces.set(id, { ...entrusted, interfaceType, requester, status: requester === undefined ? 'available' : 'in-use' });
  }

  /** Refuses groups that do not exist in the VPC. */
  checkGroups(vpcId: string, groupIds: readonly string[]): void {
    for (const id of groupIds) {
      const group = existing(this.securityGroups, 'security-group', id);
      if (group.vpcId !== vpcId) throw ec2Error('InvalidParameter', `Security group ${id} and subnet belong to different networks.`);
    }
  }

  private kinds(): readonly ReadonlyMap<string, records.Owned>[] {
    return [
      this.vpcs,
      this.subnets,
      this.routeTables,
      this.networkAcls,
      this.securityGroups,
      this.networkInterfaces,
      this.internetGateways,
      this.natGateways,
      this.elasticIps,
      this.vpcEndpoints,
      this.endpointServices,
      this.peerings,
      this.flowLogs,
    ];
  }

  private freeAddress(subnet: records.Subnet): string {
    const taken = new Set([...this.networkInterfaces.values()].filter(({ subnetId }) => subnetId === subnet.id).map(({ address }) => address));
    for (let index = RESERVED_AT_START; index < cidrSize(subnet.cidr) - RESERVED_AT_END; index += 1) {
      const address = addressAt(subnet.cidr, index);
      if (!taken.has(address)) return address;
    }
    throw ec2Error('InsufficientFreeAddressesInSubnet', `The specified subnet ${subnet.id} does not have enough free addresses to satisfy the request.`);
  }
}

/** An id in EC2's long form, such as `subnet-0a1b2c3d4e5f60718`. */
export function newId(prefix: string): string {
  return `${prefix}-0${randomBytes(8).toString('hex')}`;
}
