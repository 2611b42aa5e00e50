import type { Scenario } from '../../rehearsal/scenario';
import { StandbyOnStage } from './standby-on-stage';
import type { WarmStandbyWorld } from './world';

/** There and back while clients write. */
export const plannedFailover: Scenario<WarmStandbyWorld> = {
  name: 'planned-failover',
  title: 'A planned failover under load and back again loses nothing',
  async run(stage) {
    const shop = new StandbyOnStage(stage);
    await shop.prepare();
    await shop.serve(3);
    await shop.moveTo(shop.standby);
    await shop.serve(3);
    await shop.rebuild(shop.primary);
    await shop.serve(3);
    await shop.moveTo(shop.primary);
    await shop.serve(3);
    await shop.rebuild(shop.standby);
    await shop.client.stop();
    await shop.checkNothingLost(shop.primary);
    stage.note('out of service as the client saw it', `${shop.client.longestSilenceSeconds()} s at the longest`);
  },
};
