import type { WarehouseSnapshot } from '../common/aws/redshift-snapshots';
import { ServiceQuotaReader } from '../common/aws/service-quota';
import type { Env } from '../common/env';
import { ENV } from './contract';
import { isServerless } from './warehouse-kind';

/** Manual snapshots of clusters, adjustable: https://docs.aws.amazon.com/redshift/latest/mgmt/amazon-redshift-limits.html */
const SNAPSHOT_QUOTA_CODE = 'L-2E428669';
/** Not adjustable. */
export const ACCOUNTS_PER_SNAPSHOT = 20;
/** Not adjustable: the sum over all snapshots under the key. */
export const ACCOUNTS_PER_KEY = 100;

/** How many manual snapshots the account may have. Service Quotas has no code for those of Redshift Serverless that is documented: there the configuration is believed. */
export async function snapshotQuotaOf(env: Env): Promise<number> {
  const applied = isServerless(env) ? undefined : await ServiceQuotaReader.in({ region: env.region }).valueOf('redshift', SNAPSHOT_QUOTA_CODE);
  return applied ?? env.number(ENV.SNAPSHOT_QUOTA);
}

/** How many shares the key carries. */
export function accountsUnder(kmsKeyArn: string | undefined, snapshots: readonly WarehouseSnapshot[]): number {
  return snapshots.filter((snapshot) => kmsKeyArn !== undefined && snapshot.kmsKeyArn === kmsKeyArn).reduce((sum, { sharedWith }) => sum + sharedWith.length, 0);
}
