import type { EndpointPassage } from '../gateway/service';

/** Where the gateway can be reached by processes inside the cloud. */
export interface GatewayAddress {
  /** The port of the door with TLS. */
  readonly securePort: number;
  /** Opens another door with TLS, for those who come through a VPC endpoint; returns its port. */
  readonly openEndpointDoor: (passage: () => EndpointPassage | undefined) => Promise<number>;
}
