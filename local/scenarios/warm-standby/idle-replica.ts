import { ECSClient, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import type { Scenario } from '../../rehearsal/scenario';
import { LostWork } from './lost-work';
import { StandbyOnStage } from './standby-on-stage';
import type { WarmStandbyWorld } from './world';

const HOUR_MS = 3_600_000;

/** Nobody writes any more, and the newest heartbeat is an hour old: the replica has everything all the same. */
export const idleReplica: Scenario<WarmStandbyWorld> = {
  name: 'idle-replica',
  title: 'A replica whose primary is idle is current, however old its newest row is: it is promoted without a signature',
  async run(stage) {
    const shop = new StandbyOnStage(stage);
    const [from, to] = [shop.primary, shop.standby];
    await shop.begin(from);
    await shop.serve(10);
    const desired = (desiredCount: number) => stage.client(ECSClient, from).send(new UpdateServiceCommand({ cluster: shop.serviceName, service: shop.serviceName, desiredCount }));
    await stage.step(`all tasks in ${from.region} are stopped: no heartbeat is written`, () => desired(0));
    const operationId = await shop.untilAsked(to);
    await stage.step('people take their time', () => stage.cloud.clock.pass((shop.config.approval.timeoutMinutes - 2) * (HOUR_MS / 60)));
    const report = await shop.approve(to, operationId);
    stage.check(report.evidence?.verdict === 'current' && report.evidence.idle, 'the evidence told idle from broken', `verdict ${report.evidence?.verdict ?? 'none'}`);
    await shop.serve(10);
    const losses = new LostWork(shop, from, report);
    const lost = await losses.checkReport();
    stage.check(lost.length === 0, 'nothing is lost');
    await stage.step('the tasks are started again', () => desired(1));
    await shop.finish();
  },
};
