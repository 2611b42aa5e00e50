import { ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { ListQueuesCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
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
    await withoutSweeps(stage, pipeline);
    await stage.step('a day and a night pass', () => stage.cloud.clock.pass(31 * HOUR_MS));
    const captures = await succeeded(stage, pipeline.source.place, 'aurora-restore-orders-refresh-capture', startedAt);
    const restores = await succeeded(stage, pipeline.target, 'aurora-restore-orders-refresh', startedAt);
    stage.check(captures.length > 0, `the schedule captured: ${captures.join(', ')}`);
    stage.check(restores.length > 0, `the schedule restored: ${restores.join(', ')}`);
    const { target } = pipeline.source.config;
    stage.check((await pipeline.cluster(target.clusterIdentifier))?.Status === 'available', `${target.clusterIdentifier} is the one of the night`);
  },
};

/** A schedule whose target cannot be reached keeps what it could not deliver, and people hear of it. */
async function withoutSweeps(stage: Stage<AuroraRestoreWorld>, pipeline: PipelineOnStage): Promise<void> {
  await stage.without(`aurora-restore-${pipeline.name}-sweep-schedule=lambda:InvokeFunction`, () => stage.step('for a quarter of a day the sweep’s schedule may not call its function', () => stage.cloud.clock.pass(8 * HOUR_MS)));
  const { QueueUrls = [] } = await stage.client(SQSClient, pipeline.target).send(new ListQueuesCommand({}));
  const kept = await Promise.all(QueueUrls.map(async (QueueUrl) => (await stage.client(SQSClient, pipeline.target).send(new ReceiveMessageCommand({ QueueUrl }))).Messages ?? []));
  stage.check(kept.flat().length > 0, 'what the schedule could not deliver lies in its dead-letter queue');
}

async function succeeded(stage: Stage<AuroraRestoreWorld>, place: Place, stateMachine: string, since: Date): Promise<readonly string[]> {
  const stateMachineArn = regionalArn('states', place, `stateMachine:${stateMachine}`);
  const { executions = [] } = await stage.client(SFNClient, place).send(new ListExecutionsCommand({ stateMachineArn, statusFilter: 'SUCCEEDED' }));
  return executions.filter(({ startDate }) => startDate !== undefined && startDate >= since).map(({ name = '' }) => name);
}
