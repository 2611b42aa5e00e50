import type { Scenario } from '../../rehearsal/scenario';
import { LostWork } from './lost-work';
import { moveToLaggingReplica } from './move-to-lagging-replica';
import { rebuildTwice } from './rebuild-twice';
import { StandbyOnStage } from './standby-on-stage';
import type { WarmStandbyWorld } from './world';

/** There and back while clients write. */
export const plannedFailover: Scenario<WarmStandbyWorld> = {
  name: 'planned-failover',
  title: 'A planned failover under load and back again loses nothing, although the replica is behind when it begins and the first rebuild is taken back',
  async run(stage) {
    const shop = new StandbyOnStage(stage);
    await shop.begin(shop.primary);
    await shop.serve(30);
    for (const from of [shop.primary, shop.standby]) {
      const to = shop.otherThan(from);
      const report = from === shop.primary ? await moveToLaggingReplica(shop, to) : await shop.moveTo(to);
      await shop.serve(10);
      const lost = await new LostWork(shop, from, report).checkReport();
      stage.check(lost.length === 0, `all that ${from.region} has promised is in ${to.region}`);
      shop.checkObjectives(report);
      if (from === shop.primary) await rebuildTwice(shop, from);
    }
    await shop.finish();
  },
};
