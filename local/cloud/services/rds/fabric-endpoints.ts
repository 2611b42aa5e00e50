import type { Fabric, HostRegistration } from '../../network/fabric';
import type { DatabaseEndpoint, EndpointDirectory } from './rds-context';

interface Published {
  readonly resourceId: string;
  readonly registration: HostRegistration;
}

/** Puts databases on the cloud's network: an instance has one network interface, behind which all its names are. */
export class FabricEndpoints implements EndpointDirectory {
  private readonly published = new Map<string, Published>();

  constructor(private readonly fabric: Pick<Fabric, 'registerHost'>) {}

  publish({ hostname, resourceId, port, localPort, placement }: DatabaseEndpoint): void {
    this.withdraw(hostname);
    const networkInterfaceId = this.interfaceOf(resourceId);
    const registration = this.fabric.registerHost({
      name: hostname,
      port,
      localPort,
      placement: networkInterfaceId === undefined ? placement : { networkInterfaceId },
    });
    this.published.set(hostname, { resourceId, registration });
  }

  withdraw(hostname: string): void {
    this.published.get(hostname)?.registration.remove();
    this.published.delete(hostname);
  }

  private interfaceOf(resourceId: string): string | undefined {
    return [...this.published.values()].find((published) => published.resourceId === resourceId)?.registration.networkInterfaceId;
  }
}
