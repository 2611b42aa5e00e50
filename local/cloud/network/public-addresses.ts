import { addressAt } from './cidr';
import type { AwsEndpoint } from './aws-endpoint-name';

/** Addresses set aside for measurements between networks, so that none is anybody's. https://www.rfc-editor.org/rfc/rfc2544 */
const POOL = '198.18.0.0/15';
const BLOCK_SIZE = 256;
/** What has a block of its own that route tables can name. https://docs.aws.amazon.com/vpc/latest/userguide/gateway-endpoints.html */
const SERVICES_WITH_PREFIX_LIST = new Set(['s3', 'dynamodb']);

/** The public addresses of one cloud: of AWS's APIs, of NAT gateways, and of hosts on the internet. */
export class PublicAddresses {
  private readonly blocks = new Map<string, number>();
  private readonly byName = new Map<string, string>();
  private readonly endpoints = new Map<string, AwsEndpoint>();
  private lastBlock = 0;
  private lastIndex = 0;

  /** The address of an API. */
  ofEndpoint(endpoint: AwsEndpoint): string {
    const { service, region } = endpoint;
    const address = SERVICES_WITH_PREFIX_LIST.has(service) ? addressAt(this.prefixOf(service, region), 1) : this.ofName(`${service}.${region}`);
    this.endpoints.set(address, endpoint);
    return address;
  }

  /** The API at an address, if it is one. */
  endpointAt(address: string): AwsEndpoint | undefined {
    return this.endpoints.get(address);
  }

  /** The address of anything else, by a name of its own. */
  ofName(name: string): string {
    const known = this.byName.get(name) ?? this.allocate();
    this.byName.set(name, known);
    return known;
  }

  /** A new address. */
  allocate(): string {
    this.lastIndex += 1;
    return addressAt(POOL, this.lastIndex);
  }

  /** The block in which all addresses of the service in the region are. */
  prefixOf(service: string, region: string): string {
    const key = `${service}.${region}`;
    const block = this.blocks.get(key) ?? (this.lastBlock += 1);
    this.blocks.set(key, block);
    // From the upper half of the pool, so that single addresses never run into it.
    return `${addressAt(POOL, (256 + block) * BLOCK_SIZE)}/24`;
  }
}
