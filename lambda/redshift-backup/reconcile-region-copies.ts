import { Keys } from '../common/aws/keys';
import { RedshiftSnapshots, type SnapshotStore } from '../common/aws/redshift-snapshots';
import { ensureCopyGrant, RegionCopies, type CopySetting } from '../common/aws/region-copies';
import { defineHandler } from '../common/define-handler';
import { addMetric } from '../common/metric';
import { ENV, METRIC, ShareRefused } from './contract';
import { ACCOUNTS_PER_KEY } from './quotas';
import { isCopyOf } from './snapshot-name';

export interface ReconcileRegionCopiesPorts {
  readonly pipeline: string;
  readonly snapshotPrefix: string;
  readonly targetAccount: string;
  readonly wanted: CopySetting;
  /** Lets Redshift use the key of the other region; answers whether that was not so. */
  readonly ensureGrant: () => Promise<boolean>;
  readonly copying: Pick<RegionCopies, 'setting' | 'enable' | 'disable' | 'keepFor'>;
  /** In the other region. */
  readonly copies: Pick<SnapshotStore, 'listOwn' | 'share'>;
}

export interface ReconcileRegionCopiesOutput {
  /** What had to be changed, in words. */
  readonly mended: readonly string[];
  readonly shared: readonly string[];
}

/**
 * Makes the copies in the other region what the configuration says: Redshift may use the key there, copies what is made from
 * now on, keeps it as long as asked, and the target account may restore each copy.
 *
 * It runs again and again, so that whoever switches the copying off, or makes the cluster anew, does not end it.
 */
export async function reconcileRegionCopies(_input: unknown, ports: ReconcileRegionCopiesPorts): Promise<ReconcileRegionCopiesOutput> {
  const mended = [...((await ports.ensureGrant()) ? [`grant ${ports.wanted.grantName ?? ''} made`] : []), ...(await mendSetting(ports))];
  const shared: string[] = [];
  const full: string[] = [];
  for (const { identifier, status, sharedWith } of await ports.copies.listOwn()) {
    if (!isCopyOf(ports.snapshotPrefix, identifier) || status !== 'available' || sharedWith.includes(ports.targetAccount)) continue;
    const outcome = await ports.copies.share(identifier, ports.targetAccount);
    if (outcome === 'shared') shared.push(identifier);
    if (outcome === 'full') full.push(identifier);
  }
  addMetric(ports.pipeline, METRIC.regionCopiesMended, mended.length);
  if (full.length > 0) throw new ShareRefused(`${full.join(', ')} cannot be shared: their key carries ${ACCOUNTS_PER_KEY} shares`, { mended, shared });
  return { mended, shared };
}

async function mendSetting({ wanted, copying }: ReconcileRegionCopiesPorts): Promise<readonly string[]> {
  const setting = await copying.setting();
  if (setting?.region !== wanted.region || setting.grantName !== wanted.grantName) {
    if (setting) await copying.disable();
    await copying.enable(wanted);
    return [`copies go to ${wanted.region}${setting ? ` instead of ${setting.region}` : ''}`];
  }
  const differ = [...(setting.keepDays === wanted.keepDays ? [] : (['manual'] as const)), ...(setting.keepAutomatedDays === wanted.keepAutomatedDays ? [] : (['automated'] as const))];
  for (const kind of differ) await copying.keepFor(kind, kind === 'manual' ? wanted.keepDays : wanted.keepAutomatedDays);
  return differ.map((kind) => `copies of ${kind} snapshots are kept ${kind === 'manual' ? wanted.keepDays : wanted.keepAutomatedDays} days`);
}

export const handler = defineHandler('redshift-backup/reconcile-region-copies', reconcileRegionCopies, (env) => {
  const elsewhere = { region: env.required(ENV.COPY_REGION) };
  const grantName = env.required(ENV.COPY_GRANT);
  return {
    pipeline: env.required(ENV.PIPELINE),
    snapshotPrefix: env.required(ENV.SNAPSHOT_PREFIX),
    targetAccount: env.required(ENV.TARGET_ACCOUNT),
    wanted: { region: elsewhere.region, grantName, keepDays: env.number(ENV.COPY_KEEP_DAYS), keepAutomatedDays: env.number(ENV.COPY_KEEP_AUTOMATED_DAYS) },
    ensureGrant: async () => ensureCopyGrant(elsewhere, grantName, await Keys.in(elsewhere).arnOf(`alias/${env.required(ENV.COPY_KEY_ALIAS)}`)),
    copying: RegionCopies.in({ region: env.region }, env.required(ENV.CLUSTER_IDENTIFIER)),
    copies: RedshiftSnapshots.in(elsewhere),
  };
});
