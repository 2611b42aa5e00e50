import { CreateDBSnapshotCommand, RDSClient } from '@aws-sdk/client-rds';
import type { FailoverRequest } from '../../../lambda/warm-standby/contract';
import type { Scenario } from '../../rehearsal/scenario';
import { LostWork } from './lost-work';
import { StandbyOnStage } from './standby-on-stage';
import { takeImageAway } from './take-image-away';
import type { WarmStandbyWorld } from './world';

const MINUTE_SECONDS = 60;

/** All that may be in the way of a planned failover at once. RDS refuses to promote a replica that backs up. */
export const hindered: Scenario<WarmStandbyWorld> = {
  name: 'hindered',
  title: 'Three people ask, the replica backs up, an image is missing: one failover waits the backup out, stops for the tasks, and goes on when asked again',
  async run(stage) {
    const shop = new StandbyOnStage(stage);
    const [from, to] = [shop.standby, shop.primary];
    await shop.begin(from);
    await shop.serve(10);
    const { length: served } = shop.client.promised(to.region);
    const before = await shop.failovers(to);
    const putBack = await stage.step(`somebody deletes the image in ${to.region}`, () => takeImageAway(stage, shop.serviceName, to));
    const DBSnapshotIdentifier = `${shop.databases.instance}-${Math.round(stage.cloud.clock.nowMs())}`;
    await stage.step(`somebody takes a snapshot of the replica in ${to.region}`, () => stage.client(RDSClient, to).send(new CreateDBSnapshotCommand({ DBInstanceIdentifier: shop.databases.instance, DBSnapshotIdentifier })));
    stage.check((await shop.databases.statusIn(to)) === 'backing-up', 'the replica is backing up');

    const by = (requestedBy: string): FailoverRequest => ({ kind: 'planned', requestedBy, reason: 'rehearsal' });
    const answers = await stage.step(
      'three people ask at once',
      () => Promise.all(['one', 'two', 'three'].map((name) => shop.request(to, by(name)))),
      (all) => all.map(({ status, operationId }) => `${operationId ?? 'none'}: ${status}`),
    );
    const [first] = answers;
    stage.check(new Set(answers.map(({ executionArn }) => executionArn)).size === 1, 'all are told of the same execution');
    const late = await shop.request(to, by('four'));
    stage.check(late.status === 'running' && late.executionArn === first?.executionArn, 'so is one who asks while it runs');
    const outcome = await stage.step('wait for the failover', () => shop.failoverEnd(to, first?.operationId ?? ''), ({ status, error, cause }) => [`${status} with ${error ?? ''}: ${cause ?? ''}`]);
    stage.check(outcome.status === 'FAILED' && outcome.error === 'WarmStandby.ServiceNotReady', 'it waited the backup out, stopped, and says that tasks are missing');
    stage.check((await shop.failovers(to)) === before + 1, 'there was one execution');
    stage.check(shop.client.promised(to.region).length === served, 'no client was sent there');

    await stage.step('somebody puts the image back', putBack);
    const report = await shop.moveTo(to);
    await shop.serve(10);
    stage.check((report.steps['promote']?.seconds ?? Infinity) < 60, 'asked again, it goes on where it stopped: nothing is promoted twice', report.run.operationId);
    stage.check(Math.abs((report.recoveryTimeSeconds ?? 0) - shop.client.longestSilenceSeconds()) < 2 * MINUTE_SECONDS, 'the report tells of the whole time without service', `${report.recoveryTimeSeconds ?? 0} s; the client waited ${shop.client.longestSilenceSeconds()} s`);
    const after = await shop.request(to, by('five'));
    stage.check(after.status === 'already-active', 'one who asks when it is over is told that there is nothing to do');
    const lost = await new LostWork(shop, from, report).checkReport();
    stage.check(lost.length === 0, 'nothing is lost');
    await shop.finish();
  },
};
