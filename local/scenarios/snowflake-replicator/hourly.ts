import { ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { regionalArn } from '../../cloud/gateway/arn';
import type { Scenario } from '../../rehearsal/scenario';
import { checkEqual } from './compare';
import { changeSome, loadedShop } from './loaded';
import type { PipelineWorld } from './world';

const HOUR_MS = 3_600_000;

/** Nobody does anything for some hours. */
export const hourly: Scenario<PipelineWorld> = {
  name: 'hourly',
  title: 'Hours pass: the schedule brings over what changed, and nobody has to know',
  async run(stage) {
    const { config, place } = stage.world;
    await changeSome(await loadedShop(stage, 'hourly'), 'before the hour');
    const startedAt = stage.cloud.clock.now();
    await stage.step('two hours pass', () => stage.cloud.clock.pass(2 * HOUR_MS));
    const stateMachineArn = regionalArn('states', place, `stateMachine:snowflake-replicator-${config.name}`);
    const { executions = [] } = await stage.client(SFNClient, place).send(new ListExecutionsCommand({ stateMachineArn, statusFilter: 'SUCCEEDED' }));
    const runs = executions.filter(({ startDate }) => startDate !== undefined && startDate >= startedAt).map(({ name = '' }) => name);
    stage.check(runs.length >= 2, `the schedule started runs: ${runs.join(', ')}`);
    await checkEqual(stage);
  },
};
