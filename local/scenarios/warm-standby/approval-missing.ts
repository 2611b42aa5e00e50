import type { Scenario } from '../../rehearsal/scenario';
import { StandbyOnStage } from './standby-on-stage';
import type { WarmStandbyWorld } from './world';

/** A person is asked and does not answer in time. */
export const approvalMissing: Scenario<WarmStandbyWorld> = {
  name: 'approval-missing',
  title: 'Nobody approves in time: the failover stops having changed nothing, and the primary region goes on when it is back',
  async run(stage) {
    const shop = new StandbyOnStage(stage);
    const { primary, standby, config } = shop;
    await shop.begin();
    await shop.serve(10);
    await shop.lose(primary);
    const operationId = await shop.untilAsked(standby);
    const wrong = await shop.answer(standby, { operationId: 'epoch-99', decision: 'approve', by: 'rehearsal' }).then(() => 'accepted', (error: Error) => `${error.name}: ${error.message}`);
    stage.check(wrong.startsWith('WarmStandby.ApprovalRefused'), 'an approval for another execution is refused', wrong);
    const outcome = await stage.step(`nobody answers for ${config.approval.timeoutMinutes} min`, () => shop.failoverEnd(standby, operationId), ({ status, error }) => [`${status} with ${error ?? ''}`]);
    stage.check(outcome.status === 'FAILED' && outcome.error === 'States.Timeout', 'the failover stopped by itself');
    const late = await shop.answer(standby, { operationId, decision: 'approve', by: 'rehearsal' }).then(() => 'accepted', (error: Error) => `${error.name}: ${error.message}`);
    stage.check(late.startsWith('WarmStandby.ApprovalRefused'), 'an approval that comes too late is refused', late);
    stage.check((await shop.activeRegion()) === primary.region, `${primary.region} is still the one that may write`);
    await shop.comesBack(primary);
    await shop.serve(20);
    const served = shop.client.promised(primary.region).at(-1)?.number ?? 0;
    stage.check(shop.client.records.slice(-5).every(({ promised }) => promised?.region === primary.region), `${primary.region} serves again`, `up to transaction ${served}`);
    await shop.checkNothingLost(primary);
    await shop.finish();
  },
};
