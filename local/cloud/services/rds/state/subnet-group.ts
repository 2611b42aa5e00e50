import type { Place } from '../../../gateway/service';

/** A subnet with what RDS needs to know of it. */
export interface SubnetPlacement {
  readonly subnetId: string;
  readonly availabilityZone: string;
  readonly vpcId: string;
}

export interface SubnetGroup {
  readonly place: Place;
  readonly name: string;
  description: string;
  vpcId: string;
  subnets: readonly SubnetPlacement[];
  tags: Record<string, string>;
}
