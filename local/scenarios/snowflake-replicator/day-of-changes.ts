import type { Scenario } from '../../rehearsal/scenario';
import { checkEqual } from './compare';
import { loadedShop } from './loaded';
import { replicate } from './replicate';
import { trade } from './trading';
import type { PipelineWorld } from './pipeline-world';

/** Runs while people work, then one when they have gone home. */
export const dayOfChanges: Scenario<PipelineWorld> = {
  name: 'day-of-changes',
  title: 'Six people change orders at once, commit out of order and roll back; runs in between lose nothing of it',
  async run(stage) {
    const { bastion, administrator } = await loadedShop(stage, 'day');
    const trading = trade(bastion, administrator);
    await replicate(stage, 'a run while they work', { operationId: 'day-1' });
    await replicate(stage, 'another one', { operationId: 'day-2' });
    await stage.step('they go home', () => trading);
    await replicate(stage, 'a run afterwards', { operationId: 'day-3' });
    await checkEqual(stage);
  },
};
