import { ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import type { FailoverRequest } from '../../../lambda/warm-standby/contract';
import type { Scenario } from '../../rehearsal/scenario';
import { LostWork } from './lost-work';
import { StandbyOnStage } from './standby-on-stage';
import type { WarmStandbyWorld } from './world';

/** Several people and alarms want the same thing at the same time. */
export const doubleTrigger: Scenario<WarmStandbyWorld> = {
  name: 'double-trigger',
  title: 'However many ask for a failover, it is one: one execution, one epoch, nothing lost',
  async run(stage) {
    const shop = new StandbyOnStage(stage);
    const [from, to] = [shop.standby, shop.primary];
    await shop.begin(from);
    await shop.serve(10);
    const before = await executions();
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
    const report = shop.succeeded(await stage.step('wait for the failover', () => shop.failoverEnd(to, first?.operationId ?? '')));
    const after = await shop.request(to, by('five'));
    stage.check(after.status === 'already-active', 'one who asks when it is over is told that there is nothing to do');
    stage.check((await executions()) === before + 1, 'there was one execution');
    await shop.serve(10);
    const lost = await new LostWork(shop, from, report).checkReport();
    stage.check(lost.length === 0, 'nothing is lost');
    await shop.finish();

    async function executions(): Promise<number> {
      return (await stage.client(SFNClient, to).send(new ListExecutionsCommand({ stateMachineArn: shop.stateMachineArn(to, 'failover') }))).executions?.length ?? 0;
    }
  },
};
