import type { Scenario } from '../../rehearsal/scenario';
import { LostWork } from './lost-work';
import { StandbyOnStage } from './standby-on-stage';
import type { WarmStandbyWorld } from './world';

/** How far the replica is behind when the region goes. */
const BEHIND_SECONDS = 10;

/** The primary region goes while clients write: detection, a person's approval, and what it cost. */
export const regionLost: Scenario<WarmStandbyWorld> = {
  name: 'region-lost',
  title: 'A region is lost under load; the other takes over, and what was lost is known by number',
  async run(stage) {
    const shop = new StandbyOnStage(stage);
    const { primary, standby, config } = shop;
    await shop.begin();
    await shop.serve(10);
    await shop.stallReplication();
    await shop.serve(BEHIND_SECONDS);
    const stubborn = shop.newClient(config.witnessRegion, await shop.addressOf(primary));
    await shop.lose(primary);
    const report = await shop.approve(standby, await shop.untilAsked(standby));
    await shop.serve(10);
    const losses = new LostWork(shop, primary, report);
    const lost = await losses.checkReport();
    stage.check(lost.length > 0, 'what the replica had not received is lost');
    stage.check((report.recoveryPointSeconds ?? 0) >= BEHIND_SECONDS, 'the loss was named before it was agreed to', `at most ${report.recoveryPointSeconds ?? 0} s`);
    shop.checkObjectives(report);

    stubborn.start();
    await shop.comesBack(primary);
    stage.check(stubborn.promised().length === 0, 'the old primary refuses a client that still goes there', `${stubborn.records.length} attempts`);
    await losses.checkList(lost);
    await shop.finish();
  },
};
