import { isDeepStrictEqual } from 'node:util';
import type { Fabric, HostRegistration, Placement } from '../../network/fabric';
import type { DatabaseEndpoint, EndpointDirectory } from './rds-context';

interface Published {
  readonly endpoint: DatabaseEndpoint;
  readonly registration: HostRegistration;
}

type Location = Pick<DatabaseEndpoint, 'placement' | 'port' | 'localPort'>;

/** Where an instance is, and the nameless host that keeps its network interface. */
interface Foothold {
  readonly location: Location;
  readonly registration: HostRegistration;
}

/** Puts databases on the cloud's network: an instance has one network interface, behind which all its names are. */
export class FabricEndpoints implements EndpointDirectory {
  private readonly published = new Map<string, Published>();
  private readonly footholds = new Map<string, Foothold>();

  constructor(private readonly fabric: Pick<Fabric, 'registerHost'>) {}

  publish(endpoint: DatabaseEndpoint): void {
    const { hostname, resourceId, ...location } = endpoint;
    const others = this.namesOf(resourceId).filter((other) => other.hostname !== hostname);
    const foothold = this.footholds.get(resourceId);
    this.withdraw(hostname);
    if (!foothold || isDeepStrictEqual(foothold.location, location)) {
      this.register(endpoint);
      return;
    }
    for (const other of others) this.withdraw(other.hostname);
    for (const name of [endpoint, ...others]) this.register({ ...name, ...location });
  }

  withdraw(hostname: string): void {
    const known = this.published.get(hostname);
    if (!known) return;
    known.registration.remove();
    this.published.delete(hostname);
    const { resourceId } = known.endpoint;
    if (this.namesOf(resourceId).length > 0) return;
    this.footholds.get(resourceId)?.registration.remove();
    this.footholds.delete(resourceId);
  }

  private register(endpoint: DatabaseEndpoint): void {
    const { hostname: name, port, localPort } = endpoint;
    this.published.set(name, { endpoint, registration: this.fabric.registerHost({ name, port, localPort, placement: this.placementOf(endpoint) }) });
  }

  private placementOf({ resourceId, placement, port, localPort }: DatabaseEndpoint): Placement {
    if (placement === 'internet') return placement;
    const location = { placement, port, localPort };
    const foothold = this.footholds.get(resourceId) ?? { location, registration: this.fabric.registerHost(location) };
    this.footholds.set(resourceId, foothold);
    const { networkInterfaceId } = foothold.registration;
    return networkInterfaceId === undefined ? placement : { networkInterfaceId };
  }

  private namesOf(resourceId: string): readonly DatabaseEndpoint[] {
    return [...this.published.values()].map(({ endpoint }) => endpoint).filter((endpoint) => endpoint.resourceId === resourceId);
  }
}
