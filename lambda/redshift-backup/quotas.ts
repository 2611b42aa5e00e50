import type { WarehouseSnapshot } from '../common/aws/redshift-snapshots';

/** Manual snapshots of clusters, adjustable: https://docs.aws.amazon.com/redshift/latest/mgmt/amazon-redshift-limits.html */
export const SNAPSHOT_QUOTA_CODE = 'L-2E428669';
/** Not adjustable. */
export const ACCOUNTS_PER_SNAPSHOT = 20;
/** Not adjustable: the sum over all snapshots under the key. */
export const ACCOUNTS_PER_KEY = 100;

/** How many shares the key carries. */
export function accountsUnder(kmsKeyArn: string | undefined, snapshots: readonly WarehouseSnapshot[]): number {
  return snapshots.filter((snapshot) => kmsKeyArn !== undefined && snapshot.kmsKeyArn === kmsKeyArn).reduce((sum, { sharedWith }) => sum + sharedWith.length, 0);
}
