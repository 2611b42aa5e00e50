import type { Scenario } from '../../rehearsal/scenario';
import { StandbyOnStage } from './standby-on-stage';
import type { WarmStandbyWorld } from './world';

const HOUR_MS = 3_600_000;

interface UndoView {
  readonly undone: boolean;
  readonly epoch: number | null;
}

/** The replica never gets what the drained region wrote last: the failover stops before it promotes, and is taken back. */
export const undone: Scenario<WarmStandbyWorld> = {
  name: 'undone',
  title: 'A planned failover whose replica does not catch up stops before the promotion; undone, the old region writes again',
  async run(stage) {
    const shop = new StandbyOnStage(stage);
    const { primary, standby, client } = shop;
    await shop.begin();
    const heal = stage.cloud.services.databases.rds.cutReplication(primary.region, standby.region);
    await shop.serve(10);
    const outcome = await stage.step('planned failover while replication stalls', async () => {
      const { operationId } = await shop.request(standby, { kind: 'planned', requestedBy: 'operator', reason: 'rehearsal' });
      return shop.failoverEnd(standby, operationId ?? '');
    }, ({ status, error, cause }) => [`${status} with ${error ?? ''}: ${cause ?? ''}`]);
    stage.check(outcome.status === 'FAILED' && outcome.error === 'WarmStandby.ReplicaBehind', 'it stopped rather than lose what is missing');
    heal();
    const undo = await stage.step('an operator takes it back', () => stage.invoke<UndoView>(standby, shop.nameIn(standby, 'undo-failover'), {}));
    stage.check(undo.undone && (await shop.activeRegion()) === primary.region, `${primary.region} is the active one again`, `epoch ${undo.epoch ?? 0}`);
    await stage.step('wait until clients are served again', () => stage.until('a promise of the new epoch', HOUR_MS, async () => client.promised(primary.region).find(({ epoch }) => epoch === undo.epoch)));
    await shop.serve(10);
    await shop.checkNothingLost(primary);
    await shop.finish();
  },
};
