import type { Scenario } from '../../rehearsal/scenario';
import { StandbyOnStage } from './standby-on-stage';
import type { WarmStandbyWorld } from './world';

const HOUR_MS = 3_600_000;

/** The primary region goes while clients write: detection, a person's approval, and what it cost. */
export const regionLost: Scenario<WarmStandbyWorld> = {
  name: 'region-lost',
  title: 'A region is lost under load; the other takes over, and what was lost is known by number',
  async run(stage) {
    const shop = new StandbyOnStage(stage);
    await shop.prepare();
    await shop.serve(3);
    await stage.step(`${shop.primary.region} is lost: databases, tasks, network and APIs`, () => stage.cloud.regions.lose(shop.primary.region));
    const operationId = await stage.step(
      'wait until the loss is noticed and a person is asked',
      () => stage.until('an approval is asked for', HOUR_MS, () => shop.pendingApproval(shop.standby)),
      (found) => [found],
    );
    await stage.step('a person approves', () => shop.answer(shop.standby, { operationId, decision: 'approve', by: 'rehearsal' }));
    const outcome = await stage.step('wait for the failover', () => shop.failoverEnd(shop.standby, operationId));
    const report = shop.succeeded(outcome);
    await shop.serve(3);
    await shop.client.stop();
    const lost = await shop.lostIn(shop.standby);
    const [position] = report.positions;
    const inReport = shop.client.promised(shop.primary.region).filter((number) => number > (position?.lastNumber ?? 0) || (position?.gaps ?? []).includes(number));
    stage.check(JSON.stringify(lost) === JSON.stringify(inReport), `the report and the client agree: ${lost.length} promised transactions are lost`, `lost: ${lost.join(', ') || 'none'}`);
    stage.check((report.recoveryTimeSeconds ?? Infinity) <= shop.config.objectives.rtoMinutes * 60, `back within the objective of ${shop.config.objectives.rtoMinutes} min`, `${report.recoveryTimeSeconds ?? 0} s; the client waited ${shop.client.longestSilenceSeconds()} s`);
    await shop.primaryReturns();
  },
};
