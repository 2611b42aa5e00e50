import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import type { Scenario } from '../../rehearsal/scenario';
import { LostWork } from './lost-work';
import { StandbyOnStage } from './standby-on-stage';
import type { WarmStandbyWorld } from './world';

const HOUR_MS = 3_600_000;

/** The standby region goes while it serves, and with it the switch that says where clients are sent. */
export const switchLost: Scenario<WarmStandbyWorld> = {
  name: 'switch-lost',
  title: 'The standby region is lost while it serves: the primary calls clients back, and turns the switch once it can be reached',
  async run(stage) {
    const shop = new StandbyOnStage(stage);
    const { primary, standby } = shop;
    await shop.begin(standby);
    await shop.serve(10);
    await shop.lose(standby);
    const report = await shop.approve(primary, await shop.untilAsked(primary));
    await shop.serve(10);
    const losses = new LostWork(shop, standby, report);
    const lost = await losses.checkReport();
    shop.checkObjectives(report);
    stage.check((await alarm('ClientsRecalled')) === 'ALARM', 'clients were called back while the switch could not be reached');

    await shop.comesBack(standby);
    const { length: before } = shop.client.records;
    await stage.step('the switch is turned, and then nobody is called back any more', () =>
      shop.client.restDuring(() => stage.until('both regions say so', HOUR_MS, async () => ((await alarm('ClientsRecalled')) === 'OK' && (await alarm('StandbyServes')) === 'OK' ? true : undefined))),
    );
    const since = shop.client.records.slice(before);
    stage.check(since.length > 0 && since.every(({ promised }) => promised?.region === primary.region), `clients were served by ${primary.region} all the time`, `${since.length} transactions`);
    await losses.checkList(lost);
    await shop.finish();

    async function alarm(name: 'ClientsRecalled' | 'StandbyServes'): Promise<string | undefined> {
      const place = name === 'StandbyServes' ? standby : primary;
      const { MetricAlarms: [found] = [] } = await stage.client(CloudWatchClient, place).send(new DescribeAlarmsCommand({ AlarmNames: [`warm-standby/${shop.config.name}/${name}`] }));
      return found?.StateValue;
    }
  },
};
