import type { WarmStandbyConfig } from '../config/warm-standby';

/** How a record names its hosted zone. CloudFormation finds one by its name as long as there is no other of that name, public or private. */
export function zoneOf({ zoneId, zoneName }: WarmStandbyConfig['domain']): { readonly hostedZoneId: string } | { readonly hostedZoneName: string } {
  return zoneId === undefined ? { hostedZoneName: `${zoneName}.` } : { hostedZoneId: zoneId };
}
