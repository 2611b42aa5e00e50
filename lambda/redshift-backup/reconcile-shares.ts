import type { SnapshotStore } from '../common/aws/redshift-snapshots';
import { defineHandler } from '../common/define-handler';
import { addMetric } from '../common/metric';
import { ENV, METRIC, ShareRefused } from './contract';
import { ownedBy } from './kept-snapshots';
import { ACCOUNTS_PER_KEY } from './quotas';
import { snapshotsOf } from './warehouse-kind';

export interface ReconcileSharesPorts {
  readonly pipeline: string;
  readonly targetAccount: string;
  readonly snapshots: Pick<SnapshotStore, 'listOwn' | 'share' | 'revoke'>;
}

export interface ReconcileSharesOutput {
  readonly shared: readonly string[];
  /** As `<snapshot> with <account>`. */
  readonly revoked: readonly string[];
}

/**
 * Makes the shares of the pipeline's snapshots what they should be: each finished snapshot with the target account, and with
 * nobody else, whatever half-done clean-ups and people have left.
 */
export async function reconcileShares(_input: unknown, { pipeline, targetAccount, snapshots }: ReconcileSharesPorts): Promise<ReconcileSharesOutput> {
  const shared: string[] = [];
  const revoked: string[] = [];
  const full: string[] = [];
  for (const { identifier, status, sharedWith } of ownedBy(pipeline, await snapshots.listOwn())) {
    for (const account of sharedWith.filter((other) => other !== targetAccount)) {
      await snapshots.revoke(identifier, account);
      revoked.push(`${identifier} with ${account}`);
    }
    if (status !== 'available' || sharedWith.includes(targetAccount)) continue;
    const outcome = await snapshots.share(identifier, targetAccount);
    if (outcome === 'shared') shared.push(identifier);
    if (outcome === 'full') full.push(identifier);
  }
  addMetric(pipeline, METRIC.sharesMended, shared.length + revoked.length);
  if (full.length > 0) throw new ShareRefused(`${full.join(', ')} cannot be shared: their key carries ${ACCOUNTS_PER_KEY} shares`, { shared, revoked });
  return { shared, revoked };
}

export const handler = defineHandler('redshift-backup/reconcile-shares', reconcileShares, (env) => ({
  pipeline: env.required(ENV.PIPELINE),
  targetAccount: env.required(ENV.TARGET_ACCOUNT),
  snapshots: snapshotsOf(env),
}));
