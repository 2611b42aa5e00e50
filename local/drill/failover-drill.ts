import type { Place } from '../cloud/gateway/service';
import type { Stage } from '../rehearsal/stage';
import { LostWork } from '../scenarios/warm-standby/lost-work';
import { StandbyOnStage, type ReportView } from '../scenarios/warm-standby/standby-on-stage';
import type { WarmStandbyWorld } from '../scenarios/warm-standby/world';

export type DrillKind = 'planned' | 'unplanned';

/** What one drill came to. */
export interface DrillResult {
  readonly run: number;
  readonly kind: DrillKind;
  /** The region that took over. */
  readonly region: string;
  /** Why it failed; nothing when it went as it should. */
  readonly failure: string | undefined;
  readonly steps: ReportView['steps'];
  readonly recoveryTimeSeconds: number | null;
  /** The longest time without a promise, as a client saw it. */
  readonly silenceSeconds: number;
  /** The loss that was named before it was agreed to. */
  readonly namedLossSeconds: number | null;
  readonly promised: number;
  /** Numbers of transactions that were promised and are not there. The report of the failover says the same, or the drill failed. */
  readonly lost: readonly number[];
}

export interface DrillProps {
  readonly run: number;
  /** `mixed` loses the primary region and comes back in an orderly manner, in turns. */
  readonly mode: 'planned' | 'mixed';
  /** Between 0 and 1, for what differs from drill to drill. */
  readonly random: () => number;
}

const LONGEST_LAG_SECONDS = 20;

/** Fails over from whichever region is active, under load, and counts what clients lost. */
export async function drillFailover(stage: Stage<WarmStandbyWorld>, { run, mode, random }: DrillProps): Promise<DrillResult> {
  const shop = new StandbyOnStage(stage);
  const from = (await shop.activeRegion()) === shop.standby.region ? shop.standby : shop.primary;
  const to = shop.otherThan(from);
  const kind = mode === 'mixed' && from === shop.primary ? 'unplanned' : 'planned';
  let report: ReportView | undefined;
  let lost: readonly number[] = [];
  let failure: string | undefined;
  try {
    await shop.begin(from);
    await shop.serve(Math.round(5 + random() * 30));
    report = kind === 'planned' ? await shop.moveTo(to) : await loseRegion(shop, from, random);
    await shop.serve(10);
    const losses = new LostWork(shop, from, report);
    lost = await losses.checkReport();
    if (kind === 'planned') stage.check(lost.length === 0, 'a planned failover loses nothing');
    else {
      await shop.comesBack(from);
      await losses.checkList(lost);
    }
  } catch (error) {
    failure = (error as Error).message;
  } finally {
    await shop.finish();
  }
  return {
    run,
    kind,
    region: to.region,
    failure,
    steps: report?.steps ?? {},
    recoveryTimeSeconds: report?.recoveryTimeSeconds ?? null,
    silenceSeconds: shop.client.longestSilenceSeconds(),
    namedLossSeconds: report?.recoveryPointSeconds ?? null,
    promised: shop.promisedBy(from).length,
    lost,
  };
}

/** The replica lags behind by some seconds when the region goes, or by none. */
async function loseRegion(shop: StandbyOnStage, from: Place, random: () => number): Promise<ReportView> {
  const lagSeconds = Math.floor(random() * LONGEST_LAG_SECONDS);
  if (lagSeconds > 0) {
    await shop.stallReplication();
    await shop.serve(lagSeconds);
  }
  await shop.lose(from);
  const to = shop.otherThan(from);
  const operationId = await shop.untilAsked(to);
  return shop.approve(to, operationId);
}
