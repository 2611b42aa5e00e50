import { ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import type { DBCluster } from '@aws-sdk/client-rds';
import { TAG } from '../../../lambda/aurora-restore/contract';
import { regionalArn } from '../../cloud/gateway/arn';
import type { Place } from '../../cloud/gateway/service';
import { checkUndeliverable } from '../../rehearsal/check-undeliverable';
import type { Scenario } from '../../rehearsal/scenario';
import type { Stage } from '../../rehearsal/stage';
import { PipelineOnStage } from './pipeline-on-stage';
import { schedulesOf, type AuroraRestoreWorld } from './world';

const HOUR_MS = 3_600_000;

/** Nobody does anything for two days. */
export const nightly: Scenario<AuroraRestoreWorld> = {
  name: 'nightly',
  title: 'A night passes: schedules capture and restore, the database of the day before is retired, and a day later removed, as are captures past their days',
  async run(stage) {
    const pipeline = new PipelineOnStage(stage, 'orders-refresh');
    const { clusterIdentifier } = pipeline.source.config.target;
    if (!(await pipeline.cluster(clusterIdentifier))) {
      await pipeline.captured();
      await pipeline.restoreProven({ operationId: 'the-day-before' });
    }
    const before = await pipeline.cluster(clusterIdentifier);
    const startedAt = stage.cloud.clock.now();
    const [captureName, restoreName] = [`aurora-restore-${pipeline.name}-capture`, `aurora-restore-${pipeline.name}`];
    await schedulesOf(stage).whileFiring([captureName, restoreName], () => stage.step('a night passes', () => stage.cloud.clock.pass(untilRestoredMs(startedAt))));
    const captures = await succeeded(stage, pipeline.source.place, captureName, startedAt);
    const restores = await succeeded(stage, pipeline.target, restoreName, startedAt);
    stage.check(captures.length === 1, `the schedule captured: ${captures.join(', ')}`);
    stage.check(restores.length === 1, `the schedule restored: ${restores.join(', ')}`);
    const after = await pipeline.cluster(clusterIdentifier);
    stage.check(after?.Status === 'available' && after.DbClusterResourceId !== before?.DbClusterResourceId, `${clusterIdentifier} is the one of the night`);
    const retired = await retiredOnes(pipeline);
    stage.check(retired.some(({ DbClusterResourceId }) => DbClusterResourceId === before?.DbClusterResourceId), 'the one of the day before has made room', ...retired.map(({ DBClusterIdentifier = '' }) => DBClusterIdentifier));
    await sweeps(stage, pipeline);
    const left = await retiredOnes(pipeline);
    stage.check(left.length === 0, 'a day later it is removed', ...left.map(({ DBClusterIdentifier = '' }) => DBClusterIdentifier));
    const [oldest = 'none'] = await pipeline.captures();
    await pipeline.capture();
    const kept = await pipeline.captures();
    stage.check(kept.length > 1 && !kept.includes(oldest), `the next capture has removed the one past its days: ${oldest}`, ...kept.map((capture) => `${capture} stays`));
  },
};

/** Until two hours after the next time at which the schedule restores, at 18:00. The capture before it, at 16:00, has to be one of the same night. */
function untilRestoredMs(now: Date): number {
  const end = new Date(now);
  end.setUTCHours(20, 0, 0, 0);
  if (now.getUTCHours() >= 15) end.setUTCDate(end.getUTCDate() + 1);
  return end.getTime() - now.getTime();
}

async function retiredOnes(pipeline: PipelineOnStage): Promise<readonly DBCluster[]> {
  return (await pipeline.clusters()).filter(({ TagList = [], Status }) => Status !== 'deleting' && TagList.some(({ Key }) => Key === TAG.retiredAt));
}

/** A schedule whose target cannot be reached keeps what it could not deliver, and people hear of it. Once it can be, the sweep takes the instances first and then the cluster. */
async function sweeps(stage: Stage<AuroraRestoreWorld>, pipeline: PipelineOnStage): Promise<void> {
  const sweep = `aurora-restore-${pipeline.name}-sweep`;
  await stage.step('a day passes', () => stage.cloud.clock.pass(24 * HOUR_MS));
  await checkUndeliverable(stage, schedulesOf(stage), { place: pipeline.target, name: sweep });
  await pipeline.rings('SweepUndelivered');
  await schedulesOf(stage).whileFiring([sweep], () => stage.step('it may again, for a day at most', () => untilRemoved(stage, pipeline)));
}

/** One sweep takes the instances, the next one the clusters; whether the first comes at once is the schedule's matter. */
async function untilRemoved(stage: Stage<AuroraRestoreWorld>, pipeline: PipelineOnStage): Promise<void> {
  for (let hours = 0; hours < 24 && (await retiredOnes(pipeline)).length > 0; hours += 7) await stage.cloud.clock.pass(7 * HOUR_MS);
}

async function succeeded(stage: Stage<AuroraRestoreWorld>, place: Place, stateMachine: string, since: Date): Promise<readonly string[]> {
  const stateMachineArn = regionalArn('states', place, `stateMachine:${stateMachine}`);
  const { executions = [] } = await stage.client(SFNClient, place).send(new ListExecutionsCommand({ stateMachineArn, statusFilter: 'SUCCEEDED' }));
  return executions.filter(({ startDate }) => startDate !== undefined && startDate >= since).map(({ name = '' }) => name);
}
