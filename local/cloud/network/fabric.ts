import { parseAwsEndpoint } from './aws-endpoint-name';
import type { NetworkView, OpenedConnection } from './confined-process';
import type { Verdict } from './control-protocol';
import type { NetworkSource } from './network-source';

export interface FabricPorts {
  /** Where the gateway listens with TLS. */
  readonly awsPort: number;
}

const HTTPS = 443;
const FIRST_PUBLIC_ADDRESS = [198, 18, 0, 0] as const;

/** The network of one cloud: every connection of a function or task is decided here. */
export class Fabric {
  private readonly addresses = new Map<string, string>();

  constructor(private readonly ports: FabricPorts) {}

  /** How a process at this place sees the network. */
  viewOf(source: NetworkSource): NetworkView {
    return {
      connect: async (host, port) => this.connect(source, host, port),
      resolve: (host) => (parseAwsEndpoint(host) ? [this.addressOf(host)] : []),
    };
  }

  private connect(_source: NetworkSource, host: string, port: number): OpenedConnection {
    return { verdict: this.decide(host, port), close: () => undefined };
  }

  private decide(host: string, port: number): Verdict {
    if (!parseAwsEndpoint(host)) return { kind: 'unknown-host' };
    if (port !== HTTPS) return { kind: 'refuse', address: this.addressOf(host) };
    return { kind: 'open', localPort: this.ports.awsPort, address: this.addressOf(host) };
  }

  private addressOf(host: string): string {
    const known = this.addresses.get(host);
    if (known) return known;
    const number = this.addresses.size + 1;
    const address = [FIRST_PUBLIC_ADDRESS[0], FIRST_PUBLIC_ADDRESS[1], number >> 8, number & 255].join('.');
    this.addresses.set(host, address);
    return address;
  }
}
