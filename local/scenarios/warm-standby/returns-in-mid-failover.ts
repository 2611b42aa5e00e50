import { GetExecutionHistoryCommand, SFNClient } from '@aws-sdk/client-sfn';
import type { Scenario } from '../../rehearsal/scenario';
import { LostWork } from './lost-work';
import { StandbyOnStage } from './standby-on-stage';
import type { WarmStandbyWorld } from './world';

const HOUR_MS = 3_600_000;

/** The primary region is there again, database and all, while the other one is being promoted. */
export const returnsInMidFailover: Scenario<WarmStandbyWorld> = {
  name: 'returns-in-mid-failover',
  title: 'The old primary returns while the other region is promoted: it refuses all writes, and the failover goes on',
  async run(stage) {
    const shop = new StandbyOnStage(stage);
    const { primary, standby, config } = shop;
    await shop.begin();
    await shop.stallReplication();
    await shop.serve(10);
    const stubborn = shop.newClient(config.witnessRegion, await shop.addressOf(primary));
    await shop.lose(primary);
    const operationId = await shop.untilAsked(standby);
    await shop.answer(standby, { operationId, decision: 'approve', by: 'rehearsal' });
    const states = stage.client(SFNClient, standby);
    await stage.step('a person approves; wait for the promotion', () =>
      stage.until('the replica is being promoted', HOUR_MS, async () => {
        const { events = [] } = await states.send(new GetExecutionHistoryCommand({ executionArn: shop.executionArn(standby, operationId), reverseOrder: true, maxResults: 20 }));
        return events.some(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name === 'AwaitPromotion') ? true : undefined;
      }),
    );
    stubborn.start();
    await shop.comesBack(primary);
    const report = shop.succeeded(await stage.step('wait for the failover', () => shop.failoverEnd(standby, operationId)));
    await shop.serve(10);
    stage.check(stubborn.promised(primary.region).length === 0 && stubborn.records.length > 0, 'the old primary promised nothing after its return', `${stubborn.records.length} attempts`);
    const losses = new LostWork(shop, primary, report);
    const lost = await losses.checkReport();
    await losses.checkList(lost);
    await shop.finish();
  },
};
