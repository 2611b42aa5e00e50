import { ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { GetQueueUrlCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { regionalArn } from '../../cloud/gateway/arn';
import { ringingAlarms } from '../../rehearsal/ringing-alarms';
import type { Scenario } from '../../rehearsal/scenario';
import type { Stage } from '../../rehearsal/stage';
import { checkEqual } from './compare';
import { changeSome, loadedShop } from './loaded';
import type { PipelineWorld } from './pipeline-world';

const HOUR_MS = 3_600_000;

/** Nobody does anything for some hours. */
export const hourly: Scenario<PipelineWorld> = {
  name: 'hourly',
  title: 'Hours pass: a schedule that is silent rings an alarm for each table; one that is not brings over what changed, and nobody has to know',
  async run(stage) {
    const { config, place } = stage.world;
    await changeSome(await loadedShop(stage, 'hourly'), 'before the hour');
    const startedAt = stage.cloud.clock.now();
    await withoutPermission(stage);
    await stage.step('two hours pass', () => stage.cloud.clock.pass(2 * HOUR_MS));
    const stateMachineArn = regionalArn('states', place, `stateMachine:snowflake-replicator-${config.name}`);
    const { executions = [] } = await stage.client(SFNClient, place).send(new ListExecutionsCommand({ stateMachineArn, statusFilter: 'SUCCEEDED' }));
    const runs = executions.filter(({ startDate }) => startDate !== undefined && startDate >= startedAt).map(({ name = '' }) => name);
    stage.check(runs.length >= 2, `the schedule started runs: ${runs.join(', ')}`);
    await checkEqual(stage);
  },
};

/** A schedule that may not call its function keeps what it could not deliver, and is missed. */
async function withoutPermission(stage: Stage<PipelineWorld>): Promise<void> {
  const { config, place } = stage.world;
  const prefix = `snowflake-replicator-${config.name}`;
  await stage.without(`${prefix}-schedule=lambda:InvokeFunction`, () => stage.step('for three hours the schedule may not call its function', () => stage.cloud.clock.pass(3 * HOUR_MS)));
  const ringing = await ringingAlarms(stage, place);
  const silent = Object.keys(config.tables).map((table) => `snowflake-replicator/${config.name}/${table}/ReplicationSilent`);
  stage.check(silent.every((name) => ringing.includes(name)), 'an alarm for each table says that it is silent', ...ringing);
  const sqs = stage.client(SQSClient, place);
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: `${prefix}-undelivered` }));
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
  stage.check(Messages.length > 0, 'what it could not deliver lies in its dead-letter queue');
}
