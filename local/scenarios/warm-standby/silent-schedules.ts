import { ringingAlarms } from '../../rehearsal/ringing-alarms';
import type { Scenario } from '../../rehearsal/scenario';
import { undeliveredLetters } from '../../rehearsal/undelivered-letters';
import { StandbyOnStage } from './standby-on-stage';
import type { WarmStandbyWorld } from './world';

const TWENTY_MINUTES_MS = 20 * 60_000;
const SCHEDULES = ['lease', 'watch', 'readiness'] as const;

/** The standby region's schedules reach nobody: nothing is wrong that anybody could measure, only nobody looks any more. */
export const silentSchedules: Scenario<WarmStandbyWorld> = {
  name: 'silent-schedules',
  title: 'When nobody looks at the standby region any more, an alarm says so; what its schedules could not deliver is kept',
  async run(stage) {
    const shop = new StandbyOnStage(stage);
    const { primary, standby } = shop;
    await shop.begin();
    const { length: before } = shop.client.records;
    const [lease, watch, readiness] = SCHEDULES.map((name) => `${shop.nameIn(standby, name)}-schedule=lambda:InvokeFunction`) as [string, string, string];
    const raised = await stage.without(lease, () =>
      stage.without(watch, () =>
        stage.without(readiness, () =>
          stage.step(
            'for twenty minutes the schedules of the standby region may not call their functions',
            () => shop.client.restDuring(() => stage.cloud.clock.pass(TWENTY_MINUTES_MS)).then(() => ringingAlarms(stage, standby)),
            (raised) => raised,
          ),
        ),
      ),
    );
    for (const name of SCHEDULES) {
      stage.check((await undeliveredLetters(stage, standby, shop.nameIn(standby, name))).length > 0, `what the schedule ${name} could not deliver is kept`);
    }
    stage.check(raised.some((name) => name.endsWith('/HeartbeatOld')), 'the silence has raised an alarm', ...raised);
    stage.check(shop.client.records.slice(before).every(({ promised }) => promised?.region === primary.region), `clients were served by ${primary.region} all the time`);
    await shop.checkNothingLost(primary);
    await shop.finish();
  },
};
