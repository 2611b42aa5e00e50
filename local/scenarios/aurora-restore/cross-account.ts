import type { Scenario } from '../../rehearsal/scenario';
import { capture } from './capture';
import { restore } from './restore';
import type { AuroraRestoreWorld } from './world';

/** Another account, another region, another key. */
export const crossAccount: Scenario<AuroraRestoreWorld> = {
  name: 'cross-account',
  title: 'A snapshot becomes a proven database in another account and region, under that account’s key',
  async run(stage) {
    await capture(stage, 'orders-refresh');
    const outcome = await restore(stage, 'orders-refresh', { operationId: 'cross-account-1' });
    stage.check(outcome.status === 'SUCCEEDED', 'the restore succeeded', JSON.stringify(outcome.output ?? outcome.cause));
  },
};
