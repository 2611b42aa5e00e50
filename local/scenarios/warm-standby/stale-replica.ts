import type { Scenario } from '../../rehearsal/scenario';
import { LostWork } from './lost-work';
import { ObjectsOnStage } from './objects-on-stage';
import { refusalOf } from './refusal-of';
import { StandbyOnStage } from './standby-on-stage';
import type { WarmStandbyWorld } from './world';

const DAYS = 2;
const DAY_MS = 86_400_000;

/** Replication of the database and of objects stopped two days before the region is lost, and nobody looked. */
export const staleReplica: Scenario<WarmStandbyWorld> = {
  name: 'stale-replica',
  title: 'A replica that stopped two days ago is promoted only when a person signs for exactly the loss that was named; objects left behind are listed',
  cannotProve: ['the two days in which replication stands still are not played: the clock is put forward'],
  async run(stage) {
    const shop = new StandbyOnStage(stage);
    const { primary, standby } = shop;
    await shop.begin();
    const objects = new ObjectsOnStage(shop, primary);
    await objects.replicate();
    await objects.stall();
    await shop.stallReplication();
    await shop.serve(10);
    await stage.step(`${DAYS} days pass`, async () => stage.cloud.clock.putForward(DAYS * DAY_MS));
    await stage.step('and three minutes', () => stage.cloud.clock.pass(3 * 60_000));
    await objects.leaveBehind();
    await shop.serve(10);
    await shop.lose(primary);
    const operationId = await shop.untilAsked(standby);
    const unsigned = await refusalOf(shop.answer(standby, { operationId, decision: 'approve', by: 'rehearsal' }));
    stage.check(unsigned.startsWith('WarmStandby.ApprovalRefused'), 'the gate refuses an approval without a signature', unsigned);
    const [, seconds, lastSequence] = /the loss of (\d+) s after heartbeat (\d+)/.exec(unsigned) ?? [];
    const named = { seconds: Number(seconds), lastSequence: Number(lastSequence) };
    const halved = await refusalOf(shop.answer(standby, { operationId, decision: 'approve', by: 'rehearsal', signedLoss: { ...named, seconds: Math.round(named.seconds / 2) } }));
    stage.check(halved.startsWith('WarmStandby.ApprovalRefused'), 'and a signature for another loss', halved);
    stage.check(named.seconds > DAYS * (DAY_MS / 1000), 'what it names is more than two days of work', `${named.seconds} s`);
    const report = await shop.approve(standby, operationId, named);
    await shop.serve(10);
    const losses = new LostWork(shop, primary, report);
    const lost = await losses.checkReport();
    stage.check(lost.length > 0, 'everything since the replica stopped is lost');
    await shop.comesBack(primary);
    objects.checkList(await losses.checkList(lost));
    await shop.finish();
  },
};
