import { ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { regionalArn } from '../../cloud/gateway/arn';
import type { Place } from '../../cloud/gateway/service';
import type { Scenario } from '../../rehearsal/scenario';
import type { Stage } from '../../rehearsal/stage';
import { PipelineOnStage } from './pipeline-on-stage';
import type { AuroraRestoreWorld } from './world';

const HOUR_MS = 3_600_000;

/** Nobody does anything for a day. */
export const nightly: Scenario<AuroraRestoreWorld> = {
  name: 'nightly',
  title: 'A day passes: schedules capture and restore, the database of the day before is retired and then removed',
  async run(stage) {
    const pipeline = new PipelineOnStage(stage, 'orders-refresh');
    const startedAt = stage.cloud.clock.now();
    await stage.step('a day and a night pass', () => stage.cloud.clock.pass(31 * HOUR_MS));
    const captures = await succeeded(stage, pipeline.source.place, 'aurora-restore-orders-refresh-capture', startedAt);
    const restores = await succeeded(stage, pipeline.target, 'aurora-restore-orders-refresh', startedAt);
    stage.check(captures.length > 0, `the schedule captured: ${captures.join(', ')}`);
    stage.check(restores.length > 0, `the schedule restored: ${restores.join(', ')}`);
    const { target } = pipeline.source.config;
    stage.check((await pipeline.cluster(target.clusterIdentifier))?.Status === 'available', `${target.clusterIdentifier} is the one of the night`);
  },
};

async function succeeded(stage: Stage<AuroraRestoreWorld>, place: Place, stateMachine: string, since: Date): Promise<readonly string[]> {
  const stateMachineArn = regionalArn('states', place, `stateMachine:${stateMachine}`);
  const { executions = [] } = await stage.client(SFNClient, place).send(new ListExecutionsCommand({ stateMachineArn, statusFilter: 'SUCCEEDED' }));
  return executions.filter(({ startDate }) => startDate !== undefined && startDate >= since).map(({ name = '' }) => name);
}
