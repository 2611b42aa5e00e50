import type { NameServer } from './name-server';

/** A server of the cloud, as the network knows it. */
export interface ListeningHost {
  /** Absent for what is only reached by address, such as a task behind a load balancer. */
  readonly name: string | undefined;
  readonly port: number;
  /** Where it really listens, on 127.0.0.1. */
  readonly localPort: number;
  readonly location: HostLocation;
  /** The VPCs in whose private zone the name is; absent for a name in public DNS, whatever its address. */
  readonly privateToVpcIds: readonly string[] | undefined;
}

/** Where packets for a host end: at an interface of a VPC, at a public address, or behind a PrivateLink service. */
export type HostLocation =
  | { readonly kind: 'interface'; readonly networkInterfaceId: string; readonly vpcId: string; readonly address: string; readonly publicAddress: string | undefined }
  | { readonly kind: 'public'; readonly address: string }
  | { readonly kind: 'service'; readonly serviceName: string };

/** Every server of the cloud that the network can lead to. */
export class HostDirectory implements NameServer {
  private readonly hosts = new Set<ListeningHost>();

  add(host: ListeningHost): () => void {
    this.hosts.add(host);
    return () => this.hosts.delete(host);
  }

  /** Names of hosts behind a PrivateLink service lead nowhere by themselves: an endpoint gives them an address. */
  resolve(name: string, vpcId: string | undefined): ReturnType<NameServer['resolve']> {
    const host = [...this.hosts].find((each) => each.name === name && isVisible(each, vpcId) && each.location.kind !== 'service');
    if (!host || host.location.kind === 'service') return undefined;
    return { kind: 'addresses', addresses: [addressFor(host.location, vpcId)] };
  }

  /** Names that hosts behind a PrivateLink service have. */
  namesBehind(serviceName: string): readonly string[] {
    return [...this.hosts].flatMap(({ location, name }) => (name !== undefined && location.kind === 'service' && location.serviceName === serviceName ? [name] : []));
  }

  /** Whether any host is behind the interface. */
  isUsed(networkInterfaceId: string): boolean {
    return [...this.hosts].some(({ location }) => location.kind === 'interface' && location.networkInterfaceId === networkInterfaceId);
  }

  /** Where the host of this name really listens, for those who have no part in the network. */
  localPortNamed(name: string, port: number): number | undefined {
    return [...this.hosts].find((host) => host.name === name && host.port === port)?.localPort;
  }

  /** The port on 127.0.0.1 of what listens there; where several share a port, the name tells. */
  localPortAt(isThere: (location: HostLocation) => boolean, port: number, name: string): number | undefined {
    const there = [...this.hosts].filter((host) => host.port === port && isThere(host.location));
    return (there.find((host) => host.name === name) ?? there.find((host) => host.name === undefined) ?? there[0])?.localPort;
  }
}

/** A public host has its private address within its own VPC. https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html#USER_VPC.Hiding */
function addressFor(location: Exclude<HostLocation, { kind: 'service' }>, vpcId: string | undefined): string {
  if (location.kind === 'public' || location.vpcId === vpcId) return location.address;
  return location.publicAddress ?? location.address;
}

function isVisible({ privateToVpcIds }: ListeningHost, vpcId: string | undefined): boolean {
  return privateToVpcIds === undefined || (vpcId !== undefined && privateToVpcIds.includes(vpcId));
}
