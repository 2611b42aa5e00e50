import net from 'node:net';
import { parseAwsEndpoint, type AwsEndpoint } from './aws-endpoint-name';
import type { Verdict } from './control-protocol';
import { denialHint } from './denial-hint';
import { endpointNameServer } from './endpoint-names';
import type { HostDirectory, HostLocation } from './host-directory';
import { resolveName, type NameServer } from './name-server';
import type { ConnectionEnd } from './network-cuts';
import type { NetworkSource } from './network-source';
import type { PublicAddresses } from './public-addresses';
import { reach, type FlowSource, type Obstacle, type Way } from './reachability';
import type { NetworkInterface, Topology } from './topology';

export interface DeciderPorts {
  readonly topology: Topology;
  readonly addresses: PublicAddresses;
  /** Where the gateway listens with TLS for who comes over the internet. */
  readonly awsPort: number;
  /** Where it listens for who comes through this endpoint. */
  readonly endpointPort: (vpcEndpointId: string) => Promise<number>;
}

/** What becomes of a connection, and between which ends it is, or why it is not. */
export interface Decision {
  readonly verdict: Verdict;
  readonly source: ConnectionEnd;
  readonly target: ConnectionEnd;
  readonly explanation: string;
  readonly hint: string | undefined;
}

const HTTPS = 443;
/** Whence functions outside VPCs connect, as far as anybody can tell. */
const FUNCTIONS_ON_THE_INTERNET = 'functions outside VPCs';

/** Decides about connections: name, way, and what listens at its end. */
export class ConnectionDecider {
  private readonly nameServers: NameServer[];

  constructor(
    private readonly ports: DeciderPorts,
    private readonly hosts: HostDirectory,
  ) {
    const endpoints = endpointNameServer(ports.topology, (serviceName) => hosts.namesBehind(serviceName));
    const aws: NameServer = {
      resolve: (name) => {
        const endpoint = parseAwsEndpoint(name);
        return endpoint && { kind: 'addresses', addresses: [ports.addresses.ofEndpoint(endpoint)] };
      },
    };
    this.nameServers = [endpoints, hosts, aws];
  }

  /** Asks this server before all others. */
  addNameServer(server: NameServer): () => void {
    this.nameServers.unshift(server);
    return () => this.nameServers.splice(this.nameServers.indexOf(server), 1);
  }

  /** The addresses of a name as the source resolves it. */
  resolve(source: NetworkSource, host: string): readonly string[] {
    if (net.isIP(host)) return [host];
    const vpcId = this.interfaceOf(source)?.vpcId;
    if (vpcId !== undefined && !this.ports.topology.vpcs.get(vpcId)?.enableDnsSupport) return [];
    return resolveName(this.nameServers, host, vpcId);
  }

  async decide(source: NetworkSource, host: string, port: number): Promise<Decision> {
    const networkInterface = this.interfaceOf(source);
    const api = parseAwsEndpoint(host);
    const ends = { source: this.sourceEnd(source, networkInterface), target: { name: host, region: api?.region, availabilityZone: undefined, vpcId: undefined } };
    const flowSource = this.flowSource(source, networkInterface);
    if (!flowSource) return { ...ends, verdict: { kind: 'drop' }, explanation: `${source.name} has no network interface any more`, hint: undefined };
    const attempts = this.resolve(source, host).map((address) => ({ address, reached: reach(this.ports.topology, { source: flowSource, address, port }) }));
    const attempt = attempts.find(({ reached }) => reached.reachable) ?? attempts[0];
    if (!attempt) return { ...ends, verdict: { kind: 'unknown-host' }, explanation: `no name server of ${source.name} knows ${host}`, hint: undefined };
    const { address, reached } = attempt;
    if (!reached.reachable) {
      const { explanation } = reached.obstacle;
      return { ...ends, verdict: { kind: 'drop' }, explanation, hint: this.hint(networkInterface, reached.obstacle, host, port, api) };
    }
    const target = this.targetEnd(host, reached.way, api);
    const localPort = await this.localPort(reached.way, address, host, port);
    if (localPort === undefined) return { ...ends, target, verdict: { kind: 'refuse', address }, explanation: `nothing listens on ${host}:${port}`, hint: undefined };
    return { ...ends, target, verdict: { kind: 'open', localPort, address }, explanation: '', hint: undefined };
  }

  private interfaceOf(source: NetworkSource): NetworkInterface | undefined {
    return source.kind === 'interface' ? this.ports.topology.networkInterfaces.get(source.networkInterfaceId) : undefined;
  }

  private flowSource(source: NetworkSource, networkInterface: NetworkInterface | undefined): FlowSource | undefined {
    if (source.kind === 'internet') return { kind: 'internet', name: source.name, address: this.ports.addresses.ofName(FUNCTIONS_ON_THE_INTERNET) };
    return networkInterface && { kind: 'interface', name: source.name, networkInterface };
  }

  /** What listens at the end of a way: the gateway for AWS's own, or a host of the cloud. */
  private async localPort(way: Way, address: string, host: string, port: number): Promise<number | undefined> {
    const endpoint = this.ports.topology.vpcEndpoints.get(way.vpcEndpointId ?? '');
    if (endpoint && !endpoint.serviceName.startsWith('com.amazonaws.vpce.')) {
      return port === HTTPS ? this.ports.endpointPort(endpoint.id) : undefined;
    }
    const name = host.toLowerCase();
    if (endpoint) return this.hosts.localPortAt((location) => location.kind === 'service' && location.serviceName === endpoint.serviceName, port, name);
    if (this.ports.addresses.endpointAt(address)) return port === HTTPS ? this.ports.awsPort : undefined;
    return this.hosts.localPortAt((location) => isAt(location, way, address), port, name);
  }

  private hint(networkInterface: NetworkInterface | undefined, obstacle: Obstacle, host: string, port: number, api: AwsEndpoint | undefined): string | undefined {
    return denialHint(this.ports.topology, networkInterface, obstacle, { host, port, api });
  }

  private sourceEnd({ name, region }: NetworkSource, networkInterface: NetworkInterface | undefined): ConnectionEnd {
    const subnet = this.ports.topology.subnets.get(networkInterface?.subnetId ?? '');
    return { name, region, availabilityZone: subnet?.availabilityZone, vpcId: networkInterface?.vpcId };
  }

  private targetEnd(host: string, { networkInterface }: Way, api: AwsEndpoint | undefined): ConnectionEnd {
    const { subnets, vpcs } = this.ports.topology;
    const region = vpcs.get(networkInterface?.vpcId ?? '')?.region ?? api?.region;
    return { name: host, region, availabilityZone: subnets.get(networkInterface?.subnetId ?? '')?.availabilityZone, vpcId: networkInterface?.vpcId };
  }
}

function isAt(location: HostLocation, { networkInterface }: Way, address: string): boolean {
  if (location.kind === 'interface') return location.networkInterfaceId === networkInterface?.id;
  return location.kind === 'public' && location.address === address;
}
