import { LEASE_SECONDS } from '../../../lambda/warm-standby/contract';
import type { Scenario } from '../../rehearsal/scenario';
import { LostWork } from './lost-work';
import { StandbyOnStage } from './standby-on-stage';
import type { WarmStandbyWorld } from './world';

/** The dangerous case: nobody hears the primary region, inside it goes on serving, and it is back before the failover is over. */
export const partition: Scenario<WarmStandbyWorld> = {
  name: 'partition',
  title: 'The primary region is cut off and still takes writes until its lease ends; back while the other one is promoted, it refuses them',
  async run(stage) {
    const shop = new StandbyOnStage(stage);
    const { primary, standby, config } = shop;
    await shop.begin();
    await shop.serve(10);
    const inside = shop.newClient(primary.region, await shop.addressOf(primary));
    const outside = shop.newClient(config.witnessRegion, await shop.addressOf(primary));
    inside.start();
    await shop.lose(primary, 'keep');
    const cutAtMs = stage.cloud.clock.nowMs();
    const operationId = await shop.untilAsked(standby);
    const beforeLeaseEnd = inside.promised().length;
    stage.check(beforeLeaseEnd > 0, 'clients inside the region that is cut off are still served', `${beforeLeaseEnd} transactions promised`);
    await stage.step('a person approves', () => shop.answer(standby, { operationId, decision: 'approve', by: 'rehearsal' }));
    await stage.step('wait for the promotion', () => stage.untilEntered(standby, shop.executionArn(standby, operationId), 'AwaitPromotion'));
    outside.start();
    await shop.comesBack(primary);
    const report = await shop.arrival(standby, operationId);
    await shop.serve(10);
    const lastPromiseSeconds = Math.round(((inside.promised().at(-1)?.atMs ?? 0) - cutAtMs) / 1000);
    stage.check(lastPromiseSeconds <= LEASE_SECONDS, 'the lease ended by itself', `the last promise was made ${lastPromiseSeconds} s after the cut; ${inside.records.length - inside.promised().length} later attempts were refused`);
    stage.check((report.recoveryPointSeconds ?? 0) >= lastPromiseSeconds, 'the named loss covers what the region did unseen', `at most ${report.recoveryPointSeconds ?? 0} s`);
    shop.checkObjectives(report);
    const losses = new LostWork(shop, primary, report);
    const lost = await losses.checkReport();
    stage.check(lost.length > 0, 'what was promised inside after the cut is lost');
    await inside.stop();
    stage.check(inside.records.at(-1)?.promised === undefined, 'reached again, the old primary goes on refusing');
    stage.check(outside.promised(primary.region).length === 0 && outside.records.length > 0, 'and promises nothing to those who reach it from outside', `${outside.records.length} attempts`);
    await losses.checkList(lost);
    await shop.finish();
  },
};
