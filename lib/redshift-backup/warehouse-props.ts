export const REDSHIFT_PORT = 5439;

/** What a warehouse needs, whichever kind it is of. */
export interface WarehouseProps {
  /** Of the cluster or the namespace. */
  readonly identifier: string;
  readonly database: string;
  readonly keyArn: string;
  readonly subnetIds: readonly string[];
  readonly securityGroupId: string;
}
